"""What reading one entry of a source gives: a record, or why there is none; and words for "nothing". Pure: no Django."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from procedures.record import ProcedureRecord
from procedures.text.sanitising import clean_text


@dataclass(frozen=True, slots=True)
class Reading:
    """`record` or `refusal` is set, never both. `notes` tell a controller what fitted nowhere or was doubtful."""

    record: ProcedureRecord | None
    refusal: str | None = None
    notes: tuple[str, ...] = ()


class Notes:
    """Collects notes, each once, in order."""

    def __init__(self) -> None:
        self._notes: dict[str, None] = {}

    def add(self, note: str) -> None:
        self._notes.setdefault(note)

    def left_over(self, where: str, text: str) -> None:
        """A piece of the source that has no place in a record; kept here whole."""
        if text.strip():
            self.add(f"{where}: không xếp được vào mục nào: “{text.strip()}”")

    def __iter__(self) -> Iterator[str]:
        return iter(self._notes)

    def as_tuple(self) -> tuple[str, ...]:
        return tuple(self._notes)


NOT_REGULATED = "not_regulated"
NOT_APPLICABLE = "not_applicable"

_NOTHING_SAID = frozenset(
    {"", "không có thông tin", "chưa có thông tin", "đang cập nhật", "n/a", "null", "none", "-", "--", "."}
)
_NOT_REGULATED_WORDS = frozenset(
    {
        "không",
        "không có",
        "không quy định",
        "không có quy định",
        "không yêu cầu",
        "không có yêu cầu",
        "không có yêu cầu điều kiện",
        "không có yêu cầu, điều kiện",
        "không có điều kiện",
        "không yêu cầu, điều kiện",
        "không phải nộp",
    }
)
_NOT_APPLICABLE_WORDS = frozenset({"không áp dụng"})
# Longer text says something; looking at all of it would cost more than reading it.
_LONGEST = 100
_ENUM_NAME = re.compile(r"[A-Z]{2,}(?:_[A-Z]{2,})+")
_ENUM_ABSENCES = {
    "NOT_ASSIGNED_REGULATION": NOT_REGULATED,
    "NOT_REGULATED": NOT_REGULATED,
    "NO_REGULATION": NOT_REGULATED,
    "NOT_APPLICABLE": NOT_APPLICABLE,
}


def says_nothing(text: str | None) -> bool:
    """Blank, or a word that only says that the source has nothing ("Không có thông tin")."""
    return not text or (len(text) < _LONGEST and _bare(text) in _NOTHING_SAID)


def absence_in(text: str | None) -> str:
    """The absence that the words state ("Không quy định", `NOT_ASSIGNED_REGULATION`), or "" where they state none."""
    if not text or len(text) >= _LONGEST:
        return ""
    bare = _bare(text)
    if bare in _NOT_REGULATED_WORDS:
        return NOT_REGULATED
    if bare in _NOT_APPLICABLE_WORDS:
        return NOT_APPLICABLE
    return _ENUM_ABSENCES.get(clean_text(text), "")


def is_enum_name(text: str | None) -> bool:
    """A constant of somebody's program instead of words."""
    return bool(_ENUM_NAME.fullmatch(clean_text(text)))


@lru_cache(maxsize=4096)
def _bare(text: str | None) -> str:
    cleaned = clean_text(text).lower()
    return cleaned.strip(" .!;:,*") or cleaned[:1]
