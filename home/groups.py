"""The groups of the portal and what each may do at all, as a table; made the same by every run.

On which objects a right counts is decided by `home.permissions`. Unit staff hold no page permission at all: Wagtail's
reports on all workflows open with any page permission, and would show every unit's drafts.
"""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from home.enums import PortalGroup

ADMIN = ("wagtailadmin.access_admin",)
"""The one right that everybody needs: to open the admin."""

WAGTAIL_DEFAULT_GROUPS = ("Editors", "Moderators")
"""Made by Wagtail's own migrations; they would stand in every list of groups."""


def _all(model: str, *extra: str) -> tuple[str, ...]:
    app, name = model.split(".")
    return tuple(f"{app}.{action}_{name}" for action in ("add", "change", "delete", "view", *extra))


def _view(*models: str) -> tuple[str, ...]:
    return tuple("{}.view_{}".format(*model.split(".")) for model in models)


COUNCIL = (
    # Conducts inspection rounds (procedures.inspections.rights); nothing of a round is ever deleted.
    *(f"procedures.{action}_inspectionround" for action in ("add", "change", "view")),
    "procedures.change_inspectionitem",
)

SEARCH = (
    # Tending the search: what is asked and not found, synonyms, promoted results, notes to the controller.
    *_view("search.queryday"),
    *_all("search.vocabularyentry"),
    *_all("search.searchnote"),
    *_all("wagtailsearchpromotions.searchpromotion"),
)

UNIT_MODELS = ("home.unit", "home.desk", "home.counter", "procedures.listing")

PERMISSIONS: dict[PortalGroup, tuple[str, ...]] = {
    PortalGroup.UNIT_STAFF: (
        *ADMIN,
        "home.view_unit",
        "home.change_unit",
        *_all("home.desk"),
        *_all("home.counter"),
        *_all("home.membership"),
        *_all("procedures.listing", "publish", "lock", "unlock"),
        "procedures.add_explanation",
    ),
    PortalGroup.INSPECTOR: (
        *ADMIN,
        *_view(*UNIT_MODELS, "procedures.scoringscheme"),
        "procedures.change_inspectionitem",
    ),
    PortalGroup.CURATOR: (*ADMIN, *COUNCIL, *SEARCH, *_all("procedures.scoringscheme")),
    PortalGroup.CONTROLLER: (
        *ADMIN,
        *SEARCH,
        *_view(*UNIT_MODELS, "procedures.scoringscheme"),
        *_all("home.subject"),
        *_all("procedures.competence"),
        *_all("procedures.announcementdecision", "publish"),
        *_all("procedures.decisionline"),
        *_all("procedures.controlledform"),
        *_all("procedures.formversion"),
        *_view("procedures.importedprocedure"),
        *_all("guidance.legalreference"),
    ),
    PortalGroup.ADMINISTRATOR: (
        *ADMIN,
        *_all("home.unit"),
        *_all("home.desk"),
        *_all("home.counter"),
        *_all("home.calendarday"),
        *_all("home.subject"),
        *_all("home.membership"),
        "home.change_portalsettings",
        *_all("procedures.listing", "publish", "lock", "unlock"),
        *_all("procedures.competence"),
        *_all("procedures.scoringscheme"),
        *_all("procedures.announcementdecision", "publish"),
        *_all("procedures.decisionline"),
        *_all("procedures.controlledform"),
        *_all("procedures.formversion"),
        *_view("procedures.importedprocedure"),
        *_all("guidance.legalreference"),
        *COUNCIL,
        *SEARCH,
        *_all("wagtailredirects.redirect"),
        *_all("wagtailcore.collection"),
        "auth.add_user",
        "auth.change_user",
        "auth.delete_user",
        "auth.view_user",
    ),
}
"""Names of permissions; one whose model is not installed is passed over."""

PAGE_RIGHTS = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
PAGES: dict[PortalGroup, tuple[str, tuple[str, ...]]] = {
    PortalGroup.CONTROLLER: ("procedures.catalogueindexpage", PAGE_RIGHTS),
    PortalGroup.ADMINISTRATOR: ("home.homepage", (*PAGE_RIGHTS, "bulk_delete_page")),
}
"""Group → the page type below which it works (itself included) and what it may do there."""

COLLECTIONS: dict[PortalGroup, tuple[str, ...]] = dict.fromkeys(
    (PortalGroup.CONTROLLER, PortalGroup.ADMINISTRATOR),
    (
        "wagtailimages.add_image",
        "wagtailimages.change_image",
        "wagtailimages.choose_image",
        "wagtaildocs.add_document",
        "wagtaildocs.change_document",
        "wagtaildocs.choose_document",
    ),
)


def _named(names: tuple[str, ...]) -> Q:
    wanted = Q(pk__in=[])
    for name in names:
        app, codename = name.split(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    return wanted


@transaction.atomic
def ensure_groups() -> dict[PortalGroup, Group]:
    """All groups with exactly these permissions; safe to run again, e.g. when the page tree has come to be."""
    groups = {}
    for kind in PortalGroup:
        group, _created = Group.objects.get_or_create(name=kind.value)
        group.permissions.set(Permission.objects.filter(_named(PERMISSIONS[kind])))
        _ensure_pages(group, *PAGES.get(kind, ("", ())))
        _ensure_collections(group, COLLECTIONS.get(kind, ()))
        groups[kind] = group
    Group.objects.filter(name__in=WAGTAIL_DEFAULT_GROUPS, user=None).delete()
    return groups


def _ensure_pages(group: Group, page_type: str, rights: tuple[str, ...]) -> None:
    permissions = Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=rights)
    roots = Page.objects.none()
    if page_type:
        app, model = page_type.split(".")
        roots = Page.objects.filter(content_type__in=ContentType.objects.filter(app_label=app, model=model))
    wanted = {(page.pk, permission.pk) for page in roots for permission in permissions}
    held = set(GroupPagePermission.objects.filter(group=group).values_list("page_id", "permission_id"))
    for page_id, permission_id in held - wanted:
        GroupPagePermission.objects.filter(group=group, page=page_id, permission=permission_id).delete()
    GroupPagePermission.objects.bulk_create(
        GroupPagePermission(group=group, page_id=page_id, permission_id=permission_id)
        for page_id, permission_id in sorted(wanted - held)
    )


def _ensure_collections(group: Group, names: tuple[str, ...]) -> None:
    root = Collection.get_first_root_node()
    permissions = Permission.objects.filter(_named(names))
    GroupCollectionPermission.objects.filter(group=group).exclude(permission__in=permissions).delete()
    if root is not None:
        for permission in permissions:
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=root, permission=permission
            )
