"""What a unit has to do: findings that are the same work, as one task; most costly first. Pure: no database.

A task is done on one page (`Work`), by whoever may: nothing here knows of rights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from procedures.completeness.findings import WITHDRAWN, Finding, FindingKind


class Work(StrEnum):
    """What is done on one page of a unit's board. Values stand in addresses."""

    LIST = "niem-yet"
    RELIST = "niem-yet-lai"
    CONFIRM = "so-va-xac-nhan"
    WITHDRAW = "phai-go"
    DETAILS = "noi-nop"


class TaskKind(StrEnum):
    LATE = "late"
    OUTDATED = "outdated"
    GONE = "gone"
    MISSING = "missing"
    RELIST = "relist"
    DETAILS = "details"


WORK_OF: Mapping[TaskKind, Work] = {
    TaskKind.LATE: Work.LIST,
    TaskKind.MISSING: Work.LIST,
    TaskKind.RELIST: Work.RELIST,
    TaskKind.OUTDATED: Work.CONFIRM,
    TaskKind.GONE: Work.WITHDRAW,
    TaskKind.DETAILS: Work.DETAILS,
}

_KINDS: Mapping[FindingKind, Callable[[Finding], TaskKind]] = {
    FindingKind.LATE: lambda finding: TaskKind.RELIST if WITHDRAWN in finding.details else TaskKind.LATE,
    FindingKind.MISSING: lambda finding: (
        TaskKind.RELIST if WITHDRAWN in finding.details else TaskKind.MISSING
    ),
    FindingKind.OUTDATED: lambda _finding: TaskKind.OUTDATED,
    FindingKind.SHOULD_BE_GONE: lambda _finding: TaskKind.GONE,
    FindingKind.UNIT_DETAIL: lambda _finding: TaskKind.DETAILS,
}
"""A test ties it to `UNIT_KINDS`."""


@dataclass(frozen=True, slots=True)
class Task:
    kind: TaskKind
    findings: tuple[Finding, ...]

    @property
    def work(self) -> Work:
        return WORK_OF[self.kind]

    @property
    def cost(self) -> Decimal:
        return sum((finding.cost for finding in self.findings), Decimal(0))

    @property
    def procedures(self) -> frozenset[int]:
        return frozenset(f.procedure for f in self.findings if f.procedure is not None)

    @property
    def count(self) -> int:
        """Procedures, not findings: one that lacks desk and telephone is one to see to."""
        return len(self.procedures) or len(self.findings)

    @property
    def next_due(self) -> date | None:
        return min((f.due for f in self.findings if f.due is not None), default=None)

    @property
    def decisions(self) -> frozenset[int]:
        return frozenset(f.decision for f in self.findings if f.decision is not None)

    def overdue_days(self, today: date) -> int:
        """Of the one that waits longest; 0: none is overdue."""
        return max((0, *((today - f.due).days for f in self.findings if f.due is not None)))


def task_kind(finding: Finding) -> TaskKind:
    return _KINDS[finding.kind](finding)


def tasks(findings: Iterable[Finding]) -> tuple[Task, ...]:
    """Most costly first; of equal cost what is due first, then in the order of `TaskKind`."""
    groups: dict[TaskKind, list[Finding]] = {}
    for finding in findings:
        if finding.is_units:
            groups.setdefault(task_kind(finding), []).append(finding)
    order = list(TaskKind)
    made = [Task(kind, tuple(found)) for kind, found in groups.items()]
    return tuple(sorted(made, key=lambda t: (-t.cost, t.next_due or date.max, order.index(t.kind))))


@dataclass(frozen=True, slots=True)
class Deadline:
    """Findings of one kind that fall due on one day."""

    due: date
    kind: TaskKind
    findings: tuple[Finding, ...]


def next_deadlines(findings: Iterable[Finding], today: date, *, most: int = 4) -> tuple[Deadline, ...]:
    """What falls due from today on, the nearest first."""
    groups: dict[tuple[date, TaskKind], list[Finding]] = {}
    for finding in findings:
        if finding.is_units and finding.due is not None and finding.due >= today:
            groups.setdefault((finding.due, task_kind(finding)), []).append(finding)
    return tuple(Deadline(due, kind, tuple(found)) for (due, kind), found in sorted(groups.items())[:most])
