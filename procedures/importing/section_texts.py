"""What the sections of a record are called, and a short view of where two texts part."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from procedures.enums import (
    Absence,
    Actor,
    Audience,
    ChannelKind,
    Currency,
    Level,
    OnlineLevel,
    Scope,
    TimeUnit,
)
from procedures.importing.merging import SECTIONS
from procedures.record import ProcedureRecord
from procedures.text.sanitising import html_to_text

SECTION_LABELS: dict[str, Any] = {
    "name": _("Tên thủ tục"),
    "field": _("Lĩnh vực"),
    "decision": _("Quyết định công bố"),
    "scope": _("Phạm vi, cấp thực hiện"),
    "audience": _("Đối tượng thực hiện"),
    "bodies": _("Cơ quan thực hiện"),
    "steps": _("Trình tự thực hiện"),
    "channels": _("Cách thức thực hiện, thời hạn, phí"),
    "papers": _("Thành phần hồ sơ, mẫu đơn"),
    "copies": _("Số lượng hồ sơ"),
    "results": _("Kết quả thực hiện"),
    "conditions": _("Yêu cầu, điều kiện"),
    "basis": _("Căn cứ pháp lý"),
    "online": _("Mức độ trực tuyến"),
    "anywhere": _("Nơi nộp trong tỉnh"),
}
EXCERPT = 90
ABSENCE_LABELS = {absence.value: absence.label for absence in Absence if absence}
_CHOICES: dict[str, Any] = {
    "levels": Level,
    "scope": Scope,
    "audiences": Audience,
    "kind": ChannelKind,
    "unit": TimeUnit,
    "currency": Currency,
    "actor": Actor,
    "online_level": OnlineLevel,
}
"""Fields of a record that hold the stored value of a choice: readers see its label."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One section in which a page and an incoming record differ; texts are cut around the first differing place."""

    section: str
    ours: str
    theirs: str
    kept: bool = False
    """A correction made here stands; the incoming text waits as a draft."""

    @property
    def label(self) -> str:
        return str(SECTION_LABELS[self.section])


def difference(
    section: str, ours: ProcedureRecord, theirs: ProcedureRecord, *, kept: bool = False
) -> Difference:
    return Difference(
        section, *excerpts(section_words(ours, section), section_words(theirs, section)), kept=kept
    )


def section_words(record: ProcedureRecord, section: str) -> str:
    """All that a section says, as plain text; empty where it says nothing."""
    parts = SECTIONS[section]
    words = [text for name in parts.fields for text in _leaves(getattr(record, name), name)]
    stated = [str(ABSENCE_LABELS.get(record.absences.get(part, ""), "")) for part in parts.parts]
    return " · ".join(filter(None, (*words, *stated)))


def _leaves(value: Any, name: str) -> list[str]:
    """Every word that a field's value holds, in order."""
    match value:
        case list() | tuple():
            return [text for part in value for text in _leaves(part, name)]
        case None | "":
            return []
        case bool():
            return [gettext("Có") if value else gettext("Không")]
        case Decimal():
            return [format(value.normalize(), "f")]
        case _ if dataclasses.is_dataclass(value):
            fields = dataclasses.fields(value)
            return [text for field in fields for text in _leaves(getattr(value, field.name), field.name)]
    if name in _CHOICES and value in _CHOICES[name].values:
        return [str(_CHOICES[name](value).label)]
    return [" ".join(html_to_text(str(value)).split())]


def excerpts(ours: str, theirs: str, *, width: int = EXCERPT) -> tuple[str, str]:
    """Both texts from a little before the place where they part."""
    same = 0
    for one, other in zip(ours, theirs, strict=False):
        if one != other:
            break
        same += 1
    start = max(0, same - 20)

    def cut(text: str) -> str:
        piece = text[start : start + width]
        return ("…" if start and text else "") + piece + ("…" if start + width < len(text) else "")

    return cut(ours), cut(theirs)
