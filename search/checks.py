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


@register()
def check_page_types(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """Every type of page that can be published is found by the search, or somebody said by name that it is not."""
    from django.apps import apps
    from wagtail.models import Page

    from search import registry

    types = {
        model._meta.label for model in apps.get_models() if issubclass(model, Page) and model is not Page
    }
    registered = {label for kind in registry.kinds() for label in kind.pages}
    excluded = registry.excluded()
    problems: list[CheckMessage] = [
        Error(
            f"The search knows nothing of the page type {label}.",
            hint="search_documents.py: register a kind with it among its `pages`, or `exclude` it by name",
            id="search.E011",
        )
        for label in sorted(types - registered - excluded)
    ]
    problems += [
        Error(f"The search is told of a page type {label}, and there is none.", id="search.E012")
        for label in sorted((registered | excluded) - types)
    ]
    problems += [
        Error(f"The page type {label} is both registered with the search and excluded.", id="search.E013")
        for label in sorted(registered & excluded)
    ]
    return problems


@register()
def check_cluster(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """The address of the search cluster can be used; whether somebody answers there is for /readyz."""
    from django.conf import settings

    if settings.PORTAL_SEARCH_URL.startswith("sqlite:///"):
        return []
    from search.engines.elasticsearch.connection import WrongAddress, connect, read_address

    try:
        address = read_address(settings.PORTAL_SEARCH_URL)
        connect(
            address, api_key=settings.PORTAL_SEARCH_API_KEY, ca_file=settings.PORTAL_SEARCH_CA_FILE
        ).close()
    except WrongAddress as error:
        return [Error(f"PORTAL_SEARCH_URL: {error}", id="search.E010")]
    return []
