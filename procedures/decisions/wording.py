"""How decisions word what they do, at which level and in which field. Pure: no Django.

Words are compared folded (no accents, no capitals, no punctuation), so that spelling and typing slips don't matter.
"""

from __future__ import annotations

import re
from functools import lru_cache

from procedures.text.short_title import is_shouted, sentence_case
from search.text import fold


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Folded words with single spaces: "Sửa đổi, bổ sung" → "sua doi bo sung"."""
    return " ".join(re.sub(r"[^0-9a-z]+", " ", fold(text)).split())


# -------------------------------------------------------------------------------------------------------------- actions

_ACTIONS = {
    "abolished": re.compile(r"\b(?:bai bo|huy bo|het hieu luc)\b"),
    "new": re.compile(
        r"\b(?:moi ban hanh|ban hanh moi|cong bo moi|moi duoc ban hanh|bo sung moi|moi bo sung|(?:thu tuc hanh chinh|tthc|thu tuc) moi)\b"
    ),
    "amended": re.compile(
        r"\b(?:sua doi|chuan hoa|dinh chinh|dieu chinh|doi ten|thay doi (?:ten|noi dung)|cap nhat|sua ten)\b"
    ),
    "replaced": re.compile(r"\bthay the\b"),
}
# What follows says why or where: "bị bãi bỏ do được thay thế", "mới ban hành theo Luật sửa đổi …".
_BEYOND = re.compile(r"\b(?:do|vi|theo|tai|linh vuc|thuoc|ap dung|tren dia ban|kem theo|quy dinh|can cu)\b")


def actions_in(text: str) -> frozenset[str]:
    """All actions that a heading names: one decides, several leave a doubt."""
    words = plain(text)
    cut = _BEYOND.search(words)
    for part in (words[: cut.start()], words) if cut else (words,):
        if found := frozenset(action for action, pattern in _ACTIONS.items() if pattern.search(part)):
            return found
    return frozenset()


_CELL_ACTIONS = {
    "moi": "new",
    "ban hanh moi": "new",
    "bo sung": "amended",
    "sua": "amended",
    "bai bo": "abolished",
}


def action_of_cell(text: str) -> str:
    """The one action that a short remark names ("Mới", "Sửa đổi, bổ sung", "Bãi bỏ"), or ""."""
    words = plain(text)
    if len(words) > 60:
        return ""
    if words in _CELL_ACTIONS:
        return _CELL_ACTIONS[words]
    found = actions_in(text)
    return next(iter(found)) if len(found) == 1 else ""


ACTION_WORDS = {
    "new": "mới ban hành",
    "amended": "được sửa đổi, bổ sung",
    "replaced": "được thay thế",
    "abolished": "bị bãi bỏ",
}
"""For questions; lower case, after "thủ tục"."""


# --------------------------------------------------------------------------------------------------------------- levels

COMMON = "common"
"""Said to hold for several levels: each procedure's own levels count, and nobody need be asked."""
DISTRICT = "district"
"""Cấp huyện, gone since 2025-07-01: no level of today."""

_LEVELS = {
    "commune": re.compile(
        r"\bcap xa\b|\bcap phuong\b|\b(?:ubnd|uy ban nhan dan|cong an|tram y te)(?: cap| cac)? (?:xa|phuong)\b|\bxa phuong\b|\bxa hoac phuong\b"
    ),
    DISTRICT: re.compile(r"\bcap huyen\b|\b(?:ubnd|uy ban nhan dan)(?: cap| cac)? huyen\b"),
    "province": re.compile(
        r"\bcap tinh\b|\b(?:ubnd|uy ban nhan dan|cong an|hdnd) tinh\b"
        r"|\b(?:tham quyen(?: giai quyet| tiep nhan giai quyet)?|thuc hien tai|giai quyet)(?: cua)?(?: cac)? (?:so|ban quan ly|van phong ubnd)\b"
    ),
    "ministry": re.compile(
        r"\bcap trung uong\b|\bcap bo\b|\btham quyen(?: giai quyet)?(?: cua)? (?:bo|thu tuong|chinh phu)\b"
    ),
}
_COMMON = re.compile(r"\b(?:ap dung chung|dung chung|chung cho cac cap|lien thong cac cap)\b")
_BODY_OF_PROVINCE = re.compile(
    r"(?:^|[;,./\n] ?|\bva )(?:cac )?(?:so|chi cuc|ban quan ly|ban dan toc|thanh tra tinh|van phong dang ky dat dai|thanh tra so)\b"
)
_BODY_OF_STATE = re.compile(r"^(?:bo|cuc|tong cuc|thu tuong|chinh phu)\b")
_PROVINCIAL_DESK = re.compile(
    r"\b(?:hanh chinh cong|pvhcc|hcc|phuc vu hcc|mot cua)(?: cua)?(?: cap)? tinh\b|\bcap tinh\b|\b(?:ubnd|uy ban nhan dan) tinh\b"
)
REFERENCE = re.compile(r"\((?:ban hành )?kèm theo[^)]*\)?", re.IGNORECASE)


def says_common(text: str) -> bool:
    """Says itself that it holds at several levels."""
    return bool(_COMMON.search(plain(text)))


def level_in(text: str) -> str:
    """The level that a heading names: a level, `COMMON` for several, `DISTRICT`, or "" where it names none."""
    words = plain(REFERENCE.sub(" ", text))
    found = [level for level, pattern in _LEVELS.items() if pattern.search(words)]
    # "của Sở Tư pháp, UBND cấp xã"; folded, "Sở" could not be told from "số".
    if (
        says_common(words)
        or len(found) > 1
        or (found == ["commune"] and re.search(r"(?<!\w)(?:Sở|SỞ)(?!\w)", text))
    ):
        return COMMON
    return found[0] if found else ""


def level_of_body(text: str) -> str:
    """The level of the bodies in a "Cơ quan thực hiện" cell."""
    folded = fold(text)
    found = {level for level, pattern in _LEVELS.items() if pattern.search(plain(text))}
    if _BODY_OF_PROVINCE.search(re.sub(r"[-–•+]\s*", "", folded)):
        found.add("province")
    if not found and _BODY_OF_STATE.search(plain(text)):
        found.add("ministry")
    if len(found) > 1:
        return COMMON
    return next(iter(found), "")


def level_of_place(text: str) -> str:
    """What the place of receipt lets one guess; not more than that, for one may hand in anywhere in the province."""
    words = plain(text)
    commune, province = bool(_LEVELS["commune"].search(words)), bool(_PROVINCIAL_DESK.search(words))
    if commune == province:
        return ""
    return "commune" if commune else "province"


# --------------------------------------------------------------------------------------------------------------- fields

_FIELD = re.compile(r"lĩnh vực\s*:?\s*(?P<field>.+)", re.IGNORECASE | re.DOTALL)
_FIELD_END = re.compile(
    r"\s*(?:\(|\[|;|:|\d+\s*(?:TTHC|thủ tục)|\s[-–]\s"
    r"|(?<!\w)(?:thuộc|áp dụng|trên địa bàn|thực hiện|do|của|tại|ban hành|được|bị|mới ban hành|kèm theo|sửa đổi|theo|số thứ tự|có|thẩm quyền|quy định)(?!\w))",
    re.IGNORECASE,
)
_FIELD_WORD = re.compile(r"lĩnh vực", re.IGNORECASE)
MAX_FIELD = 150


def field_in(text: str) -> str:
    """The field that a heading or title names after "lĩnh vực", in ordinary capitals; "" where it names several or none."""
    match = _FIELD.search(text)
    if not match or re.search(r"các\s+lĩnh vực\b", text, re.IGNORECASE):
        return ""
    words = match["field"]
    end = _FIELD_END.search(words)
    return tidy_field(words[: end.start()] if end else words)


def only_field_in(text: str) -> str:
    """The field for rows that name none: "" where the text may name several ("lĩnh vực Hộ tịch, Chứng thực").

    A capital after a comma begins another field; in a text in capitals nobody can tell.
    """
    field = field_in(text)
    if not field or len(_FIELD_WORD.findall(text)) > 1:
        return ""
    words = _FIELD_WORD.split(text, maxsplit=1)[1]
    end = _FIELD_END.search(words)
    named, rest = (words[: end.start()], words[end.start() :]) if end else (words, "")
    several = any(piece.lstrip()[:1].isupper() for piece in named.split(",")[1:])
    return "" if several or rest.lstrip().startswith(";") else field


def tidy_field(words: str) -> str:
    words = " ".join(words.split()).strip(" .,:;-–")
    if not words or len(words) > MAX_FIELD or "lĩnh vực" in words.lower():
        return ""
    if is_shouted(words):
        return sentence_case(words)
    # A short name in capitals ("ĐẤT ĐAI"); one word without a space may be an abbreviation.
    return words.capitalize() if words.isupper() and " " in words else words


# -------------------------------------------------------------------------------------------------------------- process

_PROCESS = re.compile(
    r"\bquy trinh (?:noi bo|dien tu|giai quyet|xu ly|lien thong|cua tung|tiep nhan)\b|\bdanh muc (?:cac )?quy trinh\b"
    r"|\b(?:noi dung|ky hieu|ma) quy trinh\b|\bnoi dung (?:cu the|chi tiet)\b|\bluu do\b"
)
_LIST = re.compile(r"\bdanh muc (?!(?:cac )?quy trinh|ho so|bieu mau|thanh phan)")


def announces_process(text: str) -> bool:
    """A heading over internal processes or full descriptions: what follows is no list. "Danh mục và quy trình …" is both."""
    words = plain(text)
    return bool(_PROCESS.search(words)) and not _LIST.search(words)


def names_list(text: str) -> bool:
    """Says "danh mục", and not of processes or papers."""
    return bool(_LIST.search(plain(text)))


def announces_list(text: str) -> bool:
    words = plain(text)
    if _PROCESS.search(words) and not _LIST.search(words):
        return False
    return bool(_LIST.search(words)) or (
        bool(re.search(r"\b(?:thu tuc hanh chinh|tthc)\b", words))
        and bool(actions_in(text) or level_in(text))
    )


_PROCESS_COLUMNS = tuple(
    re.compile(words)
    for words in (
        r"\btrinh tu\b",
        r"\btrach nhiem\b",
        r"\bbieu mau\b|\bket qua\b",
        r"\bnoi dung cong viec\b|\bnoi dung (?:thuc hien|cac buoc)\b|\bbuoc\b",
        r"\b(?:nguoi|don vi|bo phan|can bo|cong chuc|chuc danh|vi tri) (?:thuc hien|xu ly|giai quyet|chu tri)\b",
        r"\bthoi gian\b",
        r"\bban chinh\b",
        r"\bban sao\b",
    )
)


def is_process_header(cells: list[str]) -> bool:
    """Columns of steps or papers, not of a list: at least two of their words, each in a short cell of its own."""
    words = [plain(cell) for cell in cells if len(cell) <= 60]
    of_each = [
        {place for place, pattern in enumerate(_PROCESS_COLUMNS) if pattern.search(cell)} for cell in words
    ]
    found = [patterns for patterns in of_each if patterns]
    return len(found) >= 2 and len(set().union(*found)) >= 2


# -------------------------------------------------------------------------------------------------------------- numbers

CLAIMED = re.compile(
    r"(?:tổng số|tổng cộng|gồm|có)?\s*:?\s*(?P<number>\d{1,4})\s*(?:\([^()\d]{2,40}\)\s*)?(?:TTHC|thủ tục(?: hành chính)?)",
    re.IGNORECASE,
)


def count_in_heading(text: str) -> int | None:
    """12 of "DANH MỤC … SỬA ĐỔI (12 TTHC)", "Lĩnh vực Đất đai: 5 thủ tục"."""
    for piece in re.findall(r"\(([^()]*)\)", text) + re.findall(r"[:–-]\s*([^:–-]*)$", text):
        if match := CLAIMED.fullmatch(piece.strip()):
            return int(match["number"])
    return None


_DITTO = re.compile(r"(?:nhu (?:o )?tren|n ?t|nhu tren n ?t)")
_DITTO_MARKS = re.compile(r"[\s\"'″”“〃׳״`´’‘,.\-–]*[\"″”“〃״][\s\"'″”“〃`´’‘,.\-–]*|-?''-?|-?,,-?")


def is_ditto(text: str) -> bool:
    """ "Như trên", "nt", "-nt-", "″": the cell above is meant."""
    return len(text) <= 30 and bool(_DITTO.fullmatch(plain(text)) or _DITTO_MARKS.fullmatch(text.strip()))


_LIKE_ROW = re.compile(
    r"(?:tuong tu |giong )?(?:nhu )?(?:muc|so|stt|so thu tu|thu tuc so|thu tuc|tthc so|tthc) 0*(\d{1,3})(?: neu tren| tren)?"
)


def row_meant(text: str) -> str:
    """ "1" of "Như mục 1", "Như TTHC số 01": another row of the same list is meant."""
    words = plain(text)
    match = (
        _LIKE_ROW.fullmatch(words)
        if len(words) <= 40 and words.startswith(("nhu", "tuong tu", "giong"))
        else None
    )
    return match[1] if match else ""
