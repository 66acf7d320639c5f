"""Which unit a question names beside what it asks: "kết hôn ở Cẩm Bình", "xã Cẩm Bình chứng thực". Pure: no Django.

Known are today's and former names; of communes and districts also without the word for their kind. A name typed with
accents must have the same ones, so that words which only look alike without them are left in the question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from home.unit_records import COMMUNE_KINDS, DISTRICT, PROVINCE
from search.text import Token, accented_words, tokenize, words

_KINDS: Final = (("xa",), ("phuong",), ("thi", "tran"), ("thi", "xa"), ("thanh", "pho"), ("huyen",))
_SHORT_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "x": ("xa",), "p": ("phuong",), "tt": ("thi", "tran"), "tx": ("thi", "xa"), "tp": ("thanh", "pho"), "h": ("huyen",),
}  # fmt: skip
_OFFICES: Final = (("ubnd",), ("hdnd",), ("uy", "ban", "nhan", "dan"))
_JOINING: Final = frozenset({"o", "tai", "thuoc", "ve", "cua"})
"""Words that lead to a place."""
_TINH: Final = "tinh"


class PlaceRow(NamedTuple):
    """A unit as the database holds it; `old_names` one a line."""

    pk: int
    kind: str
    name: str
    short_name: str
    old_names: str
    slug: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    slug: str
    """"" where several units of today answer to the name."""


@dataclass(frozen=True, slots=True)
class Named:
    rest: str
    """What was typed besides, accents and all."""
    place: Place


@dataclass(frozen=True, slots=True)
class _Known:
    accented: tuple[str, ...]
    place: Place
    rank: int
    """0: a name of today; the less, the better."""


class Places:
    """All names under which units are known."""

    def __init__(self, rows: Sequence[PlaceRow], heirs: Iterable[tuple[int, int]]) -> None:
        self._known: dict[tuple[str, ...], list[_Known]] = {}
        units = {row.pk: row for row in rows}
        after: dict[int, list[int]] = {}
        for old, new in heirs:
            after.setdefault(old, []).append(new)
        for row in rows:
            living = [row] if row.is_active else [units[pk] for pk in living_heirs(row.pk, after, units)]
            if not living:
                continue
            if row.kind == PROVINCE:
                self._add_province(row)
                continue
            place = self._place(row.name, living)
            self._add(row, row.name, place, rank=0 if row.is_active else 2)
            self._add(row, row.short_name, place, rank=1 if row.is_active else 2)
            if row.is_active:
                for name in row.old_names.splitlines():
                    self._add(row, name.strip(), place, rank=3)
        self._longest = max(map(len, self._known), default=0)

    @staticmethod
    def _place(name: str, living: Sequence[PlaceRow]) -> Place:
        return Place(living[0].name, living[0].slug) if len(living) == 1 else Place(name, "")

    def _add_province(self, row: PlaceRow) -> None:
        """People name the province where one of its units is meant, whichever: that is no unit's name."""
        folded, accented = words(row.name), accented_words(row.name)
        for office in _OFFICES:
            if folded[: len(office)] == office and len(folded) > len(office):
                folded, accented = folded[len(office) :], accented[len(office) :]
        if folded[:1] != (_TINH,):
            return
        name = row.name[row.name.lower().rindex("tỉnh") :] if "tỉnh" in row.name.lower() else row.name
        place = Place(name[:1].upper() + name[1:], "")
        for start in (0, 1):
            if folded[start:]:
                self._keep(folded[start:], _Known(accented[start:], place, 1))

    def _add(self, row: PlaceRow, name: str, place: Place, *, rank: int) -> None:
        folded, accented = words(name), accented_words(name)
        if not folded:
            return
        self._keep(folded, _Known(accented, place, rank))
        if row.kind not in (*COMMUNE_KINDS, DISTRICT):
            return
        for kind in _KINDS:
            if folded[: len(kind)] == kind and len(folded) > len(kind):
                self._keep(folded[len(kind) :], _Known(accented[len(kind) :], place, rank))

    def _keep(self, name: tuple[str, ...], known: _Known) -> None:
        self._known.setdefault(name, []).append(known)

    def named_in(self, text: str) -> Named | None:
        """The longest name that ends or begins the text; None where nothing else is said."""
        tokens = tokenize(text)
        if self._named(tokens, is_led=True):
            return None
        for size in range(min(len(tokens) - 1, self._longest + 4), 0, -1):
            for at_end in (True, False):
                part = tokens[-size:] if at_end else tokens[:size]
                rest = list(tokens[:-size] if at_end else tokens[size:])
                is_led = at_end and rest[-1].folded in _JOINING
                while at_end and rest and rest[-1].folded in _JOINING:
                    rest.pop()
                if rest and (place := self._named(part, is_led=is_led)):
                    return Named(text[rest[0].start : rest[-1].end], place)
        return None

    def _named(self, tokens: Sequence[Token], *, is_led: bool) -> Place | None:
        folded = tuple(token.folded for token in tokens)
        typed = accented_words(" ".join(token.text for token in tokens))
        for office in _OFFICES:
            if folded[: len(office)] == office and len(folded) > len(office):
                folded, typed, is_led = folded[len(office) :], typed[len(office) :], True
        if folded and folded[0] in _SHORT_KINDS and len(folded) > 1:
            long = _SHORT_KINDS[folded[0]]
            folded, typed = long + folded[1:], long + typed[1:]
        if len(folded) == 1 and not is_led:
            return None
        fitting = [known for known in self._known.get(folded, ()) if _sounds(typed, known.accented)]
        if not fitting:
            return None
        first = min(known.rank for known in fitting)
        best = {known.place: None for known in fitting if known.rank == first}
        if len(best) == 1:
            return next(iter(best))
        # Two communes of today were made of parts of one, or two former ones had one name.
        return Place(" ".join(token.text for token in tokens), "")


def _sounds(typed: Sequence[str], known: Sequence[str]) -> bool:
    """Each word typed without accents, or with the name's own."""
    return all(said.isascii() or said == name for said, name in zip(typed, known, strict=True))


def living_heirs(pk: int, after: Mapping[int, Sequence[int]], units: Mapping[int, PlaceRow]) -> list[int]:
    """Units of today that carry on an ended one, the main one first."""
    living: dict[int, None] = {}
    seen, ahead = {pk}, list(after.get(pk, ()))
    while ahead:
        heir = ahead.pop(0)
        if heir in seen or heir not in units:
            continue
        seen.add(heir)
        if units[heir].is_active:
            living[heir] = None
        else:
            ahead += after.get(heir, ())
    return list(living)
