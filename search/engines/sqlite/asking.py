"""Answering a request from an index file, inside one snapshot of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from search.documents import KIND, DocumentId, Part, Passage, SearchDocument
from search.engines import storing
from search.engines.contract import Alternative, Candidate, Concept, Found, Plan, Request, Sort, Suggestion
from search.engines.sqlite import schema
from search.engines.sqlite.memory import Memory
from search.engines.sqlite.sets import Bits, Chosen, Scores, numbers
from search.engines.storing import Damaged
from search.engines.wording import (
    ACCENTED,
    EVERY,
    HEAD,
    MOST_STANDING,
    PARTS,
    STANDING,
    TEXT_SPACES,
    code_key,
    storable,
)

_IN_HEAD: Final = 12
"""Points for the concept that tells most, in the head; in a part `_IN_PART`."""
_IN_PART: Final = 3
_ACCENTED: Final = 8
_CODE_FOUND: Final = 1 << 14
_HEAD_MET: Final = 1 << 13
"""More than all other points together."""
_MOST_POINTS: Final = _HEAD_MET - 1 - MOST_STANDING
_FEW: Final = 500
"""So many rows are sooner read one by one than in their order past all others."""

Spaces = list[int]
"""A set of documents for each of TEXT_SPACES."""


class Asking:
    """What one question needs to know of the index; sets that it reads twice are read once."""

    def __init__(self, connection: sqlite3.Connection, memory: Memory) -> None:
        self._connection = connection
        self._memory = memory

    # Sets -------------------------------------------------------------------------------------------------------------

    def _set(self, space: int, word: str) -> int:
        return self._memory.sets(self._connection, (space,), word)[0]

    def numbers(self, space: int, word: str) -> list[int]:
        """Of the documents that stand under a word: for comparing indexes."""
        return numbers(self._set(space, word))

    def _spaces(self, word: str, *, is_open: bool) -> Sequence[int]:
        return self._memory.sets(self._connection, TEXT_SPACES, word, is_open=is_open)

    def _way(self, way: Alternative, *, is_open: bool) -> tuple[int, Spaces]:
        """Where all tokens of one way to say it stand: anywhere in a document, and in each of its spaces."""
        anywhere, each = -1, [-1] * len(TEXT_SPACES)
        for place, token in enumerate(way.tokens):
            found = self._spaces(token, is_open=is_open and place == len(way.tokens) - 1)
            some = 0
            for space, documents in enumerate(found):
                some |= documents
                each[space] &= documents
            anywhere &= some
        return (anywhere, each) if way.tokens else (0, [0] * len(TEXT_SPACES))

    def _concept(self, concept: Concept) -> tuple[int, Spaces]:
        anywhere, each = 0, [0] * len(TEXT_SPACES)
        for way in concept.alternatives:
            some, spaces = self._way(way, is_open=concept.is_open)
            anywhere |= some
            each = [held | more for held, more in zip(each, spaces, strict=True)]
        return anywhere, each

    def _facet(self, facet: str, values: Iterable[str]) -> int:
        counted = self._memory.facet(self._connection, facet)
        found = 0
        for value in values:
            found |= counted.get(value, 0)
        return found

    def _coded(self, codes: Iterable[str]) -> list[int]:
        keys = [key for key in dict.fromkeys(map(code_key, codes)) if key and storable(key)]
        found: list[int] = []
        for key in keys:
            rows = self._connection.execute("SELECT id FROM codes WHERE code=? ORDER BY id", (key,))
            found.extend(number for (number,) in rows)
        return list(dict.fromkeys(found))

    # Searching --------------------------------------------------------------------------------------------------------

    def search(self, request: Request) -> Found:
        plan = request.plan
        concepts = [self._concept(concept) for concept in plan.concepts]
        every = self._set(EVERY, "")
        in_head = _sufficing(plan.head, [each[HEAD] for _, each in concepts])
        anywhere = _sufficing(plan.anywhere, [some for some, _ in concepts])
        coded = 0
        for number in self._coded(plan.codes):
            coded |= 1 << number
        answering = every if plan.asks_nothing else every & (in_head | anywhere | coded)

        allowed = {facet: self._facet(facet, values) for facet, values in request.filters.items() if values}
        matched = answering
        for documents in allowed.values():
            matched &= documents
        facets = {facet: self._counts(facet, answering, allowed) for facet in request.facets}

        if request.sort != Sort.RELEVANCE:
            chosen = self._in_order(matched, request.sort, request.offset, request.limit)
        else:
            scores = self._scores(plan, concepts, in_head, coded)
            chosen = scores.best(matched, request.offset + request.limit)[request.offset :]
        return Found(self._candidates(chosen, concepts), matched.bit_count(), facets)

    def _counts(self, facet: str, answering: int, allowed: Mapping[str, int]) -> dict[str, int]:
        under = answering
        for other, documents in allowed.items():
            if other != facet:
                under &= documents
        values = self._memory.facet(self._connection, facet)
        counts = {value: (under & documents).bit_count() for value, documents in values.items()}
        return {value: count for value, count in counts.items() if count}

    def _scores(self, plan: Plan, concepts: Sequence[tuple[int, Spaces]], in_head: int, coded: int) -> Scores:
        """The engine's first guess: what meets the head stands before all others."""
        scores = Scores()
        most = max((concept.weight for concept in plan.concepts), default=0.0) or 1.0
        # However many concepts: together they stay below what separates the head from the rest.
        scale = min(1.0, _MOST_POINTS / ((_IN_HEAD + _ACCENTED) * max(1, len(concepts))))
        for concept, (anywhere, each) in zip(plan.concepts, concepts, strict=True):
            share = scale * max(0.0, concept.weight) / most
            scores.add(each[HEAD], max(1, round(_IN_HEAD * share)))
            scores.add(anywhere & ~each[HEAD], max(1, round(_IN_PART * share)))
            for way in concept.alternatives:
                if way.accented and not concept.is_open:
                    meant = each[HEAD]
                    for word in way.accented:
                        meant &= self._set(ACCENTED, word)
                    scores.add(meant, round(_ACCENTED * share))
                    break
        for digit in range(MOST_STANDING.bit_length()):
            scores.add(self._set(STANDING, str(digit)), 1 << digit)
        scores.add(in_head, _HEAD_MET)
        scores.add(coded, _CODE_FOUND)
        return scores

    def _in_order(self, matched: int, sort: Sort, offset: int, limit: int) -> list[int]:
        order = "dated DESC, title_key, kind, key" if sort == Sort.DATE else "title_key, kind, key"
        if matched.bit_count() <= _FEW:
            marks = ",".join(map(str, numbers(matched)))
            rows = self._connection.execute(
                f"SELECT id FROM documents WHERE id IN ({marks}) ORDER BY {order} LIMIT ? OFFSET ?",  # noqa: S608 -- our own numbers
                (limit, offset),
            )
            return [number for (number,) in rows]
        bits, chosen, end = Bits(matched), [], offset + limit
        for (number,) in self._connection.execute(f"SELECT id FROM documents ORDER BY {order}"):  # noqa: S608 -- one of two
            if number in bits:
                chosen.append(number)
                if len(chosen) == end:
                    break
        return chosen[offset:]

    def _candidates(
        self, chosen: Sequence[int], concepts: Sequence[tuple[int, Spaces]]
    ) -> tuple[Candidate, ...]:
        among = Chosen(chosen)
        masks: list[dict[Part, int]] = [{} for _ in chosen]
        for bit, (_, each) in enumerate(concepts):
            for part, space in PARTS.items():
                for index in among.within(each[space]):
                    masks[index][part] = masks[index].get(part, 0) | 1 << bit
        return tuple(
            storing.candidate(DocumentId(kind, key), card, units, mask)
            for mask, (_, (kind, key, card, units)) in zip(masks, self._rows(chosen), strict=True)
        )

    def _rows(self, chosen: Sequence[int]) -> list[tuple[int, tuple[str, str, bytes, bytes]]]:
        marks = ",".join(map(str, chosen))
        rows = {
            row[0]: row[1:]
            for row in self._connection.execute(
                f"SELECT id, kind, key, card, units FROM documents WHERE id IN ({marks})"  # noqa: S608 -- our own numbers
            )
        }
        if len(rows) < len(chosen):
            raise Damaged("a set names documents that are not there")
        return [(number, rows[number]) for number in chosen]

    # Other questions ----------------------------------------------------------------------------------------------------

    def suggest(self, words: Sequence[str], kinds: Collection[str], limit: int) -> tuple[Suggestion, ...]:
        matched = self._set(EVERY, "")
        for place, word in enumerate(words):
            is_last = place == len(words) - 1
            matched &= self._memory.sets(self._connection, (HEAD,), word, is_open=is_last)[0]
        if kinds:
            matched &= self._facet(KIND, kinds)
        scores = Scores()
        for digit in range(MOST_STANDING.bit_length()):
            scores.add(self._set(STANDING, str(digit)), 1 << digit)
        if words:
            # A whole word before one that goes on.
            scores.add(self._set(HEAD, words[-1]), 8)
        return tuple(
            storing.suggestion(DocumentId(kind, key), card)
            for _, (kind, key, card, _) in self._rows(scores.best(matched, limit))
        )

    def by_code(self, codes: Iterable[str]) -> tuple[Candidate, ...]:
        return self._candidates(self._coded(codes), ())

    def passages(
        self, wanted: Mapping[DocumentId, Collection[Part]]
    ) -> dict[DocumentId, tuple[Passage, ...]]:
        found: dict[DocumentId, tuple[Passage, ...]] = {}
        for identity, parts in wanted.items():
            number = self._number(identity)
            if number is None:
                continue
            held = storing.passages(schema.body(self._connection, number), parts)
            if held:
                found[identity] = held
        return found

    def fetch(self, ids: Iterable[DocumentId]) -> tuple[SearchDocument, ...]:
        found: list[SearchDocument] = []
        for identity in dict.fromkeys(ids):
            number = self._number(identity)
            if number is not None:
                (_, (_, _, card, _)) = self._rows([number])[0]
                found.append(storing.document(identity, card, schema.body(self._connection, number)))
        return tuple(found)

    def keys(self, kind: str) -> list[str]:
        if not storable(kind):
            return []
        rows = self._connection.execute("SELECT key FROM documents WHERE kind=? ORDER BY key", (kind,))
        return [key for (key,) in rows]

    def _number(self, identity: DocumentId) -> int | None:
        if not (storable(identity.kind) and storable(identity.key)):
            return None
        row = self._connection.execute("SELECT id FROM documents WHERE kind=? AND key=?", identity).fetchone()
        return int(row[0]) if row else None


def _sufficing(wanted: Iterable[Collection[int]], found: Sequence[int]) -> int:
    """The documents that hold all concepts of any of the sets `wanted`."""
    answering = 0
    for concepts in wanted:
        whole = -1 if concepts else 0
        for concept in concepts:
            whole &= found[concept]
        answering |= whole
    return answering
