"""Demo content: the portal as a province would use it, made of sample desks, people and about sixty procedures.

Only what is marked as sample is written; running it again changes nothing. Refused under production settings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import yaml
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from wagtail.models import Site

from home.enums import SAMPLE_ACCOUNTS, Accessible, PortalGroup, Role, UnitKind
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
from home.unit_details import changing_units
from portal.demo_history import History, replay
from procedures import demo as demo_catalogue
from procedures.demo.reading import read_demo
from procedures.enums import TimeUnit
from procedures.importing.bulk import import_records
from procedures.listings.opening import confirm_opening, opening_decision
from procedures.listings.services import publish_listings
from procedures.listings.state import unit_states
from procedures.models import Listing, ProcedurePage
from procedures.record import Duration, ProcedureRecord

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

SLOW = frozenset({"xa-cam-binh", "xa-ky-xuan", "xa-thach-ha", "phuong-vung-ang"})
"""Units that have not yet confirmed the newer text of `AMENDED`."""

AMENDED: dict[str, int] = {"1.004194": 5, "1.001612": 5}
"""Working days that the older text of some procedures gave: a change that units have to confirm."""

HOME = Path(demo_catalogue.__file__).parent / "home.yaml"


def load_demo(*, say: Say = lambda _line: None, catalogue: bool = True) -> None:
    """Everything, in the order in which it rests on each other. `catalogue=False`: a real one is imported before.

    The sample catalogue comes with a history of more than a year; a real one begins a month ago, with what stands now.
    """
    make_people()
    if not catalogue:
        say(f"Bộ phận một cửa mẫu: {make_desks()} mới.")
        say(f"Niêm yết mẫu: {make_listings()} mới.")
    elif opening_decision() is None:
        replay(sample_history(), make_desks=make_desks, say=say)
        say(f"Niêm yết mẫu: {Listing.objects.live().count()}.")
    else:
        # Run again: what the shipped texts say now, and nothing that people here have changed.
        report = import_records((f"demo/{p.record.code}", p.record) for p in read_demo())
        say(f"Thủ tục mẫu: {len(report.created)} mới, {len(report.changed)} thay đổi.")
    fill_home_page()


def sample_history() -> History:
    records = [procedure.record for procedure in read_demo()]
    return History(
        records=records,
        older={r.code: older_text(r, AMENDED[r.code]) for r in records if r.code in AMENDED},
        gaps=GAPS,
        slow=SLOW,
    )


def older_text(record: ProcedureRecord, days: int) -> ProcedureRecord:
    time_then = Duration(Decimal(days), TimeUnit.WORKING_DAY)
    return replace(record, channels=tuple(replace(c, duration=time_then) for c in record.channels))


def make_listings() -> int:
    """Confirm the opening catalogue and list what every unit owes, but for the gaps. Once: gaps stay as they were left."""
    if opening_decision() is not None:
        return 0
    # A month ago, so that the deadline has passed and a gap is a gap.
    confirm_opening(user=None, day=timezone.localdate() - timedelta(days=30))
    made = 0
    for state in unit_states(Unit.objects.active().listing_units()):
        missing = sorted(state.never_listed)
        # The last ones by age: what people need most stays listed everywhere.
        missing = missing[: len(missing) - GAPS.get(state.unit.slug, 0)]
        if missing:
            made += publish_listings(unit=state.unit, procedures=missing).count
    return made


@changing_units()
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
    """Sample logins, one for each kind of user, marked as such; existing ones are left as they are."""
    users = get_user_model().objects
    sample, _new = Group.objects.get_or_create(name=SAMPLE_ACCOUNTS)
    for login, last, first, groups, memberships in PEOPLE:
        user, new = users.get_or_create(
            username=login, defaults={"first_name": last, "last_name": first, "email": f"{login}@mau.example"}
        )
        if new:
            user.set_password(DEMO_PASSWORD)
            user.save()
        user.groups.add(sample, *Group.objects.filter(name__in=[g.value for g in groups]))
        for slug, role in memberships:
            Membership.objects.get_or_create(user=user, unit=Unit.objects.get(slug=slug), role=role)


@transaction.atomic
def fill_home_page() -> None:
    """Life events and the most needed procedures, only while the editors have not chosen their own.

    With a real catalogue some of the codes may be missing: what is there is shown.
    """
    home = HomePage.objects.get()
    if home.life_events or home.most_needed:
        return
    content = yaml.safe_load(HOME.read_text(encoding="utf-8"))
    pages = dict(ProcedurePage.objects.live().values_list("code", "pk"))
    events: list[dict[str, Any]] = []
    for event in content["life_events"]:
        items = [
            {
                "type": "item",
                "id": _uuid(f"{event['slug']}/{code}"),
                "value": {"label": label, "page": pages[code]},
            }
            for label, code in event["items"]
            if code in pages
        ]
        if items:
            value = {"title": event["title"], "slug": event["slug"], "items": items}
            events.append({"type": "event", "id": _uuid(event["slug"]), "value": value})
    needed = [
        {"type": "procedure", "id": _uuid(f"needed/{code}"), "value": {"label": "", "page": pages[code]}}
        for code in content["most_needed"]
        if code in pages
    ]
    home.life_events = HomePage._meta.get_field("life_events").stream_block.to_python(events)
    home.most_needed = HomePage._meta.get_field("most_needed").stream_block.to_python(needed)
    home.save_revision().publish()


def _uuid(place: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"demo/{place}"))


def logins() -> Iterable[str]:
    """What `make run` prints: who can log in, and with which password."""
    yield f"Đăng nhập thử tại {settings.PORTAL_BASE_URL}/admin/ (mật khẩu chung: {DEMO_PASSWORD}):"
    for login, last, first, groups, memberships in PEOPLE:
        roles = [str(g.label) for g in groups] + [f"{r.label} ({slug})" for slug, r in memberships]
        yield f"  {login:<12} {last} {first}: {', '.join(roles)}"
