"""The admin's addresses of the ledger, below the unit's screen "Niêm yết"."""

from __future__ import annotations

from typing import Any

from django.urls import path
from wagtail import hooks

from procedures.ledger import day_views


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [
        path("niem-yet/<slug:slug>/ngay/", day_views.ChooseDayView.as_view(), name="unit_day_choose"),
        path("niem-yet/<slug:slug>/ngay/<str:day>/", day_views.DayView.as_view(), name="unit_day"),
        path(
            "niem-yet/<slug:slug>/ngay/<str:day>/trich/",
            day_views.EvidenceView.as_view(),
            name="unit_day_evidence",
        ),
    ]
