"""What somebody typed, understood: codes and numbers, phrases of the vocabulary, question words left out. Pure.

query = read("cho hỏi làm sổ đỏ lần đầu cần giấy tờ gì", vocabulary)

Phrases are found longest first on folded words; where accents were typed they must agree ("thẻ" is not "thể"). An
abbreviation is expanded before, so that a phrase is found in "gcn qsdđ" too. Every word that stands in no phrase is a
concept of its own: ranking knows which words stand together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from search.engines.contract import Alternative, Concept
from search.query import MAX_CONCEPTS, MAX_TEXT, Hint, Query
from search.references import KINDS, Number, References, references
from search.text import accented_words, clean, tokenize
from search.vocabulary.entries import Role, Where, marks
from search.vocabulary.reading import Phrase, Vocabulary

MAX_WORDS: Final = 64
MOST_WAYS: Final = 10
"""Alternatives of one concept."""
EXPANDED: Final = 0.97
"""What an abbreviation written out is worth beside the abbreviation."""
DOUBTFUL: Final = 0.4
"""Weight of a word that tells nothing if it is what it mostly is: "duoc" is "được" more often than "dược"."""
COUNTED: Final = 0.6
"""Weight of an age: "75 tuổi"."""

_DOTTED: Final = re.compile(r"(?<!\w)(?:[^\W\d_]\.){2,}[^\W\d_]?(?!\w)")
"""Đ.K.K.D."""
_UNITS: Final = frozenset({
    "ngay", "thang", "nam", "tuan", "gio", "phut", "m2", "m", "met", "ha", "mau", "trieu", "nghin", "ngan", "ty", "dong",
    "vnd", "k", "tr",
})  # fmt: skip
"""What is counted tells nothing: "được 2 tháng", "100 m2", "20 triệu"."""
_MEASURE: Final = re.compile(r"[0-9]+(?:m2|m|ha|tr|k|d|ngay|thang|nam|h)")
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}")
_REFERENCE_WORDS: Final = frozenset({"ma", "so", "tthc", "thu", "tuc", "hanh", "chinh"})
"""What stands beside a code and says only that it is one."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """One word: typed, or out of an abbreviation that was typed."""

    folded: str
    accented: str
    marks: str
    first: int
    last: int
    """The typed words it comes from."""
    short: Phrase | None = None
    """The abbreviation."""


@dataclass(frozen=True, slots=True)
class _Typed:
    text: str
    folded: str
    accented: str
    marks: str


@dataclass(frozen=True, slots=True)
class _Match:
    begin: int
    end: int
    """Pieces, `end` not included."""
    phrases: tuple[Phrase, ...]

    @property
    def role(self) -> Role:
        return self.phrases[0].role

    @property
    def pieces(self) -> range:
        return range(self.begin, self.end)


def read(text: str, vocabulary: Vocabulary) -> Query:
    cleaned = clean(text, MAX_TEXT)
    found = references(cleaned)
    typed = _typed(found.rest)
    reader = _Reader(typed, vocabulary)
    concepts, left_out, kept, hint = reader.understood(is_alone=not (found.codes or found.numbers))
    every = [*map(_number_concept, found.numbers), *concepts]
    return Query(
        text=cleaned,
        normal=" ".join((*found.codes, *(number.normal for number in found.numbers), *kept)),
        concepts=tuple(every[:MAX_CONCEPTS]),
        codes=found.codes,
        numbers=_normal_numbers(found),
        hint=hint,
        left_out=left_out,
        has_accents=any(word.marks for word in typed),
    )


def _typed(text: str) -> list[_Typed]:
    text = _DOTTED.sub(lambda match: match[0].replace(".", ""), text)
    return [
        _Typed(token.text, token.folded, accented, marks(accented))
        for token, accented in zip(tokenize(text), accented_words(text), strict=True)
    ][:MAX_WORDS]


def _normal_numbers(found: References) -> tuple[str, ...]:
    ways = ((number, number.padded) for number in found.numbers)
    return tuple(dict.fromkeys(way.normal for pair in ways for way in pair if way))


def _number_concept(number: Number) -> Concept:
    """Texts that cite it: every part of the number, in the ways it is written."""
    ways = [number, *([number.padded] if number.padded else [])]
    names = [name.split() for name, short in KINDS.items() if short == number.kind and not number.issuer]
    alternatives = [Alternative(way.tokens, 1.0) for way in ways]
    alternatives += [
        Alternative((way.number, *filter(None, [way.year]), *name), 0.9) for way in ways for name in names
    ]
    return Concept(tuple(alternatives))


class _Reader:
    def __init__(self, typed: Sequence[_Typed], vocabulary: Vocabulary) -> None:
        self.typed = typed
        self.vocabulary = vocabulary
        self.there = frozenset(word.folded for word in typed)
        spelled = [word for word in typed if word.folded.isalpha()]
        self.is_accented = 2 * sum(bool(word.marks) for word in spelled) >= len(spelled) > 0
        """Most words carry accents, so that one without is meant so."""
        self.pieces = list(self._expanded())

    def understood(self, *, is_alone: bool) -> tuple[list[Concept], tuple[str, ...], list[str], Hint]:
        """Concepts, what was left out, the folded words that were not, the hint. `is_alone`: no code or number beside."""
        matches = self._chosen()
        hint = next((phrase.hint for match in matches for phrase in match.phrases if phrase.hint), Hint.NONE)
        questions = [match for match in matches if match.role is Role.QUESTION]
        concepts = list(self._concepts(matches, is_alone=is_alone))
        if not concepts and is_alone:
            concepts = [self._single(word) for word in self.typed]
            questions = []
        left = {number for match in questions for number in self._sources(match)}
        return (
            concepts,
            tuple(" ".join(self.typed[n].text for n in self._sources(match)) for match in questions),
            [word.folded for number, word in enumerate(self.typed) if number not in left],
            hint,
        )

    # Abbreviations ----------------------------------------------------------------------------------------------------

    def _expanded(self) -> Iterator[_Piece]:
        at = 0
        while at < len(self.typed):
            short = self._abbreviation(at)
            if short is None:
                word = self.typed[at]
                yield _Piece(word.folded, word.accented, word.marks, at, at)
                at += 1
                continue
            last = at + len(short.tokens) - 1
            way = short.ways[0]
            for token, accented in zip(way.tokens, way.accented, strict=True):
                yield _Piece(token, accented, marks(accented), at, last, short)
            at = last + 1

    def _abbreviation(self, at: int) -> Phrase | None:
        for phrase in self.vocabulary.abbreviations.get(self.typed[at].folded, ()):
            end = at + len(phrase.tokens)
            words = self.typed[at:end]
            if tuple(word.folded for word in words) != phrase.tokens:
                continue
            agrees = all(word.marks in ("", mark) for word, mark in zip(words, phrase.marks, strict=True))
            if agrees and self._is_in_company(phrase):
                return phrase
        return None

    def _is_in_company(self, phrase: Phrase) -> bool:
        if not phrase.company or len(phrase.tokens) == len(self.typed):
            return True
        others = self.there - frozenset(phrase.tokens)
        return any(company <= others for company in phrase.company)

    # Phrases ----------------------------------------------------------------------------------------------------------

    def _chosen(self) -> list[_Match]:
        """Longest first, none over another; phrases of a question that belong to one end come last."""
        taken: set[int] = set()
        chosen: list[_Match] = []
        found = sorted(self._matches(), key=lambda m: (m.begin - m.end, m.role is Role.QUESTION, m.begin))
        for at_ends in (False, True):
            for match in found:
                if at_ends is (match.phrases[0].where is Where.ANYWHERE) or not taken.isdisjoint(
                    match.pieces
                ):
                    continue
                if not at_ends or self._is_at_its_end(match, chosen):
                    taken.update(match.pieces)
                    chosen.append(match)
        return sorted(chosen, key=lambda match: match.begin)

    def _is_at_its_end(self, match: _Match, chosen: Iterable[_Match]) -> bool:
        left = {n for other in chosen if other.role is Role.QUESTION for n in other.pieces}
        where = match.phrases[0].where
        outside = range(match.begin) if where is Where.START else range(match.end, len(self.pieces))
        return all(n in left or self._is_light(self.pieces[n]) for n in outside)

    def _matches(self) -> Iterator[_Match]:
        for begin, piece in enumerate(self.pieces):
            if begin and self.pieces[begin - 1].first == piece.first:
                continue  # inside an abbreviation
            by_length: dict[tuple[int, Role, Where], list[Phrase]] = {}
            for phrase in self.vocabulary.phrases.get(piece.folded, ()):
                if self._agrees(phrase, begin):
                    by_length.setdefault((len(phrase.tokens), phrase.role, phrase.where), []).append(phrase)
            for (length, _role, _where), phrases in by_length.items():
                yield _Match(begin, begin + length, tuple(phrases))

    def _agrees(self, phrase: Phrase, begin: int) -> bool:
        end = begin + len(phrase.tokens)
        pieces = self.pieces[begin:end]
        if len(pieces) < len(phrase.tokens) or tuple(piece.folded for piece in pieces) != phrase.tokens:
            return False
        if end < len(self.pieces) and self.pieces[end].first == pieces[-1].first:
            return False  # ends inside an abbreviation
        exact = 0
        for piece, mark in zip(pieces, phrase.marks, strict=True):
            if piece.marks == mark:
                exact += 1
            elif piece.marks:
                return False
        if exact < len(pieces):
            if len(pieces) == 1 and not phrase.bare:
                return False
            if self.is_accented and 2 * exact < len(pieces):
                return False
        return self._is_in_company(phrase)

    # Concepts ---------------------------------------------------------------------------------------------------------

    def _concepts(self, matches: Sequence[_Match], *, is_alone: bool) -> Iterator[Concept]:
        by_begin = {match.begin: match for match in matches}
        at = 0
        while at < len(self.pieces):
            match = by_begin.get(at)
            if match is None:
                concept, at = self._loose(at, is_alone=is_alone)
                if concept is not None:
                    yield concept
                continue
            at = match.end
            if match.role is Role.CONTENT:
                yield self._phrase(match)
            elif match.role is Role.WORD:
                yield from (self._single(self.typed[number]) for number in self._sources(match))

    def _loose(self, at: int, *, is_alone: bool) -> tuple[Concept | None, int]:
        """A word that stands in no phrase, and where to go on."""
        piece = self.pieces[at]
        if piece.short is not None:
            end = at + len(piece.short.ways[0].tokens)
            return self._phrase(_Match(at, end, (piece.short,))), end
        following = self.pieces[at + 1].folded if at + 1 < len(self.pieces) else ""
        if piece.folded.isdigit() and following == "tuoi":
            return _age(int(piece.folded[:4])), at + 2
        if piece.folded.isdigit() and following in _UNITS and not _YEAR.fullmatch(piece.folded):
            return None, at + 2
        if _MEASURE.fullmatch(piece.folded) or self._is_light(piece):
            return None, at + 1
        if not is_alone and piece.folded in _REFERENCE_WORDS:
            return None, at + 1
        return self._single(self.typed[piece.first]), at + 1

    def _is_light(self, piece: _Piece) -> bool:
        vocabulary = self.vocabulary
        if piece.folded in vocabulary.light:
            return True
        if not (piece.marks or self.is_accented):
            return False
        return (piece.folded, piece.marks) in vocabulary.light_accented

    def _single(self, word: _Typed) -> Concept:
        is_doubtful = not word.marks and not self.is_accented and word.folded in self.vocabulary.doubtful
        return Concept((self._as_typed([word]),), DOUBTFUL if is_doubtful else 1.0)

    def _as_typed(self, words: Sequence[_Typed], weight: float = 1.0) -> Alternative:
        knows = self.is_accented or any(word.marks for word in words)
        return Alternative(
            tuple(word.folded for word in words),
            weight,
            tuple(word.accented for word in words) if knows else (),
        )

    def _sources(self, match: _Match) -> range:
        return range(self.pieces[match.begin].first, self.pieces[match.end - 1].last + 1)

    def _phrase(self, match: _Match) -> Concept:
        pieces = self.pieces[match.begin : match.end]
        typed = [self.typed[number] for number in self._sources(match)]
        ways = [self._as_typed(self._core(typed), min(phrase.typed for phrase in match.phrases))]
        if any(piece.short for piece in pieces):
            ways.append(
                Alternative(
                    tuple(piece.folded for piece in pieces),
                    EXPANDED,
                    tuple(piece.accented for piece in pieces),
                )
            )
        shorts = {piece.first: piece.short for piece in pieces if piece.short}
        if len(shorts) == 1 and len(typed) == len(next(iter(shorts.values())).tokens):
            ways += next(iter(shorts.values())).ways
        ways += (way for phrase in match.phrases for way in phrase.ways)
        return Concept(_best_of_each(ways))

    def _core(self, typed: Sequence[_Typed]) -> Sequence[_Typed]:
        """Without light words at the ends: "với người nước ngoài"."""
        begin, end = 0, len(typed)
        while begin < end - 1 and typed[begin].folded in self.vocabulary.light:
            begin += 1
        while end - 1 > begin and typed[end - 1].folded in self.vocabulary.light:
            end -= 1
        return typed[begin:end]


def _best_of_each(ways: Iterable[Alternative]) -> tuple[Alternative, ...]:
    """The typed way stays first; the same words once, with the greatest weight."""
    best: dict[tuple[str, ...], Alternative] = {}
    for way in ways:
        held = best.get(way.tokens)
        if held is None or held.weight < way.weight:
            best[way.tokens] = way
    first, *others = best.values()
    return (first, *sorted(others, key=lambda way: -way.weight)[: MOST_WAYS - 1])


_AGES: Final[Mapping[range, tuple[tuple[str, float], ...]]] = {
    range(6): (("dưới 6 tuổi", 0.8), ("trẻ em", 0.5)),
    range(6, 14): (("dưới 14 tuổi", 0.8), ("trẻ em", 0.5)),
    range(14, 18): (("từ đủ 14 tuổi", 0.7),),
    range(60, 75): (("người cao tuổi", 0.7),),
    range(75, 130): (("người cao tuổi", 0.7), ("hưu trí xã hội", 0.6)),
}
"""Which group the law puts an age into: Luật Căn cước 2023, art. 19; Luật BHYT (under 6); Luật Người cao tuổi (60); Luật
BHXH 2024, art. 21 (75)."""


def _age(years: int) -> Concept:
    ways = [Alternative((str(years), "tuoi"), 1.0)]
    for ages, groups in _AGES.items():
        if years in ages:
            ways += (Alternative(_folded(text), weight, accented_words(text)) for text, weight in groups)
    return Concept(tuple(ways), COUNTED)


def _folded(text: str) -> tuple[str, ...]:
    return tuple(token.folded for token in tokenize(text))
