"""Digests by mail: each person of a unit is told once, in at most one letter a day.

The row of a letter is written and committed before it leaves. Whoever is killed in between leaves a letter of which nobody
knows whether it left; it counts as sent. A mail server that refuses gives the row back, and the next run tries again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from home.desk_hours import portal_calendar
from home.enums import SAMPLE_ACCOUNTS
from home.models import Membership, Unit
from procedures.boards import figures
from procedures.boards.naming import Names, load_names
from procedures.boards.notices import Event, Telling, what_to_tell
from procedures.boards.task_words import DEADLINE_VERBS
from procedures.boards.tasks import task_kind
from procedures.boards.unit_board import board_url
from procedures.completeness.findings import Finding, FindingKind
from procedures.completeness.reports import UnitReport, unit_reports
from procedures.ledger.reading import Root, current_root
from procedures.models import Digest, DigestChoice

FIRST, LAST = time(7), time(17)
"""Local time within which letters leave, on working days."""
MOST_NAMED = 12
"""Single procedures in one part of a letter; the rest is counted."""


@dataclass(slots=True)
class DigestRun:
    sent: int = 0
    failed: int = 0


def may_send(at: datetime) -> bool:
    """Not in the demo, and only while offices work."""
    local = timezone.localtime(at)
    return (
        not settings.PORTAL_DEMO
        and FIRST <= local.time() < LAST
        and portal_calendar().is_working_day(local.date())
    )


def send_digests(at: datetime | None = None) -> DigestRun:
    """Letters of everybody who has something new to hear and has had none today. Doing it twice does it once."""
    moment = at or timezone.now()
    run = DigestRun()
    if not may_send(moment):
        return run
    day = timezone.localtime(moment).date()
    people = _people(day)
    if not people:
        return run
    last = _last_digests()
    units = [unit for unit in people if any(_is_waiting(unit, p, last, day) for p in people[unit])]
    reports = {report.unit.pk: report for report in unit_reports(units, day)}
    calendar, root = portal_calendar(), current_root()
    for unit in units:
        report = reports[unit.pk]
        names: Names | None = None
        for person in people[unit]:
            before = last.get((unit.pk, person.pk))
            if before is not None and before.day >= day:
                continue
            telling = what_to_tell(report.findings, before.told if before else (), day, calendar)
            if not telling.notices:
                _forget(before, telling)
                continue
            names = names or load_names(report.findings, lines=False)
            message = _message(person, report, telling, names, root)
            if (digest := _claim(unit, person, day, telling)) is None:
                continue
            if _deliver(message, digest):
                run.sent += 1
            else:
                run.failed += 1
    return run


# Whom, and whether already --------------------------------------------------------------------------------------------


def _people(day: date) -> dict[Unit, list[Any]]:
    """Unit → its people who can be written to and want it, each once. Two queries."""
    unwilling = set(DigestChoice.objects.filter(wanted=False).values_list("user", flat=True))
    rows = (
        Membership.objects.current(day)
        .filter(user__is_active=True)
        .exclude(user__email="")
        .exclude(user__groups__name=SAMPLE_ACCOUNTS)
        .select_related("user", "unit")
        .order_by("unit__name", "user")
    )
    found: dict[Unit, dict[int, Any]] = {}
    for membership in rows:
        if membership.user_id not in unwilling:
            found.setdefault(membership.unit, {})[membership.user_id] = membership.user
    return {unit: list(people.values()) for unit, people in found.items()}


def _last_digests() -> dict[tuple[int, int], Digest]:
    newest = Digest.objects.order_by().values("unit", "user").annotate(last=Max("pk")).values("last")
    return {(digest.unit_id, digest.user_id): digest for digest in Digest.objects.filter(pk__in=newest)}


def _is_waiting(unit: Unit, person: Any, last: dict[tuple[int, int], Digest], day: date) -> bool:
    digest = last.get((unit.pk, person.pk))
    return digest is None or digest.day < day


def _claim(unit: Unit, person: Any, day: date, telling: Telling) -> Digest | None:
    """None: another run has it."""
    try:
        with transaction.atomic():
            return Digest.objects.create(unit=unit, user=person, day=day, told=list(telling.told))
    except IntegrityError:
        return None


def _forget(before: Digest | None, telling: Telling) -> None:
    """What was mended since the last letter tells of itself when it comes again."""
    kept = set(telling.told)
    if before is not None and not kept.issuperset(before.told):
        Digest.objects.filter(pk=before.pk).update(told=[key for key in before.told if key in kept])


def _deliver(message: EmailMessage, digest: Digest) -> bool:
    try:
        message.send()
    except (SMTPException, OSError):
        # It did not leave: the next run tells it.
        digest.delete()
        return False
    with transaction.atomic():
        Digest.objects.filter(pk=digest.pk).update(sent_at=timezone.now())
        # What the newest letter knows, earlier ones need not keep.
        earlier = Digest.objects.filter(unit=digest.unit_id, user=digest.user_id, pk__lt=digest.pk)
        earlier.exclude(told=[]).update(told=[])
    return True


# The letter -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    words: str
    code: str
    until: str


@dataclass(frozen=True, slots=True)
class Announced:
    """New duties of one decision."""

    decision: str
    count: int
    due: str


def _message(
    person: Any, report: UnitReport, telling: Telling, names: Names, root: Root | None
) -> EmailMessage:
    unit, score = report.unit, report.score
    new = telling.of(Event.NEW)
    ordered = [f for f in new if f.kind in (FindingKind.MISSING, FindingKind.LATE)]
    others = [f for f in new if f.kind not in (FindingKind.MISSING, FindingKind.LATE)]
    passed, near = telling.of(Event.PASSED), telling.of(Event.NEAR)
    context = {
        "person": person.get_full_name() or person.get_username(),
        "unit": unit,
        "day": figures.full_day(report.as_of),
        "passed": _named(passed, names),
        "passed_count": len(passed),
        "passed_beyond": max(0, len(passed) - MOST_NAMED),
        "near": _named(near, names),
        "near_count": len(near),
        "near_beyond": max(0, len(near) - MOST_NAMED),
        "announced": _announced(ordered, names),
        "others": _named(others, names),
        "others_beyond": max(0, len(others) - MOST_NAMED),
        "new_count": len(new),
        "score": score,
        "missing": score.missing + score.late,
        "points": figures.points(score.points),
        "maximum": figures.points(score.maximum),
        "is_example": report.is_example,
        "url": f"{settings.PORTAL_BASE_URL}{board_url(unit)}",
        "account_url": f"{settings.PORTAL_BASE_URL}{reverse('wagtailadmin_account')}",
        "root": root,
        "root_day": figures.full_day(root.day) if root else "",
        "site_name": settings.WAGTAIL_SITE_NAME,
    }
    subject = " ".join(render_to_string("procedures/mail/digest_subject.txt", context).split())
    host = urlsplit(settings.PORTAL_BASE_URL).hostname or "localhost"
    # The same letter has the same name, so that a mail server that gets it twice can tell.
    name = f"<niem-yet-{unit.slug}-{person.pk}-{report.as_of:%Y%m%d}@{host}>"
    body = render_to_string("procedures/mail/digest.txt", context)
    return EmailMessage(subject, body, None, [person.email], headers={"Message-ID": name})


def _named(findings: Iterable[Finding], names: Names) -> list[Named]:
    found = []
    for finding in list(findings)[:MOST_NAMED]:
        named = names.of(finding)
        if named is not None:
            verb = str(DEADLINE_VERBS[task_kind(finding)])
            due = figures.full_day(finding.due) if finding.due else ""
            found.append(Named(f"{verb} “{named.title}”", named.code, due))
    return found


def _announced(findings: Iterable[Finding], names: Names) -> list[Announced]:
    groups: dict[tuple[int, date | None], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.decision or 0, finding.due), []).append(finding)
    return [
        Announced(
            decision.words if (decision := names.decision_of(found[0])) else "",
            len(found),
            figures.full_day(due) if due else "",
        )
        for (_pk, due), found in sorted(groups.items(), key=lambda item: (item[0][1] or date.max, item[0][0]))
    ]
