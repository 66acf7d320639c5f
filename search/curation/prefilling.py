"""What a link from a line of the curator's page brings along for a new entry, promotion or note."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model
from django.http import HttpRequest

M = TypeVar("M", bound=Model)


def brought(request: HttpRequest, name: str) -> str:
    return " ".join(request.GET.get(name, "").replace("\x00", " ").split())[:100]


def prefilled(instance: M, request: HttpRequest, *names: str) -> M:
    for name in names:
        if value := brought(request, name):
            setattr(instance, name, value)
    return instance
