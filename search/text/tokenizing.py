"""Text → words, with their places in the text as it was given: one rule for all engines, queries and highlights. Pure.

A word is a run of letters and digits with what belongs to them (combining marks, soft hyphens); everything else parts words,
the dots and dashes of codes too. The same runs are cut whether one asks for tokens, for folded or for accented words, so that
the three always have the same length and order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Set
from itertools import chain
from operator import attrgetter
from typing import Final, NamedTuple

from search.text.letters import LOOKALIKES_OF_D, QUALITIES, TONES, fold, is_mark, one_spelling
from search.text.syllables import place_tone

_REMEMBERED: Final = 50_000
"""Syllables of a language are few; what is remembered beyond is numbers, and then all is forgotten at once."""
_LONG: Final = 24
"""Longer pieces do not come again."""


class Token(NamedTuple):
    text: str
    """As it stands in the text."""
    folded: str
    """Without accents, in one spelling: what engines index."""
    start: int
    end: int


def _ranges(wanted: Callable[[str], bool], codes: range) -> str:
    """The characters for which it is true, as the inside of a class of a regular expression."""
    out: list[str] = []
    start: int | None = None
    for code in codes:
        if wanted(chr(code)):
            start = code if start is None else start
        elif start is not None:
            out.append(f"\\U{start:08x}-\\U{code - 1:08x}")
            start = None
    if start is not None:
        out.append(f"\\U{start:08x}-\\U{codes[-1]:08x}")
    return "".join(out)


def _is_character(character: str) -> bool:
    # Some count as letters and are nothing but a mark, such as the halfwidth ones of Japanese.
    return character.isalnum() and any(map(str.isalnum, unicodedata.normalize("NFKC", character)))


# Written out, a class is a bitmap and twice as fast as \w. Beyond the basic plane only mathematical letters (people decorate
# their text with them) and the Han characters with which Vietnamese was once written.
_PLANE: Final = range(0x10000)
_LETTERS: Final = (
    _ranges(_is_character, _PLANE)
    + _ranges(_is_character, range(0x1D400, 0x1D800))
    + "\U00020000-\U0002a6d6\U0002a700-\U0002b734"
)
_RUN: Final = re.compile(f"[{_LETTERS}][{_LETTERS}{_ranges(is_mark, _PLANE)}]*")


def _folded(run: str) -> str:
    folded = fold(run)
    if not folded.isalnum():
        # "½", "⑴": compatibility forms of a letter with signs around it.
        folded = "".join(filter(str.isalnum, folded))
    return one_spelling(folded)


def _accented(run: str) -> str:
    """In NFC, lower case, each mark once and where it belongs; "" where the folded word is."""
    if run.isascii():
        return run.lower()
    lower = unicodedata.normalize("NFKD", run.lower().translate(LOOKALIKES_OF_D))
    letters: list[str] = []
    base, quality, tone, others = "", "", "", ""
    for character in lower + "\0":
        if not is_mark(character):
            letters.append(unicodedata.normalize("NFC", base + quality + tone + others))
            base, quality, tone, others = character if character.isalnum() else "", "", "", ""
        elif not quality and character in QUALITIES:
            quality = character
        elif character in TONES:
            tone = character
        elif unicodedata.combining(character) and character not in QUALITIES:
            others += character
    return place_tone(unicodedata.normalize("NFC", "".join(letters)))


class _Remembered(dict[str, tuple[str, ...]]):
    """Piece of text between spaces → its words. Texts say the same things again and again: twice as fast as cutting anew."""

    def __init__(self, make: Callable[[str], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, piece: str) -> tuple[str, ...]:
        made = tuple(map(self._make, _RUN.findall(piece)))
        if len(piece) <= _LONG:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[piece] = made
        return made

    def words(self, text: str) -> tuple[str, ...]:
        return tuple(chain.from_iterable(map(self.__getitem__, text.split())))

    def distinct(self, text: str) -> set[str]:
        return set(chain.from_iterable(map(self.__getitem__, set(text.split()))))


_FOLDED: Final = _Remembered(_folded)
_ACCENTED: Final = _Remembered(_accented)


def words(text: str) -> tuple[str, ...]:
    """Folded words in one spelling: what engines index and plans ask for."""
    return _FOLDED.words(text)


def distinct_words(text: str) -> set[str]:
    """`words`, each once: quicker by half, since texts repeat themselves."""
    return _FOLDED.distinct(text)


def accented_words(text: str) -> tuple[str, ...]:
    """As many words as `words`, at the same places, with their accents: NFC, lower case, tones at today's place."""
    return _ACCENTED.words(text)


def runs(text: str) -> list[str]:
    """The words as they stand in the text."""
    return _RUN.findall(text)


def tokens_of(text: str, wanted: Set[str]) -> list[Token]:
    """Those of `tokenize` whose folded word is wanted: of a long text a fraction of the time."""
    found: list[Token] = []
    for piece in set(text.split()):
        if wanted.isdisjoint(_FOLDED[piece]):
            continue
        runs = [
            (run, folded, *match.span())
            for match in _RUN.finditer(piece)
            if (folded := _FOLDED[run := match[0]][0]) in wanted
        ]
        at = text.find(piece)
        while at >= 0:
            end = at + len(piece)
            if not text[at - 1 : at].strip() and not text[end : end + 1].strip():
                found += (Token(run, folded, at + begin, at + behind) for run, folded, begin, behind in runs)
            at = text.find(piece, end)
    found.sort(key=attrgetter("start"))
    return found


def tokenize(text: str) -> tuple[Token, ...]:
    """The words of a text and where they stand in it, as it was given (composed or not): for marking what was found."""
    return tuple(
        Token(run := match[0], _FOLDED[run][0], match.start(), match.end()) for match in _RUN.finditer(text)
    )
