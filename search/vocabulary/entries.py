"""What the vocabulary holds, and what is wrong with it: pure, the same for the YAML files and for what curators add.

An entry says: who writes one of `write` means each of `mean`. It works in one direction unless `both` is set: then the
official words find what is written in the everyday way too.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Final

from search.query import Hint
from search.text import accented_words, words

MOST_WORDS: Final = 24
"""Words of a phrase: the longest official names that are worth naming whole have so many."""
MOST_WAYS: Final = 60
"""Ways to write, and meanings, of one entry."""


class EntryKind(StrEnum):
    ABBREVIATION = "abbreviation"
    """Stands for its meaning letter by letter, also inside longer phrases: "gcn", "đkkd"."""
    SAME = "same"
    """Another word for the first meaning, wherever it stands, also inside longer phrases: "bìa đỏ" for "sổ đỏ"."""
    EVERYDAY = "everyday"
    """What people say for what the texts call otherwise: "sổ đỏ"."""
    OLD = "old"
    """What a thing was called officially before: "chứng minh nhân dân"."""
    NEAR = "near"
    """Not the same, but who asks for the one is answered by the other: "tiệm tạp hóa" → "hộ kinh doanh"."""


WEIGHTS: Final[Mapping[EntryKind, float]] = {
    EntryKind.ABBREVIATION: 0.98,
    EntryKind.SAME: 0.98,
    EntryKind.EVERYDAY: 0.98,
    EntryKind.OLD: 0.98,
    EntryKind.NEAR: 0.85,
}
"""What a meaning is worth beside the words that were typed, where the entry doesn't say it itself."""
REWRITING: Final = frozenset({EntryKind.ABBREVIATION, EntryKind.SAME})
"""Kinds whose first meaning is put in their place before longer phrases are looked for."""


class Role(StrEnum):
    """What a phrase does in a query."""

    CONTENT = "content"
    QUESTION = "question"
    """Carries nothing; may hint at the part to show."""
    WORD = "word"
    """An everyday word that must not be taken apart or left out, without another meaning."""


class Where(StrEnum):
    ANYWHERE = ""
    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class Meaning:
    text: str
    weight: float | None = None
    """None: what is usual for the entry's kind."""


@dataclass(frozen=True, slots=True)
class Entry:
    write: tuple[str, ...]
    mean: tuple[Meaning, ...]
    kind: EntryKind = EntryKind.EVERYDAY
    both: bool = False
    company: tuple[str, ...] = ()
    """Words one of which must stand in the query too, unless the entry is all of it: for short, ambiguous ones."""
    typed: float = 1.0
    """What the typed way itself is worth: less where its words are everywhere without their accents ("so do")."""
    bare: bool = False
    """A single everyday word that is understood without its accents too."""
    note: str = ""
    source: str = ""
    place: str = ""
    """Where it stands: "land.yaml:12", "biên tập viên: 7"."""

    def weight_of(self, meaning: Meaning) -> float:
        return WEIGHTS[self.kind] if meaning.weight is None else meaning.weight


@dataclass(frozen=True, slots=True)
class Question:
    """A phrase that is left out; never when nothing else would be left."""

    write: tuple[str, ...]
    hint: Hint = Hint.NONE
    where: Where = Where.ANYWHERE
    bare: bool = False
    """Single words of it are understood without their accents too."""
    place: str = ""


@dataclass(frozen=True, slots=True)
class LightWords:
    """Words that weigh nothing unless they are all there is."""

    words: tuple[str, ...]
    """Left out however they are typed."""
    accented: tuple[str, ...]
    """Left out only where typed so in a query with accents: "được" may be "dược" without them."""
    doubtful: tuple[str, ...]
    """Without accents they weigh little, as they are mostly these."""
    skipped: tuple[str, ...]
    """May stand between the words of a phrase: "bố tôi vừa mất" is "bố mất"."""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    place: str
    message: str
    """In Vietnamese, for whoever keeps the data."""

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


@dataclass(frozen=True, slots=True)
class Content:
    """Everything the vocabulary is made of."""

    entries: tuple[Entry, ...] = ()
    questions: tuple[Question, ...] = ()
    light: tuple[LightWords, ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    """Phrases that stay as they are (no question word is taken out of them), with their place."""
    problems: tuple[Problem, ...] = field(default=(), compare=False)
    """What could not be read at all."""


Key = tuple[tuple[str, str], ...]
"""Folded words with their accents (`marks`)."""


@lru_cache(maxsize=20_000)
def marks(accented: str) -> str:
    """The accents of one word, in whatever order and place they were typed: "thủy", "thuỷ" and "thuỷ" in NFD agree."""
    decomposed = unicodedata.normalize("NFD", accented.lower())
    return "".join(sorted(c for c in decomposed if unicodedata.combining(c) or c == "đ"))


@lru_cache(maxsize=20_000)
def key_of(text: str) -> Key:
    return tuple(
        (folded, marks(accented)) for folded, accented in zip(words(text), accented_words(text), strict=True)
    )


def tokens_of(text: str) -> tuple[str, ...]:
    return tuple(folded for folded, _marks in key_of(text))


def show(key: Key) -> str:
    return " ".join(folded for folded, _marks in key)


def problems_of(content: Content) -> tuple[Problem, ...]:
    """Everything that is wrong, in the order of the files."""
    found = [*content.problems]
    for entry in content.entries:
        found += _problems_of_entry(entry)
    found += _duplicates(content)
    found += _ambiguous(content.entries)
    found += _cycles(content.entries)
    for question in content.questions:
        found += (problem for text in question.write for problem in _text_problems(text, question.place))
    return tuple(found)


def _problems_of_entry(entry: Entry) -> Iterator[Problem]:
    place = entry.place
    if not entry.write:
        yield Problem(place, "thiếu cách viết của người dân (write).")
    if not entry.mean:
        yield Problem(place, "thiếu nghĩa chính thức (mean).")
    if len(entry.write) > MOST_WAYS or len(entry.mean) > MOST_WAYS:
        yield Problem(place, f"quá {MOST_WAYS} cách viết hoặc nghĩa trong một mục.")
    for text in (*entry.write, *(meaning.text for meaning in entry.mean), *entry.company):
        yield from _text_problems(text, place)
    for meaning in entry.mean:
        if meaning.weight is not None and not 0 < meaning.weight <= 1:
            yield Problem(place, f"trọng số của “{meaning.text}” phải lớn hơn 0 và không quá 1.")
    if not 0 < entry.typed <= 1:
        yield Problem(place, "trọng số của cách viết (typed) phải lớn hơn 0 và không quá 1.")
    meant = [tokens_of(meaning.text) for meaning in entry.mean]
    for text in entry.write:
        if meant and set(meant) == {tokens_of(text)}:
            yield Problem(place, f"“{text}” bằng chính nghĩa của nó khi bỏ dấu.")
    for tokens in dict.fromkeys(meant):
        if meant.count(tokens) > 1:
            yield Problem(place, f"nghĩa “{' '.join(tokens)}” được ghi hai lần.")


def _text_problems(text: str, place: str) -> Iterator[Problem]:
    tokens = key_of(text)
    if not tokens:
        yield Problem(place, f"“{text}” không có chữ nào để tìm.")
    elif len(tokens) > MOST_WORDS:
        yield Problem(place, f"“{text}” dài quá {MOST_WORDS} chữ.")


def _duplicates(content: Content) -> Iterator[Problem]:
    """Abbreviations that each ask for company are told apart by it."""
    seen: dict[tuple[Key, str], tuple[str, bool, str]] = {}
    for text, place, needs_company, where, said in _written(content):
        key = (key_of(text), where)
        if not key[0]:
            continue
        if key not in seen:
            seen[key] = (place, needs_company, said)
        elif not (needs_company and seen[key][1]):
            there, _company, before = seen[key]
            yield Problem(place, f"“{text}” đã có ở {there or 'mục khác'}: {before}.")


def _written(content: Content) -> Iterator[tuple[str, str, bool, str, str]]:
    """Entries last: of two that say something of the same words, the entry is the one to mend. Last: what is said of it."""
    talk, word = "là lời hỏi, được bỏ qua khi tìm", "là một từ, được giữ nguyên"
    for question in content.questions:
        yield from ((text, question.place, False, question.where, talk) for text in question.write)
    yield from ((text, place, False, "", word) for text, place in content.words)
    for entry in content.entries:
        company = entry.kind is EntryKind.ABBREVIATION and bool(entry.company)
        means = "nghĩa là " + ", ".join(f"“{meaning.text}”" for meaning in entry.mean[:3])
        yield from ((text, entry.place, company, "", means) for text in entry.write)


def _ambiguous(entries: Iterable[Entry]) -> Iterator[Problem]:
    """Two abbreviations that are one without accents: at most one of them may be understood without company."""
    by_tokens: defaultdict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.kind is EntryKind.ABBREVIATION:
            for tokens in dict.fromkeys(tokens_of(text) for text in entry.write):
                by_tokens[tokens].append(entry)
    for tokens, same in by_tokens.items():
        alone = [entry for entry in same if not entry.company]
        if len(alone) > 1:
            yield Problem(
                alone[1].place,
                f"viết tắt “{' '.join(tokens)}” có nhiều nghĩa khi bỏ dấu (còn ở {alone[0].place or 'mục khác'}): "
                "ghi thêm chữ đi cùng (company).",
            )


def _cycles(entries: Sequence[Entry]) -> Iterator[Problem]:
    """A → B in one entry and B → … → A in others: one entry with `both` says the same once."""
    leads: defaultdict[Key, dict[Key, int]] = defaultdict(dict)
    for number, entry in enumerate(entries):
        for text in entry.write:
            for meaning in entry.mean:
                if tokens_of(text) != tokens_of(meaning.text):
                    leads[key_of(text)].setdefault(key_of(meaning.text), number)
    done: set[Key] = set()
    for start in list(leads):
        for circle in _circles(start, leads, done):
            last = max(leads[one][other] for one, other in pairwise(circle))
            yield Problem(
                entries[last].place,
                f"vòng lặp: {' → '.join(show(step) for step in circle)}; dùng một mục hai chiều (both).",
            )


def _circles(start: Key, leads: Mapping[Key, Mapping[Key, int]], done: set[Key]) -> Iterator[list[Key]]:
    """Walks on from `start` without recursion; each place is walked through once for all starts."""
    if start in done:
        return
    path = [start]
    ahead = [iter(leads.get(start, {}))]
    while ahead:
        following = next(ahead[-1], None)
        if following is None:
            ahead.pop()
            done.add(path.pop())
        elif following in path:
            yield [*path[path.index(following) :], following]
        elif following not in done:
            path.append(following)
            ahead.append(iter(leads.get(following, {})))
