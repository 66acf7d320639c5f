"""Which addresses are due, and what became of them. One address is one short transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

from django.db.models import F
from django.utils import timezone

from guidance.models import LegalReference
from procedures.link_checks.asking import Answer, ask
from procedures.models import LinkCheck, ProcedurePage

AT_ONCE = 20
A_HOST = 2
"""Addresses of one host in one run: nobody is to notice us."""
AGAIN = timedelta(days=14)
SOONER = timedelta(days=1)
"""When one that failed is asked again."""
FAILURES = 3
"""In a row: only then it is called dead."""


def gather() -> int:
    """Keep the list of addresses like the published texts: new ones in, forgotten ones out. How many were new."""
    wanted = {url for url in ProcedurePage.objects.public().values_list("national_url", flat=True) if url}
    cited = LegalReference.objects.filter(cited_by__procedure__live=True).values_list("address", flat=True)
    wanted |= {url for url in cited.distinct() if url}
    held = dict(LinkCheck.objects.values_list("address", "pk"))
    LinkCheck.objects.filter(pk__in=[pk for url, pk in held.items() if url not in wanted]).delete()
    fresh = sorted(wanted - held.keys())
    LinkCheck.objects.bulk_create(
        [LinkCheck(address=url) for url in fresh], batch_size=500, ignore_conflicts=True
    )
    return len(fresh)


def due() -> list[LinkCheck]:
    """Those asked longest ago, a few of each host."""
    now = timezone.now()
    rows = LinkCheck.objects.order_by(F("checked_at").asc(nulls_first=True), "pk")
    hosts: Counter[str] = Counter()
    found: list[LinkCheck] = []
    for row in rows.iterator(chunk_size=500):
        wait = SOONER if row.failures else AGAIN
        if row.checked_at is not None and row.checked_at > now - wait:
            continue
        host = urlsplit(row.address).netloc
        if hosts[host] >= A_HOST:
            continue
        hosts[host] += 1
        found.append(row)
        if len(found) == AT_ONCE:
            break
    return found


def check(row: LinkCheck, *, asking: Callable[[str], Answer] = ask) -> LinkCheck:
    answer = asking(row.address)
    now = timezone.now()
    row.checked_at, row.status = now, answer.status[:120]
    row.failures = 0 if answer.opens else min(row.failures + 1, 1_000)
    row.is_dead = row.failures >= FAILURES
    row.dead_since = (row.dead_since or now) if row.is_dead else None
    row.save(update_fields=["checked_at", "status", "failures", "is_dead", "dead_since"])
    return row
