"""Codes of procedures: `1.004194`, in full `1.004194.000.00.00.H27` (H27: Hà Tĩnh). Pure: no Django."""

from __future__ import annotations

import re

from procedures.text.sanitising import clean_text

_CODE = re.compile(
    r"([0-9])[.-]?([0-9]{6})"
    # The tail names the unit that published it: in full, or only the unit.
    r"(?:(?:\.[0-9]{3}\.[0-9]{2}\.[0-9]{2})?\.[A-Z][0-9]{2,3}(?:\.[0-9]+)*)?\.?",
    re.IGNORECASE,
)
_SLUG = re.compile(r"([0-9])-([0-9]{6})")
_NORMALISED = re.compile(r"[0-9]\.[0-9]{6}")
MAX_WRITTEN = 60
"""Longest way anyone writes a code; longer input is not one."""


def normalise_code(text: str | None) -> str | None:
    """`1.004194` for every way of writing it, or None: a slip such as `1.0125010` needs a person."""
    if not text or len(text) > MAX_WRITTEN:
        return None
    match = _CODE.fullmatch("".join(clean_text(text).split()))
    return f"{match[1]}.{match[2]}" if match else None


def slug_of(code: str) -> str:
    """`1-004194`: Wagtail's slugs hold no dot. Raises ValueError for what is no normalised code."""
    if not _NORMALISED.fullmatch(code):
        raise ValueError(f"Not a normalised procedure code: {code!r}")
    return code.replace(".", "-")


def code_of_slug(slug: str) -> str | None:
    """The code of `1-004194`, or None where the slug is not a procedure's."""
    match = _SLUG.fullmatch(slug)
    return f"{match[1]}.{match[2]}" if match else None
