"""What readers see of a match: marked words in a title, the everyday name that was met, the passage that answers. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from search.documents import Part, Passage
from search.engines.contract import Alternative, Candidate, Concept, Plan
from search.results import Marked, Quote, Spans
from search.text import Token, distinct_words, tokenize, tokens_of

QUOTED: Final = 220
"""Characters of a quotation, about three lines on a phone."""
_STRETCH: Final = 3_000
"""A passage is looked through in stretches of so many characters, until one holds what is looked for."""
_STRETCHES: Final = 16


def mark(text: str, plan: Plan) -> Marked:
    """`text` with the words that were asked for."""
    asked, opened = _asked(plan, text), _opened(plan)
    tokens = (
        [token for token in tokenize(text) if token.folded in asked or token.folded.startswith(opened)]
        if opened
        else tokens_of(text, asked)
    )
    return Marked(text, _spans(text, tokens))


def also_found(candidate: Candidate, name: str, plan: Plan) -> Marked | None:
    """The everyday name that answered best, where the title doesn't hold as much of what was asked."""
    if name not in candidate.everyday:
        return None
    in_title = _met(candidate.title, plan)
    return mark(name, plan) if not in_title or _met(name, plan) > in_title else None


@dataclass(frozen=True, slots=True)
class Sought:
    """What a document's best name lacks of what was asked, and the parts of the document that hold most of it."""

    parts: frozenset[Part]
    concepts: tuple[Concept, ...]
    most: float
    """What such a part holds of it."""


def sought(candidate: Candidate, name: str, plan: Plan) -> Sought | None:
    """None where the parts add nothing to the name."""
    if not candidate.parts:
        return None
    named = distinct_words(name)
    lacking = [
        (1 << number, concept)
        for number, concept in enumerate(plan.concepts)
        if not _stands(concept.alternatives, named)
    ]
    # The engine has told which concepts stand in which part: only the best parts are read.
    told = {
        part: sum(concept.weight for bit, concept in lacking if mask & bit)
        for part, mask in candidate.parts.items()
    }
    most = max(told.values())
    if not most:
        return None
    best = frozenset(part for part, held in told.items() if held == most)
    return Sought(best, tuple(concept for _bit, concept in lacking), most)


def quote_for(wanted: Sought, passages: Iterable[Passage], plan: Plan, *, url: str) -> Quote | None:
    """Of the passages of the parts that are `wanted` the one with most of it."""
    best: tuple[float, Passage, str] | None = None
    for passage in passages:
        value, stretch = _best_stretch(passage.text, wanted)
        if value and (best is None or value > best[0]):
            best = (value, passage, stretch)
        if value >= wanted.most:
            break
    if best is None:
        return None
    _value, passage, stretch = best
    page, _hash, _anchor = url.partition("#")
    return Quote(
        part=passage.part,
        heading=passage.heading,
        text=_window(stretch, plan),
        url=f"{page}#{passage.anchor}" if passage.anchor else page,
    )


def _best_stretch(text: str, wanted: Sought) -> tuple[float, str]:
    best = (0.0, "")
    for begin in range(0, min(len(text), _STRETCH * _STRETCHES), _STRETCH):
        begin = text.rfind(" ", 0, begin) + 1 if begin else 0  # noqa: PLW2901 -- the same place, between words
        stretch = text[begin : begin + _STRETCH]
        held = distinct_words(stretch)
        value = sum(concept.weight for concept in wanted.concepts if _stands(concept.alternatives, held))
        if value > best[0]:
            best = (value, stretch)
        if value >= wanted.most:
            break
    return best


def _window(text: str, plan: Plan) -> Marked:
    """The stretch that holds most of what was asked, cut between words."""
    hits = tokens_of(text, _asked(plan, text))
    if not hits:
        return Marked(text[:QUOTED])
    best, first = -1.0, hits[0]
    ahead = 0
    for number, token in enumerate(hits):
        ahead = max(ahead, number)
        while ahead + 1 < len(hits) and hits[ahead + 1].end - token.start <= QUOTED:
            ahead += 1
        value = len({hit.folded for hit in hits[number : ahead + 1]})
        if value > best:
            best, first = value, token
    begin = _sentence(text, first.start)
    begin = begin if first.start - begin <= QUOTED // 3 else _word(text, max(0, first.start - 40))
    end = min(len(text), begin + QUOTED)
    if end < len(text):
        end = max(text.rfind(" ", begin, end), begin + QUOTED // 2)
    quoted = text[begin:end].strip()
    before, after = "… " if begin and text[begin - 1] not in ".\n" else "", " …" if end < len(text) else ""
    return mark(f"{before}{quoted}{after}", plan)


def _sentence(text: str, at: int) -> int:
    return max(text.rfind(". ", 0, at) + 2 if ". " in text[:at] else 0, text.rfind("\n", 0, at) + 1)


def _word(text: str, at: int) -> int:
    return text.find(" ", at) + 1 if at and " " in text[at:] else at


def _spans(text: str, tokens: Iterable[Token]) -> Spans:
    """Neighbours in one."""
    spans: list[tuple[int, int]] = []
    for token in tokens:
        if spans and not text[spans[-1][1] : token.start].strip():
            spans[-1] = (spans[-1][0], token.end)
        else:
            spans.append((token.start, token.end))
    return tuple(spans)


def _asked(plan: Plan, text: str) -> frozenset[str]:
    """Words to mark: those of every way to say a concept that stands whole in the text; else of the way it was typed."""
    there = distinct_words(text)
    asked: set[str] = set()
    for concept in plan.concepts:
        whole = [way for way in concept.alternatives if there.issuperset(way.tokens)]
        for way in whole or concept.alternatives[:1]:
            asked.update(way.tokens)
    return frozenset(asked)


def _opened(plan: Plan) -> str:
    return next(
        (c.alternatives[0].tokens[-1] for c in plan.concepts if c.is_open and c.alternatives[0].tokens), ""
    )


def _stands(ways: Iterable[Alternative], held: set[str]) -> bool:
    return any(held.issuperset(way.tokens) for way in ways)


def _met(name: str, plan: Plan) -> float:
    held = distinct_words(name)
    return sum(concept.weight for concept in plan.concepts if _stands(concept.alternatives, held))
