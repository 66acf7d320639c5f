"""What the names of all documents tell about words: how many hold one, which follow each other, how they are written. Pure.

The planner weighs words with it (rarer words tell more), the repair of queries judges which words keep company, and what is
shown to readers gets its accents from it. An engine builds it with its index and keeps it as bytes beside it.

Names have few words (a catalogue of 4,000 procedures: 950); a sample of the documents' texts tells which others are words too
and which of them stand together, so that a sensible question in other words is not taken for a slip.
"""

from __future__ import annotations

import math
import struct
import sys
import zlib
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise
from typing import Final, Self

from search.documents import SearchDocument
from search.text import LEADING, accented_words, fold, one_spelling, words
from search.text.syllables import completes, is_syllable, lacks_tone
from search.text.tokenizing import runs

_FORMAT: Final = b"LEX1"
_PRIOR: Final = 0.5
"""How many sightings together a word's own habit is worth."""
_AS_GIVEN: Final = 0.3
"""How likely a good syllable was meant as it was typed, though no name writes it so."""
_COMPLETED: Final = 0.2
"""The same of what it becomes with more accents, before its neighbours are asked."""
_UNMET: Final = 0.4
"""What a writing is worth behind one that no name has."""
_MOST_FORMS: Final = 8
"""Ways to write one word that are considered: beyond the eighth stand misprints."""

# The sample of the texts: enough to meet a language's usual pairs, a second's work for 4,000 documents.
_OF_PASSAGE: Final = 400
_OF_DOCUMENT: Final = 1_500
_OF_ALL: Final = 10_000_000
"""Characters of one passage, of one document and of all."""
_SEEN_TWICE: Final = 2
_MOST_PAIRS: Final = 1_000_000

_NEARLY_ALL: Final = 0.85
LOWER, TITLE, UPPER = range(3)
"""How a word is written inside a name."""


def _key(first: int, second: int) -> int:
    return first << 32 | second


def _numbers(values: Iterable[int] = (), kind: str = "I") -> array[int]:
    return array(kind, values)


@dataclass(frozen=True, slots=True, eq=False)
class _Counts:
    """Numbers for keys. Two arrays are read from bytes in no time, a dictionary of 200,000 pairs is not."""

    keys: Sequence[int] = ()
    """Rising."""
    counts: Sequence[int] = ()

    @classmethod
    def of(cls, counted: Mapping[int, int]) -> Self:
        keys = sorted(counted)
        return cls(_numbers(keys, "Q"), _numbers(counted[key] for key in keys))

    def get(self, key: int) -> int:
        at = bisect_left(self.keys, key)
        return self.counts[at] if at < len(self.keys) and self.keys[at] == key else 0


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Made by `Lexicon.of`; never changes."""

    documents: int = 0
    _words: Mapping[str, int] = field(default_factory=dict, repr=False)
    """Word → its number. Words of names come first, then those of texts only."""
    _frequency: Sequence[int] = field(default=(), repr=False)
    """By number; only words of names have one."""
    _pairs: _Counts = field(default_factory=_Counts, repr=False)
    _seen: Sequence[int] = field(default=(), repr=False)
    """Pairs that stand in texts and in no name, sorted."""
    _forms: Sequence[str] = field(default=(), repr=False)
    """Ways to write words: lower case, with accents; those of one word together, the most usual first."""
    _form_words: Sequence[int] = field(default=(), repr=False)
    """Form → number of its word; rising."""
    _form_counts: Sequence[int] = field(default=(), repr=False)
    _form_cases: Sequence[int] = field(default=(), repr=False)
    _form_pairs: _Counts = field(default_factory=_Counts, repr=False)

    @classmethod
    def of(cls, documents: Iterable[SearchDocument]) -> Lexicon:
        gathered = _Gathering()
        for document in documents:
            gathered.add(document)
        return gathered.lexicon()

    # Words ------------------------------------------------------------------------------------------------------------

    def words(self) -> Iterator[str]:
        """Words that stand in names."""
        return islice(self._words, len(self._frequency))

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.frequency(word) > 0

    def frequency(self, word: str) -> int:
        """Documents whose names or everyday names hold the word."""
        number = self._words.get(word, len(self._frequency))
        return self._frequency[number] if number < len(self._frequency) else 0

    def weight(self, word: str) -> float:
        """How much a word tells, ≥ 0 (the inverse document frequency of BM25); unknown words have the highest weight."""
        held = self.frequency(word)
        return math.log1p((max(self.documents, held) - held + 0.5) / (held + 0.5))

    def pair(self, first: str, second: str) -> int:
        """Documents in which the second follows the first directly in a name."""
        numbers = self._words
        if first not in numbers or second not in numbers:
            return 0
        return self._pairs.get(_key(numbers[first], numbers[second]))

    def known_words(self) -> Iterator[str]:
        """Words of names and of texts."""
        return iter(self._words)

    def is_word(self, word: str) -> bool:
        """Whether names or texts know it."""
        return word in self._words

    def keeps_company(self, first: str, second: str) -> bool:
        """Whether they follow each other in a name, or more than once in texts."""
        numbers = self._words
        if first not in numbers or second not in numbers:
            return False
        key = _key(numbers[first], numbers[second])
        if self._pairs.get(key):
            return True
        at = bisect_left(self._seen, key)
        return at < len(self._seen) and self._seen[at] == key

    # Showing ----------------------------------------------------------------------------------------------------------

    def accented(self, words: Sequence[str], given: Sequence[str] = ()) -> str:
        """The most usual writing of these words in a row; a word that no name holds stays as it is.

        `given`: as many texts; where one isn't empty, it was typed so: it stays, or gets what it lacks ("kêt" → "kết"),
        and its neighbours follow it.
        """
        before: list[_Way] = []
        best: list[tuple[float, tuple[str, ...]]] = []
        for at, word in enumerate(words):
            ways = self._given(word, given[at]) if given and given[at] else self._ways(word)
            reached: list[tuple[float, tuple[str, ...]]] = []
            for way in ways:
                likely = [
                    score + math.log(self._follows(prior, way))
                    for prior, (score, _said) in zip(before, best, strict=True)
                ]
                score = max(likely, default=math.log(way.share))
                said = best[likely.index(score)][1] if likely else ()
                reached.append((score, (*said, way.shown)))
            before, best = ways, reached
        return " ".join(max(best)[1]) if best else ""

    def _given(self, word: str, text: str) -> list[_Way]:
        if self.is_written(word, text):
            form = next(form for form in self._forms_of(word) if self._forms[form] == text)
            return [_Way(form, 1.0, text)]
        ways = [way for way in self._ways(word) if completes(way.shown.lower(), text)]
        if not ways or lacks_tone(text) or not is_syllable(text):
            return ways or [_Way(None, 1.0, text)]
        # "tôi" is a word, though no name has it: only its neighbour can tell that "tối" was meant.
        return [
            _Way(None, _AS_GIVEN, text),
            *(replace(way, share=way.share * _COMPLETED) for way in ways),
        ]

    def _ways(self, word: str) -> list[_Way]:
        forms = self._forms_of(word)
        total = sum(self._form_counts[form] for form in forms)
        ways = [_Way(form, self._form_counts[form] / total, self._shown(form)) for form in forms]
        return ways or [_Way(None, 1.0, word)]

    def _follows(self, prior: _Way, way: _Way) -> float:
        if prior.form is None or way.form is None:
            return way.share * _UNMET
        together = self._form_pairs.get(_key(prior.form, way.form))
        return (together + _PRIOR * way.share) / (self._form_counts[prior.form] + _PRIOR)

    def is_written(self, word: str, text: str) -> bool:
        """Whether names write the word so: lower case, with accents."""
        return any(self._forms[form] == text for form in self._forms_of(word))

    def are_written(self, first: str, second: str) -> bool:
        """Whether a name writes these words, lower case with accents, one behind the other."""
        ones, twos = (
            [form for form in self._forms_of(fold(word)) if self._forms[form] == word]
            for word in (first, second)
        )
        return any(self._form_pairs.get(_key(one, two)) for one in ones for two in twos)

    def _forms_of(self, word: str) -> range:
        number = self._words.get(one_spelling(word))
        if number is None:
            return range(0)
        start = bisect_left(self._form_words, number)
        return range(start, bisect_left(self._form_words, number + 1))

    def _shown(self, form: int) -> str:
        text, case = self._forms[form], self._form_cases[form]
        return text.upper() if case == UPPER else text[:1].upper() + text[1:] if case == TITLE else text

    # Keeping ----------------------------------------------------------------------------------------------------------

    def to_bytes(self) -> bytes:
        columns = (
            _numbers(self._frequency),
            _numbers(self._pairs.keys, "Q"),
            _numbers(self._pairs.counts),
            _numbers(self._seen, "Q"),
            _numbers(self._form_words),
            _numbers(self._form_counts),
            _numbers(self._form_cases, "B"),
            _numbers(self._form_pairs.keys, "Q"),
            _numbers(self._form_pairs.counts),
        )
        parts = [
            "\n".join(self._words).encode(),
            "\n".join(self._forms).encode(),
            *map(_little_endian, columns),
        ]
        sizes = struct.pack(f"<{1 + len(parts)}I", self.documents, *map(len, parts))
        return _FORMAT + zlib.compress(sizes + b"".join(parts), 6)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """ValueError if these are no bytes of `to_bytes` (of this version)."""
        if not data.startswith(_FORMAT):
            raise ValueError("not a lexicon of this version")
        try:
            content = zlib.decompress(data[len(_FORMAT) :])
            documents, *sizes = struct.unpack_from(f"<{1 + len(_COLUMNS)}I", content)
        except (zlib.error, struct.error) as error:
            raise ValueError("a damaged lexicon") from error
        at = 4 * (1 + len(sizes))
        if len(content) != at + sum(sizes):
            raise ValueError("a damaged lexicon")
        parts: list[bytes] = []
        for size in sizes:
            parts.append(content[at : at + size])
            at += size
        words, forms = (part.decode().split("\n") if part else [] for part in parts[:2])
        frequency, pairs, pair_counts, seen, form_words, form_counts, form_cases, form_pairs, together = (
            _from_little_endian(part, kind) for part, kind in zip(parts[2:], _COLUMNS[2:], strict=True)
        )
        return cls(
            documents=documents,
            _words=dict(zip(words, range(len(words)), strict=True)),
            _frequency=frequency,
            _pairs=_Counts(pairs, pair_counts),
            _seen=seen,
            _forms=forms,
            _form_words=form_words,
            _form_counts=form_counts,
            _form_cases=form_cases,
            _form_pairs=_Counts(form_pairs, together),
        )


_COLUMNS: Final = ("text", "text", "I", "Q", "I", "Q", "I", "I", "B", "Q", "I")
"""Kinds of what stands in the bytes, in their order."""


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to write a word in a row of words."""

    form: int | None
    """Its number, if names write the word so."""
    share: float
    """Of the word's sightings."""
    shown: str


def _little_endian(numbers: array[int]) -> bytes:
    if sys.byteorder == "big":
        numbers = array(numbers.typecode, numbers)
        numbers.byteswap()
    return numbers.tobytes()


def _from_little_endian(data: bytes, kind: str) -> array[int]:
    numbers = array(kind)
    numbers.frombytes(data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


class _Gathering:
    """Counts while documents go by."""

    def __init__(self) -> None:
        self.documents = 0
        self.frequency: Counter[str] = Counter()
        self.pairs: Counter[tuple[str, str]] = Counter()
        self.seen: Counter[tuple[str, str]] = Counter()
        self.forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.form_pairs: Counter[tuple[str, str]] = Counter()
        self.capitals: Counter[tuple[str, int]] = Counter()
        """How often a form stands inside a name in another case than lower."""
        self._left = _OF_ALL

    def add(self, document: SearchDocument) -> None:
        self.documents += 1
        held: set[str] = set()
        pairs: set[tuple[str, str]] = set()
        for name in dict.fromkeys((*document.names, *document.everyday)):
            found = self._name(name)
            held.update(found)
            pairs.update(pairwise(found))
        self.frequency.update(held)
        self.pairs.update(pairs)
        if self._left > 0:
            self._texts(document)

    def _name(self, name: str) -> tuple[str, ...]:
        found = words(name)
        start = 2 if found[:2] == LEADING else 0
        found = found[start:]
        if name.isascii() and len(found) > 1:
            return found  # typed without accents: tells nothing about them
        forms = accented_words(name)[start:]
        self.form_pairs.update(pairwise(forms))
        for word, form in zip(found, forms, strict=True):
            self.forms[word][form] += 1
        if not name.isupper():
            for form, written in zip(forms[1:], runs(name)[start + 1 :], strict=True):
                if written != form:
                    self.capitals[form, _case(written)] += 1
        return found

    def _texts(self, document: SearchDocument) -> None:
        of_document = 0
        for passage in document.passages:
            found = words(passage.text[:_OF_PASSAGE])
            # The last word may be cut in two.
            self.seen.update(pairwise(found if len(passage.text) <= _OF_PASSAGE else found[:-1]))
            of_document += min(len(passage.text), _OF_PASSAGE)
            if of_document >= _OF_DOCUMENT:
                break
        self._left -= of_document
        if len(self.seen) > _MOST_PAIRS:
            self.seen = Counter({pair: count for pair, count in self.seen.items() if count >= _SEEN_TWICE})

    def lexicon(self) -> Lexicon:
        seen = [
            pair
            for pair, count in self.seen.items()
            if count >= _SEEN_TWICE and pair not in self.pairs and (pair[0] + pair[1]).isalpha()
        ]
        ordered = sorted(self.frequency)
        others = sorted({word for pair in seen for word in pair} - self.frequency.keys())
        numbers = {word: number for number, word in enumerate((*ordered, *others))}
        pairs = {_key(numbers[a], numbers[b]): count for (a, b), count in self.pairs.items()}
        forms = [
            (form, numbers[word], count)
            for word in ordered
            for form, count in self.forms[word].most_common(_MOST_FORMS)
        ]
        form_numbers = {form: number for number, (form, _word, _count) in enumerate(forms)}
        together = {
            _key(form_numbers[a], form_numbers[b]): count
            for (a, b), count in self.form_pairs.items()
            if a in form_numbers and b in form_numbers
        }
        return Lexicon(
            documents=self.documents,
            _words=numbers,
            _frequency=_numbers(self.frequency[word] for word in ordered),
            _pairs=_Counts.of(pairs),
            _seen=_numbers(sorted(_key(numbers[a], numbers[b]) for a, b in seen), "Q"),
            _forms=[form for form, _word, _count in forms],
            _form_words=_numbers(word for _form, word, _count in forms),
            _form_counts=_numbers(count for _form, _word, count in forms),
            _form_cases=_numbers((self._usual_case(form, count) for form, _word, count in forms), "B"),
            _form_pairs=_Counts.of(together),
        )

    def _usual_case(self, form: str, count: int) -> int:
        """Lower, unless nearly every name writes it otherwise: names give capitals away."""
        return next(
            (case for case in (TITLE, UPPER) if self.capitals[form, case] >= _NEARLY_ALL * count), LOWER
        )


def _case(text: str) -> int:
    if len(text) > 1 and text.isupper():
        return UPPER
    return TITLE if text[:1].isupper() else LOWER
