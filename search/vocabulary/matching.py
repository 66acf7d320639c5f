"""Which phrases of the vocabulary stand in what was typed: longest first, accents agreeing, none over another. Pure.

Phrases are compared three times: with the words as typed, with abbreviations written out, and with the small words left
out that may stand between ("bố tôi vừa mất" is "bố mất").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from search.vocabulary.entries import REWRITING, EntryKind, Role, Where, marks
from search.vocabulary.reading import Phrase, Vocabulary, beginning


@dataclass(frozen=True, slots=True)
class TypedWord:
    text: str
    folded: str
    accented: str
    marks: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """One word as phrases are compared with it: typed, or out of what an abbreviation stands for."""

    folded: str
    accented: str
    marks: str
    first: int
    last: int
    """The typed words it comes from."""


@dataclass(frozen=True, slots=True)
class Match:
    first: int
    last: int
    """Typed words, `last` included."""
    phrase: Phrase
    written_out: tuple[_Piece, ...] = ()
    """The words that met the phrase, where they are not those typed."""
    met: int = 0
    """Typed words that met it: all but skipped ones between them."""

    @property
    def places(self) -> range:
        return range(self.first, self.last + 1)


class Matching:
    def __init__(self, typed: Sequence[TypedWord], vocabulary: Vocabulary) -> None:
        self.typed = typed
        self.vocabulary = vocabulary
        self.there = frozenset(word.folded for word in typed)
        spelled = [word for word in typed if word.folded.isalpha()]
        self.is_accented = 2 * sum(bool(word.marks) for word in spelled) >= len(spelled) > 0
        """Most words carry accents, so that one without is meant so."""
        self._skipped = (
            vocabulary.skipped
            if self.is_accented
            else frozenset((folded, "") for folded, _marks in vocabulary.skipped)
        )

    # Abbreviations ----------------------------------------------------------------------------------------------------

    def _as_pieces(self) -> list[_Piece]:
        return [_Piece(word.folded, word.accented, word.marks, n, n) for n, word in enumerate(self.typed)]

    def abbreviations(self) -> list[Match]:
        """From left to right, the longest at each place."""
        found: list[Match] = []
        place = 0
        while place < len(self.typed):
            phrase = self._abbreviation(place)
            if phrase is None:
                place += 1
                continue
            last = place + len(phrase.tokens) - 1
            found.append(
                Match(place, last, phrase, tuple(_written_out(phrase, place, last)), last + 1 - place)
            )
            place = last + 1
        return found

    def _abbreviation(self, place: int) -> Phrase | None:
        following = self.typed[place + 1].folded if place + 1 < len(self.typed) else ""
        for phrase in beginning(self.vocabulary.abbreviations, self.typed[place].folded, following):
            words = self.typed[place : place + len(phrase.tokens)]
            if tuple(word.folded for word in words) != phrase.tokens:
                continue
            if self._stands_for(phrase, words) and self._is_in_company(phrase):
                return phrase
        return None

    def _stands_for(self, phrase: Phrase, words: Sequence[TypedWord]) -> bool:
        if phrase.kind is EntryKind.SAME:
            return self._agrees(
                phrase, [_Piece(word.folded, word.accented, word.marks, 0, 0) for word in words]
            )
        return all(word.marks in ("", mark) for word, mark in zip(words, phrase.marks, strict=True))

    def _is_in_company(self, phrase: Phrase) -> bool:
        if not phrase.company or len(phrase.tokens) == len(self.typed):
            return True
        others = self.there - frozenset(phrase.tokens)
        return any(company <= others for company in phrase.company)

    # Phrases ----------------------------------------------------------------------------------------------------------

    def chosen(self) -> list[list[Match]]:
        """What stands at one place together; longest first, none over another. Phrases for one end come last."""
        short = self.abbreviations()
        pieces = self._as_pieces()
        matches = [*self._matches(pieces), *short]
        if short:
            pieces = _expanded(pieces, short)
            matches += self._matches(pieces)
            asked = {(m.first, m.last) for m in matches if m.phrase.role is Role.QUESTION}
            matches = [m for m in matches if m.phrase.kind not in REWRITING or (m.first, m.last) not in asked]
        closer = [piece for piece in pieces if (piece.folded, piece.marks) not in self._skipped]
        if len(closer) < len(pieces):
            matches += (match for match in self._matches(closer) if match.phrase.role is Role.CONTENT)
        by_place: dict[tuple[int, int, Role, Where], list[Match]] = {}
        for match in matches:
            key = (match.first, match.last, match.phrase.role, match.phrase.where)
            by_place.setdefault(key, []).append(match)
        found = sorted(by_place, key=lambda key: _order(by_place[key]))
        taken: set[int] = set()
        chosen: list[tuple[int, int, Role, Where]] = []
        for at_ends in (False, True):
            for key in found:
                first, last, _role, where = key
                places = range(first, last + 1)
                if at_ends is (where is Where.ANYWHERE) or not taken.isdisjoint(places):
                    continue
                if not at_ends or self._is_at_its_end(key, chosen):
                    taken.update(places)
                    chosen.append(key)
        return [by_place[key] for key in sorted(chosen)]

    def _is_at_its_end(
        self, key: tuple[int, int, Role, Where], chosen: Iterable[tuple[int, int, Role, Where]]
    ) -> bool:
        left = {
            place
            for first, last, role, _where in chosen
            if role is Role.QUESTION
            for place in range(first, last + 1)
        }
        outside = range(key[0]) if key[3] is Where.START else range(key[1] + 1, len(self.typed))
        return all(place in left or self.is_light(self.typed[place]) for place in outside)

    def _matches(self, pieces: Sequence[_Piece]) -> Iterator[Match]:
        for begin, piece in enumerate(pieces):
            if begin and pieces[begin - 1].first == piece.first:
                continue  # inside an abbreviation
            following = pieces[begin + 1].folded if begin + 1 < len(pieces) else ""
            for phrase in beginning(self.vocabulary.phrases, piece.folded, following):
                end = begin + len(phrase.tokens)
                met = pieces[begin:end]
                if end < len(pieces) and pieces[end].first == met[-1].first:
                    continue  # ends inside an abbreviation
                if self._agrees(phrase, met):
                    first, last = met[0].first, met[-1].last
                    typed = tuple(word.folded for word in self.typed[first : last + 1])
                    sources = {place for piece in met for place in range(piece.first, piece.last + 1)}
                    yield Match(
                        first, last, phrase, () if typed == phrase.tokens else tuple(met), len(sources)
                    )

    def _agrees(self, phrase: Phrase, met: Sequence[_Piece]) -> bool:
        if len(met) < len(phrase.tokens) or tuple(piece.folded for piece in met) != phrase.tokens:
            return False
        exact = 0
        for piece, mark in zip(met, phrase.marks, strict=True):
            if piece.marks == mark:
                exact += 1
            elif piece.marks:
                return False
        if exact < len(met):
            if len(met) == 1 and not phrase.bare:
                return False
            if self.is_accented and 2 * exact < len(met):
                return False
        return self._is_in_company(phrase)

    def is_light(self, word: TypedWord) -> bool:
        if word.folded in self.vocabulary.light:
            return True
        if not (word.marks or self.is_accented):
            return False
        return (word.folded, word.marks) in self.vocabulary.light_accented


def _order(same: Sequence[Match]) -> tuple[int, int, bool, int]:
    """Most words that met a phrase first, then those that stand closest."""
    one = same[0]
    return (
        -max(match.met for match in same),
        one.last - one.first,
        one.phrase.role is Role.QUESTION,
        one.first,
    )


def _written_out(phrase: Phrase, first: int, last: int) -> Iterator[_Piece]:
    way = phrase.ways[0]
    for token, accented in zip(way.tokens, way.accented, strict=True):
        yield _Piece(token, accented, marks(accented), first, last)


def _expanded(pieces: Sequence[_Piece], short: Iterable[Match]) -> list[_Piece]:
    by_first = {match.first: match for match in short}
    found: list[_Piece] = []
    place = 0
    while place < len(pieces):
        match = by_first.get(place)
        found += match.written_out if match else (pieces[place],)
        place = match.last + 1 if match else place + 1
    return found
