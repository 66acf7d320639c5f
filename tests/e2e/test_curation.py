"""The whole loop in a real browser: what people don't find, a curator mends, and the next search is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from home.enums import PortalGroup
from search import usage, vocabulary
from search.models import LearnedQuery, QueryDay, SearchNote, VocabularyEntry
from tests.e2e.watching import View, assert_no_axe_violations, assert_no_sideways_scrolling
from tests.factories.people import make_user
from tests.factories.records import make_record, publish
from tests.factories.units import make_counter, make_desk

pytestmark = pytest.mark.browser

Visit = Callable[..., View]

STOCK_FORMS = ("page-has-heading-one",)
"""Wagtail's own forms name what is made in an h2 below the path."""


@pytest.fixture(autouse=True)
def _counts_of_its_own() -> Iterator[None]:
    yield
    usage._asked.clear()
    usage._opened.clear()
    vocabulary.forget()


def ask(visit: Visit, text: str, *, times: int = 1) -> View:
    for _ in range(times):
        view = visit(f"{reverse('search')}?q={text}")
    return view


def yesterday() -> None:
    """What was counted so far was counted the day before: one day alone is not shown."""
    usage.flush()
    QueryDay.objects.update(day=F("day") - timedelta(days=1))


@pytest.mark.parametrize("javascript", [True, False])
def test_what_people_do_not_find_is_mended(
    live_database: None, visit: Visit, monkeypatch: pytest.MonkeyPatch, javascript: bool
) -> None:
    # The browser of the tests says that it is one without a head, which is no person.
    monkeypatch.setattr(usage, "_BOTS", usage.re.compile("bot"))
    publish(make_record(name="Thủ tục cấp phép khai thác khoáng sản"))
    lost = ask(visit, "xây zơ rồng", times=2)
    assert "Không tìm thấy" in lost.page.title()
    yesterday()
    ask(visit, "xay zo rong", times=2)
    usage.flush()

    curator = make_user(PortalGroup.CURATOR)
    page = visit(reverse("search_curation"), user=curator, javascript=javascript).page
    page.get_by_role("link", name="Hỏi mà không thấy").click()
    line = page.get_by_role("row").filter(has_text="xay zo rong")
    assert "4" in line.inner_text()
    line.get_by_role("link", name="Thêm từ đồng nghĩa").click()
    assert page.locator("#id_write").input_value() == "xay zo rong"
    page.locator("#id_write").fill("xây zơ rồng")
    page.locator("#id_mean").fill("khai thác khoáng sản")
    page.get_by_role("button", name="Lưu").last.click()
    effect = page.get_by_role("status").filter(has_text="Mục này đổi kết quả")
    effect.wait_for()
    row = effect.get_by_role("row").filter(has_text="xay zo rong")
    assert "hỏi 4 lần" in row.inner_text()
    assert "không thấy gì" in row.inner_text()
    assert "cấp phép khai thác khoáng sản" in row.inner_text().lower()
    assert not VocabularyEntry.objects.exists()
    page.get_by_role("button", name="Lưu như trên").click()
    page.wait_for_url(f"**{reverse('wagtailsnippets_search_vocabularyentry:list')}")
    assert VocabularyEntry.objects.get().changed_by == curator

    found = ask(visit, "xây zơ rồng").page
    hit = found.locator(".hits h3 a, .hits a").first
    assert "khai thác khoáng sản" in hit.inner_text()
    usage.flush()
    page.goto(page.url.split("/admin/")[0] + reverse("search_curation") + "?loc=khong-thay")
    assert "trước đây không thấy" in page.get_by_role("row").filter(has_text="xay zo rong").inner_text()


def seed() -> None:
    today = timezone.localdate()
    QueryDay.objects.bulk_create(
        QueryDay(
            normal=normal,
            day=today - timedelta(days=ago),
            asked=3 + (ago * size) % 11,
            unfound=(3 + (ago * size) % 11) * lost,
            results=0 if lost else 12,
            opened=0 if lost else 2,
        )
        for size, (normal, lost) in enumerate(
            [
                ("dang ki ket hon", 0),
                ("cap lai giay khai sinh cho nguoi da thanh nien o xa khac", 0),
                ("zo rong xanh", 1),
            ],
            1,
        )
        for ago in range(40)
    )


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)])
def test_everybody_can_read_the_screens(
    live_database: None, visit: Visit, width: int, dark: bool, screenshots: Any
) -> None:
    seed()
    publish(make_record(name="Thủ tục đăng ký kết hôn"))
    VocabularyEntry.objects.create(write="nhà rường", mean="nhà gỗ cổ")
    SearchNote.objects.create(query="zo rong xanh", text="Thêm tên thường gọi")
    curator = make_user(PortalGroup.CURATOR)
    for name in (
        "search_curation",
        "wagtailsnippets_search_vocabularyentry:add",
        "wagtailsnippets_search_vocabularyentry:list",
        "search_promotion:add",
        "search_note:add",
        "search_note:index",
    ):
        view = visit(reverse(name), user=curator, width=width, dark=dark)
        assert view.status == 200, name
        assert_no_sideways_scrolling(view)
        assert_no_axe_violations(view, without=STOCK_FORMS if name.endswith(":add") else ())
        view.page.screenshot(
            path=screenshots / f"curation-{name.replace(':', '-')}-{width}.png", full_page=True
        )
    page = view.page
    page.goto(page.url.split("/admin/")[0] + reverse("wagtailsnippets_search_vocabularyentry:add"))
    page.locator("#id_write").fill("zơ rồng xanh")
    page.locator("#id_mean").fill("đăng ký kết hôn")
    page.get_by_role("button", name="Lưu").last.click()
    page.get_by_role("button", name="Lưu như trên").wait_for()
    assert_no_axe_violations(page, without=STOCK_FORMS)
    assert_no_sideways_scrolling(view)
    page.screenshot(path=screenshots / f"curation-effect-{width}.png", full_page=True)


def test_a_promoted_page_is_chosen_and_stands_on_top(live_database: None, visit: Visit) -> None:
    """Curators hold no right on any page: choosing one must still work."""
    publish(make_record(name="Thủ tục đăng ký kết hôn"))
    curator = make_user(PortalGroup.CURATOR)
    page = visit(reverse("search_promotion:add") + "?query=dang+ky+ket+hon", user=curator).page
    assert page.locator("#id_words").input_value() == "dang ky ket hon"
    page.locator("#id_external_link_url").fill("https://dichvucong.gov.vn/")
    page.locator("#id_external_link_text").fill("Cổng dịch vụ công quốc gia")
    page.locator("#id_description").fill("Nộp trực tuyến ở đây")
    page.get_by_role("button", name="Ghim kết quả").click()
    page.wait_for_url(f"**{reverse('search_promotion:index')}")
    found = ask(visit, "Đăng ký kết hôn").page
    promoted = found.get_by_role("link", name="Cổng dịch vụ công quốc gia")
    assert promoted.get_attribute("href") == "https://dichvucong.gov.vn/"
    first = found.get_by_role("link", name="đăng ký kết hôn").first.bounding_box()
    above = promoted.bounding_box()
    assert first is not None
    assert above is not None
    assert above["y"] < first["y"]


@pytest.mark.parametrize(("width", "typed"), [(1280, "kham pha rung"), (360, "7912345")])
def test_a_procedure_is_pinned_by_its_name_without_accents_or_its_code(
    live_database: None, visit: Visit, screenshots: Any, width: int, typed: str
) -> None:
    publish(
        make_record(name="Cấp phép khám phá rừng", code="7.912345"),
        make_record(name="Cấp phép nuôi ong", code="7.912346"),
    )
    curator = make_user(PortalGroup.CURATOR)
    view = visit(reverse("search_promotion:add") + "?query=đi+rừng", user=curator, width=width)
    page = view.page
    page.get_by_role("button", name="Chọn thủ tục hay trang").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("input[name=q]").fill(typed)
    found = dialog.get_by_role("link", name="Cấp phép khám phá rừng")
    found.wait_for()
    assert dialog.get_by_role("link", name="Cấp phép nuôi ong").count() == 0
    page.screenshot(path=screenshots / f"curation-pin-{width}.png")
    found.click()
    dialog.wait_for(state="hidden")
    page.get_by_role("button", name="Ghim kết quả").click()
    page.wait_for_url(f"**{reverse('search_promotion:index')}")
    assert "Cấp phép khám phá rừng" in page.locator("main").inner_text()
    assert_no_sideways_scrolling(view)
    assert "Cấp phép khám phá rừng" in ask(visit, "đi rừng").page.locator("main").inner_text()


def test_a_question_is_taken_out_of_the_suggestions(live_database: None, visit: Visit) -> None:
    seed()
    LearnedQuery.objects.create(normal="dang ki ket hon", asked=40, suggested=True)
    page = visit(reverse("search_curation"), user=make_user(PortalGroup.CURATOR), javascript=False).page
    page.get_by_role("button", name="Không gợi ý nữa").click()
    page.get_by_role("button", name="Cho gợi ý lại").wait_for()
    assert "Từ nay không gợi ý" in page.locator("body").inner_text()
    assert usage.successful("dang k") == ()


@pytest.mark.parametrize("width", [1280, 360])
def test_lists_that_were_searched_can_be_read(
    live_database: None, visit: Visit, screenshots: Any, width: int
) -> None:
    """On a phone a name keeps its words whole; the table scrolls in its own box."""
    make_counter(make_desk(name="Trung tâm Phục vụ hành chính công xã Mẫu"), name="Quầy số một")
    administrator = make_user(PortalGroup.ADMINISTRATOR, is_superuser=True)
    for name, typed in (
        ("wagtailsnippets_home_desk:list", "trung tam"),
        ("wagtailsnippets_home_counter:list", "quay so"),
        ("membership:index", "khong ai"),
    ):
        view = visit(f"{reverse(name)}?q={typed}", user=administrator, width=width)
        assert_no_sideways_scrolling(view)
        assert_no_axe_violations(view)
        for title in view.page.locator("td.title").all():
            box = title.bounding_box()
            assert box is not None
            assert box["width"] > 150
        view.page.screenshot(path=screenshots / f"list-{name.replace(':', '-')}-{width}.png")
