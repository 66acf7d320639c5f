"""Asking one outside address, politely and in bounds. Django-free."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urljoin, urlsplit

import requests

SECONDS = 10
HOPS = 5
READ = 1_024
"""Bytes that are read of an answer: enough to know that it comes."""
WHO = "CongCaiCachHanhChinh/1.0 (link check)"

WRONG_ADDRESS, NOT_PUBLIC, TOO_MANY_HOPS = "wrong address", "not public", "too many redirects"


@dataclass(frozen=True, slots=True)
class Answer:
    """`status`: the HTTP status as text, or what kept us from one."""

    status: str
    opens: bool


def is_public(host: str) -> bool:
    """Does every address of this name lie in the open internet? The portal is nobody's way into a local network."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return True  # nothing answers to that name: asking says so
    return all(ip_address(str(entry[4][0]).partition("%")[0]).is_global for entry in found)


def ask(address: str, *, allowed: Callable[[str], bool] = is_public) -> Answer:
    """HEAD, and GET where a server does not take that. "Not allowed for robots" is no dead link."""
    current = address
    try:
        with requests.Session() as session:
            session.headers["User-Agent"] = WHO
            session.trust_env = False
            for _hop in range(HOPS + 1):
                parts = urlsplit(current)
                if parts.scheme not in ("http", "https") or not parts.hostname:
                    return Answer(WRONG_ADDRESS, opens=False)
                if not allowed(parts.hostname):
                    return Answer(NOT_PUBLIC, opens=True)
                status, following = _request(session, current)
                if not following:
                    return Answer(str(status), opens=status not in (404, 410) and status < 500)
                current = urljoin(current, following)
    except (requests.RequestException, ValueError, UnicodeError) as error:
        return Answer(type(error).__name__, opens=False)
    return Answer(TOO_MANY_HOPS, opens=False)


def _request(session: requests.Session, address: str) -> tuple[int, str]:
    status, following = _once(session, "HEAD", address)
    if status in (400, 403, 404, 405, 501):
        # Some servers only know GET.
        status, following = _once(session, "GET", address)
    return status, following


def _once(session: requests.Session, method: str, address: str) -> tuple[int, str]:
    with session.request(method, address, timeout=SECONDS, allow_redirects=False, stream=True) as answer:
        if method == "GET":
            next(answer.iter_content(READ), b"")
        return answer.status_code, answer.headers.get("Location", "") if answer.is_redirect else ""
