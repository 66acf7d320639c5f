"""What a file of an announcing decision proposes: lines, tasks, repeals and what is uncertain. Pure: no Django.

A proposal is a value: the same file always gives the same one, with the same keys of questions, so that answers given
in a preview outlive a second reading. It travels as JSON between upload, preview and applying.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

ACTIONS = ("new", "amended", "replaced", "abolished")
"""What a line does to its procedure, as `procedures.models.LineAction` stores it. A line that only renames amends."""
LEVELS = ("ministry", "province", "commune", "other")
"""Values of `procedures.enums.Level`; "" leaves the level to the procedure's own entry."""


class UnreadableDecision(ValueError):
    """The file as a whole can't be read; the message tells a person in Vietnamese what to do."""


@dataclass(frozen=True, slots=True)
class ProposedLine:
    """One row of a list. `code` is normalised or ""; `code_text` is what stands in the cell."""

    position: int
    """From 1, in the order of the file: with `where`, how a person and an answer name the line."""
    part: str
    """Headings above the line, outermost first: "Phần I › A. Thủ tục hành chính cấp tỉnh"."""
    ordinal: str
    action: str
    """One of `ACTIONS`, or "" where nothing says it (then a blocking question asks)."""
    code: str
    code_text: str
    name: str
    field: str = ""
    level: str = ""
    place: str = ""
    time: str = ""
    fee: str = ""
    basis: str = ""
    note: str = ""
    where: str = ""
    """ "bảng 2, dòng 14": to find the row in the file."""


@dataclass(frozen=True, slots=True)
class ProposedTask:
    """What an article orders. `days` are working days, None where the article names none."""

    article: str
    who: str
    what: str
    days: int | None
    orders_listing: bool
    """Orders public listing at units: its days are the deadline of the lines."""
    sentence: str


@dataclass(frozen=True, slots=True)
class ProposedRepeal:
    """A list, or rows of a list, of an earlier decision that no longer hold."""

    article: str
    number: str
    signed: date | None
    part: str
    """The part of that decision ("II"; "I › B" for "mục B phần I"), "" for all parts."""
    field: str
    ordinals: tuple[str, ...]
    """Rows by number without leading zeros, or by the code that names them; () stands for the whole list."""
    replaces: bool
    """"Thay thế", not "bãi bỏ"."""
    sentence: str


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """Something a person decides. `free` takes any text besides the choices."""

    key: str
    kind: str
    blocking: bool
    text: str
    where: str = ""
    position: int | None = None
    choices: tuple[Choice, ...] = ()
    suggested: str = ""
    free: bool = False
    answer: str | None = None
    """Set by `answers.with_answers`; None while the question is open."""


@dataclass(frozen=True, slots=True)
class CountClaim:
    """How many lines the text says there are, and how many were read; `action` is "" for all together."""

    action: str
    stated: int
    read: int
    sentence: str
    part: str = ""
    """A heading's own number ("(12 TTHC)") counts the lines below it; "" counts the whole decision."""


@dataclass(frozen=True, slots=True)
class Proposal:
    number: str
    signed_on: date | None
    signer: str
    issuer: str
    title: str
    effective_on: date | None
    lines: tuple[ProposedLine, ...]
    tasks: tuple[ProposedTask, ...]
    repeals: tuple[ProposedRepeal, ...]
    counts: tuple[CountClaim, ...]
    questions: tuple[Question, ...]
    skipped_tables: tuple[str, ...]
    """What was left out and why, in Vietnamese: internal processes, tables that are no list."""
    source_name: str
    source_sha256: str


# ----------------------------------------------------------------------------------------------------------------- JSON


def to_json(proposal: Proposal) -> dict[str, Any]:
    """Plain dictionaries, lists, strings, numbers and None; dates as ISO text."""
    return {key: _plain(value) for key, value in asdict(proposal).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def from_json(data: Mapping[str, Any]) -> Proposal:
    """The proposal that `to_json` wrote. Raises ValueError for what is none."""
    try:
        return Proposal(
            **{
                **_known(Proposal, data),
                "signed_on": _date(data["signed_on"]),
                "effective_on": _date(data["effective_on"]),
                "lines": tuple(ProposedLine(**_known(ProposedLine, item)) for item in data["lines"]),
                "tasks": tuple(ProposedTask(**_known(ProposedTask, item)) for item in data["tasks"]),
                "repeals": tuple(_repeal(item) for item in data["repeals"]),
                "counts": tuple(CountClaim(**_known(CountClaim, item)) for item in data["counts"]),
                "questions": tuple(_question(item) for item in data["questions"]),
                "skipped_tables": tuple(data["skipped_tables"]),
            }
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"Not a proposal: {error!r}") from error


def _known(kind: type, data: Mapping[str, Any]) -> dict[str, Any]:
    """Only the fields of today's class: a proposal stored by an older release may hold others."""
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in data.items() if name in names}


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _repeal(data: Mapping[str, Any]) -> ProposedRepeal:
    return ProposedRepeal(
        **{
            **_known(ProposedRepeal, data),
            "signed": _date(data["signed"]),
            "ordinals": tuple(data["ordinals"]),
        }
    )


def _question(data: Mapping[str, Any]) -> Question:
    choices = tuple(Choice(**_known(Choice, item)) for item in data["choices"])
    return Question(**{**_known(Question, data), "choices": choices})
