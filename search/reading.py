"""What somebody typed, understood: codes and numbers, phrases of the vocabulary, question words left out. Pure.

query = read("cho hỏi làm sổ đỏ lần đầu cần giấy tờ gì", vocabulary)

Phrases are found longest first on folded words; where accents were typed they must agree ("thẻ" is not "thể"). An
abbreviation is expanded before, so that a phrase is found in "gcn qsdđ" too. Every word that stands in no phrase is a
concept of its own: ranking knows which words stand together.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from search.engines.contract import Alternative, Concept
from search.query import MAX_CONCEPTS, MAX_TEXT, Hint, Query
from search.references import KINDS, Number, References, references
from search.text import accented_words, clean, tokenize
from search.vocabulary.entries import REWRITING, EntryKind, Role, Where, marks
from search.vocabulary.reading import Phrase, Vocabulary

MAX_WORDS: Final = 64
MOST_WAYS: Final = 10
"""Alternatives of one concept."""
EXPANDED: Final = 0.98
"""What an abbreviation written out is worth beside the abbreviation."""
PHRASE: Final = 0.5
"""A phrase of n words that was understood weighs n to this power times its own: what it stands for were n words."""
BESIDE: Final = 0.6
"""What single words weigh in a sentence in which phrases were understood: it is told around them."""
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
class _Typed:
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
class _Match:
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
        self._skipped = (
            vocabulary.skipped
            if self.is_accented
            else frozenset((folded, "") for folded, _marks in vocabulary.skipped)
        )

    def understood(self, *, is_alone: bool) -> tuple[list[Concept], tuple[str, ...], list[str], Hint]:
        """Concepts, what was left out, the folded words that were not, the hint. `is_alone`: no code or number beside."""
        chosen = self._chosen()
        questions = [same for same in chosen if same[0].phrase.role is Role.QUESTION]
        hint = next(
            (match.phrase.hint for same in questions for match in same if match.phrase.hint), Hint.NONE
        )
        concepts = list(self._concepts(chosen, is_alone=is_alone))
        if sum(concept.weight > 1 for concept in concepts) and len(concepts) > 2:
            concepts = [replace(c, weight=c.weight * BESIDE) if c.weight <= 1 else c for c in concepts]
        if not concepts and is_alone:
            concepts = [self._single(word) for word in self.typed]
            questions = []
        left = {place for same in questions for place in same[0].places}
        return (
            concepts,
            tuple(" ".join(self.typed[place].text for place in same[0].places) for same in questions),
            [word.folded for place, word in enumerate(self.typed) if place not in left],
            hint,
        )

    # Abbreviations ----------------------------------------------------------------------------------------------------

    def _as_pieces(self) -> list[_Piece]:
        return [_Piece(word.folded, word.accented, word.marks, n, n) for n, word in enumerate(self.typed)]

    def _abbreviations(self) -> list[_Match]:
        """From left to right, the longest at each place."""
        found: list[_Match] = []
        place = 0
        while place < len(self.typed):
            phrase = self._abbreviation(place)
            if phrase is None:
                place += 1
                continue
            last = place + len(phrase.tokens) - 1
            found.append(
                _Match(place, last, phrase, tuple(_written_out(phrase, place, last)), last + 1 - place)
            )
            place = last + 1
        return found

    def _abbreviation(self, place: int) -> Phrase | None:
        for phrase in self.vocabulary.abbreviations.get(self.typed[place].folded, ()):
            words = self.typed[place : place + len(phrase.tokens)]
            if tuple(word.folded for word in words) != phrase.tokens:
                continue
            if self._stands_for(phrase, words) and self._is_in_company(phrase):
                return phrase
        return None

    def _stands_for(self, phrase: Phrase, words: Sequence[_Typed]) -> bool:
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

    def _chosen(self) -> list[list[_Match]]:
        """What stands at one place together; longest first, none over another. Phrases for one end come last."""
        short = self._abbreviations()
        pieces = self._as_pieces()
        matches = [*self._matches(pieces), *short]
        if short:
            pieces = _expanded(pieces, short)
            matches += self._matches(pieces)
            asked = {(m.first, m.last) for m in matches if m.phrase.role is Role.QUESTION}
            matches = [
                m for m in matches if m.phrase.kind is not EntryKind.SAME or (m.first, m.last) not in asked
            ]
        closer = [piece for piece in pieces if (piece.folded, piece.marks) not in self._skipped]
        if len(closer) < len(pieces):
            matches += (match for match in self._matches(closer) if match.phrase.role is Role.CONTENT)
        by_place: dict[tuple[int, int, Role, Where], list[_Match]] = {}
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
        return all(place in left or self._is_light(self.typed[place]) for place in outside)

    def _matches(self, pieces: Sequence[_Piece]) -> Iterator[_Match]:
        for begin, piece in enumerate(pieces):
            if begin and pieces[begin - 1].first == piece.first:
                continue  # inside an abbreviation
            for phrase in self.vocabulary.phrases.get(piece.folded, ()):
                end = begin + len(phrase.tokens)
                met = pieces[begin:end]
                if end < len(pieces) and pieces[end].first == met[-1].first:
                    continue  # ends inside an abbreviation
                if self._agrees(phrase, met):
                    first, last = met[0].first, met[-1].last
                    typed = tuple(word.folded for word in self.typed[first : last + 1])
                    sources = {place for piece in met for place in range(piece.first, piece.last + 1)}
                    yield _Match(
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

    # Concepts ---------------------------------------------------------------------------------------------------------

    def _concepts(self, chosen: Sequence[list[_Match]], *, is_alone: bool) -> Iterator[Concept]:
        by_first = {same[0].first: same for same in chosen}
        place = 0
        while place < len(self.typed):
            same = by_first.get(place)
            if same is None:
                concept, place = self._loose(place, by_first, is_alone=is_alone)
                if concept is not None:
                    yield concept
                continue
            place = same[0].last + 1
            if same[0].phrase.role is Role.CONTENT:
                yield self._phrase(same)
            elif same[0].phrase.role is Role.WORD:
                yield from (self._single(self.typed[number]) for number in same[0].places)

    def _loose(self, place: int, taken: Container[int], *, is_alone: bool) -> tuple[Concept | None, int]:
        """A word that stands in no phrase, and where to go on."""
        word = self.typed[place]
        behind = place + 1
        following = self.typed[behind].folded if behind < len(self.typed) and behind not in taken else ""
        if word.folded.isdigit() and following == "tuoi":
            return _age(int(word.folded[:4])), place + 2
        if word.folded.isdigit() and following in _UNITS and not _YEAR.fullmatch(word.folded):
            return None, place + 2
        if _MEASURE.fullmatch(word.folded) or self._is_light(word):
            return None, behind
        if not is_alone and word.folded in _REFERENCE_WORDS:
            return None, behind
        return self._single(word), behind

    def _is_light(self, word: _Typed) -> bool:
        if word.folded in self.vocabulary.light:
            return True
        if not (word.marks or self.is_accented):
            return False
        return (word.folded, word.marks) in self.vocabulary.light_accented

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

    def _phrase(self, same: Sequence[_Match]) -> Concept:
        typed = [self.typed[place] for place in same[0].places]
        ways = [self._as_typed(self._core(typed), min(match.phrase.typed for match in same))]
        for match in same:
            if match.written_out and match.phrase.kind not in REWRITING:
                folded, accented = zip(
                    *((piece.folded, piece.accented) for piece in match.written_out), strict=True
                )
                ways.append(Alternative(folded, EXPANDED * match.phrase.typed, accented))
            ways += match.phrase.ways
        return Concept(_best_of_each(ways), round(max(match.met for match in same) ** PHRASE, 3))

    def _core(self, typed: Sequence[_Typed]) -> Sequence[_Typed]:
        """Without light words at the ends: "với người nước ngoài"."""
        begin, end = 0, len(typed)
        while begin < end - 1 and typed[begin].folded in self.vocabulary.light:
            begin += 1
        while end - 1 > begin and typed[end - 1].folded in self.vocabulary.light:
            end -= 1
        return typed[begin:end]


def _order(same: Sequence[_Match]) -> tuple[int, int, bool, int]:
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


def _expanded(pieces: Sequence[_Piece], short: Iterable[_Match]) -> list[_Piece]:
    by_first = {match.first: match for match in short}
    found: list[_Piece] = []
    place = 0
    while place < len(pieces):
        match = by_first.get(place)
        found += match.written_out if match else (pieces[place],)
        place = match.last + 1 if match else place + 1
    return found


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
