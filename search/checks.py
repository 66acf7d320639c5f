"""Checks: what was forgotten fails `manage.py check`."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register


@register()
def check_vocabulary(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """The files of the vocabulary can be read, and no entry is in the way of another."""
    from search.vocabulary.entries import problems_of
    from search.vocabulary.reading import read_folder

    return [Error(str(problem), id="search.E001") for problem in problems_of(read_folder())]
