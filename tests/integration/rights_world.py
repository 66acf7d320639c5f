"""The world of the attack: a unit whose every word carries a marker, people who must not read it, and all addresses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from wagtail.admin.models import EditingSession, FormState
from wagtail.models import Revision, TaskState, WorkflowState

from home.enums import PortalGroup, Role
from home.models import (
    Counter,
    Desk,
    DeskException,
    DeskHours,
    Membership,
    MembershipLogEntry,
    Unit,
    UnitLogEntry,
)
from procedures.listings.approval import ensure_approval_workflow
from procedures.models import (
    Explanation,
    InspectedUnit,
    InspectionFile,
    InspectionItem,
    InspectionLogEntry,
    InspectionRound,
    Listing,
    ListingLogEntry,
)
from tests.factories.catalogue import make_listing
from tests.factories.inspections import make_sent_unit
from tests.factories.people import make_member, make_membership, make_user
from tests.factories.units import make_counter, make_desk, make_unit

MARKER = "DAUCUADONVIA"
"""Stands in every word of unit A that nobody else may read in the admin."""


@dataclass
class World:
    unit: Unit
    other_unit: Unit
    listing: Listing
    """Live, with a draft that waits for approval."""
    quiet_listing: Listing
    """A draft that was never public."""
    other_listing: Listing
    """Unit B's, waiting for approval too."""
    desk: Desk
    other_desk: Desk
    counter: Counter
    membership: Membership
    task_state: TaskState
    other_task_state: TaskState
    workflow_state: WorkflowState
    revision: Revision
    own_approver: Any
    superuser: Any
    inspected: InspectedUnit
    """Unit A in an inspection round: sent and explained."""
    evidence: InspectionFile


def build_world() -> World:
    ensure_approval_workflow()
    unit = make_unit(f"Xã {MARKER}", email=f"{MARKER.lower()}@mau.example", complaints_address=MARKER)
    other_unit = make_unit("Xã Bên Cạnh")
    desk = make_desk(unit, name=f"Bộ phận {MARKER}")
    other_desk = make_desk(other_unit, name="Bộ phận bên cạnh")
    counter = make_counter(desk, name=f"Quầy {MARKER}")
    editor = make_member(unit, first_name=MARKER)
    listing = make_listing(unit, notes=f"Ghi chú {MARKER}")
    quiet = make_listing(unit, live=False, notes=f"Nháp {MARKER}")
    other_listing = make_listing(other_unit, notes="Ghi chú bên cạnh")
    for waiting, person in ((listing, editor), (other_listing, make_member(other_unit))):
        waiting.notes += " mới"
        waiting.save_revision(user=person, log_action=True)
        waiting.get_workflow().start(waiting, person)
    for thing in (desk, counter, unit):
        thing.save_revision(user=editor, log_action=True)
    inspected = make_sent_unit(unit, words=MARKER)
    return World(
        unit=unit,
        other_unit=other_unit,
        listing=listing,
        quiet_listing=quiet,
        other_listing=other_listing,
        desk=desk,
        other_desk=other_desk,
        counter=counter,
        membership=editor.memberships.get(),
        task_state=listing.current_workflow_task_state,
        other_task_state=other_listing.current_workflow_task_state,
        workflow_state=listing.current_workflow_state,
        revision=listing.get_latest_revision(),
        own_approver=make_member(unit, Role.APPROVER),
        superuser=make_user(first_name=MARKER, is_superuser=True),
        inspected=inspected,
        evidence=InspectionFile.objects.get(inspected=inspected),
    )


def strangers(world: World) -> dict[str, Any]:
    """People who must neither read nor change anything of unit A."""
    yesterday = timezone.localdate() - timedelta(days=1)
    was_here = make_user()
    make_membership(was_here, world.unit, Role.APPROVER, valid_from=yesterday, valid_until=yesterday)
    make_membership(was_here, world.other_unit, Role.APPROVER)
    return {
        "editor of B": make_member(world.other_unit),
        "approver of B": make_member(world.other_unit, Role.APPROVER),
        "left A for B": was_here,
        "curator": make_user(PortalGroup.CURATOR),
    }


# Addresses -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Address:
    name: str
    route: str
    parameters: tuple[str, ...]

    @property
    def namespace(self) -> str:
        return self.name.rpartition(":")[0]


def admin_addresses() -> list[Address]:
    """Every pattern below /admin/, from the resolver: a new one is attacked the day it appears."""
    return [address for address in _walk(get_resolver().url_patterns) if address.route.startswith("admin/")]


def _walk(patterns: Any, prefix: str = "", namespaces: tuple[str, ...] = ()) -> Iterator[Address]:
    for item in patterns:
        route = prefix + str(item.pattern)
        if isinstance(item, URLResolver):
            inner = (*namespaces, item.namespace) if item.namespace else namespaces
            yield from _walk(item.url_patterns, route, inner)
        elif isinstance(item, URLPattern):
            names = tuple(item.pattern.regex.groupindex) or tuple(
                str(n) for n in range(item.pattern.regex.groups)
            )
            yield Address(":".join((*namespaces, item.name or "")), route, names)


MODELS_OF = {
    "wagtailsnippets_procedures_listing": "listing",
    "wagtailsnippets_home_desk": "desk",
    "wagtailsnippets_home_counter": "counter",
    "wagtailsnippets_home_unit": "unit",
    "wagtailsnippetchoosers_home_unit": "unit",
    "membership": "membership",
}


def fillings(world: World, address: Address) -> list[dict[str, Any]]:
    """Values for the parameters of an address, aimed at what is unit A's."""
    targets: list[Any] = [getattr(world, MODELS_OF.get(address.namespace, "listing"))]
    if address.namespace == "wagtailsnippets_procedures_listing":
        targets.append(world.quiet_listing)
    if address.namespace.startswith("wagtailusers"):
        targets = [world.membership.user, world.superuser]
    filled = []
    for target in targets:
        revision = getattr(target, "latest_revision", None)
        values = {
            "pk": target.pk,
            "object_id": target.pk,
            "revision_id": revision.pk if revision else world.revision.pk,
            "revision_id_a": "earliest",
            "revision_id_b": "latest",
            "task_state_id": world.task_state.pk,
            "workflow_state_id": world.workflow_state.pk,
            "task_id": world.task_state.task_id,
            "app_label": target._meta.app_label,
            "app_name": target._meta.app_label,
            "content_type_app_name": target._meta.app_label,
            "model_name": target._meta.model_name,
            "content_type_model_name": target._meta.model_name,
            "session_id": 999,
            "filter_spec": "original",
            "slug": world.unit.slug,
            "uidb64": "MQ",
            "token": "set-password",
            "round_id": world.inspected.round_id,
            "inspected_id": world.inspected.pk,
            "file_id": world.evidence.pk,
            "kind": "xlsx",
        }
        actions = ["approve", "reject"] if "action_name" in address.parameters else ["delete"]
        for action in actions:
            chosen = {**values, "action_name": action, "action": action}
            filled.append({name: chosen.get(name, 1) for name in address.parameters})
            if not address.parameters:
                return [{}]
    return filled


def url_of(address: Address, values: dict[str, Any]) -> str:
    """By name; the few without a name are written out from their route."""
    if address.name.rpartition(":")[2]:
        try:
            return reverse(address.name, kwargs=values) if values else reverse(address.name)
        except NoReverseMatch:
            return reverse(address.name, args=list(values.values()))
    return "/" + address.route.replace("^.*/$", "khong-co/")


def payload(world: World) -> dict[str, Any]:
    """A form that would save on most screens, were it let."""
    return {
        "unit": world.unit.pk,
        "procedure": world.listing.procedure_id,
        "desk": world.desk.pk,
        "counter": "",
        "phone": "0239 999 999",
        "hours_note": "",
        "notes": "Bị sửa",
        "name": "Bị sửa",
        "address": "Bị sửa",
        "place": "Bị sửa",
        "website": "https://bi-sua.example/",
        "complaints_address": "Bị sửa",
        "email": "bi-sua@mau.example",
        "first_name": "Bị",
        "last_name": "Sửa",
        "username": "bi-sua",
        "role": "editor",
        "valid_from": "2020-01-01",
        "valid_until": "2020-01-02",
        "is_active": "",
        "comment": "Bị sửa",
        "action-publish": "1",
        "viec": "list",
        "mot": f"list:{world.quiet_listing.procedure_id}",
        "muc": [world.listing.procedure_id, world.quiet_listing.procedure_id],
        "day": "2030-01-01",
        "kind": "off",
        "slug": "bi-sua",
        **{
            f"{formset}-{field}": 0
            for formset in ("hours", "exceptions")
            for field in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
        },
    }


# What must not change ------------------------------------------------------------------------------------------------


def rows_of_unit_a(world: World) -> dict[str, Any]:
    """Everything in the database that is unit A's, as values."""
    desks = Desk.objects.filter(unit=world.unit)
    listings = Listing.objects.filter(unit=world.unit)
    keys = [str(pk) for pk in listings.values_list("pk", flat=True)]
    whose: dict[str, models.QuerySet[Any]] = {
        "unit": Unit.objects.filter(pk=world.unit.pk),
        "desks": desks,
        "served": Desk.serves.through.objects.filter(unit=world.unit),
        "hours": DeskHours.objects.filter(desk__in=desks),
        "exceptions": DeskException.objects.filter(desk__in=desks),
        "counters": Counter.objects.filter(desk__in=desks),
        "listings": listings,
        "memberships": Membership.objects.filter(unit=world.unit),
        "people": get_user_model()
        .objects.filter(pk__in=[world.membership.user_id, world.own_approver.pk, world.superuser.pk])
        .defer("last_login"),
        "workflows": WorkflowState.objects.filter(object_id__in=keys),
        "tasks": TaskState.objects.filter(workflow_state=world.workflow_state),
        "revisions": Revision.objects.filter(content_type__app_label="procedures", object_id__in=keys).defer(
            "content"
        ),
        "log": ListingLogEntry.objects.filter(unit=world.unit),
        "unit log": UnitLogEntry.objects.filter(unit=world.unit),
        "people log": MembershipLogEntry.objects.filter(unit=world.unit),
        "sessions": EditingSession.objects.filter(content_type__app_label="procedures", object_id__in=keys),
        "round": InspectionRound.objects.filter(units=world.inspected),
        "inspected": InspectedUnit.objects.filter(pk=world.inspected.pk),
        "inspectors": InspectedUnit.inspectors.through.objects.filter(inspectedunit=world.inspected),
        "inspection items": InspectionItem.objects.filter(inspected=world.inspected),
        "explanations": Explanation.objects.filter(inspected=world.inspected),
        "evidence": InspectionFile.objects.filter(inspected=world.inspected),
        "inspection log": InspectionLogEntry.objects.filter(round=world.inspected.round),
        "form states": FormState.objects.filter(object_id__in=keys, content_type__app_label="procedures"),
    }
    return {name: list(rows.order_by("pk").values_list()) for name, rows in whose.items()}
