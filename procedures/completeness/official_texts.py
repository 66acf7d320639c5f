"""Reads the gaps of official texts from the pages themselves, from forms, comparisons and checked links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import F
from django.utils import timezone

from procedures.completeness.loading import day_of
from procedures.completeness.official import OfficialFacts
from procedures.enums import Absence, OnlineLevel
from procedures.mapping import form_places, forms_without_file
from procedures.models import Divergence, FormVersion, LinkCheck, ProcedureBasis, ProcedurePage

AT_ONCE = 500
"""Pages held in memory together: their texts are long."""


def read_official_texts(procedures: Iterable[int]) -> Iterator[OfficialFacts]:
    """One fact for each procedure that lacks something. Two queries for every 500 procedures, and four more."""
    ids = sorted(procedures)
    divergent = _divergent(ids)
    unreadable = _unreadable_forms()
    dead = _dead_links()
    cited = _dead_citations(dead)
    for start in range(0, len(ids), AT_ONCE):
        pages = ProcedurePage.objects.filter(pk__in=ids[start : start + AT_ONCE]).order_by("pk")
        for page in pages.prefetch_related("basis"):
            known = _facts(page, divergent.get(page.pk, ()), unreadable, dead, cited.get(page.pk, ()))
            if known is not None:
                yield known


def _facts(
    page: ProcedurePage,
    divergent: Iterable[tuple[str, date]],
    unreadable: dict[int, str],
    dead: dict[str, date],
    cited: Iterable[str],
) -> OfficialFacts | None:
    addresses = dict.fromkeys((page.national_url, *cited))
    facts = OfficialFacts(
        page.pk,
        since=day_of(page.last_published_at),
        parts=tuple(part.value for part in page.missing_parts()),
        forms=_forms(page, unreadable),
        lacks_online_reason=page.online_level == OnlineLevel.PARTIAL and not page.online_reason.strip(),
        divergent=tuple(divergent),
        dead_links=tuple((address, dead[address]) for address in addresses if address in dead),
    )
    lacks = (facts.parts, facts.forms, facts.lacks_online_reason, facts.divergent, facts.dead_links)
    return facts if any(lacks) else None


def _forms(page: ProcedurePage, unreadable: dict[int, str]) -> tuple[str, ...]:
    """Names of what a reader can't open. Names of files for forms that nobody attached."""
    if page.forms_absence != Absence.NOT_ENTERED:
        return ()
    broken = [unreadable[form] for form in form_places(page).values() if form in unreadable]
    return tuple(dict.fromkeys((*broken, *forms_without_file(page))))


def _unreadable_forms() -> dict[int, str]:
    """Form id → its name, where the newest version's file is not in the store, or not whole."""
    newest: dict[int, FormVersion] = {}
    for version in FormVersion.objects.select_related("form").order_by("form", "since", "pk"):
        newest[version.form_id] = version
    return {
        form: version.form.title or version.name for form, version in newest.items() if not _is_whole(version)
    }


def _is_whole(version: FormVersion) -> bool:
    try:
        return bool(version.file) and version.file.size == version.size
    except OSError:
        return False


def _divergent(ids: list[int]) -> dict[int, list[tuple[str, date]]]:
    found: defaultdict[int, list[tuple[str, date]]] = defaultdict(list)
    rows = Divergence.objects.filter(settled_at=None).order_by("procedure", "section")
    wanted = set(ids)
    for pk, section, seen in rows.values_list("procedure", "section", "seen_at"):
        if pk in wanted:
            found[pk].append((section, day_of(seen) or timezone.localdate()))
    return found


def _dead_citations(dead: Iterable[str]) -> dict[int, list[str]]:
    """Procedure → dead addresses of documents that it cites. No query where nothing is dead."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    addresses = list(dead)
    if addresses:
        rows = ProcedureBasis.objects.filter(reference__address__in=addresses).order_by(
            "procedure", "sort_order"
        )
        for pk, address in rows.values_list("procedure", "reference__address"):
            found[pk].append(address)
    return found


def _dead_links() -> dict[str, date]:
    rows = LinkCheck.objects.filter(is_dead=True).order_by(F("pk")).values_list("address", "dead_since")
    return {address: day_of(since) or timezone.localdate() for address, since in rows}
