"""Finding a unit by the words people use for it: today's name, an old one, a short one, its code; accents optional.

Pure: works on folded names (`Unit.search_key`). Words for the kind of unit ("xã", "UBND", "sở") may be there or not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from search.text import fold, one_spelling

_OFFICE: Final = re.compile(
    r"^(?:ubnd|uy ban nhan dan|uy ban|hdnd|bo phan mot cua|trung tam phuc vu hanh chinh cong)\s+(?=\S)"
)
_KIND: Final = re.compile(
    r"^(?:xa|phuong|thi tran|thi xa|thanh pho|huyen|so|ban|tt\.?|tx\.?|tp\.?|p\.?|x\.?|h\.?)\s+(?=\S)"
)
_SHORTENED: Final = (("tt ", "thi tran "), ("tx ", "thi xa "), ("tp ", "thanh pho "))
_JOINING: Final = frozenset({"o", "tai", "thuoc", "ve"})
"""Words that lead to a place: "kết hôn ở Cẩm Bình"."""
_NOISE: Final = re.compile(r"[^0-9a-z]+")


class Fit(IntEnum):
    """How well words fit a name; the lower the better."""

    SAME = 0
    """The whole name, its kind said or not."""
    START = 1
    WORDS = 2
    """All words, anywhere in the name, the last one possibly unfinished."""
    NONE = 9


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed, folded: with and without the words for the kind of unit."""

    full: str
    bare: str

    @property
    def is_empty(self) -> bool:
        return not self.bare


def wanted(text: str) -> Wanted:
    words = _plain(_OFFICE.sub("", fold(text)))
    for short, long in _SHORTENED:
        if words.startswith(short):
            words = long + words.removeprefix(short)
    return Wanted(full=words, bare=_KIND.sub("", words))


def fit(query: Wanted, name: str) -> Fit:
    """Of one folded name."""
    full = _plain(name)
    bare = _KIND.sub("", full)
    says_kind = query.full != query.bare
    if query.full == full or (not says_kind and query.full == bare):
        return Fit.SAME
    if full.startswith(query.full) or (not says_kind and bare.startswith(query.full)):
        return Fit.START
    if _has_words(query.full, full):
        return Fit.WORDS
    return Fit.NONE


def best_fit(query: Wanted, search_key: str) -> tuple[Fit, int]:
    """Over all names of a unit ("name | short name | code | old names"): the fit and the place of the name that fits."""
    fits = [(fit(query, name), place) for place, name in enumerate(search_key.split(" | "))]
    return min(fits, default=(Fit.NONE, 0))


def names_of(search_key: str) -> set[str]:
    """Every name of a unit, each with and without the word for its kind."""
    names = {_plain(name) for name in search_key.split(" | ")}
    return names | {_KIND.sub("", name) for name in names}


def split_place(text: str, known: Mapping[str, object]) -> tuple[str, str] | None:
    """("ket hon", "cam binh") of "kết hôn ở Cẩm Bình": words, and the name in `known` (`names_of`) that ends or begins them.

    The longest name wins; None where no name stands there, or nothing but a name.
    """
    words = fold(text).split()
    for size in range(len(words) - 1, 0, -1):
        for place, rest in ((words[-size:], words[:-size]), (words[:size], words[size:])):
            query = wanted(" ".join(place))
            said = [word for word in rest if word not in _JOINING] if rest[-1] in _JOINING else rest
            if query.full in known and said:
                return " ".join(said), query.full
    return None


def _has_words(query: str, name: str) -> bool:
    words, known = query.split(), name.split()
    if not words:
        return False
    *whole, last = words
    return all(word in known for word in whole) and any(word.startswith(last) for word in known)


def _plain(text: str) -> str:
    return one_spelling(" ".join(_NOISE.sub(" ", text).split()))
