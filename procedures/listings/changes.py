"""The seam where what records changes of listings hangs: called inside the transaction that makes the change.

A receiver that raises undoes the change: record and listing stand together or not at all. The ledger is one.
"""

from __future__ import annotations

from enum import StrEnum

from django.dispatch import Signal


class ListingChange(StrEnum):
    """What happened to all listings of one signal. The values are also log actions."""

    LIST = "portal.listing.list"
    CONFIRM = "portal.listing.confirm"
    WITHDRAW = "portal.listing.withdraw"
    RELIST = "portal.listing.relist"
    EDIT = "portal.listing.edit"
    """The unit's own part of a live listing was published anew."""


listings_changed = Signal()
"""Keyword arguments: `unit` (Unit), `change` (ListingChange), `listings` (list of Listing as they now stand, each with
`procedure_id`), `user` (or None), `reason` (str), `at` (datetime). `sender` is the model Listing."""
