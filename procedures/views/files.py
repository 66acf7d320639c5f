from django.http import HttpRequest, HttpResponse


def form_file(request: HttpRequest, sha256: str, name: str) -> HttpResponse:
    return HttpResponse("")
