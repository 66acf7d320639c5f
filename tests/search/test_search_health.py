"""What operators learn of the search: /readyz, /metrics, the note in the admin, and the check of its address."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client
from django.urls import reverse
from prometheus_client import REGISTRY, generate_latest

from portal import health as portal_health
from search import engines, outbox
from search.documents import DocumentId
from search.engines import choosing
from search.engines.contract import EngineUnavailable
from search.health import examine

AWAY = "http://127.0.0.1:9"
"""Nobody listens there."""


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    choosing.forget()
    portal_health.answer.forget()
    yield
    choosing.forget()
    portal_health.answer.forget()


@pytest.mark.django_db
class TestHealth:
    def test_the_embedded_engine_alone(self) -> None:
        health = examine()
        assert (health.answers, health.stands_in, health.cluster) == ("sqlite", False, None)
        part = portal_health.search()
        assert part.ok
        assert part.says.startswith("Tìm kiếm trả lời (sqlite, chỉ mục ")

    def test_what_waits_is_counted(self) -> None:
        engines.embedded().index((), place=outbox.begin())
        outbox.record([DocumentId("trang", "1"), DocumentId("trang", "2")])
        assert examine().embedded.waiting == 2
        assert "2 thay đổi đang chờ" in portal_health.search().says

    def test_a_stand_in_is_able_to_serve_and_is_named(self, settings: Any) -> None:
        settings.PORTAL_SEARCH_URL = AWAY
        health = examine()
        assert (health.answers, health.stands_in) == ("sqlite", True)
        assert health.cluster is not None
        assert not health.cluster.is_ready
        part = portal_health.search()
        assert part.ok
        assert part.says.startswith("Công cụ nhúng trả lời thay cụm tìm kiếm từ ")

    def test_a_cluster_that_is_known_to_be_away_is_not_asked(
        self, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.PORTAL_SEARCH_URL = AWAY
        choosing.circuit().failed(EngineUnavailable("ConnectionTimeout"))

        def asked() -> timedelta:
            raise AssertionError

        monkeypatch.setattr(choosing, "how_far_behind", asked)
        monkeypatch.setattr(choosing.configured, "searching", asked)
        assert examine().reason == "ConnectionTimeout"

    def test_without_any_index_it_is_not_able_to_serve(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(engines.embedded(), "_starts_empty", False)
        engines.embedded().close()
        engines.embedded().files.remove()
        assert examine().answers == ""
        part = portal_health.search()
        assert not part.ok
        assert "search_index" in part.says
        monkeypatch.undo()

    def test_figures(self, settings: Any) -> None:
        said = generate_latest(REGISTRY).decode()
        assert 'portal_search_ready{engine="sqlite"} 1.0' in said
        assert "portal_search_stood_in_seconds 0.0\n" in said
        settings.PORTAL_SEARCH_URL = AWAY
        said = generate_latest(REGISTRY).decode()
        assert 'portal_search_ready{engine="elasticsearch"} 0.0' in said
        assert "portal_search_stood_in_seconds 0.0\n" not in said


@pytest.mark.django_db
@pytest.mark.parametrize(("url", "noted"), [("", False), (AWAY, True)])
def test_administrators_see_that_another_engine_stands_in(
    admin_client: Client, settings: Any, url: str, noted: bool
) -> None:
    if url:
        settings.PORTAL_SEARCH_URL = url
    page = admin_client.get(reverse("wagtailadmin_home")).content.decode()
    assert ("Công cụ nhúng đang trả lời thay" in page) is noted


@pytest.mark.parametrize(
    ("url", "ca_file", "says"),
    [
        ("https://tim.example.vn:9200", "", ""),
        ("http://tim.example.vn:9200", "", "other machines need https"),
        ("https://tim.example.vn", "/nowhere.pem", "can't be made"),
        ("elasticsearch://tim", "", "not an address"),
    ],
)
def test_the_check_of_the_address(settings: Any, url: str, ca_file: str, says: str) -> None:
    settings.PORTAL_SEARCH_URL = url
    settings.PORTAL_SEARCH_CA_FILE = ca_file
    found = [str(message.msg) for message in run_checks() if message.id == "search.E010"]
    assert len(found) == bool(says)
    assert says in "".join(found)
