"""What the controllers have to mend: gaps of official texts, of the table of competence and of decisions. Pure: no Django.

These cost no unit anything: who can't mend a gap does not answer for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from procedures.completeness.findings import Finding, FindingKind
from procedures.completeness.obligations import Obligations

OWNERLESS = "ownerless"
"""Detail of UNMAPPED: a row answers, with a unit that is no more or a kind of which there is none."""


@dataclass(frozen=True, slots=True)
class OfficialFacts:
    """Of one procedure's official text as the public reads it."""

    procedure: int
    since: date | None = None
    """Public in this form since then."""
    parts: tuple[str, ...] = ()
    """Parts that hold nothing, without a stated reason."""
    forms: tuple[str, ...] = ()
    """Forms that the text asks for and that nobody can open: not attached, or the file is missing or damaged."""
    lacks_online_reason: bool = False
    """Partly online, and not said why (what else is missing is among `parts`)."""
    divergent: tuple[tuple[str, date], ...] = ()
    """Sections that differ from the national snapshot, and since when that is known."""
    dead_links: tuple[tuple[str, date], ...] = ()


def official_findings(
    facts: Iterable[OfficialFacts], obligations: Obligations, as_of: date
) -> tuple[Finding, ...]:
    """By kind, then procedure. The order of what is given never matters."""
    found = [*_of_competence(obligations, as_of)]
    for known in facts:
        found += _of_text(known, as_of)
    return tuple(sorted(found, key=lambda f: (f.kind, f.procedure or 0, f.details)))


def _of_text(known: OfficialFacts, as_of: date) -> Iterator[Finding]:
    since = known.since or as_of
    if known.parts:
        yield _finding(FindingKind.PART_NOT_ENTERED, known.procedure, since, known.parts)
    if known.forms:
        yield _finding(FindingKind.FORM_FILE, known.procedure, since, known.forms)
    if known.lacks_online_reason:
        yield _finding(FindingKind.ONLINE_REASON, known.procedure, since)
    if known.divergent:
        sections = tuple(sorted(section for section, _on in known.divergent))
        first = min(on for _section, on in known.divergent)
        yield _finding(FindingKind.DIVERGENCE, known.procedure, first, sections)
    for address, on in known.dead_links:
        yield _finding(FindingKind.DEAD_LINK, known.procedure, on, (address,))


def _of_competence(obligations: Obligations, as_of: date) -> Iterator[Finding]:
    announced = obligations.announced
    for pk, resolution in obligations.unmapped.items():
        duty = announced.get(pk)
        since = duty.since if duty else as_of
        yield _finding(FindingKind.UNMAPPED, pk, since, resolution.unmapped, duty.decision if duty else None)
    for pk in obligations.ownerless:
        duty = announced.get(pk)
        since = duty.since if duty else as_of
        yield _finding(FindingKind.UNMAPPED, pk, since, (OWNERLESS,), duty.decision if duty else None)
    for pk, duty in obligations.unpublished.items():
        yield Finding(
            FindingKind.UNPUBLISHED, None, pk, duty.since, None, duty.decision, duty.line, overdue=False
        )


def _finding(
    kind: FindingKind,
    procedure: int,
    since: date,
    details: tuple[str, ...] = (),
    decision: int | None = None,
) -> Finding:
    return Finding(kind, None, procedure, since, None, decision, None, details)
