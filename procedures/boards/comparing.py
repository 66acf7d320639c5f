"""Two texts side by side, sentence by sentence, with the words that changed. Pure: no Django.

Bounded whatever comes in: sentences are aligned first, words are compared only inside pairs that are shown, and only
so many of them. The longest official text has 44,590 characters; the national catalogue holds 122 papers in one list.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

CONTEXT = 1
"""Sentences left as they were that are shown around a change."""
MOST_ROWS = 120
LONG = 320
"""A paragraph longer than this is cut into its sentences: a reader finds the place, and the work stays small."""
MOST_PAIRS = 3_600
"""Product of the sizes of two runs of sentences up to which the likest are sought; beyond, they pair in order."""
MOST_WORDS = 1_000_000
"""The same for the words of one pair; beyond, the whole sentence counts as replaced."""
ALIKE = 0.4
"""Less than this share of common words: two sentences, not one that was changed."""

_SENTENCE = re.compile(r"(?<=[.;!?])\s+(?=[^\W\d_a-zà-ỹ]|[-+*\d(“\"])|\n+")
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


class RowKind(StrEnum):
    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"
    NEW = "new"
    GAP = "gap"
    """Several sentences left as they were, not shown."""


@dataclass(frozen=True, slots=True)
class Run:
    text: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """`old` holds what was taken out, `new` what was put in, each among what stayed. `count`: sentences of a gap."""

    kind: RowKind
    old: tuple[Run, ...] = ()
    new: tuple[Run, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    rows: tuple[Row, ...] = ()
    left_out: int = 0
    """Changed sentences beyond those shown."""

    @property
    def changes(self) -> int:
        return sum(row.kind not in (RowKind.SAME, RowKind.GAP) for row in self.rows) + self.left_out


def sentences(paragraphs: Iterable[str]) -> list[str]:
    """Each with its spaces made one; empty ones go."""
    found: list[str] = []
    for paragraph in paragraphs:
        pieces = _SENTENCE.split(paragraph) if len(paragraph) > LONG or "\n" in paragraph else [paragraph]
        found += [words for piece in pieces if (words := " ".join(piece.split()))]
    return found


def compare(old: Iterable[str], new: Iterable[str], *, most: int = MOST_ROWS) -> Comparison:
    """What changed from the paragraphs of `old` to those of `new`; no rows where they say the same."""
    before, after = sentences(old), sentences(new)
    if before == after:
        return Comparison()
    rows: list[Row] = []
    changes = 0
    for one, other in _with_context(list(_aligned(before, after))):
        if isinstance(one, int):
            rows.append(Row(RowKind.GAP, count=one))
        elif one is not None and one == other:
            same = (Run(one),)
            rows.append(Row(RowKind.SAME, same, same))
        else:
            changes += 1
            if changes <= most:
                rows.append(_row(one, other))
    while rows and changes > most and rows[-1].kind in (RowKind.SAME, RowKind.GAP):
        rows.pop()
    return Comparison(tuple(rows), max(0, changes - most))


_Pair = tuple[str | None, str | None]


def _aligned(before: Sequence[str], after: Sequence[str]) -> Iterator[_Pair]:
    """Old and new sentence beside each other; None where the other has no partner."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while (
        end < min(len(before), len(after)) - start
        and before[len(before) - end - 1] == after[len(after) - end - 1]
    ):
        end += 1
    yield from zip(before[:start], after[:start], strict=True)
    a, b = before[start : len(before) - end], after[start : len(after) - end]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, a, b).get_opcodes():
        if tag == "equal":
            yield from zip(a[i1:i2], b[j1:j2], strict=True)
        else:
            yield from _paired(a[i1:i2], b[j1:j2])
    yield from zip(before[len(before) - end :], after[len(after) - end :], strict=True)


def _paired(a: Sequence[str], b: Sequence[str]) -> Iterator[_Pair]:
    """The likest sentences of two runs beside each other, in their order."""
    if not a or not b:
        yield from ((one, None) for one in a)
        yield from ((None, other) for other in b)
        return
    if len(a) * len(b) > MOST_PAIRS:
        shared = min(len(a), len(b))
        yield from zip(a[:shared], b[:shared], strict=True)
        yield from _paired(a[shared:], b[shared:])
        return
    bags_a, bags_b = [_bag(one) for one in a], [_bag(other) for other in b]
    best = [[0.0] * (len(b) + 1) for _ in range(len(a) + 1)]
    likeness = [[_alike(one, other) for other in bags_b] for one in bags_a]
    for i in range(len(a) - 1, -1, -1):
        for j in range(len(b) - 1, -1, -1):
            paired = likeness[i][j] + best[i + 1][j + 1] if likeness[i][j] >= ALIKE else 0.0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    i = j = 0
    while i < len(a) and j < len(b):
        if likeness[i][j] >= ALIKE and best[i][j] == likeness[i][j] + best[i + 1][j + 1]:
            yield a[i], b[j]
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            yield a[i], None
            i += 1
        else:
            yield None, b[j]
            j += 1
    yield from ((one, None) for one in a[i:])
    yield from ((None, other) for other in b[j:])


def _bag(sentence: str) -> Counter[str]:
    return Counter(token for token in _TOKEN.findall(sentence.lower()) if not token.isspace())


def _alike(a: Counter[str], b: Counter[str]) -> float:
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 0.0


def _with_context(pairs: Sequence[_Pair]) -> Iterator[tuple[int | str | None, str | None]]:
    """Long runs without a change become a number."""
    shown: set[int] = set()
    for place, (one, other) in enumerate(pairs):
        if one != other:
            shown.update(range(place - CONTEXT, place + CONTEXT + 1))
    hidden = 0
    for place, pair in enumerate(pairs):
        if place in shown:
            if hidden:
                yield hidden, None
                hidden = 0
            yield pair
        else:
            hidden += 1
    if hidden:
        yield hidden, None


def _row(one: str | None, other: str | None) -> Row:
    if one is None:
        return Row(RowKind.NEW, new=(Run(other or "", changed=True),))
    if other is None:
        return Row(RowKind.GONE, old=(Run(one, changed=True),))
    old, new = _words(one, other)
    return Row(RowKind.CHANGED, old, new)


def _words(one: str, other: str) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    a, b = _TOKEN.findall(one), _TOKEN.findall(other)
    whole = (Run(one, changed=True),), (Run(other, changed=True),)
    if len(a) * len(b) > MOST_WORDS:
        return whole
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if matcher.ratio() < ALIKE:
        return whole
    old: list[tuple[str, bool]] = []
    new: list[tuple[str, bool]] = []
    for tag, i1, i2, j1, j2 in _tidied(matcher.get_opcodes(), a):
        same = tag == "equal"
        old.append(("".join(a[i1:i2]), not same))
        new.append(("".join(b[j1:j2]), not same))
    return _runs(old), _runs(new)


_Opcode = tuple[str, int, int, int, int]


def _tidied(opcodes: Iterable[_Opcode], a: Sequence[str]) -> Iterator[_Opcode]:
    """A space or a comma that stayed between two changed words belongs to the change: three marks would be noise."""
    held: _Opcode | None = None
    for code in [*opcodes, None]:
        if held is None or code is None:
            if held is not None:
                yield held
            held = code
            continue
        tag, i1, i2, _j1, j2 = code
        small = tag == "equal" and not any(token.isalnum() for token in a[i1:i2])
        if held[0] != "equal" and (tag != "equal" or small):
            held = ("replace", held[1], i2, held[3], j2)
        else:
            yield held
            held = code


def _runs(parts: Iterable[tuple[str, bool]]) -> tuple[Run, ...]:
    """Neighbours of one kind joined, empty ones left out; spaces at the edge of a change stand outside it."""
    found: list[Run] = []
    for text, changed in parts:
        if not text:
            continue
        if changed and (bare := text.strip()) and bare != text:
            at = text.index(bare)
            pieces = [(text[:at], False), (bare, True), (text[at + len(bare) :], False)]
        else:
            pieces = [(text, changed)]
        for piece, kind in pieces:
            if piece and found and found[-1].changed == kind:
                found[-1] = Run(found[-1].text + piece, kind)
            elif piece:
                found.append(Run(piece, kind))
    return tuple(found)
