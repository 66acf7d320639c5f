"""What opening a round keeps of a unit, as exact JSON, and the hash that shows that it is still the same. Pure: no Django.

Numbers are written as text, days as ISO: the value that a database gives back has the same canonical text, and with it
the same hash, on every machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from procedures.ledger.chain import canonical_json

if TYPE_CHECKING:
    from procedures.completeness.reports import UnitReport

LAYOUT = 1
"""Of what is frozen: a later one may hold more, and reads this one."""

Frozen = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """How the keys of a report are written for people and for other systems."""

    procedures: Mapping[int, tuple[str, str]]
    """Id → code, title."""
    decisions: Mapping[int, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Key of a finding → what it says of itself (title, why, costs …)."""

    def code(self, procedure: int | None) -> str:
        return self.procedures.get(procedure, ("", ""))[0] if procedure is not None else ""

    def title(self, procedure: int | None) -> str:
        return self.procedures.get(procedure, ("", ""))[1] if procedure is not None else ""


def exact(value: Any) -> Any:
    """The same value made of text, whole numbers, truth, nothing, lists and mappings only."""
    if isinstance(value, Enum):
        return exact(value.value)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal | float):
        return f"{Decimal(str(value)).normalize():f}"
    if isinstance(value, datetime | date):
        # Moments as databases give them back, whatever clock they came from.
        if isinstance(value, datetime) and value.tzinfo:
            value = value.astimezone(UTC)
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(exact(key)): exact(part) for key, part in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(exact(part) for part in value)
    if isinstance(value, Iterable):
        return [exact(part) for part in value]
    return str(value)


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON of an exact value."""
    return sha256(canonical_json(value).encode("utf-8")).hexdigest()


def kept(value: Any) -> tuple[Any, str]:
    """What is stored, as it reads after canonical writing, and its hash."""
    text = canonical_json(exact(value))
    return json.loads(text), sha256(text.encode("utf-8")).hexdigest()


def together(hashes: Mapping[str, str]) -> str:
    """One hash for all units of a round: of the pairs of slug and hash, by slug."""
    return digest([[slug, hashes[slug]] for slug in sorted(hashes)])


def freeze(report: UnitReport, names: Names, *, scheme: Mapping[str, Any]) -> tuple[Frozen, str]:
    """Duties, listings, findings and points of one unit, and their hash. `scheme`: title, year, content."""
    score = report.score
    unit = report.unit
    content = {
        "layout": LAYOUT,
        "unit": {"slug": unit.slug, "code": unit.code, "name": unit.name},
        "as_of": report.as_of,
        "scheme": dict(scheme),
        "duties": sorted(
            (
                {
                    "code": names.code(pk),
                    "title": names.title(pk),
                    "since": duty.since,
                    "due": duty.due,
                    "decision": names.decisions.get(duty.decision, ""),
                }
                for pk, duty in report.duties.items()
            ),
            key=lambda row: str(row["code"]),
        ),
        "listed": sorted(
            (
                {
                    "code": names.code(pk),
                    "title": names.title(pk),
                    "live": facts.live,
                    "since": facts.since,
                    "confirmed_version": facts.confirmed_version,
                    "confirmed_on": facts.confirmed_on,
                    "lacks": sorted(facts.lacks),
                }
                for pk, facts in report.listed.items()
            ),
            key=lambda row: str(row["code"]),
        ),
        "findings": [
            {
                "key": finding.key,
                "kind": finding.kind,
                "code": names.code(finding.procedure),
                "procedure": names.title(finding.procedure),
                "since": finding.since,
                "due": finding.due,
                "overdue": finding.overdue,
                "details": list(finding.details),
                "cost": finding.cost,
                "words": dict(names.words.get(finding.key, {})),
            }
            for finding in sorted(report.findings, key=lambda finding: (-finding.cost, finding.key))
        ],
        "score": {
            "points": score.points,
            "possible": score.possible,
            "maximum": score.maximum,
            "criteria": [
                {
                    "key": part.criterion.key,
                    "label": part.criterion.label,
                    "of": part.criterion.points,
                    "share": part.share,
                    "points": part.points,
                    "lost": part.lost,
                }
                for part in score.criteria
            ],
            "owed": score.owed,
            "listed": score.listed,
            "on_time": score.on_time,
            "complete": score.complete,
            "missing": score.missing,
            "late": score.late,
            "outdated": score.outdated,
            "should_be_gone": score.should_be_gone,
            "lacking": score.lacking,
        },
    }
    return kept(content)


def is_unchanged(content: Any, hashed: str) -> bool:
    """Whether what is stored is still what was frozen."""
    try:
        return digest(content) == hashed
    except ValueError:
        return False


def codes_to_draw_from(frozen: Mapping[str, Any]) -> set[str]:
    """What the unit owes and what it lists publicly, by code."""
    owed = {row["code"] for row in frozen["duties"]}
    return (owed | {row["code"] for row in frozen["listed"] if row["live"]}) - {""}
