"""An announcing decision in a real browser: uploaded, answered, applied; on a phone and without a script too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse

from home.enums import PortalGroup
from procedures.models import AnnouncementDecision, DecisionDraft
from tests.e2e.watching import View, assert_no_axe_violations, assert_no_sideways_scrolling
from tests.factories.catalogue import make_procedure
from tests.factories.decision_files import small_workbook
from tests.factories.decisions import line, make_draft, proposal, repeal, task
from tests.factories.opening import make_opening
from tests.factories.people import make_user
from tests.factories.units import make_unit

pytestmark = pytest.mark.browser

Visit = Callable[..., View]
ADMIN_RULES = (
    "region",
    "landmark-complementary-is-top-level",
    "landmark-unique",
    "aria-allowed-role",
    "color-contrast",
)
"""Of Wagtail's own frame; contrast in it is Wagtail's too."""


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "quyet-dinh-55.xlsx"
    path.write_bytes(
        small_workbook(
            (1, "7.100000", "Đăng ký kết hôn", "5 ngày"), (2, "7.1000010", "Đăng ký khai sinh", "3 ngày")
        )
    )
    return path


def press(view: View, name: str) -> None:
    with view.page.expect_navigation(wait_until="networkidle"):
        view.page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize("javascript", [True, False])
def test_upload_answer_apply(
    live_database: None, visit: Visit, workbook: Path, screenshots: Path, javascript: bool
) -> None:
    make_unit("Xã Một")
    make_procedure("Đăng ký kết hôn", code="7.100000")
    make_procedure("Đăng ký khai sinh", code="7.100001")
    make_opening()
    view = visit(reverse("decisions"), user=make_user(PortalGroup.CONTROLLER), javascript=javascript)
    page = view.page
    page.locator("input[type=file]").set_input_files(workbook)
    press(view, "Xem trước")
    assert page.get_by_role("button", name="Áp dụng quyết định").count() == 0
    question = page.locator(".qd__question--must")
    assert question.count() == 1
    question.get_by_role("textbox").fill("7.100001")
    question.get_by_label("Khác:").check()
    page.screenshot(path=screenshots / "quyet-dinh-xem-truoc.png", full_page=True)
    press(view, "Lưu các câu trả lời")
    assert page.locator(".qd__question--must").count() == 0
    press(view, "Áp dụng quyết định")
    decision = AnnouncementDecision.objects.get(number="55/QĐ-UBND")
    assert page.url.endswith(reverse("decision", args=[decision.pk]))
    assert decision.lines.count() == 2
    page.screenshot(path=screenshots / "quyet-dinh.png", full_page=True)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_screens_can_be_read(live_database: None, visit: Visit, width: int) -> None:
    make_procedure("Đăng ký kết hôn", code="7.100000")
    make_opening()
    draft: DecisionDraft = make_draft(
        proposal(
            line("7.100000", name="Đăng ký kết hôn", part="I. Mới › A. Cấp xã", level="commune"),
            line("", code_text="7.1000010", name="Đăng ký khai sinh"),
            tasks=(task(),),
            repeals=(repeal("9/QĐ-UBND"),),
        )
    )
    user = make_user(PortalGroup.CONTROLLER)
    for address in (
        reverse("decisions"),
        reverse("decision_draft", args=[draft.pk]),
        reverse("decision_edit", args=[draft.pk]),
    ):
        view = visit(address, user=user, width=width)
        assert view.status == 200
        assert_no_sideways_scrolling(view)
        assert_no_axe_violations(view, without=ADMIN_RULES)
