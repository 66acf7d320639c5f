"""Registers the admin of scoring schemes; one that a round rests on is never deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from procedures.completeness.viewsets import ScoringSchemeViewSet
from procedures.models import InspectionRound, ScoringScheme

register_snippet(ScoringSchemeViewSet)


@hooks.register("before_delete_snippet")
def keep_what_rounds_rest_on(request: HttpRequest, instances: Sequence[Any]) -> HttpResponse | None:
    """One or many at once; the database would refuse, with a page that tells nobody why."""
    schemes = [row for row in instances if isinstance(row, ScoringScheme)]
    used = [row for row in schemes if InspectionRound.objects.filter(scheme=row).exists()]
    if not used:
        return None
    names = ", ".join(str(row) for row in used)
    messages.error(request, _("Có đợt kiểm tra dùng %(names)s nên không xóa được.") % {"names": names})
    return redirect("wagtailsnippets_procedures_scoringscheme:list")
