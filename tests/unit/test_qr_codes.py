"""QR codes as SVG paths."""

from __future__ import annotations

import re

import qrcode
from qrcode.constants import ERROR_CORRECT_Q

from home.qr_codes import QUIET_ZONE, qr_code


def test_path_draws_the_matrix() -> None:
    address = "https://tthc.example.vn/don-vi/xa-cam-thu/"
    code = qr_code(address)
    expected = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=QUIET_ZONE)
    expected.add_data(address)
    matrix = expected.get_matrix()
    drawn = [[False] * code.size for _ in range(code.size)]
    for x, y, width, back in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", code.path):
        assert width == back
        for column in range(int(x), int(x) + int(width)):
            drawn[int(y)][column] = True
    assert drawn == [[bool(module) for module in row] for row in matrix]
    assert code.size == len(matrix)
