"""Sections of a page that a higher app supplies: it registers a provider here, the view calls it.

So `home` can show procedures, initiatives or feedback without importing them, and where an app is not installed its
section is simply absent. A provider takes the place's keyword arguments and returns context.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

Provider = Callable[..., dict[str, Any]]

_providers: defaultdict[str, list[Provider]] = defaultdict(list)


def provides(place: str) -> Callable[[Provider], Provider]:
    """Register a provider for a place: "home", "unit", "footer"."""

    def register(provider: Provider) -> Provider:
        _providers[place].append(provider)
        return provider

    return register


def sections_for(place: str, **kwargs: Any) -> dict[str, Any]:
    """The context of all providers of a place; the later registered wins on a clash."""
    context: dict[str, Any] = {}
    for provider in _providers[place]:
        context |= provider(**kwargs)
    return context
