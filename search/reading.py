"""What somebody typed, understood: codes and numbers, phrases of the vocabulary, question words left out. Pure.

query = read("cho hỏi làm sổ đỏ lần đầu cần giấy tờ gì", vocabulary)

Phrases are found longest first on folded words; where accents were typed they must agree ("thẻ" is not "thể"). An
abbreviation is expanded before, so that a phrase is found in "gcn qsdđ" too. Every word that stands in no phrase is a
concept of its own: ranking knows which words stand together.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from search.engines.contract import Alternative, Concept
from search.query import MAX_CONCEPTS, MAX_TEXT, Hint, Query
from search.references import KINDS, Number, References, references
from search.text import accented_words, clean, fold, tokenize
from search.vocabulary.entries import REWRITING, EntryKind, Role, marks
from search.vocabulary.matching import Match, Matching, TypedWord
from search.vocabulary.reading import Vocabulary

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
DATED: Final = 0.3
"""Weight of a year that something is said to have happened in: "mất năm 1995"."""
COUNTED: Final = 0.6
"""Weight of an age: "75 tuổi"."""

_DOTTED: Final = re.compile(r"(?<!\w)(?:[^\W\d_]\.){2,}[^\W\d_]?(?!\w)")
"""Đ.K.K.D."""
_UNITS: Final = frozenset({
    "ngay", "thang", "nam", "tuan", "gio", "phut", "m2", "m", "met", "ha", "mau", "trieu", "nghin", "ngan", "ty", "dong",
    "vnd", "k", "tr",
})  # fmt: skip
"""What is counted tells nothing: "được 2 tháng", "100 m2", "20 triệu"."""
_DATED: Final = frozenset({"ngay", "thang", "nam", "hom", "luc", "mung"})
"""What a date begins with."""
_MEASURE: Final = re.compile(r"[0-9]+(?:m2|m|ha|tr|k|d|ngay|thang|nam|h)")
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}")
_REFERENCE_WORDS: Final = frozenset({"ma", "so", "tthc", "thu", "tuc", "hanh", "chinh"})
"""What stands beside a code and says only that it is one."""


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


def _typed(text: str) -> list[TypedWord]:
    text = _DOTTED.sub(lambda match: match[0].replace(".", ""), text)
    return [
        TypedWord(token.text, token.folded, accented, marks(accented))
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
    def __init__(self, typed: Sequence[TypedWord], vocabulary: Vocabulary) -> None:
        self.typed = typed
        self.vocabulary = vocabulary
        self.matching = Matching(typed, vocabulary)

    def understood(self, *, is_alone: bool) -> tuple[list[Concept], tuple[str, ...], list[str], Hint]:
        """Concepts, what was left out, the folded words that were not, the hint. `is_alone`: no code or number beside."""
        chosen = self.matching.chosen()
        questions = [same for same in chosen if same[0].phrase.role is Role.QUESTION]
        hint = next(
            (match.phrase.hint for same in questions for match in same if match.phrase.hint), Hint.NONE
        )
        concepts = list(self._concepts(chosen, is_alone=is_alone))
        if sum(concept.weight > 1 for concept in concepts) and len(concepts) > 2:
            concepts = [replace(c, weight=c.weight * BESIDE) if c.weight <= 1 else c for c in concepts]
        if not concepts and is_alone:
            short = [
                [match]
                for match in self.matching.abbreviations()
                if match.phrase.kind is EntryKind.ABBREVIATION
            ]
            concepts = list(self._concepts(short, is_alone=True, keeps_all=True))
            questions = []
        left = {place for same in questions for place in same[0].places}
        return (
            concepts,
            tuple(" ".join(self.typed[place].text for place in same[0].places) for same in questions),
            [word.folded for place, word in enumerate(self.typed) if place not in left],
            hint,
        )

    # Concepts ---------------------------------------------------------------------------------------------------------

    def _concepts(
        self, chosen: Sequence[list[Match]], *, is_alone: bool, keeps_all: bool = False
    ) -> Iterator[Concept]:
        """`keeps_all`: light words too."""
        by_first = {same[0].first: same for same in chosen}
        place = 0
        while place < len(self.typed):
            same = by_first.get(place)
            if same is None and keeps_all:
                yield self._single(self.typed[place])
                place += 1
                continue
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
        if (counted := self._in_words(place, taken)) is not None:
            return counted
        if word.folded in _DATED and following.isdigit() and not self._counts(behind):
            # "hôm 12 tháng 3", "năm 1995": only a year may be what a name says.
            year = self.typed[behind] if _YEAR.fullmatch(following) else None
            return Concept((self._as_typed([year]),), DATED) if year else None, place + 2
        if _MEASURE.fullmatch(word.folded) or self.matching.is_light(word):
            return None, behind
        if not is_alone and word.folded in _REFERENCE_WORDS:
            return None, behind
        return self._single(word), behind

    def _in_words(self, place: int, taken: Container[int]) -> tuple[Concept | None, int] | None:
        """A number in words with what it counts: "hai mươi năm", "bảy mươi tám tuổi"; None if there is no such thing."""
        end = place
        while end < len(self.typed) and end not in taken and self._numeral(end) is not None:
            end += 1
        # "năm" is five and a year: at the end of a number it is what is counted.
        behind = self.typed[end].folded if end < len(self.typed) and end not in taken else ""
        if end > place + 1 and behind not in {"tuoi", *_UNITS} and self.typed[end - 1].folded == "nam":
            end -= 1
            behind = "nam"
        if end == place or behind not in {"tuoi", *_UNITS}:
            return None
        said = [number for at in range(place, end) if (number := self._numeral(at)) is not None]
        return (_age(_value(said)) if behind == "tuoi" else None), end + 1

    def _numeral(self, place: int) -> int | None:
        word = self.typed[place]
        if word.marks or self.matching.is_accented:
            return _NUMERALS.get(word.accented)
        return _BARE_NUMERALS.get(word.folded)

    def _counts(self, place: int) -> bool:
        """Whether a number counts what comes behind it ("lúc 40 tuổi", "mỗi tháng 3 triệu"), so that it is no date."""
        behind = self.typed[place + 1].folded if place + 1 < len(self.typed) else ""
        return behind == "tuoi" or (behind in _UNITS and behind not in _DATED)

    def _single(self, word: TypedWord) -> Concept:
        is_doubtful = (
            not word.marks and not self.matching.is_accented and word.folded in self.vocabulary.doubtful
        )
        return Concept((self._as_typed([word]),), DOUBTFUL if is_doubtful else 1.0)

    def _as_typed(self, words: Sequence[TypedWord], weight: float = 1.0) -> Alternative:
        knows = self.matching.is_accented or any(word.marks for word in words)
        return Alternative(
            tuple(word.folded for word in words),
            weight,
            tuple(word.accented for word in words) if knows else (),
        )

    def _phrase(self, same: Sequence[Match]) -> Concept:
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

    def _core(self, typed: Sequence[TypedWord]) -> Sequence[TypedWord]:
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


_TEN: Final = 10
_DIGITS: Final = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
_OTHER_NUMERALS: Final = {
    "mốt": 1, "tư": 4, "lăm": 5, "bẩy": 7, "mươi": 10, "chục": 10, "trăm": 100, "vài": 3, "mấy": 3, "dăm": 5,
}  # fmt: skip
_NUMERALS: Final[Mapping[str, int]] = {word: n for n, word in enumerate(_DIGITS, 1)} | _OTHER_NUMERALS
_BARE_NUMERALS: Final = {fold(word): number for word, number in _NUMERALS.items() if word != "tư"}
"""Without accents "tu" is another word."""


def _value(said: Sequence[int]) -> int:
    """ "bảy mươi tám" → 78."""
    value = 0
    for number in said:
        value = max(value, 1) * number if number >= _TEN and value < number else value + number
    return value


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
