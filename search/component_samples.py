"""The components of lists of what was found, in every state, for the page of components that is shown in debug mode.

Invented texts of usual and of extreme length; nothing here is stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

from django.core.paginator import Paginator
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from search.presenting import (
    DidYouMeanView,
    Facet,
    FacetLink,
    HitView,
    Link,
    ListView,
    NearestField,
    NothingFound,
    QuoteView,
    Shortcut,
    SortLink,
    counted_words,
)

LONG = (
    "Đăng ký, cấp giấy chứng nhận đối với trường hợp chuyển nhượng, thừa kế, tặng cho hoặc góp vốn mà giấy tờ cũ đã mất, bị"
    " rách, nhòe, hoặc ghi tên người đã chết, kể cả khi người thừa kế ở nước ngoài và không về được trong thời hạn giải quyết"
)
CODE = "0.000001"
"""No procedure has it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One state of a component: what it shows, and the values that the component takes."""

    label: str
    values: SimpleNamespace
    ids: str
    """Ending of its ids: the page shows the component many times."""


def each(*states: tuple[str, dict[str, Any]]) -> tuple[Sample, ...]:
    return tuple(Sample(label, SimpleNamespace(**v), f"-{n}") for n, (label, v) in enumerate(states, 1))


def samples(*, desk: Any, hours: Any) -> dict[str, tuple[Sample, ...]]:
    """`desk`, `hours`: what the page has of them. Component → states."""
    portal = SimpleNamespace(help_desk=desk, help_desk_hours=hours)
    return {
        "hits": _hits(),
        "hit_facts": _hit_facts(),
        "best": _best(),
        "promoted": _promoted(),
        "did": _did(),
        "sorts": _sorts(),
        "facets": _facets(),
        "found_list": _found(portal),
        "nothing": _nothing(desk, hours),
        "pager": _pagers(),
        "why": _why(),
    }


def _hit(title: str, **more: Any) -> HitView:
    meta = (_("Cấp xã"), _("7 ngày làm việc"), _("Đất đai"))
    return HitView(**{"title": _safe(title), "url": "#thu-tuc", "code": CODE, "meta": meta} | more)


def _safe(words: str) -> Any:
    return mark_safe(words)  # noqa: S308 -- words of this file


def _some_hits() -> tuple[HitView, ...]:
    return (
        _hit(_("<mark>Đăng ký</mark> thường trú"), also=_safe(_("nhập <mark>hộ khẩu</mark>")), position=1),
        _hit(LONG, position=2, quote=_quote()),
        _hit(_("Thủ tục chưa nhập gì"), meta=(), position=3),
        _hit(_("Xã Cẩm Bình"), kind=_("Đơn vị"), code="", meta=(_("Gồm các xã cũ"),), position=4),
    )


def _quote() -> QuoteView:
    words = _("… tờ khai <mark>đăng ký</mark> theo mẫu, bản chính giấy tờ tùy thân còn hạn …")
    return QuoteView(_("Cần mang theo gì"), _safe(words), "#mang-gi")


def _hits() -> tuple[Sample, ...]:
    return each(
        (_("Trang đầu"), {"hits": _some_hits(), "start": 1}),
        (_("Trang sau"), {"hits": _some_hits()[:2], "start": 9976}),
    )


def _hit_facts() -> tuple[Sample, ...]:
    shortcut = Shortcut(_("Xem thời gian và lệ phí"), "#thoi-gian-phi")
    return each(
        (_("Câu hỏi về lệ phí"), {"hit": _hit("", shortcut=shortcut)}),
        (_("Hết hiệu lực"), {"hit": _hit("", ended=_("Hết hiệu lực từ 01/7/2025"))}),
        (_("Mọi thứ cùng lúc"), {"hit": _hit("", also=_safe(LONG), quote=_quote(), shortcut=shortcut, kind=_("Trang"))}),
    )  # fmt: skip


def _best() -> tuple[Sample, ...]:
    ended = _hit(_("Đăng ký cũ"), ended=_("Hết hiệu lực từ 01/7/2025, được thay bằng 0.000002"))
    return each(
        (_("Thường gặp"), {"hits": (_hit(_("Đăng ký khai sinh")),)}),
        (
            _("Ở đơn vị của người đọc"),
            {"hits": (_hit(_("Đăng ký khai sinh"), place=_("Nơi nộp: Xã Cẩm Bình")),)},
        ),
        (_("Hai mã, một đã hết hiệu lực, tên dài"), {"hits": (_hit(LONG), ended)}),
    )


def _promoted() -> tuple[Sample, ...]:
    own = SimpleNamespace(
        title=_("Bộ phận một cửa làm việc sáng thứ Bảy"), url="#tin", description="", is_elsewhere=False
    )
    other = SimpleNamespace(title=LONG, url="https://hatinh.gov.vn/", description=LONG, is_elsewhere=True)
    return each((_("Một"), {"promotions": (own,)}), (_("Hai, một ở nơi khác"), {"promotions": (own, other)}))


def _did() -> tuple[Sample, ...]:
    did = DidYouMeanView(_safe(_("đăng ký <b>kết</b> hôn")), "q=1", "dang ky kt hon", "q=2", is_applied=False)
    long = DidYouMeanView(_safe(LONG), "q=1", LONG, "q=2", is_applied=True)
    return each(
        (_("Gợi ý"), {"did": did}),
        (_("Đã tìm thay"), {"did": replace(did, is_applied=True)}),
        (_("Đã tìm thay, dài"), {"did": long}),
    )


def _some_sorts(*, on: int) -> tuple[SortLink, ...]:
    words = (_("phù hợp nhất"), _("mới thay đổi"))
    return tuple(SortLink(one, "q=dat", n == on) for n, one in enumerate(words))


def _sorts() -> tuple[Sample, ...]:
    return each(
        (_("Phù hợp nhất"), {"sorts": _some_sorts(on=0)}), (_("Mới thay đổi"), {"sorts": _some_sorts(on=1)})
    )


def _links(names: Iterable[str], *, on: int = -1) -> tuple[FacetLink, ...]:
    return tuple(FacetLink(name, "linh-vuc=mau", 10 ** (n % 5), n == on) for n, name in enumerate(names))


def _some_facets(*, on: bool) -> tuple[Facet, ...]:
    fields = (_("Đất đai"), _("Hộ tịch"), LONG[:90])
    rest = tuple(_("Lĩnh vực %(n)d") % {"n": n} for n in range(1, 15))
    return (
        Facet(_("Lĩnh vực"), _links(fields, on=0 if on else -1), _links(rest, on=13 if on else -1)),
        Facet(_("Cấp thực hiện"), _links((_("Cấp xã"), _("Cấp tỉnh")))),
    )


def _facets() -> tuple[Sample, ...]:
    return each(
        (_("Chưa lọc"), {"facets": _some_facets(on=False), "on": 0, "clear": "q=dat"}),
        (_("Đang lọc"), {"facets": _some_facets(on=True), "on": 2, "clear": "q=dat"}),
    )


def _list_view(q: str, *, at: int = 1, total: int = 1203, **values: Any) -> ListView:
    paginator = Paginator(range(total), 20)
    base: dict[str, Any] = {
        "q": q,
        "heading": counted_words(total, _("thủ tục")),
        "total": total,
        "hits": (),
        "page": paginator.get_page(at),
        "pages": list(paginator.get_elided_page_range(at, on_each_side=2, on_ends=1)),
        "query": "q=dat&",
    }
    return ListView(**base | values)


def _found(portal: Any) -> tuple[Sample, ...]:
    everything = _list_view(
        "dat",
        hits=_some_hits(),
        exact=_best()[2].values.hits,
        facets=_some_facets(on=True),
        on=1,
        clear="q=dat",
        sorts=_some_sorts(on=0),
        suggestion=_did()[0].values.did,
        promotions=_promoted()[0].values.promotions,
        place=Link(_("Xã Cẩm Bình"), "#xa-cam-binh"),
        widened=_("Xã Cẩm Bình"),
        ignored=(_("lĩnh vực “x”"),),
    )
    last = _list_view("dat", at=61, hits=_some_hits(), is_cut=True)
    return each(
        (_("Có đủ mọi thứ"), {"view": everything, "portal": portal}),
        (_("Trang cuối của danh sách quá dài, không có bộ lọc"), {"view": last, "portal": portal}),
        (_("Không có gì"), {"view": _list_view("dat", total=0, nothing=NothingFound("dat")), "portal": portal}),
    )  # fmt: skip


def _nothing(desk: Any, hours: Any) -> tuple[Sample, ...]:
    fields = (NearestField(_("Đất đai"), "#dat-dai", 214), NearestField(LONG[:90], "#dai", 1))
    words = _("xin giấy phép thả diều")
    helped = NothingFound(
        words, tried=(_("sáo diều"),), left_out=(_("xin"),), fields=fields, fewer_words=_("giấy phép")
    )
    filtered = NothingFound(LONG[:200], is_filtered=True, clear="q=dat")
    return each(
        (_("Có lời khuyên"), {"nothing": helped, "desk": desk, "hours": hours}),
        (_("Từ dài, đang lọc"), {"nothing": filtered, "desk": None, "hours": None}),
        (_("Chỉ có bộ lọc"), {"nothing": NothingFound("", is_filtered=True, fields=fields), "desk": desk, "hours": hours}),
    )  # fmt: skip


def _pagers() -> tuple[Sample, ...]:
    views = ((n, _list_view("dat", at=n)) for n in (1, 24, 61))
    return each(
        *(
            (_("Trang %(n)d") % {"n": n}, {"page": v.page, "pages": v.pages, "query": "q=dat&"})
            for n, v in views
        )
    )


def _why() -> tuple[Sample, ...]:
    hit = _hit(LONG, score=1.734, why=(("words", 1.0), ("pairs", 0.3), ("prior", -0.12)))
    return each(
        (_("Công cụ nhúng"), {"rows": (hit, replace(hit, why=())), "engine": "sqlite", "stood_in": False}),
        (_("Trả lời thay"), {"rows": (hit,), "engine": "sqlite", "stood_in": True}),
    )
