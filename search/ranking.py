"""What stands first: the one place that orders the documents an engine found. Pure; the same for every engine.

A score is a sum of few components, each a share between 0 and 1 of what the query could ask at most, times the weight that
stands in `WEIGHTS`. Each can be switched off by its name (`search_eval --without NAME`), so that its worth is seen;
`search.planning` gives every concept its weight: rarer words tell more.

- words: which of the concepts stand in the best of the document's names, weighed by what they tell; a concept that only
  stands in a part of the document (results, papers …) counts with that part's small share (`parts`);
- pairs: neighbours in the query that are neighbours in the name, in the same order;
- length: how little else the name says; whole: it says nothing else at all;
- everyday: everyday and old names are names as well; synonyms: other ways to say a concept count;
- first: who names no action wants the thing itself, not its renewal, change or withdrawal;
- accents: where the query was typed with accents, the name has the same ones;
- prior: what people need most, whatever they typed; unit: the reader's unit lists it; popularity: what others opened.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Final

from search.documents import DocumentId, Part
from search.engines.contract import Alternative, Candidate, Concept, Plan
from search.lexicon import Lexicon
from search.text import LEADING, accented_words, words

WEIGHTS: Final[Mapping[str, float]] = {
    "words": 1.0,
    "pairs": 0.30,
    "length": 0.30,
    "whole": 0.15,
    "accents": 0.10,
    "first": 0.12,
    "prior": 0.12,
    "unit": 0.08,
    "popularity": 0.15,
}
PARTS: Final[Mapping[Part, float]] = {
    Part.PURPOSE: 0.40,
    Part.FIELD: 0.40,
    Part.RESULTS: 0.35,
    Part.BODIES: 0.25,
    Part.AUDIENCE: 0.25,
    Part.PAPERS: 0.20,
    Part.TEXT: 0.20,
    Part.STEPS: 0.12,
    Part.CONDITIONS: 0.10,
    Part.BASIS: 0.05,
}
"""What a word in a part is worth beside the same word in a name."""
_BEST_PARTS: Final = sorted(PARTS.items(), key=lambda item: -item[1])
EVERYDAY: Final = 0.95
"""What an everyday name is worth beside an official one."""
COMPONENTS: Final = (*WEIGHTS, "parts", "everyday", "synonyms", "repair")
"""Everything that can be switched off by name."""

_LATER: Final = frozenset(
    tuple(words(action))
    for action in (
        "cấp lại", "cấp đổi", "cấp bổ sung", "cấp điều chỉnh", "cấp sửa đổi", "cấp gia hạn", "hiệu đính", "dừng",
        "gia hạn", "điều chỉnh", "sửa đổi", "bổ sung", "thay đổi", "thu hồi", "xóa", "hủy", "chấm dứt",
        "tạm ngừng", "tạm dừng", "đình chỉ", "phục hồi", "giải thể", "hợp nhất", "sáp nhập", "chia", "tách",
        "đăng ký lại", "đăng ký thay đổi", "đăng ký bổ sung", "công nhận lại", "phê duyệt lại", "thẩm định lại",
        "thông báo", "đề nghị điều chỉnh", "đính chính", "ghi lại", "miễn nhiệm", "tước", "trả lại", "xác nhận lại",
    )
)  # fmt: skip
"""How a name begins that is about something one has already: whoever wants that says so."""
_TAIL: Final = 0.3
"""What words behind the first clause of a name count for its length: they set out cases, not the thing."""
_SCATTERED: Final = 0.4
"""What the words of a phrase lose when they stand apart."""
_CLAUSE: Final = re.compile(r"[;(:]")


@dataclass(frozen=True, slots=True)
class Ranked:
    candidate: Candidate
    score: float
    shares: Mapping[str, float]
    """Component → its share of the score."""
    name: str
    """The name that was met best."""
    covered: float
    """Share of the query's weight that stands in that name, 0…1."""

    @property
    def why(self) -> tuple[tuple[str, float], ...]:
        """For whoever wants it explained."""
        return tuple((part, round(share, 4)) for part, share in self.shares.items() if share)


@dataclass(frozen=True, slots=True)
class _Name:
    words: tuple[str, ...]
    accented: tuple[str, ...]
    places: Mapping[str, tuple[int, ...]]
    counts: tuple[float, ...]
    """What each word counts for its length: what it tells, behind the first clause less."""
    said: float
    """What all of them tell together."""
    later: frozenset[str]
    """Words of the action it begins with, if that is about something one has already."""


class _Known:
    """Words and names as a lexicon weighs them. They don't change between two questions: a name takes about 1 kB."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.tells = lru_cache(maxsize=20_000)(lexicon.weight)
        self.name = lru_cache(maxsize=20_000)(self._name)

    def _name(self, name: str) -> _Name:
        folded, accented = words(name), accented_words(name)
        dropped = len(LEADING) if folded[: len(LEADING)] == LEADING != folded else 0
        folded, accented = folded[dropped:], accented[dropped:]
        places: dict[str, tuple[int, ...]] = {}
        for place, word in enumerate(folded):
            places[word] = (*places[word], place) if word in places else (place,)
        clause = _CLAUSE.search(name)
        head = len(words(name[: clause.start()])) - dropped if clause else len(folded)
        head = head if head > 0 else len(folded)
        tells = [self.tells(word) for word in folded]
        return _Name(
            folded,
            accented,
            places,
            (*tells[:head], *(_TAIL * tell for tell in tells[head:])),
            sum(tells[:head]) + _TAIL * sum(tells[head:]) or 1.0,
            frozenset(next((folded[:n] for n in (3, 2, 1) if folded[:n] in _LATER), ())),
        )


_held: _Known | None = None


def _known_to(lexicon: Lexicon) -> _Known:
    global _held  # noqa: PLW0603 -- a cache of one: that of the lexicon in use
    held = _held
    if held is None or held.lexicon is not lexicon:
        _held = held = _Known(lexicon)
    return held


def rank(
    candidates: Iterable[Candidate],
    plan: Plan,
    lexicon: Lexicon,
    *,
    unit: str = "",
    without: Collection[str] = (),
) -> list[Ranked]:
    """Best first. Ties fall by prior, shorter name, title and key, so that pages never overlap and engines agree."""
    judge = _Judge(plan, _known_to(lexicon), unit=unit, without=frozenset(without))
    return sorted(map(judge.ranked, candidates), key=_order)


def lifted(ranked: Sequence[Ranked], opened: Mapping[DocumentId, float]) -> list[Ranked]:
    """With what others opened after the same query: document → its share of that, 0…1."""
    if not opened:
        return list(ranked)
    weight = WEIGHTS["popularity"]
    return sorted(
        (
            replace(
                item, score=item.score + weight * share, shares={**item.shares, "popularity": weight * share}
            )
            if (share := opened.get(item.candidate.id))
            else item
            for item in ranked
        ),
        key=_order,
    )


def _order(item: Ranked) -> tuple[float, float, int, str, DocumentId]:
    candidate = item.candidate
    return -round(item.score, 6), -candidate.prior, len(item.name), candidate.title, candidate.id


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to say a concept, with what its words tell."""

    said: Alternative
    tokens: tuple[tuple[str, float], ...]
    whole: float


@dataclass(frozen=True, slots=True)
class _Asked:
    """A concept in all its ways."""

    weight: float
    ways: tuple[_Way, ...]
    tokens: frozenset[str]
    is_open: bool


@dataclass(frozen=True, slots=True)
class _Met:
    """How a name meets the query."""

    components: Mapping[str, float]
    """Those of `WEIGHTS` that a name decides → how much of it, 0…1."""
    stands: tuple[float, ...]
    """For each concept, how much of it stands in the name."""


_Places = tuple[int, ...]
_NOWHERE: Final[tuple[float, _Places, Alternative | None]] = (0.0, (), None)


class _Judge:
    def __init__(self, plan: Plan, known: _Known, *, unit: str, without: frozenset[str]) -> None:
        self.known = known
        self.unit = unit
        self.without = without
        self.weights = {name: 0.0 if name in without else weight for name, weight in WEIGHTS.items()}
        self.total = sum(concept.weight for concept in plan.concepts) or 1.0
        self.concepts = [self._asked(concept) for concept in plan.concepts]
        self.asked = {
            token for concept in plan.concepts for way in concept.alternatives for token in way.tokens
        }
        self.pairs = _pairs(plan.concepts)
        self.pair_total = sum(weight for _a, _b, weight in self.pairs) or 1.0

    def _asked(self, concept: Concept) -> _Asked:
        ways = concept.alternatives[:1] if "synonyms" in self.without else concept.alternatives
        tells = self.known.tells
        return _Asked(
            concept.weight,
            tuple(
                _Way(way, tuple((token, tells(token)) for token in way.tokens), sum(map(tells, way.tokens)))
                for way in ways
            ),
            frozenset(token for way in ways for token in way.tokens),
            concept.is_open,
        )

    def ranked(self, candidate: Candidate) -> Ranked:
        names = [(name, 1.0) for name in candidate.names]
        if "everyday" not in self.without:
            names += [(name, EVERYDAY) for name in candidate.everyday]
        met_by = [(name, worth, self._meet(self.known.name(name))) for name, worth in names]
        name, worth, met = max(met_by, key=self._worth) if len(met_by) > 1 else met_by[0]
        shares = {c: worth * self.weights[c] * part for c, part in met.components.items()}
        # An everyday name says nothing of what is done, unless it is all that was typed: the official one does.
        done = met.components["whole"] or self._is_first(self.known.name(candidate.names[0]))
        shares["first"] = worth * self.weights["first"] * bool(done)
        shares |= {
            "parts": 0.0
            if "parts" in self.without
            else self.weights["words"] * self._in_parts(candidate, met),
            "prior": self.weights["prior"] * candidate.prior,
            "unit": self.weights["unit"] * (bool(self.unit) and self.unit in candidate.units),
        }
        return Ranked(candidate, sum(shares.values()), shares, name, met.components["words"])

    def _worth(self, by: tuple[str, float, _Met]) -> float:
        _name, worth, met = by
        return worth * sum(self.weights[c] * part for c, part in met.components.items())

    def _meet(self, name: _Name) -> _Met:
        stands: list[float] = []
        stood: list[_Places] = []
        explained: set[int] = set()
        agreed = asked = stand = 0.0
        for concept in self.concepts:
            if concept.is_open or not concept.tokens.isdisjoint(name.places):
                value, places, way = _best_way(concept, name)
            else:
                value, places, way = _NOWHERE
            stands.append(value)
            stood.append(places)
            stand += concept.weight * value
            explained.update(places)
            if way is not None and way.accented and places:
                asked += concept.weight
                written = {name.accented[place] for place in places}
                agreed += concept.weight * sum(word in written for word in way.accented) / len(way.accented)
        covered = stand / self.total
        return _Met(
            {
                "words": covered,
                "pairs": self._neighbours(name, stood),
                "length": covered * sum(name.counts[place] for place in explained) / name.said,
                "whole": covered > 0.999 and len(explained) == len(name.words),
                "accents": covered * agreed / asked if asked else covered,
                "first": self._is_first(name),
            },
            tuple(stands),
        )

    def _is_first(self, name: _Name) -> bool:
        return name.later <= self.asked

    def _neighbours(self, name: _Name, stood: Sequence[_Places]) -> float:
        met = 0.0
        for first, second, weight in self.pairs:
            if not stood[first] or not stood[second]:
                continue
            ones, twos = set(stood[first]), set(stood[second])
            for number, places in ((first, ones), (second, twos)):
                tokens = self.concepts[number].ways[0].said.tokens
                if len(tokens) == 1:
                    # A word may stand in several places: the pair counts where it is closest.
                    places.update(name.places.get(tokens[0], ()))
            if ones & twos or any(place + 1 in twos for place in ones):
                met += weight
            else:
                gap = min(b - a for a in ones for b in twos if b > a) if min(ones) < max(twos) else -1
                met += weight * (0.5 if 1 < gap <= 3 else 0.2 if gap == -1 else 0.0)
        return met / self.pair_total

    def _in_parts(self, candidate: Candidate, met: _Met) -> float:
        if not candidate.parts:
            return 0.0
        shares = [(share, candidate.parts[part]) for part, share in _BEST_PARTS if part in candidate.parts]
        gained = 0.0
        for number, concept in enumerate(self.concepts):
            missing = 1.0 - met.stands[number]
            if missing <= 0:
                continue
            for share, mask in shares:
                if mask >> number & 1:
                    gained += concept.weight * missing * share
                    break
        return gained / self.total


def _best_way(concept: _Asked, name: _Name) -> tuple[float, _Places, Alternative | None]:
    """How much of a concept stands in the name, where, and said in which way.

    "Where" are the words of every way that stands whole: one name may say a thing twice over.
    """
    best = _NOWHERE
    whole: set[int] = set()
    for way in concept.ways:
        share, places = _share(way, name, is_open=concept.is_open)
        if share >= 1.0 - _SCATTERED and len(places) == len(way.tokens):
            whole.update(places)
        if (value := way.said.weight * share) > best[0]:
            best = (value, places, way.said)
    value, places, chosen = best
    return value, tuple(whole.union(places)), chosen


def _share(way: _Way, name: _Name, *, is_open: bool) -> tuple[float, _Places]:
    if len(way.tokens) == 1 and not is_open:
        at = name.places.get(way.tokens[0][0])
        return (1.0, at[:1]) if at and way.whole else (0.0, ())
    places: list[int] = []
    there = 0.0
    for number, (token, worth) in enumerate(way.tokens):
        at = name.places.get(token)
        if at is None and is_open and number == len(way.tokens) - 1:
            at = next((p for word, p in name.places.items() if word.startswith(token)), None)
        if at is not None:
            there += worth
            # Of several places the one behind the word before: a phrase stays together.
            places.append(places[-1] + 1 if places and places[-1] + 1 in at else at[0])
    if not there:
        return 0.0, ()
    share = there / way.whole
    if len(way.tokens) > 1:
        close = sum(b - a == 1 for a, b in pairwise(places)) / (len(way.tokens) - 1)
        # Half of the words of a phrase say little of it; scattered over a long name they say less.
        share = share**2 * (1.0 - _SCATTERED + _SCATTERED * close)
    return share, tuple(places)


def _pairs(concepts: Sequence[Concept]) -> list[tuple[int, int, float]]:
    """Neighbours in the query, with what the pair tells: as much as its lesser word."""
    return [
        (number, number + 1, min(one.weight, two.weight))
        for number, (one, two) in enumerate(pairwise(concepts))
    ]
