"""TLS, the cluster's own certificate authority, and the API key: what an operator's cluster asks for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from search import engines
from search.documents import DocumentId, SearchDocument
from search.engines import choosing
from search.engines.contract import Engine, EngineUnavailable, Place, Plan, Request
from tests.conftest import missing
from tests.search.conftest import Corner
from tests.servers.tls_proxy import Door, OpensslMissing, make_certificate, tls_proxy

pytestmark = [pytest.mark.cluster, pytest.mark.django_db]

API_KEY = "dGhlLWlkOnRoZS1zZWNyZXQ="
DOCUMENT = SearchDocument(DocumentId("trang", "1"), "Một", "/1/", ("Một",))


@pytest.fixture
def door(corner: Corner, tmp_path: Path) -> Iterator[Door]:
    try:
        with tls_proxy(tmp_path, corner.cluster.urls[0], api_key=API_KEY) as made:
            yield made
    except OpensslMissing as reason:
        missing(str(reason))


@pytest.fixture(autouse=True)
def _set(settings: Any, door: Door, corner: Corner) -> Iterator[None]:
    settings.PORTAL_SEARCH_URL = f"{door.url}?index={corner.prefix}"
    settings.PORTAL_SEARCH_API_KEY = API_KEY
    settings.PORTAL_SEARCH_CA_FILE = str(door.ca_file)
    choosing.forget()
    yield
    choosing.forget()


def cluster_engine() -> Engine:
    return engines.engine_named("elasticsearch")


def refusal() -> str:
    """What the engine says, of a search by a reader too: the embedded one answers it."""
    with pytest.raises(EngineUnavailable) as refused:
        cluster_engine().status()
    chosen = engines.current()
    assert chosen.search(Request(Plan())).total == 0
    assert chosen.name == "sqlite"
    said = str(refused.value)
    assert API_KEY not in said
    return said


def test_with_key_and_authority_everything_works(door: Door) -> None:
    engine = cluster_engine()
    assert engine.rebuild(lambda: [DOCUMENT], place=Place).indexed == 1
    assert engine.fetch([DOCUMENT.id]) == (DOCUMENT,)
    assert list(engine.keys("trang")) == ["1"]
    assert engine.search(Request(Plan())).total == 1
    assert door.refused == 0
    assert any(path.startswith("POST ") and path.endswith("/_search") for path in door.passed)


@pytest.mark.parametrize("key", ["", "d3Jvbmc6a2V5"])
def test_a_wrong_key_is_refused(settings: Any, door: Door, key: str) -> None:
    settings.PORTAL_SEARCH_API_KEY = key
    assert refusal().startswith("401")
    assert door.refused
    assert door.passed == []


def test_a_certificate_that_nobody_vouches_for_is_refused(settings: Any, door: Door) -> None:
    settings.PORTAL_SEARCH_CA_FILE = ""
    assert "CERTIFICATE_VERIFY_FAILED" in refusal()
    assert (door.refused, door.passed) == (0, []), "the key was shown to nobody"


def test_a_certificate_of_another_authority_is_refused(settings: Any, door: Door, tmp_path: Path) -> None:
    other, _key = make_certificate(tmp_path, "other")
    settings.PORTAL_SEARCH_CA_FILE = str(other)
    assert "CERTIFICATE_VERIFY_FAILED" in refusal()
    assert (door.refused, door.passed) == (0, [])


def test_a_certificate_for_another_host_is_refused(settings: Any, corner: Corner, tmp_path: Path) -> None:
    with tls_proxy(
        tmp_path, corner.cluster.urls[0], api_key=API_KEY, address="DNS:other.example.vn"
    ) as elsewhere:
        settings.PORTAL_SEARCH_URL = f"{elsewhere.url}?index={corner.prefix}"
        settings.PORTAL_SEARCH_CA_FILE = str(elsewhere.ca_file)
        assert "match" in refusal()
        assert elsewhere.passed == []
