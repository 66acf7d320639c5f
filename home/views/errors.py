"""What is not there or not allowed: 400, 403, 404, 410 and 500 in the portal's dress, each with a way on."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import Context, Engine
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from home.furniture import Link

logger = logging.getLogger(__name__)

LAST_RESORT = (
    '<!DOCTYPE html><html lang="vi"><meta charset="utf-8"><title>Có lỗi</title>'
    "<h1>Trang này đang gặp lỗi</h1><p>Lỗi đã được ghi lại. Hãy thử lại sau ít phút.</p>"
)


@requires_csrf_token
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    context = {"page_title": _("Không có trang này"), "noindex": True, "ways_on": _ways_on(request.path)}
    return render(request, "404.html", context, status=404)


def gone(
    request: HttpRequest, *, heading: str, text: str = "", ways_on: Sequence[tuple[str, str]] = ()
) -> HttpResponse:
    """410: what was here has been taken away. `ways_on`: (words, address) pairs, the most useful first."""
    links = [Link(words, url) for words, url in ways_on] + _ways_on(request.path)
    context = {"page_title": heading, "noindex": True, "text": text, "ways_on": links}
    return render(request, "410.html", context, status=410)


def server_error(request: HttpRequest) -> HttpResponse:
    """Asks neither database nor context processors: they may be what is broken. The last resort needs no template either."""
    try:
        page: str = Engine.get_default().get_template("500.html").render(Context())
    except Exception:  # whatever else went wrong: the first error is already logged
        page = LAST_RESORT
    return HttpResponse(page, status=500)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refused(
        400, _("Yêu cầu không hợp lệ"), _("Cổng không đọc được yêu cầu này. Hãy mở lại từ trang đầu.")
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refused(403, _("Không có quyền xem trang này"), _("Trang này chỉ dành cho người được giao quyền."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Mostly a page that lay open for too long, or a browser without cookies."""
    return refused(
        403,
        _("Chưa gửi được"),
        _("Trang đã mở quá lâu hoặc trình duyệt chặn cookie. Hãy quay lại, tải lại trang rồi gửi lần nữa."),
    )


def refused(status: int, heading: str, text: str) -> HttpResponse:
    """Like the 500, it asks nothing of the request: its very host may be what is refused."""
    try:
        template = Engine.get_default().get_template("refused.html")
        page: str = template.render(Context({"heading": heading, "text": text}))
    except Exception:  # static files that were not collected: the words matter more than the dress
        logger.exception("refused.html")
        page = format_html(
            '<!DOCTYPE html><html lang="vi"><meta charset="utf-8"><title>{0}</title><h1>{0}</h1><p>{1}</p>',
            heading,
            text,
        )
    return HttpResponse(page, status=status)


def _ways_on(path: str) -> list[Link]:
    """Below the catalogue the catalogue, below the units the units; elsewhere both."""
    known = (
        ("/thu-tuc/", _("Tất cả thủ tục"), "catalogue"),
        ("/don-vi/", _("Tất cả xã, phường, sở, ngành"), "units"),
    )
    near = [entry for entry in known if path.startswith(entry[0])] or list(known)
    links = []
    for _prefix, words, name in near:
        try:
            links.append(Link(words, reverse(name)))
        except NoReverseMatch:
            continue
    return links
