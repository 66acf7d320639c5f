"""A scheme of points in a real browser: the example follows each change before anything is saved; errors at their fields."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from home.enums import PortalGroup
from procedures.completeness.yearly_schemes import ensure_example
from procedures.models import ScoringScheme
from tests.e2e.watching import View, assert_no_axe_violations, assert_no_sideways_scrolling
from tests.factories.people import make_user

pytestmark = pytest.mark.browser

Visit = Callable[..., View]
SCHEMES = "wagtailsnippets_procedures_scoringscheme"


def test_the_example_follows_the_form(visit: Visit) -> None:
    ensure_example()
    scheme = ScoringScheme.objects.get()
    curator = make_user(PortalGroup.CURATOR)
    view = visit(reverse(f"{SCHEMES}:edit", args=[scheme.pk]), user=curator, width=1440)
    page = view.page
    page.get_by_role("button", name="xem trước").click()
    example = page.frame_locator("iframe.w-preview__iframe").last.locator("main")
    example.get_by_text("5,00").first.wait_for()
    _wait_until_edits_are_watched(page)

    page.locator("[name='criteria-1-value-points']").evaluate(
        "field => { field.value = '3'; field.dispatchEvent(new Event('input', {bubbles: true})); "
        "field.dispatchEvent(new Event('change', {bubbles: true})) }"
    )
    example.get_by_text("7,00").first.wait_for(timeout=15_000)
    scheme.refresh_from_db()
    assert scheme.content["criteria"][1]["points"] == "1.00", "nothing is saved yet"

    page.locator("[name='criteria-0-value-points']").evaluate("field => { field.value = '1' }")
    with page.expect_navigation():
        page.get_by_role("button", name="Lưu").first.click()
    page.get_by_text("Điểm của bậc không được lớn hơn điểm tối đa của tiêu chí.").first.wait_for()


def _wait_until_edits_are_watched(page: Page) -> None:
    """Wagtail takes the form as it stands two seconds after loading for unchanged: what a test typed earlier is no edit."""
    page.evaluate(
        """() => new Promise(watched => {
            const form = document.querySelector('[data-edit-form]')
            const look = () =>
                window.wagtail.app.getControllerForElementAndIdentifier(form, 'w-unsaved')?.initialFormData
                    ? watched() : setTimeout(look, 50)
            look()
        })"""
    )


def test_reading_a_scheme(visit: Visit) -> None:
    ensure_example()
    inspector = make_user(PortalGroup.INSPECTOR)
    for width in (360, 1280):
        view = visit(
            reverse(f"{SCHEMES}:inspect", args=[ScoringScheme.objects.get().pk]), user=inspector, width=width
        )
        assert_no_sideways_scrolling(view)
        assert_no_axe_violations(view)
