"""Finding procedures by words, until and beside a search engine: the one place that knows how words meet names.

All words must occur in a procedure's names (`ProcedurePage.search_key`: full name, title, everyday names, code), each as a
whole word; where nothing has them all, the last word may be unfinished; then words that only lead ("làm giấy …") go.

Best first, all of it countable: a name that is nothing but the words; then names that hold them side by side; then the
rest. Within each: the fewer other words a name has, the better. A word that most of the found names share tells least and
counts least ("đăng ký"). Level and the editors' choice for the home page are worth a word or two.

The database narrows by plain substrings, Python judges the words of what is left: one pass over short names, no regular
expression for each row and word.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Case, F, IntegerField, Q, When
from django.db.models.lookups import In

from home.model_fields import needle
from procedures.enums import Level, Scope
from procedures.text.codes import normalise_code
from search.text import one_spelling, tokens

if TYPE_CHECKING:
    from procedures.models.catalogue import ProcedureQuerySet

MAX_WORDS = 10
"""More words than this say nothing more."""
NEEDED = 2.0
"""What the editors' choice for the home page is worth, in other words of a name."""
_EDGES = " .,;:!?\"'“”()[]"
_MARKS = re.compile(r"[^0-9a-z|]+")
_VARIANT = re.compile(r"[iy]")
# What people say before the thing itself; only given up where nothing has it.
_LEADS = frozenset(
    ["toi", "muon", "can", "xin", "hoi", "cach", "lam", "thu", "tuc", "ho", "so", "giay", "to"]
)


@dataclass(frozen=True, slots=True)
class Words:
    """What was typed, folded, in one spelling, in its order."""

    words: tuple[str, ...]
    last_is_open: bool = False
    """The last word may go on: "ket ho" finds "kết hôn"."""

    @property
    def is_empty(self) -> bool:
        return not self.words

    @property
    def phrase(self) -> str:
        return " ".join(map(_plain, self.words))

    def are_in(self, names: str) -> bool:
        """`names`: of `_spaced`."""
        *whole, last = (f" {_plain(word)}" for word in self.words)
        return (
            all(f"{word} " in names for word in whole)
            and (last if self.last_is_open else f"{last} ") in names
        )


def words_of(text: str) -> Words:
    """Without "thủ tục" before the rest: every name may stand with or without it."""
    typed = tuple(map(one_spelling, tokens(text)))
    return Words((typed[2:] if typed[:2] == ("thu", "tuc") and len(typed) > 2 else typed)[:MAX_WORDS])


def code_in(text: str) -> str | None:
    """The procedure code that was typed, alone or among words, in any way of writing it; a comma may stand for the dot."""
    plain = unicodedata.normalize("NFKC", text)
    whole = normalise_code(plain)
    typed = (word.strip(_EDGES).replace(",", ".") for word in plain.split())
    return whole or next((code for word in typed if (code := normalise_code(word))), None)


def found(procedures: ProcedureQuerySet, text: str) -> tuple[ProcedureQuerySet, Words]:
    """Those that answer to `text`, and how it was understood. One query, two where words were given up."""
    words = words_of(text)
    if words.is_empty:
        return (procedures.none() if text else procedures), words
    for attempt in dict.fromkeys((words, _without_leads(words))):
        rows = _rows(procedures, attempt.words)
        for way in (attempt, Words(attempt.words, last_is_open=True)):
            if keys := [pk for pk, names in rows if way.are_in(names)]:
                return procedures.filter(_Among(F("pk"), keys)), way
    return procedures.none(), words


def ranked(procedures: ProcedureQuerySet, words: Words, *, needed: Collection[int] = ()) -> list[int]:
    """Keys, best first; without words by level and title. Ties end with the code: pages never overlap. One query."""
    if words.is_empty:
        return list(
            procedures.alias(_level=_LEVEL).order_by("_level", "title", "code").values_list("pk", flat=True)
        )
    rows = [
        (pk, _names(key), scope, levels, title, code)
        for pk, key, scope, levels, title, code in procedures.order_by().values_list(
            "pk", "search_key", "scope", "levels", "title", "code"
        )
    ]
    phrase = words.phrase
    shares = Counter(word for row in rows for word in {w for name in row[1] for w in name.split()})
    price = {word: 1 - number / len(rows) for word, number in shares.items()}

    def worth(names: Iterable[str]) -> tuple[int, float]:
        return min(_fit(name, phrase, words, price) for name in names)

    def place(
        row: tuple[int, tuple[str, ...], str, tuple[str, ...], str, str],
    ) -> tuple[int, float, str, str]:
        pk, names, scope, levels, title, code = row
        fit, others = worth(names)
        prior = _LEVEL_PRICES[_level(scope, levels)] - (NEEDED if pk in needed else 0)
        return fit, round(others + prior, 3), title, code

    return [row[0] for row in sorted(rows, key=place)]


def _fit(name: str, phrase: str, words: Words, price: dict[str, float]) -> tuple[int, float]:
    """How a name meets the words (less is better), and the price of its other words."""
    if name == phrase:
        return 0, 0.0
    spaced = f" {name} "
    # A word that is still open has its end in the name.
    asked = f" {phrase}" if words.last_is_open else f" {phrase} "
    others = sum(price[word] for word in name.split() if word not in words.words)
    return (1 if asked in spaced else 2 if words.are_in(spaced) else 3), others


def nearest_subjects(
    procedures: ProcedureQuerySet, words: Words, *, limit: int = 4
) -> list[tuple[str, str, int]]:
    """(name, slug, procedures) of the fields that the words point to; the fullest ones where they point nowhere. One query.

    A word weighs the more, the fewer fields share it: "giấy phép" stands in all of them, "thể thao" in one.
    """
    total: Counter[tuple[str, str]] = Counter()
    hits: defaultdict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    asked = [(word, f" {_plain(word)} ") for word in dict.fromkeys(words.words)]
    rows = procedures.filter(subject__isnull=False).order_by()
    for key, name, slug in rows.values_list("search_key", "subject__name", "subject__slug"):
        total[name, slug] += 1
        if not asked:
            continue
        names = _spaced(key)
        for word, needle_ in asked:
            if needle_ in names:
                hits[word][name, slug] += 1

    def weight(field: tuple[str, str]) -> float:
        return sum(counted[field] / counted.total() for counted in hits.values())

    best = sorted(total, key=lambda field: (-weight(field), -total[field], field))
    return [(*field, total[field]) for field in best[:limit]]


def fewer_words(procedures: ProcedureQuerySet, text: str) -> str:
    """The longest beginning of what was typed that would find something; empty where none does. One query."""
    typed = text.split()[:MAX_WORDS]
    starts = [part for n in range(1, len(typed)) if words_of(part := " ".join(typed[:n])).words]
    if not starts:
        return ""
    left = [names for _pk, names in _rows(procedures, words_of(starts[0]).words)]
    longest = ""
    for part in starts:
        words = words_of(part)
        left = [names for names in left if words.are_in(names)]
        if not left:
            break
        longest = part
    return longest


_LEVEL = Case(
    When(scope=Scope.CENTRAL, then=3),
    When(levels__contains=needle(Level.COMMUNE), then=0),
    When(levels__contains=needle(Level.PROVINCE), then=1),
    default=2,
    output_field=IntegerField(),
)
_LEVEL_PRICES = (0.0, 1.0, 1.5, 3.0)
"""In other words of a name: most people come for what the commune does."""


def _level(scope: str, levels: Collection[str]) -> int:
    """As `_LEVEL`."""
    if scope == Scope.CENTRAL:
        return 3
    return 0 if Level.COMMUNE in levels else 1 if Level.PROVINCE in levels else 2


def _without_leads(words: Words) -> Words:
    rest = list(words.words)
    while len(rest) > 1 and rest[0] in _LEADS:
        rest.pop(0)
    return Words(tuple(rest))


class _Among(In):
    """Keys written into the statement: thousands of parameters in each query of a page cost more than the query."""

    prepare_rhs = False

    def process_rhs(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        return f"({','.join(str(int(key)) for key in self.rhs)})", ()


def _rows(procedures: ProcedureQuerySet, words: Iterable[str]) -> list[tuple[int, str]]:
    """(key, names) of those that may have the words: all that a substring can tell."""
    guard = Q()
    for word in words:
        # Names are stored as they are spelled: only what stands between i and y is certain.
        guard &= Q(search_key__contains=max(_VARIANT.split(word), key=len))
    rows = procedures.filter(guard).order_by().values_list("pk", "search_key")
    return [(pk, _spaced(key)) for pk, key in rows]


def _plain(folded: str) -> str:
    """Words with single spaces between them; marks are gone, "|" between names stays."""
    return _MARKS.sub(" ", folded).strip()


@lru_cache(maxsize=10_000)
def _spaced(search_key: str) -> str:
    """Kept for the whole catalogue: the names don't change between two questions. About 4 MB."""
    return f" {one_spelling(_plain(search_key))} "


def _names(search_key: str) -> tuple[str, ...]:
    """Each name without "Thủ tục" before it: half of the catalogue has it, half has not."""
    return tuple(name.strip().removeprefix("thu tuc ") for name in _spaced(search_key).split("|"))
