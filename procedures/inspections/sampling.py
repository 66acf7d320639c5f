"""Which procedures of a unit are looked at: drawn by a seed that anybody can draw with again. Pure: no Django.

The lot of a procedure is the SHA-256 of seed, unit and code, one a line, in UTF-8; the smallest lots are drawn. Neither
the order of what is given nor the machine matters, and no generator of random numbers is asked, whose sequence may change
from one Python to the next. Somebody with a shell does the same by `printf 'seed\nunit\ncode' | sha256sum`.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256


def lot(seed: str, unit: str, code: str) -> str:
    return sha256(f"{seed}\n{unit}\n{code}".encode()).hexdigest()


def draw(seed: str, unit: str, codes: Iterable[str], size: int) -> tuple[str, ...]:
    """`size` of the codes, or all where there are fewer; in the order of the codes.

    `unit` is its slug, which never names another unit. A larger sample of the same seed holds the smaller one.
    """
    wanted = sorted(set(codes), key=lambda code: (lot(seed, unit, code), code))[: max(0, size)]
    return tuple(sorted(wanted))
