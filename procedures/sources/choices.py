"""Words of a source for levels, audiences and implementing bodies. Pure: no Django."""

from __future__ import annotations

import re

from procedures.sources.reading import Notes, says_nothing
from procedures.text.sanitising import clean_text

LEVELS = {
    "cấp bộ": "ministry",
    "cấp bộ/ngành": "ministry",
    "cấp bộ, ngành": "ministry",
    "cấp trung ương": "ministry",
    "cấp tỉnh": "province",
    "cấp xã": "commune",
    "cơ quan khác": "other",
}
_LEVEL_ORDER = ("ministry", "province", "commune", "other")

AUDIENCES = {
    "công dân việt nam": "citizen",
    "công dân việt nam mà không xác định được nơi thường trú hoặc nơi tạm trú": "citizen",
    "đảng viên": "citizen",
    "người việt nam định cư ở nước ngoài": "overseas",
    "người nước ngoài": "foreigner",
    "người nước ngoài cư trú tại việt nam": "foreigner",
    "người nước ngoài đã cư trú tại việt nam": "foreigner",
    "cán bộ, công chức, viên chức": "official",
    "doanh nghiệp": "enterprise",
    "doanh nghiệp việt nam": "enterprise",
    "doanh nghiệp có vốn đầu tư nước ngoài": "foreign_invested",
    "hợp tác xã": "cooperative",
    "tổ chức (không bao gồm doanh nghiệp, htx)": "organisation",
    "tổ chức": "organisation",
    "tổ chức đảng": "organisation",
    "tổ chức nước ngoài": "foreign_organisation",
}
"""As the national catalogue names them. Narrower groups go with the one that they belong to, and are noted."""
_NARROWER = frozenset(
    {
        "công dân việt nam mà không xác định được nơi thường trú hoặc nơi tạm trú",
        "đảng viên",
        "tổ chức đảng",
    }
)
_AUDIENCE_ORDER = tuple(dict.fromkeys(AUDIENCES.values()))
# Two of the names hold commas themselves.
_AUDIENCE_PARTS = re.compile(
    r"\s*(?P<part>cán bộ, công chức, viên chức|[^,;\n(]*\([^()]*\)|[^,;\n]+)\s*(?:[,;\n]|$)", re.IGNORECASE
)


def _in_order(values: set[str], order: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value for value in order if value in values)


def read_levels(text: str | None, notes: Notes) -> tuple[str, ...]:
    """Values of `enums.Level` in their order, whatever the source's."""
    if says_nothing(text):
        return ()
    found = set()
    for part in re.split(r"[,;\n]", clean_text(text, keep_lines=True)):
        name = part.strip().lower()
        if name in LEVELS:
            found.add(LEVELS[name])
        elif name:
            notes.left_over("Cấp thực hiện", part)
    return _in_order(found, _LEVEL_ORDER)


def read_audiences(text: str | None, notes: Notes) -> tuple[str, ...]:
    """Values of `enums.Audience` in their order."""
    if says_nothing(text):
        return ()
    found = set()
    for match in _AUDIENCE_PARTS.finditer(clean_text(text, keep_lines=True)):
        name = " ".join(match["part"].split()).lower()
        if name in AUDIENCES:
            found.add(AUDIENCES[name])
            if name in _NARROWER:
                notes.add(f"Đối tượng thực hiện: “{match['part'].strip()}” được xếp vào nhóm rộng hơn.")
        elif name:
            notes.left_over("Đối tượng thực hiện", match["part"])
    return _in_order(found, _AUDIENCE_ORDER)


# A comma parts two bodies only where the next one begins like a body: "Sở Văn hóa, Thể thao và Du lịch" is
# one.
_BODY_HEADS = (
    r"Ban (?:chỉ|quản|thi|tôn|dân|tiếp|cơ|tổ)|Bảo hiểm|Biên phòng|Bệnh viện|Bộ(?! phận)|Bộ phận|Cảng vụ|Chi cục|Chi nhánh|Chủ tịch|Các|"
    r"Cơ quan|Cơ sở|Công an|Công đoàn|Cục|Đài|Đơn vị|Giám đốc|Hải quan|Hội đồng|Hạt|Kho bạc|Khu quản|Kiểm toán|Ngân hàng|"
    r"Người đứng|Phòng(?!,)|Quỹ|Sở|Tập đoàn|Thanh tra|Thi hành án|Thủ tướng|Thuế|Tòa án|Tổ chức|Tổng cục|Trung tâm|Trường|UBND|"
    r"[UỦ]y ban|Uỷ ban|Viện|Văn phòng|Vụ"
)
_BODY_COMMA = re.compile(rf",\s*(?=(?:{_BODY_HEADS})(?!\w))", re.IGNORECASE)


def _split_commas(text: str) -> list[str]:
    parts, start, depth = [], 0, 0
    commas = {match.start(): match.end() for match in _BODY_COMMA.finditer(text)}
    for place, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        # In lower case it goes on with the body before: "…, cơ quan ngang bộ", "…, tổ chức liên quan".
        if depth <= 0 and place in commas and text[commas[place]].isupper():
            parts.append(text[start:place])
            start = commas[place]
    return [*parts, text[start:]]


LONGEST_BODY = 160
_PROSE = re.compile(
    r"(?:đối với|đồng thời|không|mỗi|ký,|trường hợp|thời hạn|hồ sơ)(?!\w)|.*\.\s", re.IGNORECASE
)


def read_bodies(text: str | None, notes: Notes) -> tuple[str, ...]:
    """Implementing bodies, each once, in the source's order; sentences among them go to the notes."""
    if says_nothing(text):
        return ()
    found: dict[str, str] = {}
    for line in re.split(r"[;\n]", clean_text(text, keep_lines=True)):
        for part in _split_commas(line):
            body = part.strip(" ,.-–*+")
            if says_nothing(body):
                continue
            if len(body) > LONGEST_BODY or _PROSE.match(body):
                notes.left_over("Cơ quan thực hiện", body)
            else:
                found.setdefault(body.lower(), body)
    return tuple(found.values())
