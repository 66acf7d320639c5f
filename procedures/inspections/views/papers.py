"""Papers of a round to download: a unit's report, its dossier, the ranking."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from home.scoped_views import object_or_404
from procedures.inspections.dossier import dossier_zip
from procedures.inspections.exports.docx import write_docx
from procedures.inspections.exports.paper import Paper
from procedures.inspections.exports.pdf import write_pdf
from procedures.inspections.exports.xlsx import write_xlsx
from procedures.inspections.papers import unit_paper
from procedures.inspections.ranking import ranking_paper
from procedures.inspections.rights import is_council, rights_on, visible_inspected
from procedures.models import InspectedUnit, InspectionRound, RoundState
from procedures.printing.typesetting import TypesettingFailed

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
REPORT, RANKING = "inspection-report.typ", "inspection-ranking.typ"


def write(paper: Paper, kind: str, template: str) -> bytes:
    writers: dict[str, Callable[[Paper], bytes]] = {
        "xlsx": write_xlsx,
        "docx": write_docx,
        "pdf": lambda paper: write_pdf(paper, template=template),
    }
    return writers[kind](paper)


def _download(content: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    header = content_disposition_header(as_attachment=True, filename=name)
    assert header is not None
    response["Content-Disposition"] = header
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _readable_unit(request: HttpRequest, inspected_id: int) -> InspectedUnit:
    """A unit whose part this person may read in full: the council, its inspectors, and once it was sent its staff."""
    rows = visible_inspected(request.user).select_related("round__scheme", "round__concluded_by", "unit")
    inspected: InspectedUnit = object_or_404(rows, inspected_id)
    if inspected.round.state == RoundState.PREPARING:
        raise Http404
    return inspected


@require_safe
def report(request: HttpRequest, inspected_id: int, kind: str) -> HttpResponseBase:
    inspected = _readable_unit(request, inspected_id)
    if kind not in TYPES:
        raise Http404
    paper = unit_paper(inspected, with_draft_conclusion=rights_on(request.user, inspected).sees_all)
    try:
        content = write(paper, kind, REPORT)
    except TypesettingFailed as failed:
        messages.error(request, failed.message)
        return redirect("inspected_unit", inspected.pk)
    return _download(content, f"bien-ban-{inspected.unit.slug}.{kind}", TYPES[kind])


@require_safe
def dossier(request: HttpRequest, inspected_id: int) -> HttpResponseBase:
    """For the council and the inspectors: it holds everything, the ledger's extract included."""
    inspected = _readable_unit(request, inspected_id)
    if not rights_on(request.user, inspected).sees_all:
        raise Http404
    try:
        content = dossier_zip(inspected)
    except TypesettingFailed as failed:
        messages.error(request, failed.message)
        return redirect("inspected_unit", inspected.pk)
    return _download(content, f"ho-so-{inspected.unit.slug}.zip", "application/zip")


@require_safe
def ranking(request: HttpRequest, round_id: int, kind: str) -> HttpResponseBase:
    """The council's own table."""
    if not is_council(request.user):
        raise Http404
    rounds = InspectionRound.objects.exclude(state=RoundState.PREPARING)
    round_: InspectionRound = object_or_404(rounds.select_related("scheme", "concluded_by"), round_id)
    if kind not in TYPES:
        raise Http404
    try:
        content = write(ranking_paper(round_), kind, RANKING)
    except TypesettingFailed as failed:
        messages.error(request, failed.message)
        return redirect("inspection_round", round_.pk)
    return _download(content, f"bang-xep-hang-{round_.as_of:%Y-%m-%d}.{kind}", TYPES[kind])
