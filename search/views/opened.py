"""/tim-kiem/mo/: takes what the page of results says when one of them is opened. Sets no cookie, keeps no address.

Posted by `navigator.sendBeacon`, so without a token: what counts is that the browser says it comes from a page of ours.
Whatever is not right is passed over in silence: there is nobody to tell.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from search import engines, usage, vocabulary
from search.documents import DocumentId
from search.engines.contract import EngineUnavailable
from search.models import QUERY_LENGTH
from search.reading import read
from search.throttling import Throttle

MOST_BYTES: Final = 2_000
THROTTLE: Final = Throttle(each=30, together=1_200)


@never_cache
@csrf_exempt
@require_POST
def opened(request: HttpRequest) -> HttpResponse:
    """`q`: normal form of the query, as the page holds it; `opened`: "thu-tuc/1.004194"; `position`: its place, from 1."""
    if not is_from_own_page(request):
        return HttpResponse(status=403)
    if not THROTTLE.allows(address_of(request)):
        return HttpResponse(status=429)
    if _length(request) > MOST_BYTES:
        return HttpResponse(status=413)
    if usage.is_by_a_person(request.headers):
        _count(QueryDict(request.body))
    return HttpResponse(status=204)


def is_from_own_page(request: HttpRequest) -> bool:
    """As the browser says it; older ones say only the origin. No form of another site can leave both out."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = urlsplit(request.headers.get("Origin", ""))
    return bool(origin.netloc) and origin.netloc == request.get_host()


def _count(data: QueryDict) -> None:
    normal, told, position = data.get("q", ""), data.get("opened", ""), data.get("position", "")
    if not (position.isascii() and position.isdigit() and len(position) <= 3):
        return
    if not 1 <= int(position) <= usage.MOST_POSITION or not 0 < len(normal) <= QUERY_LENGTH:
        return
    kind, _slash, key = told.partition("/")
    if not kind or not key or len(kind) > 40 or len(key) > 255 or "\x00" in normal + told:
        return
    document = DocumentId(kind, key)
    if read(normal, vocabulary.current()).normal == normal and _is_there(document):
        usage.opened(normal, document, int(position))


def _is_there(document: DocumentId) -> bool:
    try:
        return bool(tuple(engines.embedded().fetch([document])))
    except EngineUnavailable:
        return False


def _length(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isascii() and length.isdigit() else MOST_BYTES + 1


def address_of(request: HttpRequest) -> str:
    """Behind a proxy the portal knows whose word to take; the same function counts failed logins."""
    return str(import_string(settings.AXES_CLIENT_IP_CALLABLE)(request))
