"""VNI left undecoded: `chu71ng thu75c`, `d9a8ng ky1`. Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from search.repair.keys import Decoded, Syllable, decode

_TONES: Final = {"0": 0, "1": 4, "2": 1, "3": 2, "4": 3, "5": 5}
_CIRCUMFLEX: Final = {"a": "â", "e": "ê", "o": "ô"}


@lru_cache(maxsize=4096)
def from_vni(typed: str) -> Decoded | None:
    """The syllable that VNI makes of these keys (lower case, NFC; some may be decoded already), or None.

    "A1" and "B2" are classes of licences, "o6" is the first half of a car: only the rest of the query can tell.
    """
    if typed.isalpha() or not typed[:1].isalpha():
        return None
    return decode(typed, _step)


def _step(syllable: Syllable, key: str) -> bool:
    if key in _TONES:
        return syllable.press(_TONES[key])
    if key == "6":
        last = next((letter for letter in reversed(syllable.letters) if letter in _CIRCUMFLEX), None)
        return last is not None and syllable.change(last, _CIRCUMFLEX[last])
    if key == "7":
        return syllable.add_horn()
    if key == "8":
        return syllable.change("a", "ă")
    return key == "9" and syllable.cross_d()
