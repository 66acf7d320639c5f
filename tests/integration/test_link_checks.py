"""Dead links: asked politely, called dead only after failing again and again, told to the controller."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from procedures.link_checks import jobs, rounds
from procedures.link_checks.asking import NOT_PUBLIC, TOO_MANY_HOPS, WRONG_ADDRESS, Answer, ask, is_public
from procedures.models import LinkCheck
from tests.factories.records import make_record, publish


class Outside(BaseHTTPRequestHandler):
    """/ok, /gone, /only-get, /round (leads to itself), /away (leads to a local address)."""

    def do_HEAD(self) -> None:
        self._answer(head=True)

    def do_GET(self) -> None:
        self._answer(head=False)

    def _answer(self, *, head: bool) -> None:
        codes = {"/ok": 200, "/gone": 404, "/only-get": 405 if head else 200, "/robots": 403, "/broken": 503}
        if self.path in ("/round", "/away"):
            self.send_response(302)
            self.send_header("Location", "/round" if self.path == "/round" else "http://10.0.0.1/")
        else:
            self.send_response(codes[self.path])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture(scope="module")
def outside() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Outside)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/ok", Answer("200", opens=True)),
        ("/gone", Answer("404", opens=False)),
        ("/only-get", Answer("200", opens=True)),
        ("/robots", Answer("403", opens=True)),
        ("/broken", Answer("503", opens=False)),
        ("/round", Answer(TOO_MANY_HOPS, opens=False)),
        ("/away", Answer(NOT_PUBLIC, opens=True)),
    ],
)
def test_asking(outside: str, path: str, expected: Answer) -> None:
    assert ask(outside + path, allowed=lambda host: host == "127.0.0.1") == expected


@pytest.mark.parametrize("address", ["", "ftp://a.example/x", "javascript:alert(1)", "http://", "https:///x"])
def test_no_address(address: str) -> None:
    assert ask(address) == Answer(WRONG_ADDRESS, opens=False)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "192.168.0.1", "localhost"]
)
def test_nobodys_way_into_a_local_network(host: str) -> None:
    assert not is_public(host)
    assert ask(f"http://[{host}]/" if ":" in host else f"http://{host}/").status == NOT_PUBLIC


def test_nothing_listens() -> None:
    assert not ask("http://127.0.0.1:9/", allowed=lambda _host: True).opens


@pytest.mark.django_db
def test_the_list_follows_the_texts() -> None:
    publish(make_record(national_url="https://quoc-gia.example/1"))
    assert rounds.gather() == 2
    assert rounds.gather() == 0
    LinkCheck.objects.create(address="https://forgotten.example/")
    rounds.gather()
    assert not LinkCheck.objects.filter(address__contains="forgotten").exists()


@pytest.mark.django_db
def test_dead_only_after_failing_again_and_again() -> None:
    row = LinkCheck.objects.create(address="https://a.example/")
    fails, opens = Answer("404", opens=False), Answer("200", opens=True)
    seen = []
    for answer in (fails, fails, fails, opens):

        def asking(_address: str, answer: Answer = answer) -> Answer:
            return answer

        seen.append(rounds.check(row, asking=asking).is_dead)
    assert seen == [False, False, True, False]
    row.refresh_from_db()
    assert (row.failures, row.dead_since, row.status) == (0, None, "200")


@pytest.mark.django_db
def test_few_of_one_host_and_not_too_often() -> None:
    now = timezone.now()
    LinkCheck.objects.bulk_create(LinkCheck(address=f"https://a.example/{n}") for n in range(10))
    LinkCheck.objects.create(address="https://b.example/", checked_at=now - timedelta(days=2))
    LinkCheck.objects.create(address="https://c.example/", checked_at=now - timedelta(days=2), failures=1)
    assert [row.address for row in rounds.due()] == [
        "https://a.example/0",
        "https://a.example/1",
        "https://c.example/",
    ]


@pytest.mark.django_db
def test_off_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_row: LinkCheck) -> LinkCheck:
        pytest.fail("asked somebody outside")

    publish(make_record())
    monkeypatch.setattr(jobs, "check", refuse)
    assert "tắt" in jobs.check_links()
    assert not LinkCheck.objects.exists()
