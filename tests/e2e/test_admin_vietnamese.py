"""Every role, every screen of the admin that it can reach: all in Vietnamese, no script fails, nothing is refused by the policy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.test import Client
from django.urls import reverse
from PIL import Image as Picture
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection, Site

from home.enums import PortalGroup, Role
from home.models import CalendarDay
from portal.bootstrap import tidy_wagtail_rows
from procedures.models import ControlledForm, Listing, ProcedurePage
from tests.e2e.walking_admin import Walk
from tests.e2e.watching import View
from tests.factories.catalogue import make_listing
from tests.factories.inspections import make_round, make_sent_unit
from tests.factories.opening import make_opening
from tests.factories.people import make_member, make_membership, make_user
from tests.factories.records import make_record, publish
from tests.factories.units import make_counter, make_desk, make_unit

pytestmark = pytest.mark.browser


@dataclass
class World:
    people: dict[str, Any]
    procedure: ProcedurePage
    listing: Listing
    seeds: list[str] = field(default_factory=list)
    """Addresses that scripts build: dialogs, bulk actions."""


@pytest.fixture
def world(live_database: None, tmp_path: Any, settings: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    tidy_wagtail_rows()
    unit = make_unit("Xã Cẩm Thử")
    desk = make_desk(unit)
    counter = make_counter(desk)
    people = {
        "bien-tap": make_member(unit),
        "phe-duyet": make_member(unit, Role.APPROVER),
        "kiem-soat": make_user(PortalGroup.CONTROLLER),
        "tham-dinh": make_user(PortalGroup.INSPECTOR),
        "quan-tri": make_user(PortalGroup.ADMINISTRATOR),
        "so-noi-vu": make_user(PortalGroup.CURATOR),
    }
    editor, controller = people["bien-tap"], people["kiem-soat"]
    make_membership(people["quan-tri"], unit, Role.APPROVER)
    (procedure, other) = publish(make_record(), make_record(name="Thủ tục đăng ký thử khác"))
    for text in ("một", "hai"):
        procedure.purpose = text
        procedure.save_revision(user=controller, log_action=True)
    waiting, listing = make_listing(unit, procedure), make_listing(unit, other)
    waiting.notes = "Ghi chú mới"
    waiting.save_revision(user=editor, log_action=True)
    waiting.get_workflow().start(waiting, editor)
    for thing in (desk, counter, unit, listing, desk, listing):
        thing.save_revision(user=editor, log_action=True)
    make_opening()
    _inspections(unit, people)
    CalendarDay.objects.create(day="2026-04-27", kind="off", note="Nghỉ bù")
    form = ControlledForm.objects.create(title="Tờ khai thử")
    picture_file = tmp_path / "anh.png"
    Picture.new("RGB", (40, 30), "teal").save(picture_file)
    with picture_file.open("rb") as opened:
        picture = Image.objects.create(title="Ảnh thử", file=ImageFile(opened, name="anh.png"))
    document = Document.objects.create(title="Tài liệu thử", file=ContentFile(b"%PDF-1.4", name="thu.pdf"))
    Redirect.objects.create(old_path="/cu", redirect_link="/moi", site=Site.objects.get())
    Collection.get_first_root_node().add_child(name="Thư viện thử")
    return World(
        people, procedure, waiting, _seeds(procedure, listing, waiting, unit, form, picture, document, editor)
    )


def _inspections(unit: Any, people: dict[str, Any]) -> None:
    """One round in which the unit explains, one that is being checked, one that is being prepared."""
    sent = make_sent_unit(unit, words="Chữ của hội đồng")
    checked = make_sent_unit(make_unit("Xã Cẩm Khác"), words="Chữ của người kiểm tra", year=2002)
    checked.sent_at = None
    checked.save()
    checked.round.state = "open"
    checked.round.save()
    for inspected in (sent, checked):
        inspected.inspectors.add(people["tham-dinh"])
    make_round([unit], title="Đợt đang chuẩn bị", scheme=sent.round.scheme)


def _seeds(
    procedure: Any, listing: Any, waiting: Any, unit: Any, form: Any, picture: Any, document: Any, person: Any
) -> list[str]:
    state = waiting.current_workflow_task_state
    snippet = "wagtailsnippets_procedures_listing"
    bulk = (
        *(
            ("wagtailcore", "page", action, procedure)
            for action in ("delete", "move", "publish", "unpublish")
        ),
        *(
            ("wagtailimages", "image", action, picture)
            for action in ("delete", "add_tags", "add_to_collection")
        ),
        *(
            ("wagtaildocs", "document", action, document)
            for action in ("delete", "add_tags", "add_to_collection")
        ),
        *(("auth", "user", action, person) for action in ("delete", "assign_role", "set_active_state")),
        ("procedures", "controlledform", "delete", form),
        ("home", "subject", "delete", procedure.subject),
    )
    return [
        *(f"{reverse('wagtail_bulk_action', args=[app, model, action])}?id={thing.pk}&next=/admin/" for app, model, action, thing in bulk),
        *(reverse(f"wagtailadmin_choose_page{kind}") for kind in ("", "_external_link", "_email_link", "_phone_link", "_anchor_link", "_search")),
        reverse("wagtailimages_chooser:choose"),
        reverse("wagtailimages_chooser:select_format", args=[picture.pk]),
        reverse("wagtaildocs_chooser:choose"),
        reverse("wagtailembeds:chooser"),
        reverse("procedure_chooser:choose"),
        *(reverse(f"wagtailsnippetchoosers_{model}:choose") for model in ("home_unit", "home_subject", "guidance_legalreference", "procedures_controlledform")),
        *(reverse(f"{snippet}:workflow_action", args=[waiting.pk, action, state.pk]) for action in ("approve", "reject")),
        reverse(f"{snippet}:confirm_workflow_cancellation", args=[waiting.pk]),
        reverse(f"{snippet}:workflow_history", args=[waiting.pk]),
        reverse(f"{snippet}:workflow_history_detail", args=[waiting.pk, waiting.current_workflow_state.pk]),
        reverse(f"{snippet}:unpublish", args=[listing.pk]),
        *(reverse(f"wagtailadmin_pages:{action}", args=[procedure.pk]) for action in ("delete", "unpublish", "copy", "move", "set_privacy", "usage", "history", "workflow_history")),
        reverse("wagtailadmin_pages:search"),
        reverse("wagtailadmin_explore_root"),
        reverse("unit_listings", args=[unit.slug]),
        reverse("procedure_missing", args=[procedure.pk]),
    ]  # fmt: skip


LEAST_SCREENS = {
    "bien-tap": 20,
    "phe-duyet": 20,
    "kiem-soat": 20,
    "tham-dinh": 5,
    "quan-tri": 20,
    "so-noi-vu": 4,
}
"""A walk that ends early proves nothing."""


def test_every_screen_is_in_vietnamese(world: World, visit: Callable[..., View], server: str) -> None:
    drawn: set[str] = set()
    found = []
    for role, least in LEAST_SCREENS.items():
        user = world.people[role]
        client = Client(SERVER_NAME="localhost", raise_request_exception=False)
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        walk = Walk(visit("/admin/", user=user), server, client, drawn)
        walk.go(["/admin/", "/admin/account/"], world.seeds)
        found += [f"{role}: {line}" for line in (*walk.found, *walk.view.problems)]
        assert walk.screens >= least, (role, sorted(walk.seen))
        walk.view.page.context.close()
    assert not found, "\n".join(found)


def test_signing_in_is_in_vietnamese(world: World, visit: Callable[..., View], server: str) -> None:
    view = visit("/admin/login/")
    walk = Walk(view, server, Client(SERVER_NAME="localhost", raise_request_exception=False))
    walk.read("login")
    view.page.get_by_role("textbox").first.fill(world.people["bien-tap"].username)
    view.page.locator("input[type=password]").fill("sai")
    view.page.get_by_role("button", name="Đăng nhập").click()
    view.page.wait_for_load_state()
    walk.read("login refused")
    view.page.goto(server + reverse("wagtailadmin_password_reset"))
    walk.read("password reset")
    view.page.goto(server + reverse("wagtailadmin_password_reset_done"))
    walk.read("password reset done")
    view.page.goto(server + reverse("wagtailadmin_password_reset_confirm", args=["x", "y-z"]))
    walk.read("password reset refused")
    view.page.goto(server + reverse("wagtailadmin_password_reset_complete"))
    walk.read("password reset complete")
    assert not walk.found, "\n".join(walk.found)
