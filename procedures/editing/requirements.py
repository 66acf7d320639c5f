"""What a procedure needs before it may be published from the editor, as a table. Pure: no Django.

A draft needs nothing. The parts are those of NĐ 63/2010/NĐ-CP art. 8(2) (amended by NĐ 92/2017/NĐ-CP); a part without
content is stated as such (`not_regulated`, `not_applicable`), never left blank. `procedures.checks` ties the table to the
parts and to the fields of the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

REQUIRED = "required"
"""Missing: not to be published from the editor."""
ADVISED = "advised"
"""Missing: readers or units miss something, but the law doesn't ask for it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules look at; `procedures.editing.publishing.facts_of` reads it from a page."""

    entered: frozenset[str] = frozenset()
    """Parts that hold something."""
    absences: Mapping[str, str] = field(default_factory=dict)
    """Part → stated reason for holding nothing."""
    online_level: str = ""
    online_reason: str = ""
    national_url: str = ""
    has_subject: bool = True
    has_level: bool = True
    has_decision: bool = True
    has_purpose: bool = True
    ended: bool = False
    end_explained: bool = False
    """A reason, or the procedure that takes its place."""
    forms_without_file: int = 0


def anchor_of(field_name: str) -> str:
    return f"muc-{field_name}"


@dataclass(frozen=True, slots=True)
class Requirement:
    code: str
    part: str
    """A part of the law, or "" where the rule is about something else."""
    field: str
    """Of the page: where to go to put it right."""
    message: str
    applies: Callable[[Facts], bool]
    is_met: Callable[[Facts], bool]
    severity: str = REQUIRED

    @property
    def anchor(self) -> str:
        """Where the field stands on the editor's page."""
        return anchor_of(self.field)


def _always(_facts: Facts) -> bool:
    return True


def _part(part: str, field_name: str, message: str) -> Requirement:
    def is_met(facts: Facts) -> bool:
        return part in facts.entered or bool(facts.absences.get(part))

    return Requirement(f"part-{part}", part, field_name, message, _always, is_met)


REQUIREMENTS: tuple[Requirement, ...] = (
    Requirement(
        "part-name", "name", "full_name", "Chưa có tên đầy đủ.", _always, lambda f: "name" in f.entered
    ),
    _part("steps", "steps", "Chưa có trình tự thực hiện."),
    _part("channels", "channels", "Chưa có cách thức thực hiện (nơi và cách nộp hồ sơ)."),
    _part("time", "time_absence", "Chưa có thời hạn giải quyết ở cách nộp nào."),
    _part("fee", "fee_absence", "Chưa có phí, lệ phí ở cách nộp nào."),
    _part("papers", "cases", "Chưa có thành phần hồ sơ."),
    _part("copies", "copies_text", "Chưa có số lượng hồ sơ."),
    _part("forms", "forms_absence", "Chưa có mẫu đơn, tờ khai ở giấy tờ nào."),
    _part("audience", "audiences", "Chưa có đối tượng thực hiện."),
    _part("bodies", "bodies", "Chưa có cơ quan thực hiện."),
    _part("results", "results", "Chưa có kết quả thực hiện."),
    _part("conditions", "conditions", "Chưa có yêu cầu, điều kiện."),
    _part("basis", "basis_absence", "Chưa có căn cứ pháp lý."),
    Requirement(
        "level",
        "",
        "levels",
        "Chưa chọn cấp thực hiện.",
        _always,
        lambda f: f.has_level,
    ),
    Requirement(
        "online-reason",
        "",
        "online_reason",
        "Dịch vụ công trực tuyến một phần phải nói rõ vì sao chưa toàn trình.",
        lambda f: f.online_level == "partial",
        lambda f: bool(f.online_reason.strip()),
    ),
    Requirement(
        "end-explained",
        "",
        "end_reason",
        "Thủ tục hết hiệu lực cần có lý do, hoặc thủ tục thay thế.",
        lambda f: f.ended,
        lambda f: f.end_explained,
    ),
    Requirement(
        "subject",
        "",
        "subject",
        "Chưa chọn lĩnh vực: người dân không tìm thấy thủ tục theo lĩnh vực.",
        _always,
        lambda f: f.has_subject,
        ADVISED,
    ),
    Requirement(
        "decision",
        "",
        "decision_number",
        "Chưa có số quyết định công bố.",
        _always,
        lambda f: f.has_decision,
        ADVISED,
    ),
    Requirement(
        "purpose",
        "",
        "purpose",
        "Chưa có câu dễ hiểu nói thủ tục này để làm gì.",
        _always,
        lambda f: f.has_purpose,
        ADVISED,
    ),
    Requirement(
        "online-address",
        "",
        "national_url",
        "Nộp trực tuyến được nhưng chưa có địa chỉ trên Cổng Dịch vụ công quốc gia.",
        lambda f: f.online_level in ("partial", "full"),
        lambda f: bool(f.national_url),
        ADVISED,
    ),
    Requirement(
        "form-files",
        "",
        "cases",
        "Có giấy tờ nêu tên mẫu nhưng chưa gắn tệp mẫu.",
        _always,
        lambda f: f.forms_without_file == 0,
        ADVISED,
    ),
)

EXEMPT: dict[str, str] = {}
"""Part → why nothing is asked of it. Every part stands in `REQUIREMENTS` or here (checked)."""


def unmet(facts: Facts) -> list[Requirement]:
    """What is missing, in the order of the table."""
    return [rule for rule in REQUIREMENTS if rule.applies(facts) and not rule.is_met(facts)]


def blocking(facts: Facts) -> list[Requirement]:
    return [rule for rule in unmet(facts) if rule.severity == REQUIRED]


def contradictions(facts: Facts) -> list[str]:
    """Parts that hold something although they are stated to be absent."""
    return [part for part, absence in facts.absences.items() if absence and part in facts.entered]
