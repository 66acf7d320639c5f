"""QR codes as one SVG path: sharp at any size, in page and on paper, without a style attribute."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import qrcode
from qrcode.constants import ERROR_CORRECT_Q

QUIET_ZONE = 4
"""Modules of white around the code that readers need."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """`size` modules a side, quiet zone included; `path` draws the dark ones in that grid."""

    address: str
    size: int
    path: str


@lru_cache(maxsize=512)
def qr_code(address: str) -> QrCode:
    """Level Q: a quarter of it may be dirty or torn."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=QUIET_ZONE)
    code.add_data(address)
    code.make(fit=True)
    matrix = code.get_matrix()
    runs: list[str] = []
    for y, row in enumerate(matrix):
        x = 0
        for is_dark, modules in groupby(row):
            width = len(list(modules))
            if is_dark:
                runs.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    return QrCode(address, len(matrix), "".join(runs))
