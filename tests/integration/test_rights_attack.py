"""Every admin address × people × methods: nobody reads or changes what is another unit's.

Addresses come from the resolver. What counts is a marker text in the answer or a changed row, not the status. Every
attempt is rolled back. That the attack has teeth is shown by letting the unit's own approver run it.
"""

from __future__ import annotations

import logging
from collections.abc import Container, Iterator
from copy import copy
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib import auth
from django.contrib.messages import get_messages
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test import Client
from django.urls import reverse
from wagtail.contrib.redirects import middleware as redirects
from wagtail.users.models import UserProfile

from home.enums import PortalGroup, Role
from home.models import Membership
from procedures.inspections.checking import judgement_of
from procedures.models import Listing
from tests.factories.people import PASSWORD, make_member, make_membership, make_user
from tests.integration.rights_world import (
    MARKER,
    MODELS_OF,
    World,
    admin_addresses,
    build_world,
    fillings,
    payload,
    rows_of_unit_a,
    strangers,
    url_of,
)

pytestmark = [pytest.mark.whole, pytest.mark.usefixtures("rolled_back")]

signed_in = auth.get_user
METHODS = ("get", "post", "delete")
LISTING = "wagtailsnippets_procedures_listing"
MEMBERSHIP = "membership"
INSPECTIONS = "/admin/dot-kiem-tra/"


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Thousands of refusals need no log."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def world(module_db: None) -> World:
    return build_world()


class Attacker:
    """One person with a browser; every attempt leaves the database as it was."""

    def __init__(self, world: World, user: Any) -> None:
        self.world = world
        self.user = user
        self.client = Client(raise_request_exception=False)
        if user is not None:
            self.client.force_login(user)
            # Made at the first page that somebody opens; attempts take that back, and each would make it again.
            UserProfile.get_for_user(user)
        self.cookies = {name: morsel.value for name, morsel in self.client.cookies.items()}
        self.wrote = False
        self.look_again()

    def look_again(self) -> None:
        """What holds before every attempt, as each is rolled back: unit A's rows, and who the person is."""
        self.before = rows_of_unit_a(self.world)
        self.person: Any = None

    def _person(self, request: Any) -> Any:
        """Whom the session belongs to, with their rights: asked once by the portal's own backend, then as it was told.

        Half of the queries of a refused attempt would ask this again.
        """
        if self.person is None:
            person = signed_in(request)
            if not person.is_authenticated:
                return person
            person.get_all_permissions()
            UserProfile.get_for_user(person)
            self.person = person
        person = copy(self.person)
        # What one attempt reads through this person is not another's: it was taken back.
        person._state = copy(person._state)
        person._state.fields_cache = dict(person._state.fields_cache)
        return person

    def _watch(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Notes that something was written at all; only then it is worth comparing every row."""
        if sql.split(None, 1)[0].upper() not in ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK"):
            self.wrote = True
        return execute(sql, params, many, context)

    def attempt(self, method: str, url: str, data: Any = None, **headers: str) -> tuple[str, ...]:
        """What the attempt achieved: "read", the names of changed rows, both, or nothing."""
        self.client.cookies.clear()
        for name, value in self.cookies.items():
            self.client.cookies[name] = value
        achieved: list[str] = []
        self.wrote = False
        with transaction.atomic():
            with (
                connection.execute_wrapper(self._watch),
                patch.object(auth, "get_user", self._person),
                # What isn't found is half of the answers: that no redirect leads on from there need not be asked each time.
                patch.object(redirects, "get_redirect", lambda _request, _path: None),
            ):
                response = getattr(self.client, method)(url, data, headers=headers or None)
            told = b"".join(response.streaming_content) if response.streaming else response.content
            said = " ".join(str(message) for message in get_messages(response.wsgi_request))
            if MARKER.lower() in (told.decode(errors="replace") + said).lower():
                achieved.append("read")
            try:
                after = rows_of_unit_a(self.world) if self.wrote else self.before
            except TransactionManagementError:
                after = self.before  # a database error on the way: all of it falls
            achieved += [name for name, rows in after.items() if rows != self.before[name]]
            transaction.set_rollback(True)
        return tuple(achieved)

    def attack(
        self, methods: tuple[str, ...] = METHODS, *, aimed: bool = False, only: Container[str] = ()
    ) -> dict[str, tuple[str, ...]]:
        """All addresses, or only those `aimed` at an object, or `only` of some namespaces; what succeeded, and how."""
        hits = {}
        for address in admin_addresses():
            if (aimed and not address.parameters) or (only and address.namespace not in only):
                continue
            for values in fillings(self.world, address):
                url = url_of(address, values)
                for method in methods:
                    data = payload(self.world) if method == "post" else None
                    if achieved := self.attempt(method, url, data):
                        hits[f"{method} {url}"] = achieved
        return hits


WHO = ("editor of B", "approver of B", "left A for B", "curator")


def test_left_unit_a_for_b(world: World) -> None:
    """Once approver of A, now editor and approver of B: every right a stranger can have, every method, every address."""
    person = strangers(world)["left A for B"]
    make_membership(person, world.other_unit, Role.EDITOR)
    assert Attacker(world, person).attack() == {}


@pytest.mark.parametrize(
    ("who", "methods"),
    [("editor of B", ("post",)), ("approver of B", ("post",)), ("curator", ("get", "post"))],
)
def test_strangers_get_nothing_of_unit_a(world: World, who: str, methods: tuple[str, ...]) -> None:
    """Fewer rights than the one above: here because a right may exclude another. Curators conduct inspections."""
    hits = Attacker(world, strangers(world)[who]).attack(methods, aimed=True)
    assert {url for url in hits if who != "curator" or INSPECTIONS not in url} == set()
    assert {what for url, what in hits.items() if INSPECTIONS in url} <= {("read",)}


def test_anonymous_gets_nothing_anywhere(world: World) -> None:
    assert Attacker(world, None).attack(("get", "post")) == {}


def test_the_attack_has_teeth(world: World) -> None:
    """The same attempts by the unit's own approver do read and change: nothing is refused for a silly reason."""
    hits = Attacker(world, world.own_approver).attack(("get", "post"), only=MODELS_OF)
    reading = {url for url, achieved in hits.items() if "read" in achieved}
    changing = {url for url, achieved in hits.items() if set(achieved) - {"read"}}
    assert len(reading) > 35, sorted(reading)
    assert len(changing) > 12, sorted(changing)


def test_left_person_is_signed_out(world: World) -> None:
    person = make_member(world.unit, Role.APPROVER)
    attacker = Attacker(world, person)
    assert "read" in attacker.attempt("get", reverse(f"{LISTING}:edit", args=[world.listing.pk]))
    Membership.objects.filter(user=person).update(valid_until="2020-01-01", valid_from="2019-01-01")
    attacker.look_again()
    assert attacker.attack(("get",), aimed=True) == {}
    attacker.client.cookies.clear()
    assert not attacker.client.login(username=person.username, password=PASSWORD)


@pytest.mark.parametrize("group", [PortalGroup.INSPECTOR, PortalGroup.CONTROLLER])
def test_readers_change_nothing(world: World, group: PortalGroup) -> None:
    """They read every unit's listings, but change nothing of them, and see no memberships."""
    attacker = Attacker(world, make_user(group))
    hits = attacker.attack(("post",), aimed=True)
    assert {url: what for url, what in hits.items() if set(what) - {"read"}} == {}
    assert attacker.attempt("get", reverse(f"{MEMBERSHIP}:index")) == ()
    assert "read" in attacker.attempt("get", reverse(f"{LISTING}:inspect", args=[world.listing.pk]))


# Crafted -------------------------------------------------------------------------------------------------------------


def crafted(world: World) -> list[tuple[str, str, Any]]:
    listing, quiet = world.listing.pk, world.quiet_listing.pk
    own = world.other_listing.pk
    task = world.task_state.pk
    delete = reverse("wagtail_bulk_action", args=["procedures", "listing", "delete"])
    desk_delete = reverse("wagtail_bulk_action", args=["home", "desk", "delete"])
    ids = f"?id={listing}&id={quiet}"
    history = reverse("wagtailadmin_reports:site_history")
    edit = {**payload(world), "unit": world.unit.pk}
    workflow = [
        ("post", reverse(f"{LISTING}:workflow_action", args=[own, action, task]), {"comment": "x"})
        for action in ("approve", "reject")
    ]
    collect = reverse(f"{LISTING}:collect_workflow_action_data", args=[own, "reject", task])
    choose = "wagtailsnippetchoosers_home_unit"
    other_unit_edit = reverse("wagtailsnippets_home_unit:edit", args=[world.other_unit.pk])
    return [
        *workflow,
        ("get", collect, None),
        ("post", collect, {"comment": "x"}),
        ("get", delete + ids, None),
        ("post", delete + ids, {}),
        ("get", delete + "?id=all", None),
        ("post", delete + "?id=all", {}),
        ("get", f"{desk_delete}?id={world.desk.pk}", None),
        ("post", f"{desk_delete}?id={world.desk.pk}", {}),
        (
            "get",
            reverse("wagtail_bulk_action", args=["home", "unit", "delete"]) + f"?id={world.unit.pk}",
            None,
        ),
        (
            "get",
            reverse("wagtail_bulk_action", args=["home", "counter", "delete"]) + f"?id={world.counter.pk}",
            None,
        ),
        (
            "post",
            reverse("wagtail_bulk_action", args=["home", "counter", "delete"]) + f"?id={world.counter.pk}",
            {},
        ),
        (
            "get",
            reverse("wagtail_bulk_action", args=["auth", "user", "delete"]) + f"?id={world.superuser.pk}",
            None,
        ),
        (
            "post",
            reverse("wagtail_bulk_action", args=["auth", "user", "delete"]) + f"?id={world.superuser.pk}",
            {},
        ),
        ("get", reverse(f"{choose}:choose"), None),
        ("get", reverse(f"{choose}:choose_results") + "?q=dau", None),
        ("get", reverse(f"{choose}:chosen", args=[world.unit.pk]), None),
        ("get", reverse(f"{choose}:chosen_multiple") + f"?id={world.unit.pk}", None),
        ("get", f"{history}?export=csv", None),
        ("get", f"{history}?export=xlsx", None),
        ("get", f"{history}?label=Xã", None),
        ("get", reverse(f"{LISTING}:list") + f"?unit={world.unit.pk}", None),
        ("get", reverse(f"{LISTING}:list") + "?state=draft&export=csv", None),
        ("get", reverse(f"{LISTING}:list_results") + "?_w_filter_fragment=1", None),
        ("get", reverse("wagtailadmin_reports:workflow") + "?export=csv", None),
        ("get", reverse("wagtailadmin_reports:workflow_tasks") + "?export=csv", None),
        ("post", reverse(f"{LISTING}:preview_on_add"), edit),
        ("get", reverse(f"{LISTING}:preview_on_add"), None),
        ("post", reverse(f"{LISTING}:preview_on_edit", args=[listing]), edit),
        ("post", reverse(f"{LISTING}:add"), edit),
        ("post", reverse("wagtailsnippets_home_desk:add"), {**payload(world), "accessible": ""}),
        ("post", reverse("wagtailsnippets_home_counter:add"), payload(world)),
        ("post", reverse(f"{MEMBERSHIP}:add"), {**payload(world), "role": "approver"}),
        # Own desk and own unit, made to speak of unit A.
        (
            "post",
            reverse("wagtailsnippets_home_desk:edit", args=[world.other_desk.pk]),
            {**payload(world), "serves": [world.unit.pk], "unit": world.unit.pk},
        ),
        ("post", other_unit_edit, {**payload(world), "parent": world.unit.pk, "successors": [world.unit.pk]}),
        (
            "post",
            reverse(f"{LISTING}:edit", args=[own]),
            {**payload(world), "unit": world.unit.pk, "desk": world.desk.pk},
        ),
        (
            "post",
            reverse("wagtailadmin_editing_sessions:ping", args=["procedures", "listing", listing, 0]),
            {"is_editing": "1", "revision_id": world.revision.pk},
        ),
        (
            "get",
            reverse(f"{LISTING}:revisions_compare", args=[own, "live", world.revision.pk]),
            None,
        ),
        ("get", reverse(f"{LISTING}:revisions_view", args=[own, world.revision.pk]), None),
        ("get", reverse(f"{LISTING}:revisions_revert", args=[own, world.revision.pk]), None),
        ("get", reverse(f"{LISTING}:workflow_history_detail", args=[own, world.workflow_state.pk]), None),
        ("get", f"{reverse('wagtailsnippets_home_unit:list')}?q=dau", None),
        *inspections(world),
    ]


def inspections(world: World) -> list[tuple[str, str, Any]]:
    """What would be done in a round, were it let."""
    inspected = world.inspected
    item = inspected.items.get()
    unit, explain, conclude = (
        reverse(name, args=[inspected.pk])
        for name in ("inspected_unit", "inspection_explain", "inspection_conclude")
    )
    round_ = reverse("inspection_round", args=[inspected.round_id])
    verdict = {f"thay-{item.pk}": judgement_of(item).mark, f"ket-qua-{item.pk}": "passed"}
    works = ("assign", "unassign", "open", "send", "extend", "take-proposed", "conclude")
    chosen = {
        "muc": [inspected.pk],
        "nguoi": [world.superuser.pk],
        "den-ngay": "31/12/2099",
        "xac-nhan-mo": "co",
        "xac-nhan-ket-luan": "co",
    }
    answer = {"viec": "answer", "ve": inspected.explanations.get().pk, "chap-nhan": "co"}
    return [
        ("post", unit, verdict),
        ("post", reverse("inspection_add_item", args=[inspected.pk]), {"noi-dung": "x"}),
        ("get", f"{explain}?ve=item:{item.pk}", None),
        ("post", explain, {"viec": "explain", "ve": f"item:{item.pk}", "giai-trinh": "x"}),
        ("post", explain, {"viec": "done"}),
        ("post", conclude, answer),
        ("post", conclude, {"viec": "final", "diem": "1", "ket-luan": "x"}),
        *(("post", round_, {"viec": work, **chosen}) for work in works),
    ]


@pytest.mark.parametrize("who", WHO)
def test_crafted_attempts_get_nothing(world: World, who: str) -> None:
    attacker = Attacker(world, strangers(world)[who])
    hits = {
        f"{method} {url}": achieved
        for method, url, data in crafted(world)
        # Curators conduct inspections.
        if who != "curator" or INSPECTIONS not in url
        if (achieved := attacker.attempt(method, url, data))
    }
    assert hits == {}


def test_approver_elsewhere_stays_editor_here(world: World) -> None:
    """Approver of B, editor of A: by no address does the one role reach into the other unit."""
    person = make_member(world.other_unit, Role.APPROVER)
    make_membership(person, world.unit, Role.EDITOR)
    attacker = Attacker(world, person)

    def powers(achieved: tuple[str, ...], url: str) -> list[str]:
        return [name for name in achieved if name in ("tasks", "memberships", "people", "people log")]

    reached = {}
    for method, url, data in crafted(world):
        if found := powers(attacker.attempt(method, url, data), url):
            reached[f"{method} {url}"] = found
    hits = attacker.attack(("post",), aimed=True)
    reached |= {url: found for url, achieved in hits.items() if (found := powers(achieved, url))}
    assert reached == {}
    for name in ("publish", "unpublish"):
        rows = _published_after(attacker, world, name)
        assert rows == _published(world), name


def _published(world: World) -> Any:
    columns = ("pk", "live", "notes", "locked", "live_revision_id")
    return list(Listing.objects.filter(unit=world.unit).order_by("pk").values_list(*columns))


def _published_after(attacker: Attacker, world: World, name: str) -> Any:
    """What the public reads after the person tried to publish (a waiting draft, a fresh one, a new one) or unpublish."""
    with transaction.atomic():
        if name == "unpublish":
            attacker.client.post(reverse(f"{LISTING}:unpublish", args=[world.listing.pk]))
            attacker.client.post(reverse(f"{LISTING}:lock", args=[world.quiet_listing.pk]))
        else:
            words = {**payload(world), "notes": "Chữ chưa ai duyệt"}
            for pk in (world.listing.pk, world.quiet_listing.pk):
                attacker.client.post(reverse(f"{LISTING}:edit", args=[pk]), words)
        rows = _published(world)
        transaction.set_rollback(True)
    if name == "publish":
        # The draft that never was public is saved with the new words, but stays a draft.
        assert [row[1] for row in rows] == [True, False]
        rows = [(pk, live, "" if not live else notes, *rest) for pk, live, notes, *rest in rows]
        expected = _published(world)
        assert [(r[0], r[1], r[4]) for r in rows] == [(r[0], r[1], r[4]) for r in expected]
        return expected if rows[0] == expected[0] else rows
    return rows
