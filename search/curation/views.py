"""The curator's page: what people ask, what they don't find, what they don't open, and what to do about each."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from search.curation.figures import SHOWN_DAYS, SHOWN_TIMES, Board, Line, build_board
from search.curation.periods import PERIODS, Choice, Tab
from search.curation.suggested import allow_again, standings, take_out
from search.enums import NoteState
from search.models import QUERY_LENGTH, SearchNote
from search.usage import shown

MENDS = "search.change_vocabularyentry"
"""Of those who mend what is suggested."""
TABS = {
    Tab.ASKED: _("Hỏi nhiều nhất"),
    Tab.UNFOUND: _("Hỏi mà không thấy"),
    Tab.UNOPENED: _("Thấy mà không mở"),
}
PERIOD_WORDS = {7: _("7 ngày"), 30: _("30 ngày"), 90: _("90 ngày"), 365: _("một năm")}


class CurationView(PermissionRequiredMixin, WagtailAdminTemplateMixin, View):
    permission_required = "search.view_queryday"
    raise_exception = True
    page_title = _("Người dân tìm gì")
    header_icon = "search"
    template_name = "search/admin/curation.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get(self, request: HttpRequest) -> HttpResponse:
        choice = Choice.parse(request.GET)
        board = build_board(choice, timezone.localdate())
        standing = standings(line.normal for line in board.lines)
        context = {
            "board": board,
            "tabs": [(label, f"?{choice.query(tab=tab)}", tab is choice.tab) for tab, label in TABS.items()],
            "periods": [
                (PERIOD_WORDS[days], f"?{choice.query(days=days)}", days == choice.days) for days in PERIODS
            ],
            "tab_label": TABS[choice.tab],
            "rows": [_row(line, standing.get(line.normal, "")) for line in board.lines],
            "least": {"times": SHOWN_TIMES, "days": SHOWN_DAYS},
            "newer": f"?{choice.query(page=choice.page - 1)}" if choice.page > 1 else "",
            "older": f"?{choice.query(page=choice.page + 1)}" if board.has_more else "",
            "open_notes": SearchNote.objects.filter(state=NoteState.OPEN).count(),
            "shares": _shares(board),
            "has_samples": settings.PORTAL_DEMO and not settings.PORTAL_REAL_DATA,
        }
        return self.render_to_response(self.get_context_data(**context))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Takes one query out of the suggestions, or lets it in again; then the same list."""
        if not request.user.has_perm(MENDS):
            raise PermissionDenied
        normal = request.POST.get("cau-hoi", "")[:QUERY_LENGTH].replace("\x00", "")
        if request.POST.get("viec") == "bo" and take_out(normal, request.user):
            messages.success(
                request, gettext("Từ nay không gợi ý “%(query)s” nữa.") % {"query": shown(normal)}
            )
        elif request.POST.get("viec") == "lai" and allow_again(normal):
            words = gettext("“%(query)s” sẽ lại được gợi ý sau lần tính kế tiếp, nếu vẫn được hỏi nhiều.")
            messages.success(request, words % {"query": shown(normal)})
        choice = Choice.parse(request.GET)
        return redirect(f"{request.path}?{choice.query(page=choice.page)}")


def _shares(board: Board) -> dict[str, str]:
    """In words with one decimal; empty where nothing was asked."""
    if not board.asked:
        return {}
    return {
        "unfound": f"{100 * board.unfound / board.asked:.1f}".replace(".", ","),
        "opened": f"{min(100.0, 100 * board.opened / board.asked):.1f}".replace(".", ","),
    }


def _row(line: Line, standing: str) -> dict[str, Any]:
    """A line and what one click from it does."""
    return {
        "line": line,
        "standing": standing,
        "try": f"{reverse('search')}?{urlencode({'q': line.shown})}",
        "synonym": f"{reverse('wagtailsnippets_search_vocabularyentry:add')}?{urlencode({'write': line.shown})}",
        "promotion": f"{reverse('search_promotion:add')}?{urlencode({'query': line.shown})}",
        "note": f"{reverse('search_note:add')}?{urlencode({'query': line.shown})}",
    }
