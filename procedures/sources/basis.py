"""The legal basis: documents with number, title, date and issuer, each once. Pure: no Django."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from procedures.record import Basis
from procedures.sources.reading import Notes, absence_in, says_nothing
from procedures.text.letters import SMALL
from procedures.text.sanitising import clean_text
from procedures.text.short_title import sentence_case

MAX_NUMBER = 120
NOTHING = "Không có thông tin"

# Endings that tell the issuer (NĐ 30/2020/NĐ-CP, annex VI; ministries under the names of their time).
ISSUERS = {
    "CP": "Chính phủ",
    "TTg": "Thủ tướng Chính phủ",
    "BCA": "Bộ Công an",
    "BCT": "Bộ Công Thương",
    "BDTTG": "Bộ Dân tộc và Tôn giáo",
    "BGDĐT": "Bộ Giáo dục và Đào tạo",
    "BGTVT": "Bộ Giao thông vận tải",
    "BKHCN": "Bộ Khoa học và Công nghệ",
    "BKHĐT": "Bộ Kế hoạch và Đầu tư",
    "BLĐTBXH": "Bộ Lao động - Thương binh và Xã hội",
    "BNG": "Bộ Ngoại giao",
    "BNNMT": "Bộ Nông nghiệp và Môi trường",
    "BNNPTNT": "Bộ Nông nghiệp và Phát triển nông thôn",
    "BNV": "Bộ Nội vụ",
    "BQP": "Bộ Quốc phòng",
    "BTC": "Bộ Tài chính",
    "BTNMT": "Bộ Tài nguyên và Môi trường",
    "BTP": "Bộ Tư pháp",
    "BTTTT": "Bộ Thông tin và Truyền thông",
    "BVHTTDL": "Bộ Văn hóa, Thể thao và Du lịch",
    "BXD": "Bộ Xây dựng",
    "BYT": "Bộ Y tế",
    "NHNN": "Ngân hàng Nhà nước Việt Nam",
    "TTCP": "Thanh tra Chính phủ",
    "VPCP": "Văn phòng Chính phủ",
    "BKH": "",
    "BNN": "",
    "BTM": "",
    "BVHTT": "",
    "UBDT": "Ủy ban Dân tộc",
    "UBND": "",
    "HĐND": "",
    "TANDTC": "Tòa án nhân dân tối cao",
    "VKSNDTC": "Viện kiểm sát nhân dân tối cao",
    "BCĐ": "",
    "CTN": "Chủ tịch nước",
}
_ENDING = "|".join(sorted(ISSUERS, key=len, reverse=True))
_NUMBER = re.compile(
    r"\d{1,5}(?:[.]\d{1,3})?[a-zA-ZĐđ]?/(?:"
    r"\d{4}/(?:(?:UBTV)?QH\s?\d{1,2}"
    rf"|(?:NĐ|NQ|TT|TTLT|QĐ|VBHN|CT|PL|L|HD|KH|Lệnh)\s?-\s?(?:(?:{_ENDING}|QH\d\d|UBTVQH\d\d)(?:-(?:{_ENDING}))*)|(?:NĐ|QĐ|TT|NQ)(?!-))"
    rf"|(?:QĐ|NQ|CT|TTLT|TT|VBHN|HD)\s?-\s?(?:{_ENDING})(?:-(?:{_ENDING}))*)"
)
_TYPE = re.compile(
    r"(?:nghị định|nghị quyết|thông tư liên tịch|thông tư|bộ luật|luật|pháp lệnh|quyết định|văn bản hợp nhất|chỉ thị|hiến pháp|TT|NĐ|QĐ)?"
    r"(?:\s*số)?\s*[:.]?\s*",
    re.IGNORECASE,
)
# The words before a number in its column, glued to the title: "…mẫu chứng chỉthông tư 03/2020/TT-BXD".
_TYPE_WORDS = r"(?:nghị quyết|nghị định|thông tư liên tịch|thông tư|bộ luật|luật|quyết định)?(?:\s*số)?\s*$"
_TYPE_AT_END = re.compile(
    rf"(?<=[;.)])(?i:{_TYPE_WORDS})|(?<=[{SMALL}])(?i:{_TYPE_WORDS})"
    r"|(?<=\s)(?:Nghị quyết|Nghị định|Thông tư liên tịch|Thông tư|Bộ luật|Luật|Quyết định)?(?:\s*số)?\s*$"
)
_DATE = re.compile(
    r"\s*[,(]?\s*(?:ngày\s+)+(?P<day>\d{1,2})(?:\s*[/.-]\s*|\s+tháng\s+)(?P<month>\d{1,2})(?:\s*[/.-]\s*|\s+năm\s+)(?P<year>\d{4})\)?",
    re.IGNORECASE,
)
_ISSUER = re.compile(
    r"\s*,?\s*của\s+(?P<issuer>Chính phủ|Thủ tướng Chính phủ|Quốc hội|Ủy ban [Tt]hường vụ Quốc hội|(?:UBND|Ủy ban nhân dân|HĐND|Hội đồng nhân dân)"
    r" (?:tỉnh|thành phố) [A-ZĐ]\w+(?: [A-ZĐ]\w+)?|(?:Bộ trưởng )?(?P<ministry>Bộ [A-ZĐ][\w, -]*?))"
    r"(?=\s*(?:$|[;:.,(]|\s(?:quy định|sửa đổi|hướng dẫn|về|ban hành|công bố|bãi bỏ|thay thế|Quy định|Sửa đổi|Hướng dẫn|Về)\b))"
)


def _issued(text: str, number: str) -> tuple[date | None, str]:
    """Date and issuer that the title gives this number ("… 65/2025/NĐ-CP ngày 12 tháng 3 năm 2025 của Chính phủ …")."""
    place = text.find(number)
    if place < 0:
        return None, ""
    place += len(number)
    issued = None
    if match := _DATE.match(text, place):
        place = match.end()
        try:
            issued = date(int(match["year"]), int(match["month"]), int(match["day"]))
        except ValueError:
            issued = None
    by = _ISSUER.match(text, place)
    return issued, clean_text(by["ministry"] or by["issuer"]) if by else ""


def _issuer_of(number: str) -> str:
    if re.search(r"UBTVQH", number):
        return "Ủy ban Thường vụ Quốc hội"
    if re.search(r"/QH", number):
        return "Quốc hội"
    match = re.search(rf"-\s?({_ENDING})$", number)
    return ISSUERS[match[1]] if match else ""


def _core(number: str, title: str) -> str:
    """The number without the words around it: "Nghị định số 42/2026/NĐ-CP." gives "42/2026/NĐ-CP"."""
    if match := _NUMBER.search(number):
        before, after = number[: match.start()].strip(), number[match.end() :].strip(" .;,)")
        known = _TYPE.fullmatch(before) or before.removesuffix("số").strip(" -").lower() in title.lower()
        if known and (not after or after.startswith("của ") or _DATE.match(after) or after == match[0]):
            return re.sub(r"\s", "", match[0])
    bare = _TYPE.sub("", number, count=1).strip(" .;") if _TYPE.match(number) else number.strip(" .;")
    # A number cut short ("nghị định 146/2025") that the title writes in full.
    for full in _NUMBER.finditer(title):
        if bare and full[0].startswith(bare) and full[0][len(bare) : len(bare) + 1] in "/-":
            return re.sub(r"\s", "", full[0])
    return bare


# Decrees are only issued by the Government, so this slip has one meaning.
_CUT_DECREE = re.compile(r"(\d+/\d{4}/NĐ)-C")


def _basis(number: str, title: str, notes: Notes) -> Basis | None:
    number, title = clean_text(number), clean_text(title).strip(" ;-+*–")
    core = _core(number, title)
    if match := _CUT_DECREE.fullmatch(core):
        core = f"{match[1]}-CP"
        notes.add(f"Căn cứ pháp lý: số hiệu “{match[0]}” trong nguồn được đọc là {core}.")
    if not core and (found := _NUMBER.search(title)) and _TYPE.fullmatch(title[: found.start()]):
        core = re.sub(r"\s", "", found[0])
    if len(core) > MAX_NUMBER or re.fullmatch(r"\d*", core):
        # No number of a document: an ordinal, or a sentence in the wrong column.
        title, core = (f"{title} ({number})" if title and number else title or number), ""
    if not core and not title:
        return None
    issued, issuer = _issued(title, core) if core else (None, "")
    if not issued and core and (match := _DATE.search(number)):
        issued, _ = _issued(core + match[0], core)
    return Basis(number=core, title=sentence_case(title), issued=issued, issuer=_issuer_of(core) or issuer)


def _once(entries: Iterable[Basis]) -> tuple[Basis, ...]:
    """Each document once: the longer title, and what either says of date and issuer."""
    kept: dict[str, Basis] = {}
    for entry in entries:
        key = re.sub(r"[\s.–-]", "", entry.number or entry.title).casefold()
        known = kept.get(key)
        if known is None:
            kept[key] = entry
        else:
            kept[key] = replace(
                known,
                title=max(known.title, entry.title, key=len),
                issued=known.issued or entry.issued,
                issuer=known.issuer or entry.issuer,
            )
    return tuple(kept.values())


_TEXT_HEADER = re.compile(r"^\s*Tên văn bản pháp lý\s*Mã văn bản")


def _rows_of_text(text: str) -> Iterable[tuple[str, str]]:
    """(title, number) of a flattened table: a number that the next title is glued to ends its row."""
    start = 0
    for match in _NUMBER.finditer(text):
        title = text[start : match.start()]
        following = text[match.end() : match.end() + 1]
        # A number in its column is glued to its title, or the next title is glued to it; inside a title it
        # stands free.
        in_column = title[-1:] not in " (" or not following or following.isalpha() or following in "+–“*"
        # The same number may close the title and then stand in its column.
        if in_column and not _NUMBER.match(text, match.end()):
            yield _TYPE_AT_END.sub("", title) or title, match[0]
            start = match.end()
    if tail := text[start:].strip(" .;,"):
        yield tail, ""


def read_basis(rows: object, text: str | None, notes: Notes) -> tuple[tuple[Basis, ...], str]:
    """Documents of the table, or of the flattened text where only that exists; and the absence that the source states."""
    entries = [
        entry
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, Mapping)
        and (entry := _basis(_said(row.get("Mã văn bản")), _said(row.get("Tên văn bản pháp lý")), notes))
    ]
    if not entries and text and not says_nothing(text):
        if absence := absence_in(text):
            return (), absence
        flat = _TEXT_HEADER.sub("", clean_text(text))
        if flat.startswith(NOTHING):
            # The crawler ran the next field of the page on behind the word for nothing.
            notes.left_over("Căn cứ pháp lý", flat.removeprefix(NOTHING))
            return (), ""
        entries = [entry for title, number in _rows_of_text(flat) if (entry := _basis(number, title, notes))]
    return _once(entries), ""


def _said(value: object) -> str:
    words = clean_text(value) if isinstance(value, str) else ""
    return "" if says_nothing(words) else words
