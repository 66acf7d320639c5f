"""Where the cluster is, how it is spoken to, and what of its troubles leaves this package: only `EngineUnavailable`."""

from __future__ import annotations

import ipaddress
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit, urlunsplit

from elasticsearch import ApiError, Elasticsearch, TransportError

from search.engines.contract import EngineUnavailable
from search.engines.storing import Damaged

SEARCH_SECONDS: Final = 0.5
"""A search that takes longer is answered by another engine."""
WORK_SECONDS: Final = 30.0
"""For writing and building, where nobody waits."""
BUSY: Final = (429, 502, 503, 504)
DEFAULT_PREFIX: Final = "portal"
_PREFIX: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
_USER: Final = re.compile(r"[^\s/?#@,:\[\]]+(?::[^\s/?#@,\[\]]*)?")
_NODE: Final = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_FOLDER: Final = re.compile(r"[A-Za-z0-9._~/-]*")
_UNREADABLE: Final = "not an address; in a user's name and password signs are written as %40 (@), %2F (/), %3A (:), %23 (#), %2C (,) …"
_CONNECTIONS: Final = 16
"""To each node; more threads than that don't search at once in one process."""


class WrongAddress(ValueError):
    """PORTAL_SEARCH_URL can't be used; the message says why, and nothing of the address: it may hold a password."""


class IsAway(EngineUnavailable):
    """No answer, a late one, or one that nobody can use. The message is for logs and administrators."""


@dataclass(frozen=True, slots=True)
class Address:
    """`https://a.example:9200,https://b.example:9200?index=portal`: nodes of one cluster, and how its indexes' names begin."""

    nodes: tuple[str, ...]
    prefix: str = DEFAULT_PREFIX
    user: tuple[str, str] | None = None

    @property
    def is_encrypted(self) -> bool:
        return self.nodes[0].startswith("https:")


def read_address(url: str) -> Address:
    """Raises WrongAddress. Unencrypted only on this machine itself."""
    nodes: list[str] = []
    prefix, user = DEFAULT_PREFIX, None
    for piece in url.split(","):
        parts, port = _parts(piece.strip())
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise WrongAddress("not an address that begins with https:// and names a host")
        if parts.scheme == "http" and not _is_this_machine(parts.hostname):
            raise WrongAddress("http:// is for this machine only; other machines need https://")
        if parts.username:
            user = (unquote(parts.username), unquote(parts.password or ""))
        options = parse_qs(parts.query)
        if unknown := set(options) - {"index"}:
            raise WrongAddress(f"{len(unknown)} unknown options; there is index=")
        prefix = options.get("index", [prefix])[-1]
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        # The client wants the port named.
        where = f"{host}:{port or (443 if parts.scheme == 'https' else 9200)}"
        nodes.append(urlunsplit((parts.scheme, where, parts.path.rstrip("/"), "", "")))
    if len({node.split(":", 1)[0] for node in nodes}) > 1:
        raise WrongAddress("all nodes have https:// or all have http://")
    if not _PREFIX.fullmatch(prefix) or prefix.endswith("-"):
        raise WrongAddress("index= takes small letters, digits and hyphens, a letter first, at most 40")
    return Address(tuple(nodes), prefix, user)


def _parts(piece: str) -> tuple[SplitResult, int | None]:
    """Only what can be nothing else than an address: a sign that wasn't escaped makes of a password a host or a path.

    What urllib says quotes the address, so neither its message nor the error itself goes on.
    """
    try:
        parts = urlsplit(piece)
        port = parts.port
    except ValueError:
        raise WrongAddress(_UNREADABLE) from None
    user, at, host = parts.netloc.rpartition("@")
    if (
        (at and not _USER.fullmatch(user))
        or (parts.netloc and not _NODE.fullmatch(host))
        or not _FOLDER.fullmatch(parts.path)
        or parts.fragment
        or "@" in parts.query
    ):
        raise WrongAddress(_UNREADABLE)
    return parts, port


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def connect(address: Address, *, api_key: str = "", ca_file: str = "") -> Elasticsearch:
    """Asks nothing of the cluster yet. Raises WrongAddress."""
    options: dict[str, Any] = {
        "connections_per_node": _CONNECTIONS,
        "max_retries": 0,
        "retry_on_timeout": False,
        "request_timeout": WORK_SECONDS,
        # A node that was away is asked again after a few seconds, not after half a minute.
        "dead_node_backoff_factor": 0.5,
        "max_dead_node_backoff": 5.0,
    }
    if api_key:
        options["api_key"] = api_key
    elif address.user:
        options["basic_auth"] = address.user
    try:
        if ca_file and address.is_encrypted:
            # Read now: the client would only complain at the first question.
            ssl.create_default_context(cafile=ca_file)
            options["ca_certs"] = ca_file
        return Elasticsearch(list(address.nodes), **options)
    except (ValueError, OSError) as error:
        raise WrongAddress(f"the connection can't be made: {error}") from error


@contextmanager
def asking() -> Iterator[None]:
    """Around every question: whatever goes wrong with the client, the network or the cluster is `EngineUnavailable`."""
    try:
        yield
    except (ApiError, TransportError) as error:
        raise IsAway(reason(error)) from error


@contextmanager
def reading() -> Iterator[None]:
    """And around reading the answer: another one than ours would be."""
    try:
        with asking():
            yield
    except (Damaged, LookupError, TypeError, ValueError) as error:
        raise IsAway(f"an answer that can't be read: {type(error).__name__} {error}"[:200]) from error


def reason(error: Exception) -> str:
    """One short line: kind of error, status, Elasticsearch's own name for it."""
    if isinstance(error, ApiError):
        return f"{error.meta.status} {error.message}"[:200]
    return f"{type(error).__name__}: {getattr(error, 'message', error)}"[:200]
