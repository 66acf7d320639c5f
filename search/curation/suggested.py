"""Past queries that are offered to who types their beginning, and those that curators took out."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from django.db import transaction

from search.models import LearnedQuery, UnsuggestedQuery


class Standing(StrEnum):
    NEVER = ""
    """Not offered, for what is asked too seldom, leads nowhere or is in no document's name."""
    OFFERED = "offered"
    TAKEN_OUT = "taken-out"


def standings(normals: Iterable[str]) -> dict[str, Standing]:
    """Of those that are or were offered. Two questions to the database."""
    wanted = list(normals)
    offered = LearnedQuery.objects.filter(normal__in=wanted, suggested=True).values_list("normal", flat=True)
    out = UnsuggestedQuery.objects.filter(normal__in=wanted).values_list("normal", flat=True)
    return dict.fromkeys(offered, Standing.OFFERED) | dict.fromkeys(out, Standing.TAKEN_OUT)


@transaction.atomic
def take_out(normal: str, user: Any) -> bool:
    """From the next keystroke on; whether it was offered. Nothing else that somebody types is kept."""
    if not LearnedQuery.objects.filter(normal=normal, suggested=True).update(suggested=False):
        return False
    UnsuggestedQuery.objects.get_or_create(normal=normal, defaults={"by": user})
    return True


def allow_again(normal: str) -> bool:
    """Offered again once the worker has reckoned, if it still deserves it; whether it had been taken out."""
    return bool(UnsuggestedQuery.objects.filter(normal=normal).delete()[0])
