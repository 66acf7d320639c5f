"""Names of procedures for people: readable, not shouted, not repeated, and short where a title is needed.
Pure: no Django.

The full name is what the law calls the procedure (up to 1,192 characters); a page title is a short form of it
that a controller may change.
"""

from __future__ import annotations

import re

from procedures.text.sanitising import clean_text

TITLE_LIMIT = 160
"""What a short title holds; a page title of Wagtail holds 255."""

# --------------------------------------------------------------------------------------------------- capitals


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


ABBREVIATIONS = _words(
    "ABTC AIDS AOC APEC ASEAN ATTP ATVSTP BCC BHTN BHTNLĐ BHXH BHYT BNN BOT BOO BTO BTL BLT BT CCCD CCHC CITES CMND CNG CNTT"
    " COVID CP CQ CTMTQG DNNN  DTTS DUS DVC ĐKKD ĐKVTM ĐTM EU EVN FDI FLEGT FTA GAP GCN GCNQSDĐ GDP GLP GMP GPLX GPMB GSP GT"
    " GTGT HACCP HĐND HĐQT HIV HTX ICT ISO KCB KCN KCX KH KHCN KHKT KKT LĐTBXH LLTP LNG LPG MTTQ NCKH NĐ NHNN NK NN NQ NSNN ODA"
    " OCOP PCCC PCCN PPP PVC PVHCC QCVN QĐ QĐND QH QL QLNN QSDĐ SPS SPSF TBXH TCVN THCS THPT TNCN TNDN TNGT TNHH TNLĐ TP TPP"
    " TT TTHC TTĐT TW UAV UBND UBMTTQ UBCKNN USD VAT VB VIETGAP VNĐ VNEID VSATTP WTO XK XNK XHCN YHCT"
)
_MIXED = {"VNEID": "VNeID", "VIETGAP": "VietGAP", "ECO": "eCO", "PH": "pH"}
_ROMAN = re.compile(r"[IVX]{1,5}")
# "loại II" is a number, "mi" is a word: Roman numerals only stand after these (or after another numeral).
_BEFORE_ROMAN = _words("loại cấp hạng nhóm phần chương mục lục đoạn bậc khóa kỳ đợt quý tập vùng và")
_PROPER = (
    "Việt Nam", "Hà Tĩnh", "Hà Nội", "Hồ Chí Minh", "Trung Quốc", "Lào", "Campuchia", "Thái Lan", "Nhật Bản", "Hàn Quốc",
    "Hoa Kỳ", "Liên bang Nga", "Ô-xtơ-rây-li-a", "Niu Di-lân", "Vương quốc Anh", "Liên minh châu Âu", "Cộng hòa xã hội chủ nghĩa Việt Nam",
    "Đảng Cộng sản", "Nhà nước", "Quốc hội", "Chính phủ", "Thủ tướng Chính phủ", "Chủ tịch nước", "Ủy ban nhân dân",
    "Hội đồng nhân dân", "Mặt trận Tổ quốc", "Bà mẹ Việt Nam anh hùng", "Anh hùng Lực lượng vũ trang nhân dân", "Anh hùng Lao động",
    "Huân chương", "Huy chương", "Bằng khen", "Giấy chứng nhận", "Giấy phép", "Quân đội nhân dân", "Công an nhân dân",
    "Biển Đông", "Trường Sa", "Hoàng Sa", "Quốc tế", "Bộ luật Lao động", "Luật Đất đai", "Tết Nguyên đán",
)  # fmt: skip
_LOWER_AFTER = frozenset({"Quốc tế", "Giấy chứng nhận", "Giấy phép"})
_PROPER_PATTERN = re.compile(
    r"(?<!\w)(?:" + "|".join(re.escape(name) for name in sorted(_PROPER, key=len, reverse=True)) + r")(?!\w)",
    re.IGNORECASE,
)
_PROPER_FORMS = {name.lower(): name for name in _PROPER if name not in _LOWER_AFTER}
_WORD = re.compile(r"[^\W_]+")
# "III. LĨNH VỰC …", "B) …", "PHẦN I DANH MỤC …": the number of a heading; what follows begins a sentence.
_ORDINAL = r"(?:[IVXLC]{1,7}|[A-HĐ]|\d{1,2})"
_NUMBERED = re.compile(
    rf"\s*(?:(?P<word>PHẦN|PHỤ LỤC|CHƯƠNG|TIỂU MỤC|MỤC)\s+)?(?P<number>{_ORDINAL}(?P<inner>\.{_ORDINAL})*)"
    r"(?P<mark>\s?[.):–-]+|(?(word)|(?(inner)|(?!))))(?:\s+|$)"
)


def is_shouted(text: str) -> bool:
    """Is the text written in capitals throughout? Abbreviations alone ("BHYT") are not."""
    # A few small letters at the beginning settle it; most texts end here.
    if sum(map(str.islower, text[:60])) > 6:
        return False
    letters = [char for char in text if char.isalpha()]
    if len(letters) < 8 or sum(char.isupper() for char in letters) < 0.9 * len(letters):
        return False
    words = _WORD.findall(text)
    return sum(word in ABBREVIATIONS for word in words) * 2 < len(words)


def _quiet_word(word: str, before: str) -> str:
    if word in _MIXED:
        return _MIXED[word]
    if word in ABBREVIATIONS or any(char.isdigit() for char in word):
        return word
    if _ROMAN.fullmatch(word) and (before.lower() in _BEFORE_ROMAN or _ROMAN.fullmatch(before)):
        return word
    return word.lower()


def sentence_case(text: str) -> str:
    """A text in capitals as an ordinary sentence; abbreviations, numerals and known names keep theirs.

    Other text comes back as it was.
    """
    if not is_shouted(text):
        return text
    if head := _NUMBERED.match(text):
        word = head["word"].capitalize() + " " if head["word"] else ""
        return f"{word}{head['number']}{head['mark']} {_quieted(text[head.end() :])}".rstrip()
    return _quieted(text)


def _quieted(text: str) -> str:
    before = ""

    def quiet(match: re.Match[str]) -> str:
        nonlocal before
        word, last = match[0], before
        before = word
        return _quiet_word(word, last)

    quieted = _WORD.sub(quiet, text)
    quieted = _PROPER_PATTERN.sub(lambda m: _PROPER_FORMS.get(m[0].lower(), m[0]), quieted)
    first = next((place for place, char in enumerate(quieted) if char.isalpha()), None)
    return quieted if first is None else quieted[:first] + quieted[first].upper() + quieted[first + 1 :]


# ------------------------------------------------------------------------------------------------- repetition

_SEPARATORS = " \n;,.-–/"


def _folded(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


def without_repetition(text: str) -> str:
    """A name that stands twice or more in itself, on lines, after a mark or in brackets, once."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > 1:
        kept: dict[str, str] = {}
        for line in lines:
            kept.setdefault(_folded(line), line.strip())
        text = " ".join(kept.values())
    if text[:8].lower() not in text[8:].lower():
        return text
    for times in (2, 3, 4):
        length = len(text) // times
        # The halves may be parted by a mark and its space.
        for cut in range(max(10, length - 3), length + 2):
            head, tail = text[:cut], text[cut:]
            if len(head) >= 10 and _folded(head) and _folded(tail) == " ".join([_folded(head)] * (times - 1)):
                return head.strip(_SEPARATORS + "(")
    return text


# What is left of a numbered list where the name was taken from: ". Cấp …", "1. Công nhận …"; not "3.5 m".
_LEAD = re.compile(r"(?:[\s.,;:–-]+|\d{1,3}[.)]\s+)+(?=\w)")


def readable_name(name: str | None) -> str:
    """The full name of a procedure as it is shown: one line, once, not in capitals, without the number of a list."""
    text = clean_text(name, keep_lines=True)
    lead = _LEAD.match(text)
    once = without_repetition(text[lead.end() :] if lead else text)
    return sentence_case(clean_text(once)).rstrip(" .;,")


# ----------------------------------------------------------------------------------------------------- length

_CLAUSE = re.compile(
    r"[;:](?= )| (?=\()| (?=đối với )| (?=trong trường hợp )| (?=theo )| (?=[–-] )", re.IGNORECASE
)
_COMMA = re.compile(r",(?= )")
_WEAK = re.compile(r" (?=(?:để|tại|do|thuộc|từ|khi|cho|của|trên|trong|về|nhằm|hoặc|và|mà) )", re.IGNORECASE)
# No title ends on a word that only announces the next one.
_DANGLING = re.compile(
    r"(?:[\s,;:(/–-]+|\s(?:và|hoặc|của|cho|đối với|đối|theo|trong|trong trường hợp|từ|do|các|những|một|là|tại|ở|trên|với|về|"
    r"để|khi|thuộc|bởi|cùng|có|được|không|mà|nhằm|bằng|quy định|số))+$",
    re.IGNORECASE,
)
ELLIPSIS = "…"


def _closed(text: str) -> bool:
    return text.count("(") == text.count(")") and text.count("“") == text.count("”")


def _cut_at(pattern: re.Pattern[str], name: str, room: int, least: int) -> str:
    places = [match.start() for match in pattern.finditer(name, 0, room + 1) if match.start() <= room]
    for place in reversed(places):
        if place < least:
            break
        head = _DANGLING.sub("", name[:place])
        if len(head) >= least and _closed(head):
            return head
    return ""


def short_title(name: str, limit: int = TITLE_LIMIT) -> str:
    """At most `limit` characters of a name, cut at a clause where there is one, else at a word, with "…".

    A name that fits comes back whole.
    """
    name = clean_text(name)
    if len(name) <= limit:
        return name
    room = limit - len(ELLIPSIS)
    head = (
        _cut_at(_CLAUSE, name, room, room * 3 // 5)
        # A comma may part no more than the members of a list.
        or _cut_at(_COMMA, name, room, room * 3 // 5)
        or _cut_at(_CLAUSE, name, room, room * 2 // 5)
        or _cut_at(_WEAK, name, room, room // 2)
    )
    if not head:
        head = name[:room] if name[room] == " " else name[:room].rpartition(" ")[0]
        head = _DANGLING.sub("", head) or name[:room]
    return head + ELLIPSIS
