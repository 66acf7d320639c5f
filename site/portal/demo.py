"""Demo content: the portal as a province would use it, made of sample desks, people and about sixty procedures.

Only what is marked as sample is written; running it again changes nothing. Refused under production settings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, time
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from wagtail.models import Site

from home.enums import Accessible, PortalGroup, Role, UnitKind
from home.models import (
    Counter,
    Desk,
    DeskException,
    DeskHours,
    HomePage,
    Membership,
    PortalSettings,
    Subject,
    Unit,
)
from procedures.demo.reading import DemoProcedure, read_demo
from procedures.importing import import_records
from procedures.models import ProcedurePage

Say = Callable[[str], None]

DEMO_PASSWORD = "Hong-La-2026"  # noqa: S105 -- printed at the end of `make run`; production refuses demo mode

PEOPLE: tuple[tuple[str, str, str, tuple[PortalGroup, ...], tuple[tuple[str, Role], ...]], ...] = (
    ("quan-tri", "Quản trị", "cổng", (PortalGroup.ADMINISTRATOR,), ()),
    ("kiem-soat", "Kiểm soát", "thủ tục", (PortalGroup.CONTROLLER,), ()),
    ("so-noi-vu", "Sở Nội vụ", "phụ trách", (PortalGroup.CURATOR,), ()),
    ("tham-dinh", "Thẩm định", "viên", (PortalGroup.INSPECTOR,), ()),
    ("bien-tap", "Biên tập", "xã Cẩm Bình", (), (("xa-cam-binh", Role.EDITOR),)),
    ("phe-duyet", "Phê duyệt", "xã Cẩm Bình", (), (("xa-cam-binh", Role.APPROVER),)),
    (
        "hai-don-vi",
        "Phụ trách",
        "hai đơn vị",
        (),
        (("so-tu-phap", Role.APPROVER), ("xa-cam-binh", Role.EDITOR)),
    ),
)
"""(login, family name, given name, groups, memberships): roles, not persons."""

WEEK = ((time(7, 0), time(11, 30)), (time(13, 30), time(17, 0)))

COMMUNE_COUNTERS = (
    ("Quầy 1: Hộ tịch, chứng thực, nuôi con nuôi", "Hộ tịch", "Chứng thực", "Nuôi con nuôi"),
    (
        "Quầy 2: Đất đai, xây dựng, kinh doanh",
        "Đất đai",
        "Hoạt động xây dựng",
        "Thành lập và hoạt động doanh nghiệp (hộ kinh doanh)",
    ),
    ("Quầy 3: Người có công, bảo trợ xã hội", "Người có công", "Bảo trợ xã hội", "Giảm nghèo"),
    ("Quầy 4: Công an (cư trú, căn cước)", "Đăng ký, quản lý cư trú", "Cấp, quản lý căn cước"),
)

GAPS: dict[str, int] = {
    "xa-cam-binh": 5,
    "xa-ky-xuan": 12,
    "phuong-song-tri": 3,
    "xa-huong-khe": 8,
    "so-cong-thuong": 1,
}
"""Units that deliberately leave some listings out, so that boards have something to show."""

LIFE_EVENT_TITLES = {
    "sinh-con": "Sinh con",
    "ket-hon": "Kết hôn",
    "nha-dat": "Nhà và đất",
    "cho-o": "Chỗ ở",
    "lam-an": "Làm ăn, buôn bán",
    "tuoi-gia": "Tuổi già, lúc khó khăn",
    "chung-thuc": "Chứng thực giấy tờ",
    "qua-doi": "Người thân qua đời",
    "hoc-tap": "Học tập",
    "viec-lam": "Việc làm",
    "xe-co": "Xe cộ",
    "suc-khoe": "Sức khỏe",
}
ON_HOME = 8
"""Life events shown on the home page; further ones are in the catalogue."""
PER_EVENT = 3


def load_demo(*, say: Say = lambda _line: None, catalogue: bool = True) -> None:
    """Everything, in the order in which it rests on each other. `catalogue=False`: a real one is imported instead."""
    if catalogue:
        procedures = read_demo()
        report = import_records((f"demo/{p.record.code}", p.record) for p in procedures)
        say(
            f"Thủ tục mẫu: {len(report.created)} mới, {len(report.changed)} thay đổi, {report.unchanged} giữ nguyên."
        )
        fill_home_page(procedures)
    say(f"Bộ phận một cửa mẫu: {make_desks()} mới.")
    make_people()


@transaction.atomic
def make_desks() -> int:
    """A sample desk for every unit that has none: communes their own, departments share the provincial centre."""
    made = 0
    centre = Unit.objects.active().get(kind=UnitKind.SERVICE_CENTRE)
    shared, new = Desk.objects.get_or_create(
        unit=centre,
        name="Trung tâm Phục vụ hành chính công tỉnh Hà Tĩnh",
        defaults={
            "address": "Phường Thành Sen, tỉnh Hà Tĩnh",
            "phone": "0239 3000 100",
            "accessible": Accessible.YES,
            "is_sample": True,
        },
    )
    departments = Unit.objects.active().filter(kind=UnitKind.DEPARTMENT)
    if new:
        _hours(shared)
        shared.serves.set(departments)
        shared.save()
        made += 1
    own = Unit.objects.active().exclude(
        kind__in=[UnitKind.PROVINCE, UnitKind.DEPARTMENT, UnitKind.SERVICE_CENTRE]
    )
    subjects = Subject.objects.ensure(field for _name, *fields in COMMUNE_COUNTERS for field in fields)
    for i, unit in enumerate(own.filter(desks=None).order_by("code"), start=1):
        _sample_desk(unit, i, subjects)
        made += 1
    site = Site.objects.get(is_default_site=True)
    furniture = PortalSettings.for_site(site)
    if furniture.help_desk_id is None:
        furniture.help_desk = shared
        furniture.complaints_address = "Văn phòng Ủy ban nhân dân tỉnh Hà Tĩnh (Phòng Kiểm soát thủ tục hành chính), điện thoại 0239 3000 101"
        furniture.save()
    return made


def _sample_desk(unit: Unit, number: int, subjects: dict[str, Subject]) -> None:
    lower = unit.name[0].lower() + unit.name[1:]
    commune = unit.is_commune
    desk = Desk.objects.create(
        unit=unit,
        name=f"Trung tâm Phục vụ hành chính công {lower}"
        if commune
        else f"Bộ phận tiếp nhận hồ sơ, {unit.name}",
        address=f"Trụ sở Ủy ban nhân dân {lower}, tỉnh Hà Tĩnh" if commune else f"Trụ sở {unit.name}",
        phone=f"0239 3000 {200 + number}",
        # Every fifth says nothing, so that "chưa có thông tin" is seen as well.
        accessible="" if number % 5 == 0 else Accessible.YES if number % 3 else Accessible.HELP,
        is_sample=True,
    )
    _hours(desk, saturday=commune and number % 2 == 0)
    if number % 7 == 0:
        DeskException.objects.create(
            desk=desk,
            first_day=date(timezone.localdate().year, 12, 24),
            last_day=date(timezone.localdate().year, 12, 24),
            note="Họp giao ban cuối năm",
        )
    if not unit.complaints_address:
        unit.complaints_address = f"{unit.name}, điện thoại {desk.phone}"
        unit.save()
    if commune:
        for name, *fields in COMMUNE_COUNTERS:
            counter = Counter.objects.create(desk=desk, name=name, place="Tầng 1")
            counter.subjects.set([subjects[f] for f in fields])
            counter.save()


def _hours(desk: Desk, *, saturday: bool = False) -> None:
    days = [(day, span) for day in range(5) for span in WEEK] + ([(5, WEEK[0])] if saturday else [])
    DeskHours.objects.bulk_create(
        DeskHours(desk=desk, weekday=day, opens=opens, closes=closes, sort_order=i)
        for i, (day, (opens, closes)) in enumerate(days)
    )


@transaction.atomic
def make_people() -> None:
    """Sample logins, one for each kind of user; existing ones are left as they are."""
    users = get_user_model().objects
    for login, last, first, groups, memberships in PEOPLE:
        user, new = users.get_or_create(
            username=login, defaults={"first_name": last, "last_name": first, "email": f"{login}@mau.example"}
        )
        if new:
            user.set_password(DEMO_PASSWORD)
            user.save()
        user.groups.add(*Group.objects.filter(name__in=[g.value for g in groups]))
        for slug, role in memberships:
            Membership.objects.get_or_create(user=user, unit=Unit.objects.get(slug=slug), role=role)


def fill_home_page(procedures: Sequence[DemoProcedure]) -> None:
    """Life events and the most needed procedures, only while the editors have not chosen their own."""
    home = HomePage.objects.get()
    if home.life_events or home.most_needed:
        return
    pages = dict(ProcedurePage.objects.values_list("code", "pk"))
    events: list[dict[str, Any]] = []
    for slug, title in list(LIFE_EVENT_TITLES.items())[:ON_HOME]:
        chosen = sorted(
            (p for p in procedures if slug in p.life_events), key=lambda p: (p.rank or 99, p.record.code)
        )[:PER_EVENT]
        items = [
            _item(f"event/{slug}/{p.record.code}", {"label": _everyday(p), "page": pages[p.record.code]})
            for p in chosen
        ]
        events.append(
            {
                "type": "event",
                "id": _uuid(f"event/{slug}"),
                "value": {"title": title, "slug": slug, "items": items},
            }
        )
    ranked = sorted((p for p in procedures if p.rank), key=lambda p: p.rank or 0)
    needed = [
        {
            "type": "procedure",
            "id": _uuid(f"needed/{p.record.code}"),
            "value": {"label": "", "page": pages[p.record.code]},
        }
        for p in ranked
    ]
    home.life_events = HomePage._meta.get_field("life_events").stream_block.to_python(events)
    home.most_needed = HomePage._meta.get_field("most_needed").stream_block.to_python(needed)
    home.save_revision().publish()


def _everyday(procedure: DemoProcedure) -> str:
    """A short label: the name without the leading words that all of them share."""
    name = procedure.record.name
    for prefix in ("Thủ tục ",):
        name = name.removeprefix(prefix)
    name = name[0].upper() + name[1:]
    return (
        name
        if len(name) <= 60
        else next((n[0].upper() + n[1:] for n in procedure.record.everyday_names if len(n) <= 60), "")
    )


def _uuid(place: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"demo/{place}"))


def _item(place: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"type": "item", "id": _uuid(place), "value": value}


def logins() -> Iterable[str]:
    """What `make run` prints: who can log in, and with which password."""
    yield f"Đăng nhập thử tại {settings.PORTAL_BASE_URL}/admin/ (mật khẩu chung: {DEMO_PASSWORD}):"
    for login, last, first, groups, memberships in PEOPLE:
        roles = [str(g.label) for g in groups] + [f"{r.label} ({slug})" for slug, r in memberships]
        yield f"  {login:<12} {last} {first}: {', '.join(roles)}"
