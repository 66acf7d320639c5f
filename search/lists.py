"""Lists of the admin answer to words as the public search does: without accents, codes in any writing, abbreviations.

An index only holds what is published; a list of the admin also holds drafts, what has ended and what others may not see. So
what the engine finds comes first, best first, and beside it stands whatever holds all of the words in its own folded names.
What no index knows (desks, people, fields) is folded where it stands (`holding`). Rights are the list's: a queryset is only
ever narrowed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from search import vocabulary
from search.engines.contract import EngineUnavailable
from search.query import MAX_TEXT
from search.reading import read
from search.service import find
from search.text import clean, words

MOST_FOUND: Final = 100
MOST_WORDS: Final = 12
"""Without a bound a long paste makes a statement that the database refuses."""
WHOLE: Final = 0.85
"""So much of a query in one name: a list that is worked through is no list of likenesses."""
NEAR: Final = 0.8
"""Where words stand for others ("gks"): what scores so much of the best."""

_WRITTEN_TWO_WAYS: Final = re.compile(r"([hklmstv]|qu|)i")
"""As `search.text.one_spelling`: folded names are stored as they are spelled, "ky" or "ki"."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody typed above a list."""

    words: tuple[str, ...]
    keys: tuple[str, ...]
    """Of what the engine found, best first; codes that were typed before all."""

    @property
    def is_empty(self) -> bool:
        return not self.words and not self.keys

    def fits(self, key: str, folded: str) -> bool:
        """Whether a row in memory belongs to the answer. `folded`: its folded names."""
        return key in self.keys or (bool(self.words) and holds(self.words, folded))

    def chosen(self, *, key: str, names: str) -> Q:
        """For a queryset. `key`, `names`: the fields that hold a document's key and its folded names."""
        spelled = Q()
        for word in self.words:
            spelled &= _written(names, word)
        return Q(**{f"{key}__in": self.keys}) | (spelled if self.words else Q(pk__in=[]))

    def order(self, key: str) -> Case:
        """What the engine found in its order, then the rest."""
        places = [When(**{key: value}, then=place) for place, value in enumerate(self.keys)]
        return Case(*places, default=Value(len(places)), output_field=IntegerField())


def wanted(text: str, *, kind: str) -> Wanted:
    """`kind` of the documents that the list is about. Never fails: without an engine the words alone decide."""
    text = clean(text, MAX_TEXT)
    codes = read(text, vocabulary.current()).codes
    try:
        result = find(text, kinds=(kind,), per_page=MOST_FOUND, repair=False, explain=True) if text else None
    except EngineUnavailable:
        result = None
    if codes or result is None:
        exact = [hit.id.key for hit in result.exact] if result else []
        # Six digits alone may be the end of several codes: then they are looked for as they stand, too.
        return Wanted(
            () if len(codes) == 1 else words(text)[:MOST_WORDS], tuple(dict.fromkeys([*codes, *exact]))
        )
    hits = [hit for hit in result.hits if dict(hit.why).get("words", 0.0) >= WHOLE]
    if not hits and any(len(concept.alternatives) > 1 for concept in result.query.concepts):
        least = NEAR * max((hit.score for hit in result.hits), default=0.0)
        hits = [hit for hit in result.hits if hit.score >= least]
    return Wanted(words(text)[:MOST_WORDS], tuple(dict.fromkeys(hit.id.key for hit in hits)))


def narrowed(
    queryset: QuerySet[Any],
    text: str,
    *,
    kind: str,
    key: str,
    names: str,
    then: tuple[str, ...] = (),
) -> QuerySet[Any]:
    """The rows that answer, best first. `then`: what orders those that are equally near; () keeps the list's own order."""
    asked = wanted(text, kind=kind)
    if asked.is_empty:
        return queryset.none() if text.strip() else queryset
    found = queryset.filter(asked.chosen(key=key, names=names))
    return found.order_by(*((asked.order(key),) if asked.keys else ()), *then) if then else found


def holding(queryset: QuerySet[Any], text: str, *fields: str) -> QuerySet[Any]:
    """The rows that hold all of the words somewhere in these fields, in the queryset's own order. One look-up beside it.

    For tables of hundreds, or of one or two thousand: their texts are read and folded at each search. No field may bring a
    row twice.
    """
    asked = words(clean(text, MAX_TEXT))[:MOST_WORDS]
    if not asked:
        return queryset.none() if text.strip() else queryset
    labels = [_labels(queryset.model, field) for field in fields]
    found = []
    for pk, *values in queryset.order_by().values_list("pk", *fields):
        texts = (str(said.get(value, value)) for value, said in zip(values, labels, strict=True) if value)
        if holds(asked, " ".join(texts)):
            found.append(pk)
    return queryset.filter(pk__in=found)


def _labels(model: Any, field: str) -> dict[Any, Any]:
    """What people read in place of a stored choice."""
    return {} if "__" in field else dict(model._meta.get_field(field).flatchoices)


def holds(asked: Sequence[str], text: str) -> bool:
    """Whether each of these folded words begins one of the text's. Pure."""
    held = frozenset(words(text))
    return all(word in held or any(one.startswith(word) for one in held) for word in asked)


def _written(names: str, word: str) -> Q:
    held = Q(**{f"{names}__contains": word})
    if _WRITTEN_TWO_WAYS.fullmatch(word):
        held |= Q(**{f"{names}__contains": f"{word[:-1]}y"})
    return held
