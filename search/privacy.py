"""Which queries may be counted at all: none that tells of a person. Pure.

A query that is not kept costs a count; one that is kept stands for a year where curators read it. So whoever is in
doubt drops it: numbers of telephones, papers, accounts, plates and parcels, mail addresses, days of birth, and names
after a form of address, with accents or without, in capitals or not; and rows of syllables behind a family name that no
name of a document knows as neighbours.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final, Protocol

from search.references import references
from search.text import fold

MOST_CHARACTERS: Final = 80
MOST_WORDS: Final = 14
"""Longer ones are stories, asked once and by one person."""


class Neighbours(Protocol):
    """What names of documents and the vocabulary say."""

    def follow(self, first: str, second: str) -> bool:
        """Folded words: whether the second stands behind the first somewhere."""

    def are_written(self, first: str, second: str) -> bool:
        """The same of words in lower case with their accents."""


def may_keep(text: str, normal: str, known: Neighbours | None = None) -> bool:
    """Whether the query may be counted, by what was typed (`Query.text`) and by its normal form.

    Without `known` only rows behind the surest family names are taken for a person's name.
    """
    if not 2 <= len(normal) <= MOST_CHARACTERS or len(text) > 2 * MOST_CHARACTERS:
        return False
    if len(normal.split()) > MOST_WORDS or len(text.split()) > 2 * MOST_WORDS:
        return False
    written = unicodedata.normalize("NFC", text)
    folded = fold(_in_figures(written))
    return not (
        _holds_address(folded)
        or _holds_number(folded)
        or _holds_birthday(folded)
        or _holds_parcel(folded)
        or _names_somebody(written)
        or _names_somebody(normal)
        or _holds_row(written, known)
    )


# Addresses and numbers --------------------------------------------------------------------------------------------------

_MAIL: Final = re.compile(r"\S\s?@|@\s?\S|gmail|yahoo|hotmail|outlook|icloud|\ba cong\b")
_LINK: Final = re.compile(
    r"(?:facebook|\bfb|zalo|telegram|viber|tiktok)[^a-z0-9]*(?!oa\b)[a-z0-9]|://|\bwww\b"
)
_RUN: Final = re.compile(r"[0-9](?:[\s.,()+-]{0,3}[0-9])*")
"""Digits as people group them: "0912 345 678", "038.085.001234"."""
_WIDE_RUN: Final = re.compile(r"[0-9](?:[^0-9a-z]{0,3}[0-9])*")
"""The same with any signs between, for what is left when documents' numbers are out: "0912/345/678", "038*085*001"."""
_SPOKEN: Final = re.compile(
    r"\b(?:(?:khong|mot|hai|ba|bon|tu|nam|sau|bay|tam|chin)[^a-z0-9]{1,3}){6}(?:khong|mot|hai|ba|bon|tu|nam|sau|bay|tam|chin)\b"
)
_O_FOR_NOUGHT: Final = re.compile(r"(?<![a-z])o(?=[^a-z0-9]{0,3}[0-9])|(?<=[0-9])o(?![a-z])")
_FULL_CODE: Final = re.compile(
    r"[1-9][.\s-]?[0-9]{6}[.\s][0-9]{3}[.\s][0-9]{2}[.\s][0-9]{2}(?:[.\s]?[0-9]{0,2})"
)
_CODE: Final = re.compile(r"[1-9][.,\s-]{0,2}[01][0-9]{2}[.,\s]?[0-9]{3}")
"""A procedure's code: the second group begins with 0 or 1, unlike most telephone numbers without their prefix."""
_MOST_DIGITS: Final = 7
_PAPER: Final = re.compile(r"\b[a-z]{1,2}\s?[0-9]{6,9}\b")
"""Passports, deeds, old identity cards: "C1234567", "BA 123456"."""
_PLATE: Final = re.compile(
    r"\b[1-9][0-9]\s?-?\s?(?!(?:qd|nd|tt|kh|cv|tb|ct|nq|bc|tr|hd|gm|cd|h[0-9]{2})\b)[a-z][a-z]?[0-9]?\s?[-. ]?\s?(?:[0-9]{3}[. ]?[0-9]{2}|[0-9]{4})\b"
)
_DATE: Final = re.compile(
    r"\b(?:[0-2]?[0-9]|3[01])\s?[/.-]\s?(?:0?[0-9]|1[0-2])\s?[/.-]\s?(?:(?:19|20)[0-9]{2}|[0-9]{2})\b(?!\.)"
)
_DATE_IN_WORDS: Final = re.compile(
    r"\bngay\s?[0-9]{1,2}\s(?:thang\s)?[0-9]{1,2}\s(?:nam\s)?(?:19|20)[0-9]{2}\b"
)
_BORN: Final = re.compile(
    r"\b(?:(?<!khai )(?<!hoc )(?<!thi )(?<!ve )sinh(?: ngay| nam| thang)*|sinh (?:ngay|nam|thang)|ngay sinh|nam sinh|sn|ns)"
    r"\s?:?\s?[0-9]{1,4}\b"
)
_PARCEL: Final = re.compile(
    r"\b(?:thua(?: dat)?(?: so)?|to(?: ban do)? so|so nha|so hieu|so seri|seri)\s?:?\s?[0-9]"
)


def _in_figures(text: str) -> str:
    """Figures of other scripts, in circles and in brackets are digits as well."""
    if text.isascii():
        return text
    values = ((character, unicodedata.digit(character, -1)) for character in text)
    return "".join(character if value < 0 else str(value) for character, value in values)


def _holds_address(folded: str) -> bool:
    return bool(_MAIL.search(folded) or _LINK.search(folded))


def _holds_number(folded: str) -> bool:
    for match in _RUN.finditer(_FULL_CODE.sub(" ", folded)):
        digits = sum(character.isdigit() for character in match[0])
        if digits > _MOST_DIGITS and not _is_only_codes(match[0]):
            return True
        if digits == _MOST_DIGITS and not _CODE.fullmatch(match[0]):
            return True
    # What is a number of a document ("31 kh 12345") is blanked first: it looks like a plate.
    rest = references(folded).rest
    if any(
        sum(character.isdigit() for character in match[0]) >= _MOST_DIGITS
        for match in _WIDE_RUN.finditer(_O_FOR_NOUGHT.sub("0", rest))
    ):
        return True
    rest = fold(rest)
    return bool(_PAPER.search(rest) or _PLATE.search(rest) or _SPOKEN.search(rest))


def _is_only_codes(run: str) -> bool:
    """Several codes in a row, each written with its point: without points they could be anything."""
    parts = [part for part in re.split(r"[\s,]+", run) if part]
    return all(re.fullmatch(r"[1-9]\.[01][0-9]{5}", part) for part in parts)


def _holds_birthday(folded: str) -> bool:
    return bool(_DATE.search(folded) or _DATE_IN_WORDS.search(folded) or _BORN.search(folded))


def _holds_parcel(folded: str) -> bool:
    return bool(_PARCEL.search(folded))


# Names ------------------------------------------------------------------------------------------------------------------


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_FAMILY: Final = _set("""
    bach bui cao chu cu dam dang dao diep dinh do doan doi duong giap ha hau ho hoang hua huynh khuc kieu kim
    la lam le lo lu luc luong luu ly mac mai nghiem ngo nguyen ninh nong ong pham phan phung quach quan que
    si sung ta tang thach thai tieu to ton tong tran trang trieu trinh truong uong vi vo vu vuong
""")
"""Family names, folded: nearly all people here bear one of some hundred."""
_PLAIN_FAMILY: Final = _FAMILY - _set("""
    bach cao chu cu dam dang dao diep dinh do doi duong giap ha hau ho hua kim la lam le lo lu luc luong ly
    mac mai ninh nong ong phan quan que si sung ta tang thach thai tieu to ton tong trang truong uong vi vo
    vu
""")
"""Those that are hardly ever another word without their accents."""
_WRITTEN: Final = _set("""
    âu bạch bành bùi cao châu chu chử cù đàm đặng đào điền diệp đinh đỗ đoàn đồng đới đường dương giang giáp hà hàn hạ hầu hồ hoàng
    hứa huỳnh hùng kha khổng khúc khương kiều kim la lã lại lâm lê lều liễu lỗ lò lô lữ lục lương lưu lý lí ma mã mạc mai mạnh
    nghiêm ngô ngụy nguyễn nhữ ninh nông ông phạm phan phí phó phù phùng phương quách quan quản sái sầm sùng tạ tăng thạch thái thân
    thẩm thi tiêu tô tôn tống trà trần trang trác triệu trịnh trình trương từ uông ung văn vi viên võ vũ vương yên
""")
"""Family names as they are written: with their accents they are far less often another word."""
_SURELY_FAMILY: Final = _set("bùi đặng đỗ hoàng huỳnh lê ngô nguyễn phạm phan trần trịnh võ vũ")
_SURELY_FOLDED: Final = _set("bui huynh nguyen pham tran trinh")
_PLACES: Final = _set("cho duong khoi phuong thon tran truong xa xom")
"""Behind these a family name and one syllable more are the name of a place: "xã Nguyễn Du"."""
_GIVEN: Final = _set(
    "cuong hien hoa hong hung huyen lan linh loan nga nhung quynh tam thao thuy trang tuan yen"
)
"""Frequent given names that make no other word with a form of address before them, but for "anh hùng"."""
_MIDDLE: Final = _set("cong duc huu minh ngoc quoc thanh thi van xuan")
_CALLED: Final = _set("anh bà bác bố cha cháu chú chị chồng con cô cậu cụ dì em mẹ mợ thầy vợ ông")
_SURELY_CALLED: Final = _set("bác chú chị cô cậu cụ dì mợ thầy ông")
"""Typed with its accent it is followed by a name, or by one of `_NOT_NAMES`."""
_CALLED_FOLDED: Final = frozenset(map(fold, _CALLED)) | frozenset(("a", "c"))
_TITLES: Final = (
    "ho ten",
    "ho va ten",
    "ten la",
    "toi la",
    "ten toi la",
    "em la",
    "minh la",
    "ten chong",
    "ten vo",
    "nguoi ten",
    "ten con",
    "dong chi",
)
_NOT_NAMES: Final = _set("""
    a anh ay ba bac ban bao be bi binh bo bon ca cac cach can canh cao cap cau cha chau che chet chi chinh
    cho chong chu chua chung chuyen co coi con cu cua cung da dai dan dang dat dau day de den di dien dinh do
    doi don dong du dung duoc duoi duong em gai gia giam giay hai hay hiem ho hoac hoc hoi hon hung huong huu
    huyen ket khai khau khi khong khu khuyet kia la lai lam lanh lao lay len liet lop luong ly ma mang mat
    may me minh mo moi mot mua muon nam nao nay nen neu ngheo nghi nghia ngoai nha nhan nhap nhat nhe nhu
    nhung nien noi nu nuoc nuoi o oi ong phai pho phuong qua quan que quyen re rieng ruot sach sau si sinh so
    ta tach tat ten thac than thanh thay the thi thon thu thue thuoc thuong tich tinh to toc toi trai tre
    tren tro trong truoc truong tu tuoi ut uy va vay ve viec vien viet vo voi xa xe xin xuat
""")
"""Behind a form of address these are no name: kin, what the person wants, and everyday words."""
_COMPOUND_BEFORE: Final = _set("chi chung dia do giam kinh lien phieu quoc tap tham thuc tieu tin uy")
"""What makes of unaccented "chi", "co", "con" the end of another word: địa chỉ, chứng chỉ, tín chỉ …"""


def _names_somebody(text: str) -> bool:
    words = re.findall(r"[^\W_]+", text)
    plain = [fold(word) for word in words]
    lower = [word.lower() for word in words]
    joined = " ".join(plain)
    if any(f" {title} " in f" {joined} " and _name_follows(plain, joined, title) for title in _TITLES):
        return True
    return any(
        _is_full_name(words, plain, number) or _is_called(words, plain, lower, number)
        for number in range(len(words))
    )


def _name_follows(plain: Sequence[str], joined: str, title: str) -> bool:
    """ "tôi là Nguyễn …", but not "tôi là người nước ngoài"."""
    _before, _found, after = f" {joined} ".partition(f" {title} ")
    following = after.split()
    return bool(following) and following[0] in _FAMILY and len(following) > 1


def _is_full_name(words: Sequence[str], plain: Sequence[str], number: int) -> bool:
    """ "nguyen van a", "TRẦN THỊ BÌNH": a family name and a middle name that hardly mean anything else together."""
    if number + 2 >= len(words) or plain[number] not in _FAMILY:
        return False
    middle = plain[number + 1]
    if plain[number] in _PLAIN_FAMILY:
        named = not _is_title(words) and all(map(_is_capitalised, words[number : number + 3]))
        return middle in _MIDDLE or named
    return middle in ("van", "thi") and fold(words[number]) not in ("to", "la", "do", "chu", "luong")


def _holds_row(text: str, known: Neighbours | None) -> bool:
    """A family name and two syllables more, however written, that stand beside each other nowhere else."""
    words = [word.lower() for word in re.findall(r"[^\W_]+", text)]
    return any(_begins_row(words, number, known) for number in range(len(words) - 2))


def _begins_row(words: Sequence[str], number: int, known: Neighbours | None) -> bool:
    family, middle, given = words[number : number + 3]
    plain = fold(family)
    if not (middle.isalpha() and given.isalpha()):
        return False
    if family != plain and family not in _WRITTEN:
        return False
    if family == plain and (plain not in _FAMILY or known is None):
        return False
    before = words[number - 1] if number else ""
    if fold(before) in _PLACES and number + 3 < len(words) and _stand(given, words[number + 3], known):
        return False
    if family in _SURELY_FAMILY:
        return not (_stand(family, middle, known) and _stand(middle, given, known))
    if known is None or _stand(family, middle, known) or (before and _stand(before, family, known)):
        return False
    return plain in _SURELY_FOLDED or not _stand(middle, given, known)


def _stand(first: str, second: str, known: Neighbours | None) -> bool:
    """Accents decide where both words have theirs; "đăng ky" and "dang ký" are met folded."""
    if known is None:
        return False
    if first != fold(first) or second != fold(second):
        return known.are_written(first, second)
    return known.follow(first, second)


def _is_called(words: Sequence[str], plain: Sequence[str], lower: Sequence[str], number: int) -> bool:
    """A form of address and a name behind it."""
    if plain[number] not in _CALLED_FOLDED or number + 1 >= len(words):
        return False
    following = plain[number + 1]
    if following in _PLAIN_FAMILY:
        return True
    if plain[number : number + 2] == ["thay", "doi"] and lower[number] == "thay":
        return False
    accented = lower[number] in _CALLED and lower[number] != plain[number]
    if number and plain[number - 1] in _COMPOUND_BEFORE and not accented:
        return False
    if following in _GIVEN and (plain[number], following) != ("anh", "hung") and plain[number] != "con":
        return True
    if _is_capitalised(words[number + 1]) and following != "viet" and not _is_title(words):
        return accented or lower[number] in ("anh", "em") or following not in _NOT_NAMES
    if accented and lower[number] in _SURELY_CALLED:
        # "chị hoa", "cô hằng": whatever is no known other word is taken for a name.
        return following.isalpha() and following not in _NOT_NAMES
    next_but_one = plain[number + 2] if number + 2 < len(words) else ""
    return following in _FAMILY and (next_but_one in _MIDDLE | _FAMILY or len(next_but_one) == 1)


def _is_title(words: Sequence[str]) -> bool:
    """Every Word With A Capital: then capitals tell nothing."""
    return len(words) > 1 and all(map(_is_capitalised, words))


def _is_capitalised(word: str) -> bool:
    return word[:1].isupper() and (len(word) == 1 or word[1:].islower())
