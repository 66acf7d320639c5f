from django.http import HttpRequest, HttpResponse


def detail(request: HttpRequest, code: str) -> HttpResponse:
    return HttpResponse("")


def render_procedure(request, page, *, preview=False):
    return HttpResponse("")
