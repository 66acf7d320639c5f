"""What the ledger refuses, and bodies that it can't read, in words: no page of ours says that it went wrong itself."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from home.views.errors import refused
from procedures.ledger.recording import BodyBroken, LedgerRefused

logger = logging.getLogger(__name__)


class LedgerMiddleware:
    """What the view began has been rolled back by its transaction; nothing else is caught here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, LedgerRefused):
            heading, text = _("Sổ niêm yết chưa ghi được"), str(exception)
            text += " " + _("Việc vừa làm chưa được lưu. Hãy báo người quản trị cổng.")
        elif isinstance(exception, BodyBroken):
            heading, text = _("Chưa đọc được sổ niêm yết"), str(exception)
            text += " " + _("Lỗi đã được ghi lại để người quản trị cổng kiểm tra.")
        else:
            return None
        logger.error("%s %s: %s", request.method, request.path[:200], exception, exc_info=exception)
        return refused(503, heading, text)
