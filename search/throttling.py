"""How many of one kind of request are taken from one address in a minute or an hour. Nothing of an address is kept longer.

Counted in the process: several processes together let through so many times more, which is still few. What is held is a
hash with a key that is made anew each time and never leaves the memory.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import Counter
from ipaddress import ip_network
from threading import Lock


class Throttle:
    def __init__(self, *, each: int, together: int, seconds: int = 60) -> None:
        self.each = each
        """From one address."""
        self.together = together
        """From all: whoever has many addresses fills the database no faster."""
        self.seconds = seconds
        self._lock = Lock()
        self._until = 0.0
        self._key = b""
        self._taken: Counter[bytes] = Counter()
        self._all = 0

    def allows(self, address: str) -> bool:
        address = _household(address)
        now = time.monotonic()
        with self._lock:
            if now >= self._until:
                self._until, self._key, self._all = now + self.seconds, secrets.token_bytes(16), 0
                self._taken.clear()
            who = hashlib.blake2b(address.encode(errors="replace"), key=self._key, digest_size=12).digest()
            if self._taken[who] >= self.each or self._all >= self.together:
                return False
            self._taken[who] += 1
            self._all += 1
            return True

    def forget(self) -> None:
        with self._lock:
            self._until = 0.0


def _household(address: str) -> str:
    """One line has 2^64 addresses of IPv6: they count as one."""
    try:
        return str(ip_network(f"{address}/64", strict=False)) if ":" in address else address
    except ValueError:
        return address
