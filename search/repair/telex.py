"""Telex left undecoded: `chuwngs thuwcj`, `ddawng kys keets hoon`. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from search.repair.keys import Decoded, Syllable, decode

_TONES: Final = {"z": 0, "f": 1, "r": 2, "x": 3, "s": 4, "j": 5}
_DOUBLED: Final = {"a": "â", "e": "ê", "o": "ô"}
HORNS: Final = {"[": "ơ", "]": "ư"}
"""Keys beside the p that are letters to Telex: "d]ngj", "tr[f"."""
_WITH_HORNS: Final = re.compile(r"[^\W\d_][^\W\d_\[\]]*[\[\]][^\W\d_\[\]]*")


def with_horns(text: str) -> str:
    """`text` with letters instead of brackets, where they make a syllable; each character in its place."""
    return _WITH_HORNS.sub(lambda match: _horned(match[0]), text)


def _horned(piece: str) -> str:
    if from_telex(piece.lower()) is None:
        return piece
    return "".join(HORNS.get(character, character) for character in piece)


@lru_cache(maxsize=4096)
def from_telex(typed: str) -> Decoded | None:
    """The syllable that Telex makes of these keys (lower case, NFC; some may be decoded already), or None.

    Tone keys after the vowel or at the end; doubled letters next to each other or not (`hoon`, `hono`); w for ư, ơ, ă.
    """
    return decode(typed, _step)


def _step(syllable: Syllable, key: str) -> bool:
    if key in _TONES:
        return syllable.press(_TONES[key])
    if key == "d":
        return syllable.cross_d()
    if key in _DOUBLED:
        return syllable.change(key, _DOUBLED[key])
    if key in HORNS:
        return syllable.add(HORNS[key])
    return key == "w" and _press_w(syllable)


def _press_w(syllable: Syllable) -> bool:
    letters = syllable.letters
    if "a" in letters and (letters[:2] == ["q", "u"] or "u" not in letters):
        return syllable.change("a", "ă")
    if syllable.add_horn():
        return True
    return syllable.add("ư")
