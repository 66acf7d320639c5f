"""Finding procedures by words, until and beside a search engine: the one place that knows how words meet names.

All words must occur in a procedure's folded names (`ProcedurePage.search_key`: full name, title, everyday names, code),
each as a whole word; where nothing has them all, the last word may be unfinished. Best first: a whole name, the
beginning of the official name, that of another one, the words side by side, the words anywhere; then commune before province before central; then title.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, Count, IntegerField, Q, TextField, Value, When
from django.db.models.functions import Concat

from home.model_fields import needle
from procedures.enums import Level, Scope
from procedures.text.codes import normalise_code
from search.text import fold, tokens

if TYPE_CHECKING:
    from procedures.models.catalogue import ProcedureQuerySet

MAX_WORDS = 12
"""More words than this say nothing more."""
_EDGES = " .,;:!?\"'“”()[]"


@dataclass(frozen=True, slots=True)
class Words:
    """What was typed, folded. `phrase` keeps the order and the marks, `words` are searched for."""

    phrase: str
    words: tuple[str, ...]
    last_is_open: bool = False
    """The last word may go on: "ket ho" finds "kết hôn"."""

    @property
    def is_empty(self) -> bool:
        return not self.words


def words_of(text: str) -> Words:
    return Words(phrase=fold(text).strip(_EDGES), words=tuple(dict.fromkeys(tokens(text)))[:MAX_WORDS])


def code_in(text: str) -> str | None:
    """The procedure code that was typed, alone or among words, in any way of writing it."""
    whole = normalise_code(text)
    return whole or next(
        (code for word in text.split() if (code := normalise_code(word.strip(_EDGES)))), None
    )


def matching(procedures: ProcedureQuerySet, words: Words) -> ProcedureQuerySet:
    """Those that have all the words; all of them where there are no words."""
    for word in words.words[:-1] if words.last_is_open else words.words:
        procedures = procedures.filter(_has_word(word))
    if words.last_is_open and words.words:
        procedures = procedures.filter(_has_word(words.words[-1], is_open=True))
    return procedures


def found(procedures: ProcedureQuerySet, text: str) -> tuple[ProcedureQuerySet, Words]:
    """Those that answer to `text`, and how it was understood. One query, to see whether the last word is to be left open."""
    words = words_of(text)
    if words.is_empty:
        return (procedures.none() if text else procedures), words
    whole = matching(procedures, words)
    if whole.exists():
        return whole, words
    opened = Words(words.phrase, words.words, last_is_open=True)
    return matching(procedures, opened), opened


def ranked(procedures: ProcedureQuerySet, words: Words) -> ProcedureQuerySet:
    """Best first; without words by level and title. Ties end with the code: pages never overlap."""
    if words.is_empty:
        return procedures.alias(_level=_LEVEL).order_by("_level", "title", "code")
    # Each name between the same marks, so that one test tells a whole name, another a beginning.
    names = Concat(Value(" | "), "search_key", Value(" | "), output_field=TextField())
    phrase = words.phrase
    return procedures.alias(_names=names, _level=_LEVEL).alias(
        _fit=Case(
            When(_names__contains=f" | {phrase} | ", then=0),
            When(_names__contains=f" | thu tuc {phrase} | ", then=0),
            # The official name stands first in the key: its beginning says more than a beginning of another name.
            When(search_key__startswith=phrase, then=1),
            When(search_key__startswith=f"thu tuc {phrase}", then=1),
            When(_names__contains=f" | {phrase}", then=2),
            When(_names__contains=phrase, then=3),
            default=4,
            output_field=IntegerField(),
        )
    ).order_by("_fit", "_level", "title", "code")  # fmt: skip


def nearest_subjects(
    procedures: ProcedureQuerySet, words: Words, *, limit: int = 4
) -> list[tuple[str, str, int]]:
    """(name, slug, procedures) of the fields that the words point to; the fullest ones where they point nowhere. One query.

    A word weighs the more, the fewer fields share it: "giấy phép" stands in all of them, "thể thao" in one.
    """
    counted = {f"_w{n}": Count("pk", filter=_has_word(word)) for n, word in enumerate(words.words)}
    rows = list(
        procedures.filter(subject__isnull=False)
        .order_by()
        .values("subject__name", "subject__slug")
        .annotate(n=Count("pk"), **counted)
    )
    share = {key: sum(row[key] for row in rows) for key in counted}

    def weight(row: dict[str, object]) -> float:
        return sum(int(str(row[key])) / share[key] for key in counted if share[key])

    best = sorted(rows, key=lambda row: (-weight(row), -row["n"], row["subject__name"]))
    return [(row["subject__name"], row["subject__slug"], row["n"]) for row in best[:limit]]


def fewer_words(procedures: ProcedureQuerySet, text: str) -> str:
    """The longest beginning of what was typed that would find something; empty where none does. One query."""
    typed = text.split()[:MAX_WORDS]
    shorter = {f"_c{n}": " ".join(typed[:n]) for n in range(len(typed) - 1, 0, -1)}
    counted = {}
    for key, part in shorter.items():
        condition = Q()
        for word in tokens(part):
            condition &= _has_word(word)
        if condition:
            counted[key] = Count("pk", filter=condition)
    if not counted:
        return ""
    hits = procedures.order_by().aggregate(**counted)
    return next((part for key, part in shorter.items() if hits.get(key)), "")


_LEVEL = Case(
    When(scope=Scope.CENTRAL, then=3),
    When(levels__contains=needle(Level.COMMUNE), then=0),
    When(levels__contains=needle(Level.PROVINCE), then=1),
    default=2,
    output_field=IntegerField(),
)


def _has_word(word: str, *, is_open: bool = False) -> Q:
    """A whole word of the folded names; `is_open`: only its beginning. The plain test first: it is the cheap one."""
    end = "" if is_open else "([^0-9a-z]|$)"
    # Words are [0-9a-z./-] only; the pattern means the same to SQLite's and PostgreSQL's engines.
    return Q(search_key__contains=word) & Q(search_key__regex=f"(^|[^0-9a-z]){re.escape(word)}{end}")
