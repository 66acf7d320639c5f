"""How alike names and codes are: to ask before a slip in a decision changes the wrong procedure. Pure: no Django."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from search.text import LEADING, fold

DIFFERS_STRONGLY = 0.5
"""Below this share of common words two names are hardly the same procedure renamed."""
HARDLY_ALIKE = 0.25
"""Below this one the code is more likely a slip than the name a new one."""
NEAR = 0.55
SLIP = 0.3
"""What a code that is one slip away adds to the likeness of names."""
MOST_NEAR = 3

_WORD = re.compile(r"[^\W_]+")
_EMPTY = frozenset(
    ("thu", "tuc", "viec", "cua", "cho", "cac", "va", "hoac", "theo", "tai", "doi", "voi", "trong", "do", "ve", "la", "co",
     "duoc", "den", "tu", "cap")
)  # fmt: skip
"""Words that nearly every name has."""


def words_of(name: str) -> frozenset[str]:
    return _said(fold(name))


def _said(folded: str) -> frozenset[str]:
    words = frozenset(_WORD.findall(folded))
    return words - _EMPTY or words


def likeness(one: str, other: str) -> float:
    """0 to 1: how much of the shorter name's words the other has, weighed by how much longer that is."""
    return _likeness(words_of(one), words_of(other))


def _likeness(a: frozenset[str], b: frozenset[str]) -> float:
    return _share(len(a & b), len(a), len(b))


def _share(common: int, one: int, other: int) -> float:
    return (common / min(one, other) + common / max(one, other)) / 2 if one and other else 0.0


def differs_strongly(one: str, other: str) -> bool:
    return likeness(one, other) < DIFFERS_STRONGLY


def hardly_alike(one: str, other: str) -> bool:
    return likeness(one, other) < HARDLY_ALIKE


@dataclass
class Names:
    """Code → name of everything held, ready to be asked for what is near."""

    names: Mapping[str, str]
    folded: Mapping[str, str]
    """The same names folded: folding thousands anew would cost more than all the rest."""
    _words: dict[str, frozenset[str]] = field(init=False, repr=False)
    _by_word: dict[str, list[str]] = field(init=False, repr=False)
    _by_rest: dict[str, set[str]] = field(init=False, repr=False)
    """Digits of a code with one left out → codes: two codes that are one slip apart share such a rest."""

    def __post_init__(self) -> None:
        self._words = {code: _said(name) for code, name in self.folded.items()}
        self._by_word, self._by_rest = {}, {}
        for code, words in self._words.items():
            for word in words:
                self._by_word.setdefault(word, []).append(code)
            digits = _digits(code)
            for rest in (digits, *_rests(digits)):
                self._by_rest.setdefault(rest, set()).add(code)

    def near(self, code: str, name: str, *, most: int = MOST_NEAR) -> tuple[str, ...]:
        """Codes that a slip might have been meant for, or that carry nearly that name; best first."""
        wanted = words_of(name)
        common = Counter(held for word in wanted for held in self._by_word.get(word, ()))
        digits = _digits(code)
        slips = {
            held
            for rest in (digits, *_rests(digits))
            for held in self._by_rest.get(rest, ())
            if is_slip(code, held)
        }
        scored = []
        # One common word makes no two names alike; most of what is held has no more.
        for held in slips | {held for held, words in common.items() if words > 1 or len(wanted) == 1}:
            score = _share(common[held], len(wanted), len(self._words[held])) + (SLIP if held in slips else 0)
            if score >= NEAR:
                scored.append((-score, held))
        return tuple(held for _score, held in sorted(scored)[:most])


def _rests(digits: str) -> set[str]:
    return {digits[:i] + digits[i + 1 :] for i in range(len(digits))}


def is_slip(code: str, held: str) -> bool:
    """One digit wrong, left out, doubled, or two changed places."""
    a, b = _digits(code), _digits(held)
    if not a or a == b or abs(len(a) - len(b)) > 1:
        return False
    if len(a) == len(b):
        wrong = [i for i in range(len(a)) if a[i] != b[i]]
        return len(wrong) == 1 or (
            len(wrong) == 2
            and wrong[1] == wrong[0] + 1
            and (a[wrong[0]], a[wrong[1]]) == (b[wrong[1]], b[wrong[0]])
        )
    longer, shorter = (a, b) if len(a) > len(b) else (b, a)
    return any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))


def _digits(code: str) -> str:
    return "".join(char for char in code if char.isdigit())


def changed_words(ours: str, theirs: str) -> bool:
    """Do the names differ in more than case, spaces and marks?"""
    return _plain(ours) != _plain(theirs)


def _plain(name: str) -> list[str]:
    """ "Thủ tục" before a name says nothing."""
    words = _WORD.findall(fold(name))
    return words[2:] if tuple(words[:2]) == LEADING and len(words) > 2 else words
