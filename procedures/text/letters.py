"""Vietnamese letters for regular expressions: in Unicode's order capitals and small letters of "Ạ"–"ỹ" alternate. Pure."""

from __future__ import annotations

import unicodedata

_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_SMALL = (
    "".join(unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in _TONES) + "đ"
)
SMALL = "a-z" + _SMALL
"""For the inside of a character class: all small letters of Vietnamese and English."""
CAPITAL = "A-Z" + _SMALL.upper()
"""The same for capitals."""
