"""The cluster that the settings name: PORTAL_SEARCH_URL, PORTAL_SEARCH_API_KEY, PORTAL_SEARCH_CA_FILE."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from elasticsearch import Elasticsearch

from search import registry
from search.engines.elasticsearch.connection import (
    SEARCH_SECONDS,
    WORK_SECONDS,
    Address,
    connect,
    read_address,
)
from search.engines.elasticsearch.engine import ElasticsearchEngine


def searching() -> ElasticsearchEngine:
    """For searches, which have half a second. Raises WrongAddress."""
    return _engine(*_set(), SEARCH_SECONDS)


def working() -> ElasticsearchEngine:
    """The same index for the worker and for commands, where nobody waits. Raises WrongAddress."""
    return _engine(*_set(), WORK_SECONDS)


def _set() -> tuple[str, str, str, str]:
    return (
        settings.PORTAL_SEARCH_URL,
        settings.PORTAL_SEARCH_API_KEY,
        settings.PORTAL_SEARCH_CA_FILE,
        registry.version(),
    )


@lru_cache(maxsize=8)
def _engine(url: str, api_key: str, ca_file: str, version: str, patience: float) -> ElasticsearchEngine:
    address, client = _client(url, api_key, ca_file)
    return ElasticsearchEngine(client, prefix=address.prefix, version=version, patience=patience)


@lru_cache(maxsize=4)
def _client(url: str, api_key: str, ca_file: str) -> tuple[Address, Elasticsearch]:
    address = read_address(url)
    return address, connect(address, api_key=api_key, ca_file=ca_file)
