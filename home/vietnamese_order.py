"""The order of Vietnamese words in lists: a ă â b c d đ e ê …, tones last. Pure: no Django.

Databases order by bytes or by a locale that may not be installed; these lists are short and ordered here.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LETTERS: Final = {
    letter: f"{n:02}" for n, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", start=20)
}
_TONES: Final = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
"""ngang, huyền, hỏi, ngã, sắc, nặng"""
_SHAPES: Final = {"\u0306", "\u0302", "\u031b"}
_NUMBER: Final = re.compile(r"[0-9]+")


def vietnamese_key(text: str) -> tuple[str, str]:
    """To sort by: letters first, then tones; numbers by their value ("Sơn Kim 2" before "Sơn Kim 10")."""
    letters: list[str] = []
    tones: list[str] = []
    padded = _NUMBER.sub(lambda m: m[0].zfill(6), text.casefold())
    for char in unicodedata.normalize("NFC", padded):
        parts = unicodedata.normalize("NFD", char)
        tone = next((_TONES[p] for p in parts if p in _TONES), 0)
        shaped = unicodedata.normalize("NFC", "".join(p for p in parts if p not in _TONES))
        letters.append(_LETTERS.get(shaped, f"0{shaped}" if not shaped.isspace() else "00"))
        tones.append(str(tone))
    return "".join(letters), "".join(tones)
