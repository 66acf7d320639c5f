"""Who may do what to a listing: one policy, asked by the viewset, the approval task and the screens of "Niêm yết"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from home.enums import Role
from home.permissions import UnitPermissionPolicy

STAFF = (Role.EDITOR, Role.APPROVER)

OWN_WORDS = ("notes", "hours_note")
"""Fields in which a unit writes in its own words; all else is official text or a choice."""

LISTING_POLICY = UnitPermissionPolicy(
    "procedures.Listing",
    unit_lookup="unit",
    grants={
        "view": STAFF,
        "add": STAFF,
        "change": STAFF,
        # Listing with official text and unit defaults, confirming, withdrawing: the screens of "Niêm yết".
        "list": STAFF,
        # Own words, approving, unpublishing from the editor.
        "publish": (Role.APPROVER,),
        "lock": (Role.APPROVER,),
        "unlock": (Role.APPROVER,),
        "delete": STAFF,
    },
    # What the public has seen is withdrawn, never deleted: the ledger speaks of it.
    limits={"delete": Q(first_published_at=None, live=False)},
    aliases={"list": "change"},
)


def words_changed(live: Mapping[str, str], draft: Mapping[str, str]) -> bool:
    """Whether a draft says something in the unit's own words that the public does not read yet."""
    return any((live.get(f) or "").strip() != (draft.get(f) or "").strip() for f in OWN_WORDS)


def may_publish(user: Any, listing: Any, draft: Mapping[str, str]) -> bool:
    """Approvers publish; editors too, as long as nothing of the unit's own words is new, or the unit waives approval.

    `listing` is a stored one; what the public reads now comes from its row, never from a draft.
    """
    if LISTING_POLICY.user_has_permission_for_instance(user, "publish", listing):
        return True
    if not LISTING_POLICY.user_has_permission_for_instance(user, "list", listing):
        return False
    row = (
        type(listing)
        ._base_manager.filter(pk=listing.pk)
        .values("live", "unit__notes_need_approval", *OWN_WORDS)
        .get()
    )
    live = {field: row[field] if row["live"] else "" for field in OWN_WORDS}
    return not row["unit__notes_need_approval"] or not words_changed(live, draft)
