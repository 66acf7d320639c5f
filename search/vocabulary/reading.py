"""The vocabulary's files read, and the form in which `search.reading` asks it. Pure.

A file is a mapping: `kind` (of its entries, where they don't say their own), `entries`, `questions`, `light`, `keep`.
An entry on one line says who writes what means what (`search.vocabulary.entries`):

    - {write: [sổ đỏ, sổ hồng], mean: [giấy chứng nhận quyền sử dụng đất, {giấy chứng nhận: 0.6}], typed: 0.5}
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import yaml

from search.engines.contract import Alternative
from search.query import Hint
from search.text import accented_words, words
from search.vocabulary.entries import (
    REWRITING,
    Content,
    Entry,
    EntryKind,
    LightWords,
    Meaning,
    Problem,
    Question,
    Role,
    Where,
    key_of,
    problems_of,
)

DATA: Final = Path(__file__).parent / "data"
_FILE_KEYS: Final = {"kind", "entries", "questions", "light", "keep"}
_ENTRY_KEYS: Final = {"write", "mean", "kind", "both", "company", "typed", "bare", "note", "source"}
_QUESTION_KEYS: Final = {"leave", "hint", "where", "bare"}
_LIGHT_KEYS: Final = {"words", "accented", "doubtful", "skipped"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to write one thing, ready to be compared with a query word by word."""

    tokens: tuple[str, ...]
    marks: tuple[str, ...]
    role: Role
    kind: EntryKind | None = None
    ways: tuple[Alternative, ...] = ()
    """What it means; without the typed way."""
    typed: float = 1.0
    company: tuple[frozenset[str], ...] = ()
    bare: bool = False
    hint: Hint = Hint.NONE
    where: Where = Where.ANYWHERE


Index = Mapping[tuple[str, ...], tuple[Phrase, ...]]
"""First two folded words → phrases that begin with them, longest first; one word → those that are no longer."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    phrases: Index
    abbreviations: Index
    light: frozenset[str]
    """Folded words that weigh nothing however they were typed."""
    light_accented: frozenset[tuple[str, str]]
    """(folded, marks) of words that weigh nothing where they were typed so."""
    doubtful: frozenset[str]
    """Folded words that weigh little in a query without accents: they may be another word that tells something."""
    skipped: frozenset[tuple[str, str]]
    """(folded, marks) of words that may stand between those of a phrase."""
    entries: tuple[Entry, ...] = field(default=(), repr=False)
    version: str = ""
    """Another for other data."""

    @classmethod
    def of(cls, content: Content) -> Vocabulary:
        phrases: defaultdict[tuple[str, ...], list[Phrase]] = defaultdict(list)
        abbreviations: defaultdict[tuple[str, ...], list[Phrase]] = defaultdict(list)
        for phrase in _phrases(content):
            index = abbreviations if phrase.kind in REWRITING else phrases
            index[phrase.tokens[:2]].append(phrase)
        accented = {key for light in content.light for text in light.accented for key in key_of(text)}
        return cls(
            phrases=_longest_first(phrases),
            abbreviations=_longest_first(abbreviations),
            light=frozenset(word for light in content.light for text in light.words for word in words(text)),
            light_accented=frozenset(accented),
            doubtful=frozenset(
                word for light in content.light for text in light.doubtful for word in words(text)
            ),
            skipped=frozenset(
                key for light in content.light for text in light.skipped for key in key_of(text)
            ),
            entries=content.entries,
            version=sha256(repr(content).encode()).hexdigest()[:16],
        )


def beginning(index: Index, first: str, second: str) -> Iterator[Phrase]:
    """Phrases that may begin with these words, longest first."""
    yield from index.get((first, second), ())
    yield from index.get((first,), ())


def _longest_first(index: Mapping[tuple[str, ...], list[Phrase]]) -> Index:
    return MappingProxyType(
        {first: tuple(sorted(same, key=lambda phrase: -len(phrase.tokens))) for first, same in index.items()}
    )


def _phrase(text: str, role: Role, **more: Any) -> Phrase | None:
    key = key_of(text)
    if not key:
        return None
    return Phrase(tuple(folded for folded, _ in key), tuple(marks for _, marks in key), role, **more)


def _way(text: str, weight: float) -> Alternative:
    return Alternative(words(text), weight, accented_words(text))


def _phrases(content: Content) -> Iterable[Phrase]:
    found: list[Phrase | None] = []
    for entry in content.entries:
        found += _phrases_of(entry)
    for question in content.questions:
        found += (
            _phrase(text, Role.QUESTION, hint=question.hint, where=question.where, bare=question.bare)
            for text in question.write
        )
    found += (_phrase(text, Role.WORD) for text, _place in content.words)
    return (phrase for phrase in found if phrase is not None)


def _phrases_of(entry: Entry) -> Iterable[Phrase | None]:
    company = tuple(frozenset(words(text)) for text in entry.company)
    meant = tuple(_way(meaning.text, entry.weight_of(meaning)) for meaning in entry.mean)
    for text in entry.write:
        yield _phrase(
            text,
            Role.CONTENT,
            kind=entry.kind,
            ways=meant,
            typed=entry.typed,
            company=company,
            bare=entry.bare,
        )
    if not entry.both:
        return
    for meaning in entry.mean:
        written = tuple(_way(text, entry.weight_of(meaning)) for text in entry.write)
        # An abbreviation is written out wherever it stands; its meaning isn't shortened again: it is a usual phrase.
        yield _phrase(meaning.text, Role.CONTENT, kind=EntryKind.EVERYDAY, ways=written, bare=entry.bare)


def join(*contents: Content) -> Content:
    return Content(
        entries=tuple(entry for content in contents for entry in content.entries),
        questions=tuple(question for content in contents for question in content.questions),
        light=tuple(light for content in contents for light in content.light),
        words=tuple(word for content in contents for word in content.words),
        problems=tuple(problem for content in contents for problem in content.problems),
    )


def load(entries: Iterable[Entry] = (), *, folder: Path = DATA) -> Vocabulary:
    """The files and the entries of curators handed in. Of those, one that is wrong is left out: searching goes on."""
    files = read_folder(folder)
    added = _placed(entries)
    if added:
        wrong = {problem.place for problem in problems_of(join(files, Content(entries=added)))}
        added = tuple(entry for entry in added if entry.place not in wrong)
    return Vocabulary.of(join(files, Content(entries=added)))


def problems_of_new(
    entry: Entry, others: Iterable[Entry] = (), *, folder: Path = DATA
) -> tuple[Problem, ...]:
    """What is wrong with one more entry beside the files' and `others`: what a curator's form shows."""
    (*_others, new) = added = _placed((*others, replace(entry, place="")))
    found = problems_of(join(read_folder(folder), Content(entries=added)))
    return tuple(problem for problem in found if problem.place == new.place)


def _placed(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Each with a place of its own, by which its problems are known."""
    return tuple(
        entry if entry.place else replace(entry, place=f"mục thêm thứ {number}")
        for number, entry in enumerate(entries, 1)
    )


@cache
def read_folder(folder: Path = DATA) -> Content:
    return join(*(read_file(path.name, path.read_text("utf-8")) for path in sorted(folder.glob("*.yaml"))))


def read_file(name: str, text: str) -> Content:
    """Whatever can be read, and a problem for each thing that can't."""
    try:
        loader = yaml.CSafeLoader(text)
        root = loader.get_single_node()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{name}:{mark.line + 1}" if mark else name
        return Content(
            problems=(Problem(place, f"không đọc được YAML: {getattr(error, 'problem', error)}."),)
        )
    reader = _Reader(name, loader)
    if not isinstance(root, yaml.MappingNode):
        return Content(
            problems=(Problem(name, "tệp phải là một bảng có entries, questions, light hoặc keep."),)
        )
    return reader.file(root)


class _Reader:
    def __init__(self, name: str, loader: Any) -> None:
        self.name = name
        self.loader = loader
        self.problems: list[Problem] = []
        self.kind = EntryKind.EVERYDAY

    def file(self, root: yaml.MappingNode) -> Content:
        parts = {key.value: node for key, node in root.value}
        self._unknown(set(parts), _FILE_KEYS, f"{self.name}:1")
        if "kind" in parts:
            self.kind = self._choice(EntryKind, parts["kind"].value, self._place(parts["kind"])) or self.kind
        entries = [self._entry(node) for node in self._items(parts, "entries")]
        questions = [self._question(node) for node in self._items(parts, "questions")]
        light = [self._light(node) for node in self._items(parts, "light")]
        keep = [
            (text, self._place(node))
            for node in self._items(parts, "keep")
            for text in self._texts(self.loader.construct_document(node), "keep", self._place(node))
        ]
        return Content(
            entries=tuple(entry for entry in entries if entry),
            questions=tuple(question for question in questions if question),
            light=tuple(words for words in light if words),
            words=tuple(keep),
            problems=tuple(self.problems),
        )

    def _items(self, parts: Mapping[str, Any], part: str) -> list[Any]:
        node = parts.get(part)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self._say(self._place(node), f"“{part}” phải là một danh sách.")
            return []
        return list(node.value)

    def _place(self, node: Any) -> str:
        return f"{self.name}:{node.start_mark.line + 1}"

    def _say(self, place: str, message: str) -> None:
        self.problems.append(Problem(place, message))

    def _unknown(self, keys: set[str], known: set[str], place: str) -> None:
        for key in sorted(keys - known):
            self._say(place, f"không có mục con “{key}” (chỉ có: {', '.join(sorted(known))}).")

    def _mapping(self, node: Any, known: set[str]) -> dict[str, Any] | None:
        place = self._place(node)
        if not isinstance(node, yaml.MappingNode):
            self._say(place, "phải là một bảng {…}.")
            return None
        keys = [str(key.value) for key, _value in node.value]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            self._say(place, f"mục con “{key}” được ghi hai lần.")
        self._unknown(set(keys), known, place)
        made = self.loader.construct_document(node)
        return {str(key): value for key, value in made.items()}

    def _texts(self, value: Any, key: str, place: str) -> tuple[str, ...]:
        values = value if isinstance(value, list) else [] if value is None else [value]
        wrong = [item for item in values if not isinstance(item, str)]
        for item in wrong:
            self._say(place, f"“{key}”: {item!r} không phải là chữ (đặt trong dấu nháy).")
        return tuple(item for item in values if isinstance(item, str))

    def _choice(self, kinds: Any, value: Any, place: str) -> Any:
        try:
            return kinds(value)
        except ValueError:
            self._say(
                place, f"không có loại “{value}” (chỉ có: {', '.join(k.value for k in kinds if k.value)})."
            )
            return None

    def _entry(self, node: Any) -> Entry | None:
        held = self._mapping(node, _ENTRY_KEYS)
        if held is None:
            return None
        place = self._place(node)
        kind = self._choice(EntryKind, held["kind"], place) if "kind" in held else self.kind
        return Entry(
            write=self._texts(held.get("write"), "write", place),
            mean=self._meanings(held.get("mean"), place),
            kind=kind or self.kind,
            both=self._flag(held, "both", place),
            company=self._texts(held.get("company"), "company", place),
            typed=self._number(held.get("typed", 1.0), "typed", place),
            bare=self._flag(held, "bare", place),
            note=str(held.get("note", "")),
            source=str(held.get("source", "")),
            place=place,
        )

    def _meanings(self, value: Any, place: str) -> tuple[Meaning, ...]:
        found: list[Meaning] = []
        for item in value if isinstance(value, list) else [] if value is None else [value]:
            if isinstance(item, dict) and len(item) == 1:
                ((text, weight),) = item.items()
                if isinstance(text, str):
                    found.append(Meaning(text, self._number(weight, "mean", place)))
                    continue
            found += [Meaning(text) for text in self._texts([item], "mean", place)]
        return tuple(found)

    def _flag(self, held: Mapping[str, Any], key: str, place: str) -> bool:
        value = held.get(key, False)
        if not isinstance(value, bool):
            self._say(place, f"“{key}” phải là true hoặc false.")
        return value is True

    def _number(self, value: Any, key: str, place: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._say(place, f"“{key}”: {value!r} không phải là số.")
            return 1.0
        return float(value)

    def _question(self, node: Any) -> Question | None:
        held = self._mapping(node, _QUESTION_KEYS)
        if held is None:
            return None
        place = self._place(node)
        hint = self._choice(Hint, held.get("hint", ""), place)
        where = self._choice(Where, held.get("where", ""), place)
        return Question(
            self._texts(held.get("leave"), "leave", place),
            hint or Hint.NONE,
            where or Where.ANYWHERE,
            self._flag(held, "bare", place),
            place,
        )

    def _light(self, node: Any) -> LightWords | None:
        held = self._mapping(node, _LIGHT_KEYS)
        if held is None:
            return None
        place = self._place(node)
        return LightWords(
            self._texts(held.get("words"), "words", place),
            self._texts(held.get("accented"), "accented", place),
            self._texts(held.get("doubtful"), "doubtful", place),
            self._texts(held.get("skipped"), "skipped", place),
            place,
        )
