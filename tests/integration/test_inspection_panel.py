"""What waits in rounds, on the first page: each sees their own part, nobody sees what nobody sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from home.enums import PortalGroup
from procedures.boards.unit_board import unit_board
from procedures.completeness.reports import unit_report
from procedures.inspections.explaining import explain, finish_explaining
from procedures.inspections.home_panel import waiting
from procedures.listings.units import ListingRights
from procedures.models import Verdict
from tests.conftest import Kept
from tests.factories.inspections import make_inspections
from tests.factories.people import make_user
from tests.integration.test_inspection_steps import SOON, concluded_world, judge, judge_all, sent_world

pytestmark = pytest.mark.usefixtures("rolled_back")


def notes(user: Any) -> list[str]:
    return [line.note for line in waiting(user)]


def deadlines_of(world: Any, *, own: bool = True) -> Any:
    """Of the unit's board."""
    return unit_board(unit_report(world.inspected.unit), ListingRights(list=own, approve=own)).deadlines


def test_a_unit_learns_of_its_result_and_until_when(kept: Kept) -> None:
    world = kept(sent_world)
    (line,) = waiting(world.editor)
    assert world.inspected.unit.name in line.title
    assert f"đến hết ngày {SOON:%d/%m/%Y}" in line.note
    assert line.url == reverse("inspection_explain", args=[world.inspected.pk])
    assert waiting(make_user(PortalGroup.CONTROLLER)) == []
    assert [d.url for d in deadlines_of(world) if d.verb == "Giải trình"] == [line.url]
    assert [d.url for d in deadlines_of(world, own=False) if d.verb.startswith("Giải trình: ")] == [""]
    finish_explaining(inspected=world.inspected, user=world.editor)
    assert waiting(world.editor) == []
    assert [d.url for d in deadlines_of(world) if d.verb == "Giải trình"] == []


def test_what_was_not_sent_waits_for_no_unit(kept: Kept) -> None:
    assert waiting(kept(make_inspections).editor) == []


def test_an_inspector_sees_what_is_left(kept: Kept) -> None:
    world = kept(make_inspections)
    total = len(world.items())
    judge(world, world.items()[0], Verdict.PASSED)
    assert any(f"còn {total - 1} trên {total} mục" in note for note in notes(world.inspector))
    for item in world.items()[1:]:
        judge(world, item, Verdict.PASSED)
    assert not any("chưa có kết quả" in note for note in notes(world.inspector))
    assert waiting(make_user(PortalGroup.INSPECTOR)) == []


def test_the_council_sees_each_round(kept: Kept) -> None:
    world = kept(make_inspections)
    assert "2 đơn vị chưa kiểm tra xong" in notes(world.council)[0]
    judge_all(world)
    assert "2 đơn vị đã kiểm tra xong, chưa gửi kết quả" in notes(world.council)[0]


def test_the_council_sees_what_nobody_answered(kept: Kept, django_assert_max_num_queries: Any) -> None:
    world = kept(sent_world)
    assert "chờ kết luận" in notes(world.council)[0]
    explain(inspected=world.inspected, text="x", user=world.editor, item=world.items()[0])
    with django_assert_max_num_queries(14):
        assert "1 giải trình chưa được trả lời" in notes(world.council)[0]


def test_nothing_waits_after_the_conclusion(kept: Kept) -> None:
    world = kept(concluded_world)
    for person in (world.council, world.inspector, world.editor):
        assert waiting(person) == []


def test_it_stands_on_the_first_page(kept: Kept) -> None:
    world = kept(sent_world)
    browser = Client()
    browser.force_login(world.editor)
    text = browser.get(reverse("wagtailadmin_home")).content.decode()
    assert escape(world.round.title) in text
    assert reverse("inspection_explain", args=[world.inspected.pk]) in text
