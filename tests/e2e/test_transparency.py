"""The table of units, one unit's history and open data in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from procedures.models import UnitMeasure
from tests.e2e.watching import (
    FIRST_VIEW_LIMIT,
    View,
    assert_no_axe_violations,
    assert_no_sideways_scrolling,
)
from tests.factories.units import make_unit

pytestmark = pytest.mark.browser

PAGES = {
    "transparency": "/minh-bach/?sx=niem-yet-tang",
    "transparency-whole": "/minh-bach/?trang=tat-ca",
    "transparency-unit": "/minh-bach/xa-thu-3/",
    "open-data": "/du-lieu/",
    "home-share": "/",
    "unit-share": "/don-vi/xa-thu-3/",
}


@pytest.fixture
def world(live_database: None) -> None:
    for number in range(30):
        unit = make_unit(f"Xã Thử Nghiệm {number}", slug=f"xa-thu-{number}")
        UnitMeasure.objects.bulk_create(
            UnitMeasure(
                unit=unit,
                day=date(2026, month, 28),
                owed=300,
                listed=270 + number,
                on_time=250 + month,
                complete=240 + number,
                late=1,
                outdated=1,
            )
            for month in range(1, 11)
        )


@pytest.mark.parametrize("name", PAGES)
def test_page(world: None, visit: Callable[..., View], screenshots: Path, name: str) -> None:
    for width, dark in ((360, False), (1280, True), (1280, False)):
        view = visit(PAGES[name], width=width, dark=dark)
        assert view.status == 200
        assert view.bytes_on_wire <= FIRST_VIEW_LIMIT, view.bytes_on_wire
        view.page.screenshot(
            path=screenshots / f"{name}-{width}{'-dark' if dark else ''}.png", full_page=True
        )
        assert_no_axe_violations(view)
        assert_no_sideways_scrolling(view)
