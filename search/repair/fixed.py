"""Which words of a query are codes, numbers, addresses or abbreviations: never repaired. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from search.text import Token
from search.text.syllables import FOLDED_SYLLABLES

_PIECE: Final = re.compile(r"\S+")
_DOTTED: Final = re.compile(r"[./\-–@:]")
_LOANS: Final = """
    app atm bar bida bluetooth cafe camera casino chip clip container copy email excel facebook fax file game gas google gym
    homestay hotel internet jeep karaoke laptop link logistics logo marketing massage menu mobile motel net online oto pdf photo
    photocopy pos qr radio resort robot scan ship shop sim sms spa start studio taxi test tivi tour vip visa video web website
    wifi word youtube zalo
"""
LOANS: Final = frozenset(_LOANS.split())
"""Foreign words that people here use: several would decode as Telex ("visa", "taxi", "test")."""
_LONGEST_ABBREVIATION: Final = 7


def fixed_places(text: str, tokens: Sequence[Token]) -> list[bool]:
    """For each token whether it is part of a reference ("520/KH-UBND", "a@b.vn") or stands for other words ("GCN", "đkkd").

    Words with digits in them that are no reference are not told here: they may be VNI ("chu71ng").
    """
    pieces = [match.span() for match in _PIECE.finditer(text) if _is_reference(match[0])]
    is_shouted = not any(map(str.islower, text))
    places: list[bool] = []
    for token in tokens:
        while pieces and pieces[0][1] <= token.start:
            pieces.pop(0)
        inside = bool(pieces) and pieces[0][0] <= token.start
        places.append(inside or token.folded in LOANS or _is_abbreviation(token, is_shouted=is_shouted))
    return places


def _is_reference(piece: str) -> bool:
    return (
        "@" in piece or "://" in piece or (any(map(str.isdigit, piece)) and _DOTTED.search(piece) is not None)
    )


def _is_abbreviation(token: Token, *, is_shouted: bool) -> bool:
    word = token.folded
    return (
        word.isalpha()
        and not is_shouted
        and token.text.isupper()
        and 1 < len(word) <= _LONGEST_ABBREVIATION
        and word not in FOLDED_SYLLABLES
    )
