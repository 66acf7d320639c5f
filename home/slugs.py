"""Addresses of Vietnamese names: pure, and on purpose not built on the search pipeline.

A slug is printed on walls and never changes; folding for search may be improved any day.
"""

from __future__ import annotations

import re
import unicodedata

# đ does not decompose; the dashes join words in official names ("Lao động – Thương binh").
_LETTERS = str.maketrans({"đ": "d", "Đ": "d"})
_GAPS = re.compile(r"[^a-z0-9]+")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

_DISTRICT_WORDS = (("thanh-pho-", "tp-"), ("thi-xa-", "tx-"))


def slugify_vi(text: str) -> str:
    """ASCII address part of a Vietnamese text in NFC or NFD: "Phường Thành Sen" → "phuong-thanh-sen"."""
    bare = unicodedata.normalize("NFKD", text.translate(_LETTERS)).lower().translate(_LETTERS)
    return _GAPS.sub("-", "".join(c for c in bare if not unicodedata.combining(c))).strip("-")


def is_slug(text: str) -> bool:
    return _SLUG.fullmatch(text) is not None


def ended_commune_slug(name: str, district: str) -> str:
    """The slug of a commune that has ended: it carries its old district, so that the plain one stays free.

    ("Xã Cẩm Bình", "Thành phố Hà Tĩnh") → "xa-cam-binh-tp-ha-tinh-cu"
    """
    where = slugify_vi(district)
    for long, short in _DISTRICT_WORDS:
        if where.startswith(long):
            where = short + where.removeprefix(long)
    return f"{slugify_vi(name)}-{where}-cu"
