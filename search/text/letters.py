"""Letters: what is one letter to a reader, however it was typed or coded. Pure, no engine and no Django.

People type with or without accents, composed (NFC) or with combining marks (NFD), and old software wrote the marks in any
order. Folding takes all of that away: "Đăng ký kết hôn" in every one of these forms and "dang ky ket hon" meet. Letters of
other scripts that only look alike (Cyrillic, Greek) stay what they are.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

TONES: Final = "\u0300\u0309\u0303\u0301\u0323"
"""Huyền, hỏi, ngã, sắc, nặng: as combining marks, in the order of the table below."""
QUALITIES: Final = "\u0306\u0302\u031b"
"""Breve, circumflex, horn: they make another vowel of a, e, o, u."""
LOOKALIKES_OF_D: Final = str.maketrans({"ð": "đ", "Ð": "Đ", "Ɖ": "Đ", "ɖ": "đ"})
"""Icelandic and African letters that stand in texts for đ, because they look the same."""

# Without tone, then with each of `TONES`.
VOWELS: Final = (
    "aàảãáạ", "ăằẳẵắặ", "âầẩẫấậ",
    "eèẻẽéẹ", "êềểễếệ",
    "iìỉĩíị",
    "oòỏõóọ", "ôồổỗốộ", "ơờởỡớợ",
    "uùủũúụ", "ưừửữứự",
    "yỳỷỹýỵ",
)  # fmt: skip
_BARE: Final = {"ă": "a", "â": "a", "đ": "d", "ê": "e", "ô": "o", "ơ": "o", "ư": "u"}
_KEPT: Final = 0x2100
"""Letters below are remembered once folded; what lies above is rare and would only fill the memory."""
_SPACES: Final = {"\u200b": " "}
"""The zero-width space parts words, all other invisible characters do not."""


def is_mark(character: str) -> bool:
    """Combining marks, joiners, soft hyphens, direction marks: they belong to the letter before and are no letter."""
    return unicodedata.category(character) in _MARKS and character not in _SPACES


_MARKS: Final = frozenset({"Mn", "Mc", "Me", "Cf"})


def _folded(character: str) -> str:
    """One character, folded until nothing changes: compatibility forms hold accented letters, and the other way round."""
    text = _SPACES.get(character, character)
    while True:
        bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not is_mark(c))
        bare = bare.casefold().translate(LOOKALIKES_OF_D).replace("đ", "d")
        bare = unicodedata.normalize("NFC", bare)
        if bare == text:
            return text
        text = bare


class _Folding(dict[int, str]):
    """Character → what it folds to, for `str.translate`."""

    def __missing__(self, code: int) -> str:
        folded = _folded(chr(code))
        if code < _KEPT:
            self[code] = folded
        return folded


def _vietnamese() -> _Folding:
    table = _Folding()
    for row in VOWELS:
        for letter in row:
            table[ord(letter)] = table[ord(letter.upper())] = _BARE.get(row[0], row[0])
    table[ord("đ")] = table[ord("Đ")] = "d"
    return table


_FOLDING: Final = _vietnamese()

# Only where both spellings stand for one word (kí, ký; quí, quý): "tay" and "tai" are two.
_FINAL_Y: Final = re.compile(r"(?<![0-9a-z])([hklmstv]|qu|)y(?![0-9a-z])")


def fold(text: str) -> str:
    """Lower case without accents; đ is not an accented d, so it is folded by name. Spaces are single."""
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(text.translate(_FOLDING).split())


def one_spelling(folded: str) -> str:
    """Folded text with i for the y that is written either way: "dang ky" and "dang ki" meet. For finding, never for show."""
    return _FINAL_Y.sub(r"\1i", folded)


# What is no text: controls, lone surrogates, private use (bullets of old fonts) part words; invisible marks are just gone.
_PARTING: Final = frozenset({"Cc", "Cs", "Co"})


def clean(text: str, limit: int) -> str:
    """What a person can have meant to type, in NFC with single spaces and at most `limit` characters."""
    kept: list[str] = []
    # A letter of NFC takes three characters in NFD, four with a doubled mark: more would be cut below anyway.
    for character in " ".join(text.split())[: limit * 4]:
        category = unicodedata.category(character)
        if category in _PARTING or character in _SPACES:
            kept.append(" ")
        elif category != "Cf":
            kept.append(character)
    composed = unicodedata.normalize("NFC", "".join(kept))
    return " ".join(composed.split())[:limit].rstrip()
