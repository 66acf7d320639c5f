"""Numbers of documents (số, ký hiệu; NĐ 30/2020/NĐ-CP): pure."""

from __future__ import annotations

import re
import unicodedata

_SPACES_AROUND = re.compile(r"\s*([/\-–—])\s*")
_LEADING = re.compile(r"^(số|so)\s*:?\s*", re.IGNORECASE)


def normalise_number(number: str) -> str:
    """`Số: 876 / QĐ- BNV` → `876/QĐ-BNV`; empty stays empty. NFC, upper case, no spaces, one kind of dash."""
    text = unicodedata.normalize("NFC", number).strip()
    text = _LEADING.sub("", text)
    text = _SPACES_AROUND.sub(lambda m: "/" if m[1] == "/" else "-", text)
    return re.sub(r"\s+", "", text).upper().strip("/-.,;:")
