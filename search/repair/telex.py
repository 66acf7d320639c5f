"""Telex left undecoded: `chuwngs thuwcj`, `ddawng kys keets hoon`. Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from search.repair.keys import Decoded, Syllable, decode

_TONES: Final = {"z": 0, "f": 1, "r": 2, "x": 3, "s": 4, "j": 5}
_DOUBLED: Final = {"a": "â", "e": "ê", "o": "ô"}


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
    return key == "w" and _press_w(syllable)


def _press_w(syllable: Syllable) -> bool:
    letters = syllable.letters
    if "a" in letters and (letters[:2] == ["q", "u"] or "u" not in letters):
        return syllable.change("a", "ă")
    if syllable.add_horn():
        return True
    letters.append("ư")
    syllable.keys += 1
    return True
