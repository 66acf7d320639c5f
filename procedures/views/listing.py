from django.http import HttpRequest, HttpResponse


def detail(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    return HttpResponse("")


def render_listing(request, listing, *, preview=False):
    return HttpResponse("")
