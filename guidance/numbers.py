"""Numbers of documents (số, ký hiệu; NĐ 30/2020/NĐ-CP): pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from hashlib import sha256

from search.text import fold

_SPACES_AROUND = re.compile(r"\s*([/\-–—])\s*")
_LEADING = re.compile(r"^(số|so)\s*:?\s*", re.IGNORECASE)


@lru_cache(maxsize=4096)  # a catalogue cites some two thousand documents, each many times
def normalise_number(number: str) -> str:
    """`Số: 876 / QĐ- BNV` → `876/QĐ-BNV`; empty stays empty. NFC, upper case, no spaces, one kind of dash."""
    text = unicodedata.normalize("NFC", number).strip()
    text = _LEADING.sub("", text)
    text = _SPACES_AROUND.sub(lambda m: "/" if m[1] == "/" else "-", text)
    return re.sub(r"\s+", "", text).upper().strip("/-.,;:")


def reference_key(*, number: str, title: str) -> str:
    """The identity of a legal reference: its normalised number (NĐ 30/2020/NĐ-CP art. 8), else its folded title."""
    return normalise_number(number)[:120] or "t:" + sha256(fold(title).encode()).hexdigest()[:32]
