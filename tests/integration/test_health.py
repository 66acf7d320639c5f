"""Alive, ready, figures: what monitoring may rely on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory
from django.utils import timezone
from prometheus_client import REGISTRY, generate_latest

from home.models import JobRun, WorkerBeat
from home.permissions import is_administrator
from portal import health
from portal.security import client_address
from tests.factories.catalogue import make_listing


@pytest.fixture(autouse=True)
def _fresh_answer() -> Iterator[None]:
    health.answer.forget()
    yield
    health.answer.forget()


@pytest.fixture
def beat(db: None) -> WorkerBeat:
    now = timezone.now()
    call_command("run_jobs", "--once", stdout=StringIO())
    return WorkerBeat.objects.create(name="w", started_at=now, beaten_at=now)


def test_alive_without_a_database(client: Client) -> None:
    """No database fixture: a query would fail the test."""
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}
    assert "no-store" in answer["Cache-Control"]


def test_ready(client: Client, beat: WorkerBeat) -> None:
    answer = client.get("/readyz")
    parts = answer.json()["parts"]
    assert answer.status_code == 200, parts
    assert set(parts) == {"database", "migrations", "storage", "search", "worker", "ledger"}
    assert all(part["ok"] and part["says"] for part in parts.values())


@pytest.mark.parametrize(
    ("ago", "says"), [(timedelta(minutes=10), "trễ: lần cuối thấy cách đây 10 phút"), (None, "không chạy")]
)
def test_a_late_worker_is_named(client: Client, beat: WorkerBeat, ago: timedelta | None, says: str) -> None:
    if ago is None:
        beat.delete()
    else:
        WorkerBeat.objects.update(beaten_at=timezone.now() - ago)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert says in answer.json()["parts"]["worker"]["says"]
    assert answer.json()["parts"]["database"]["ok"]


def test_a_late_job_is_named(client: Client, beat: WorkerBeat) -> None:
    JobRun.objects.filter(name="publish_scheduled").update(started_at=timezone.now() - timedelta(hours=1))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "Xuất bản và gỡ theo giờ hẹn" in answer.json()["parts"]["worker"]["says"]


@pytest.mark.parametrize("name", ["database", "migrations", "storage", "search"])
def test_a_broken_part_is_named_without_its_secrets(
    client: Client, beat: WorkerBeat, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def broken() -> health.Part:
        raise OSError("password=hunter2")

    monkeypatch.setitem(health.PARTS, name, broken)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert not answer.json()["parts"][name]["ok"]
    assert "hunter2" not in answer.content.decode()


def test_the_answer_is_repeated_for_a_moment(
    client: Client, beat: WorkerBeat, django_assert_num_queries: Any
) -> None:
    client.get("/readyz")
    with django_assert_num_queries(0):
        client.get("/readyz")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("token", "headers", "allowed"),
    [
        ("", {"REMOTE_ADDR": "127.0.0.1"}, True),
        ("", {"REMOTE_ADDR": "::1"}, True),
        ("", {"REMOTE_ADDR": "203.0.113.7"}, False),
        ("", {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, False),
        ("", {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_REAL_IP": "127.0.0.1"}, False),
        ("", {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_PROTO": "https"}, False),
        ("", {"REMOTE_ADDR": "127.0.0.1", "HTTP_VIA": "1.1 proxy"}, False),
        ("", {"REMOTE_ADDR": ""}, False),
        ("", {"REMOTE_ADDR": "203.0.113.7", "HTTP_AUTHORIZATION": "Bearer "}, False),
        ("s3cret", {"REMOTE_ADDR": "203.0.113.7", "HTTP_AUTHORIZATION": "Bearer s3cret"}, True),
        ("s3cret", {"REMOTE_ADDR": "203.0.113.7", "HTTP_AUTHORIZATION": "Bearer wrong"}, False),
        ("s3cret", {"REMOTE_ADDR": "203.0.113.7", "HTTP_AUTHORIZATION": "s3cret"}, False),
    ],
)
def test_figures_are_not_public(
    client: Client, settings: Any, token: str, headers: dict[str, str], allowed: bool
) -> None:
    settings.PORTAL_METRICS_TOKEN = token
    answer = client.get("/metrics", **headers)  # type: ignore[arg-type]  # META entries
    assert answer.status_code == (200 if allowed else 403)
    assert ("portal_" in answer.content.decode()) is allowed


@pytest.mark.django_db
def test_in_production_only_the_token_opens_the_figures(client: Client, settings: Any) -> None:
    settings.PORTAL_METRICS_LOCALLY = False
    settings.PORTAL_METRICS_TOKEN = "s3cret"
    assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 403
    allowed = client.get("/metrics", REMOTE_ADDR="127.0.0.1", HTTP_AUTHORIZATION="Bearer s3cret")
    assert allowed.status_code == 200


@pytest.mark.django_db
def test_invented_methods_are_refused_before_they_are_counted(client: Client) -> None:
    answer = client.generic("LATTHU", "/healthz")
    assert answer.status_code == 405
    assert "GET" in answer["Allow"]
    assert b"LATTHU" not in generate_latest(REGISTRY)
    assert client.generic("OPTIONS", "/healthz").status_code == 405, "the view's own answer"


def test_the_public_learns_that_it_is_ready_not_why(client: Client, beat: WorkerBeat, settings: Any) -> None:
    settings.PORTAL_METRICS_TOKEN = "s3cret"
    for headers in ({"REMOTE_ADDR": "203.0.113.7"}, {"HTTP_X_FORWARDED_FOR": "203.0.113.7"}):
        answer = client.get("/readyz", **headers)  # type: ignore[arg-type]  # META entries
        assert answer.json() == {"status": "ok"}
    told = client.get("/readyz", REMOTE_ADDR="203.0.113.7", HTTP_AUTHORIZATION="Bearer s3cret")
    assert "worker" in told.json()["parts"]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client_is"),
    [
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("::1", "10.0.0.1, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1, <script>", "127.0.0.1"),
        ("192.0.2.10", "2001:db8::1", "2001:db8::1"),
    ],
)
def test_whose_address_a_request_comes_from(settings: Any, peer: str, forwarded: str, client_is: str) -> None:
    settings.PORTAL_TRUSTED_PROXIES = ["192.0.2.10"]
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == client_is


def test_own_figures(client: Client, beat: WorkerBeat) -> None:
    make_listing()
    JobRun.objects.filter(name="end_units").update(failures=3)
    figures = client.get("/metrics").content.decode()
    assert "portal_listings 1.0" in figures
    assert 'portal_procedures{scope="province"} 1.0' in figures
    assert 'portal_job_failures{job="end_units"} 3.0' in figures
    assert "portal_worker_lag_seconds 0." in figures


ENVIRONMENT = {
    "PORTAL_ADMIN_USERNAME": "quan-tri",
    "PORTAL_ADMIN_EMAIL": "quan-tri@example.gov.vn",
    "PORTAL_ADMIN_PASSWORD": "Song-La-Nui-Hong-1802",
}


@pytest.mark.django_db
def test_the_first_administrator(
    monkeypatch: pytest.MonkeyPatch, client: Client, django_user_model: Any
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    call_command("create_admin", stdout=StringIO())
    user = django_user_model.objects.get(username="quan-tri")
    assert is_administrator(user)
    assert client.login(username="quan-tri", password=ENVIRONMENT["PORTAL_ADMIN_PASSWORD"])
    with pytest.raises(CommandError, match="Đã có tài khoản"):
        call_command("create_admin", stdout=StringIO())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_ADMIN_PASSWORD", "12345678901"),
        ("PORTAL_ADMIN_PASSWORD", "quan-tri"),
        ("PORTAL_ADMIN_PASSWORD", ""),
        ("PORTAL_ADMIN_EMAIL", "khong-phai-thu"),
        ("PORTAL_ADMIN_USERNAME", "có dấu cách"),
        ("PORTAL_ADMIN_USERNAME", ""),
    ],
)
def test_a_weak_administrator_is_refused(
    monkeypatch: pytest.MonkeyPatch, django_user_model: Any, name: str, value: str
) -> None:
    for known, good in ENVIRONMENT.items():
        monkeypatch.setenv(known, good)
    monkeypatch.setenv(name, value)
    with pytest.raises(CommandError) as raised:
        call_command("create_admin", stdout=StringIO())
    assert raised.value.returncode == 2
    assert not django_user_model.objects.exists()
