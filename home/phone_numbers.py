"""What a telephone number looks like that a phone can dial: one number, as offices write it. Pure: no Django."""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"\+?[0-9][0-9 .\-()\u00a0]*")
_ABROAD = range(8, 16)
"""Digits after the plus."""
_AT_HOME = range(10, 12)
"""With the area code or the operator's prefix, both of which begin with 0."""
_SERVICE = range(8, 11)
"""1800…, 1900…"""
_SHORT = range(3, 7)
"""113, 1022, 18001 …"""


def is_phone_number(written: str) -> bool:
    """One number that can be dialled from anywhere in the country, grouped by spaces, dots, hyphens or brackets."""
    text = written.strip()
    if not text.isascii() and "\u00a0" not in text:
        return False
    if text.startswith("("):
        text = text[1:].replace(")", " ", 1)
    if not _WRITTEN.fullmatch(text):
        return False
    digits = re.sub(r"[^0-9]", "", text)
    if text.startswith("+"):
        return len(digits) in _ABROAD
    if digits.startswith("0"):
        return len(digits) in _AT_HOME
    return len(digits) in _SHORT or (digits.startswith(("1800", "1900")) and len(digits) in _SERVICE)
