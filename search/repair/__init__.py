"""«Có phải bạn muốn tìm …?»: what was meant where the keyboard was off or a finger slipped. Pure.

A query is a row of words; each may stand for itself or for what it may have been meant to be (`candidates`), at a price
(`costs`). The row whose words are likeliest together (`company`) and cost least is the repair, if it beats what was typed
by far enough. Words that are known and in known company have no candidates, so most queries end before any work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

from search.lexicon import Lexicon
from search.repair import costs
from search.repair.candidates import LONGEST, Candidate, Candidates, Kind, Typed, decoded
from search.repair.company import Company, Familiar, has_vowel
from search.repair.fixed import fixed_places
from search.repair.telex import HORNS, with_horns
from search.text import LEADING, accented_words, tokenize

__all__ = ["Familiar", "Kind", "Repair", "repairs"]

MOST_WORDS: Final = 32
"""Longer texts are no slip of a finger: they are left as they are."""
MOST_LETTERS: Final = 300
MOST_REPAIRS: Final = 3
_ROWS: Final = 24
"""Rows of words that are followed at a time."""
_BROKEN_BY_A_SLIP: Final = 2
"""Pairs of neighbours: its word with the one before and with the one after."""
_WITHIN: Final = 4.0
"""Second and third repairs are not more than so much worse than the first."""
_NOTHING: Final = Familiar()
_LEADING: Final = ("thủ", "tục")


@dataclass(frozen=True, slots=True)
class Repair:
    text: str
    """To be shown and searched: with accents where they are known; what was not touched is as it was typed."""
    normal: str
    """Its words, folded, in one spelling."""
    kind: Kind
    cost: float
    """Below 0: by so much it is likelier than what was typed."""

    @property
    def is_sure(self) -> bool:
        """So much likelier that nobody need be asked."""
        return self.cost <= -costs.SURE


@dataclass(frozen=True, slots=True)
class _Row:
    """Candidates for the beginning of a query."""

    cost: float
    last: str
    """Its last word; "" where nothing before the next word tells about it."""
    chosen: tuple[Candidate, ...]
    gave_up_word: bool = False


def repairs(text: str, lexicon: Lexicon, *, familiar: Familiar = _NOTHING) -> tuple[Repair, ...]:
    """Better ways to write a query, the best first; none where it is made of words in sensible company.

    `familiar`: words and pairs that are right though no name has them. Codes, numbers and abbreviations are never touched.
    """
    if not 1 < len(text) <= MOST_LETTERS:
        return ()
    query = _typed(text)
    if not 0 < len(query) <= MOST_WORDS:
        return ()
    weigher = _weigher(lexicon, familiar)
    undecoded = sum(typed.decoded is not None and not weigher.knows(typed.word) for typed in query) > 1
    if not any(weigher.candidates.is_doubtful(query, at) for at in range(len(query))):
        return ()
    rows = weigher.rows(query, undecoded=undecoded)
    as_typed = weigher.cost_as_typed(query)
    of_word = costs.LEAST_GAIN_OF_WORD + costs.STRANGE * max(
        0, weigher.candidates.strange(query) - _BROKEN_BY_A_SLIP
    )
    found: dict[str, Repair] = {}
    for row in rows:
        kinds = [candidate.kind for candidate in row.chosen if candidate.kind]
        gain = of_word if row.gave_up_word else costs.LEAST_GAIN
        if not kinds or row.cost > min(as_typed - gain, rows[0].cost + _WITHIN):
            continue
        normal = " ".join(word for candidate in row.chosen for word in candidate.words)
        if normal not in found:
            kind = min(kinds, key=list(Kind).index)
            found[normal] = Repair(
                _shown(text, query, row.chosen, lexicon), normal, kind, row.cost - as_typed
            )
    return tuple(found.values())[:MOST_REPAIRS]


def _typed(given: str) -> list[Typed]:
    text = with_horns(given)
    tokens = tokenize(text)
    if len(tokens) > MOST_WORDS:
        return []
    fixed = fixed_places(text, tokens)
    leads = tuple(token.folded for token in tokens[:2]) == LEADING
    if leads:
        # Every name may have it or not: what stands behind it begins a name.
        fixed[:2] = [True, True]
    query: list[Typed] = []
    for at, (token, written, is_fixed) in enumerate(zip(tokens, accented_words(text), fixed, strict=True)):
        keys = given[token.start : token.end]
        typed = keys.lower() if HORNS.keys() & set(keys) else written
        made = None if is_fixed or len(written) > LONGEST else decoded(typed)
        query.append(
            Typed(
                text=written,
                as_given=_LEADING[at]
                if leads and at < len(_LEADING) and token.text.isascii()
                else token.text,
                word=token.folded,
                start=token.start,
                end=token.end,
                is_fixed=is_fixed or len(written) > LONGEST or (not token.folded.isalpha() and made is None),
                decoded=made[0] if made else None,
                kind=made[1] if made else None,
                is_short=not has_vowel(token.folded),
            )
        )
    return query


class _Weigher:
    """Everything that is made once for a lexicon."""

    def __init__(self, lexicon: Lexicon, familiar: Familiar) -> None:
        self.lexicon = lexicon
        self.familiar = familiar
        self._company = Company(lexicon, familiar)
        self.candidates = Candidates(self._company)

    def knows(self, word: str) -> bool:
        return self._company.knows(word)

    def cost_as_typed(self, query: Sequence[Typed]) -> float:
        row = _Row(0.0, "", ())
        for typed in query:
            row = self._longer(row, Candidate((typed.word,), 0.0), is_fixed=typed.is_fixed)
        return row.cost

    def rows(self, query: Sequence[Typed], *, undecoded: bool) -> list[_Row]:
        """Complete ones, the best first."""
        reached: list[list[_Row]] = [[] for _ in range(len(query) + 1)]
        reached[0] = [_Row(0.0, "", ())]
        for at, typed in enumerate(query):
            options = self.candidates.of(query, at, undecoded=undecoded)
            for row in _best(reached[at]):
                for option in options:
                    reached[at + option.length].append(self._longer(row, option, is_fixed=typed.is_fixed))
        return _best(reached[-1])

    def _longer(self, row: _Row, option: Candidate, *, is_fixed: bool) -> _Row:
        if is_fixed:
            return _Row(row.cost, "", (*row.chosen, option), row.gave_up_word)
        cost, last = row.cost + option.cost, row.last
        if row.gave_up_word and option.gives_up_word:
            cost += costs.ANOTHER_WORD
        for word in option.words:
            cost += self._company.cost(last, word)
            last = word
        return _Row(cost, last, (*row.chosen, option), row.gave_up_word or option.gives_up_word)


def _best(rows: list[_Row]) -> list[_Row]:
    return sorted(rows, key=lambda row: row.cost)[:_ROWS]


def _shown(text: str, query: Sequence[Typed], chosen: Sequence[Candidate], lexicon: Lexicon) -> str:
    """The words in the places of those that were typed, with what stood between them."""
    words = tuple(word for candidate in chosen for word in candidate.words)
    given = [shown for candidate in chosen for shown in candidate.shown or ("",) * len(candidate.words)]
    written = iter(lexicon.accented(words, given).split(" "))
    out: list[str] = []
    at = end = 0
    for candidate in chosen:
        first, last = query[at], query[at + candidate.length - 1]
        said = " ".join(next(written) for _word in candidate.words)
        out += [text[end : first.start], first.as_given if first.is_fixed else said]
        at, end = at + candidate.length, last.end
    out.append(text[end:])
    return " ".join("".join(out).split())


# The last one that was asked for: the lexicon changes with the index only.
_lock: Final = Lock()
_last: list[_Weigher] = []


def _weigher(lexicon: Lexicon, familiar: Familiar) -> _Weigher:
    with _lock:
        if not _last or _last[0].lexicon is not lexicon or _last[0].familiar is not familiar:
            _last[:] = [_Weigher(lexicon, familiar)]
        return _last[0]
