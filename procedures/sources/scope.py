"""Whose procedure it is: the province's, central bodies' alone, or another province's. Pure: no Django.

The national catalogue holds all of them. A ministry's procedure is carried out in every province, whatever
unit the source names as an example; a province's own rules hold only there. So the issuing body decides, and
implementing bodies only where the source names no issuer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from procedures.text.sanitising import clean_text

HOME_PROVINCE = "Hà Tĩnh"

PROVINCE = "province"
CENTRAL = "central"
OTHER_PROVINCE = "other_province"

# Names since 2025-07-01 (NQ 202/2025/QH15) and those that ended then: a source goes on using them.
PROVINCES = frozenset(
    {
        "An Giang", "Bà Rịa - Vũng Tàu", "Bạc Liêu", "Bắc Giang", "Bắc Kạn", "Bắc Ninh", "Bến Tre", "Bình Dương", "Bình Định",
        "Bình Phước", "Bình Thuận", "Cà Mau", "Cao Bằng", "Cần Thơ", "Đà Nẵng", "Đắk Lắk", "Đắk Nông", "Điện Biên", "Đồng Nai",
        "Đồng Tháp", "Gia Lai", "Hà Giang", "Hà Nam", "Hà Nội", "Hà Tĩnh", "Hải Dương", "Hải Phòng", "Hậu Giang", "Hòa Bình",
        "Hồ Chí Minh", "Huế", "Hưng Yên", "Khánh Hòa", "Kiên Giang", "Kon Tum", "Lai Châu", "Lạng Sơn", "Lào Cai", "Lâm Đồng",
        "Long An", "Nam Định", "Nghệ An", "Ninh Bình", "Ninh Thuận", "Phú Thọ", "Phú Yên", "Quảng Bình", "Quảng Nam",
        "Quảng Ngãi", "Quảng Ninh", "Quảng Trị", "Sóc Trăng", "Sơn La", "Tây Ninh", "Thái Bình", "Thái Nguyên", "Thanh Hóa",
        "Thừa Thiên Huế", "Tiền Giang", "Trà Vinh", "Tuyên Quang", "Vĩnh Long", "Vĩnh Phúc", "Yên Bái",
    }
)  # fmt: skip


def _key(text: str) -> str:
    """Compared without case, dashes and the old place of the tone mark ("Hoà", "Thanh Hoá")."""
    text = text.lower().replace("oà", "òa").replace("oá", "óa").replace("–", "-")
    return re.sub(r"[\s-]+", " ", text)


_BY_KEY = {_key(name): name for name in PROVINCES} | {
    "tp hcm": "Hồ Chí Minh",
    "đăk lăk": "Đắk Lắk",
    "đăk nông": "Đắk Nông",
}
_NAMED = re.compile(
    r"(?<!\w)(" + "|".join(re.escape(key) for key in sorted(_BY_KEY, key=len, reverse=True)) + r")(?!\w)"
)


def provinces_named(text: str) -> set[str]:
    """All provinces that a body's words name."""
    return {_BY_KEY[match[1]] for match in _NAMED.finditer(_key(clean_text(text)).replace(".", " "))}


_PROVINCIAL = re.compile(
    r"\b(?:ubnd|ủy ban nhân dân|uỷ ban nhân dân|hđnd|sở|trung tâm phục vụ hành chính công)\b", re.IGNORECASE
)


def scope_of(
    *, issuing_body: str, levels: Iterable[str], bodies: Iterable[str] = (), home: str = HOME_PROVINCE
) -> str:
    """ "province", "central" or "other_province"; `levels` are values of `enums.Level`."""
    named = provinces_named(issuing_body) if _PROVINCIAL.search(issuing_body) else set()
    bodies = tuple(bodies)
    if not issuing_body and bodies and all(provinces_named(body) for body in bodies):
        named = set().union(*(provinces_named(body) for body in bodies))
    if named:
        return PROVINCE if home in named else OTHER_PROVINCE
    return CENTRAL if tuple(levels) == ("ministry",) else PROVINCE
