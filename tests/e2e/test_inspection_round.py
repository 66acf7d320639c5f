"""A round played through in a browser: council, inspector, unit, council, and the PDF that is signed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from procedures.models import InspectedUnit, InspectionFile, InspectionRound, RoundState, Verdict
from tests.e2e.watching import View, assert_no_axe_violations, assert_no_sideways_scrolling
from tests.factories.inspections import InspectionWorld, make_inspections, photo

pytestmark = pytest.mark.browser

Visit = Callable[..., View]
KNOWN = ("color-contrast", "region", "heading-order", "landmark-one-main", "page-has-heading-one")
"""Of Wagtail's own frame around our screens; contrast of our own colours is Wagtail's variables."""


@pytest.fixture
def world(live_database: None, tmp_path: Path, settings: Any) -> InspectionWorld:
    settings.MEDIA_ROOT = tmp_path
    found = make_inspections(opened=False, procedures=6)
    found.inspected.inspectors.clear()
    return found


@pytest.fixture
def pictures(screenshots: Path) -> Callable[[Page, str], None]:
    """Of every station, on a telephone and on a screen, for a person to look at."""

    def take(page: Page, name: str) -> None:
        for width in (360, 1280):
            # Wagtail scrolls inside the page: what is to be seen must fit.
            page.set_viewport_size({"width": width, "height": 2600})
            assert_no_sideways_scrolling(View(page, None))  # type: ignore[arg-type]  # only its page is asked
            page.screenshot(path=screenshots / f"dot-kiem-tra-{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})

    return take


def press(page: Page, name: str) -> None:
    with page.expect_navigation(wait_until="networkidle"):
        page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    with page.expect_navigation(wait_until="networkidle"):
        page.get_by_role("link", name=name).first.click()


def looked_at(page: Page) -> None:
    assert_no_axe_violations(page, without=KNOWN)


@dataclass
class Play:
    """Who takes part, each with a browser of their own."""

    world: InspectionWorld
    server: str
    pictures: Callable[[Page, str], None]
    chair: Page
    inspector: Page
    unit: Page
    other: Page

    @property
    def url(self) -> str:
        return reverse("inspection_round", args=[self.world.round.pk])

    @property
    def row(self) -> InspectedUnit:
        return InspectedUnit.objects.get(round=self.world.round, unit=self.world.unit)

    def council_opens(self) -> None:
        chair = self.chair
        self.pictures(chair, "danh-sach")
        follow(chair, "Lập đợt kiểm tra")
        chair.get_by_label("Tên đợt").fill("Đợt sẽ bị từ chối")
        chair.get_by_label("Tính đến hết ngày").fill("31/12/2199")
        press(chair, "Lưu")
        expect(chair.get_by_text("Chỉ chốt được số liệu của một ngày đã hết.")).to_be_visible()
        expect(chair.get_by_label("Tên đợt")).to_have_value("Đợt sẽ bị từ chối")
        self.pictures(chair, "lap")
        looked_at(chair)
        chair.goto(self.server + reverse("inspection_rounds"))
        follow(chair, self.world.round.title)
        chair.get_by_label("Chọn tất cả đơn vị").check()
        chair.get_by_label("Người kiểm tra").select_option(str(self.world.inspector.pk))
        press(chair, "Giao")
        expect(chair.get_by_text("Đã giao 2 lượt.")).to_be_visible()
        self.pictures(chair, "chuan-bi")
        looked_at(chair)
        chair.get_by_label("Tôi đã kiểm tra ngày chốt").check()
        press(chair, "Mở đợt kiểm tra")
        expect(chair.get_by_text("Đã mở đợt kiểm tra")).to_be_visible()
        expect(chair.get_by_text(InspectionRound.objects.get().frozen_hash)).to_be_visible()

    def inspector_checks(self) -> None:
        """Both units, mostly from the keyboard; a slip of the keyboard loses nothing."""
        page = self.inspector
        for name in (self.world.unit.name, self.world.other_unit.name):
            page.goto(self.server + self.url)
            follow(page, name)
            items = page.locator("[data-inspection-item]")
            for n in range(items.count()):
                items.nth(n).get_by_label("Chưa có").focus()
                page.keyboard.press("1" if n else "2")
            if name == self.world.unit.name:
                self._slip(items.first)
            press(page, "Lưu kết quả")
            expect(page.get_by_text("Đã lưu")).to_be_visible()
        assert list(self.row.items.order_by("place").values_list("verdict", flat=True)) == [
            Verdict.FAILED,
            *[Verdict.PASSED] * 3,
        ]

    def _slip(self, failed: Locator) -> None:
        page = self.inspector
        failed.get_by_label("Nhận xét").fill("Bảng tin tại trụ sở chưa có thủ tục này.\nĐã chụp ảnh.")
        failed.get_by_label("Điểm trừ").fill("một")
        failed.get_by_label("Thêm ảnh, tệp").set_input_files(
            {"name": "bảng tin.jpg", "mimeType": "image/jpeg", "buffer": photo(size=(400, 300))}
        )
        failed.get_by_label("Không đạt").focus()
        with page.expect_navigation(wait_until="networkidle"):
            page.keyboard.press("Control+Enter")
        expect(page.get_by_text("Ghi số điểm từ 0 trở lên")).to_be_visible()
        expect(failed.get_by_label("Nhận xét")).to_have_value(re.compile("Bảng tin tại trụ sở"))
        expect(page.get_by_role("link", name="bảng tin.jpg")).to_be_visible()
        self.pictures(page, "kiem-tra-sai")
        looked_at(page)
        failed.get_by_label("Điểm trừ").fill("1,5")

    def inspector_adds(self) -> None:
        page = self.inspector
        page.goto(self.server + reverse("inspected_unit", args=[self.row.pk]))
        page.get_by_label("Hoặc nội dung kiểm tra").fill("Mã QR tại bộ phận một cửa quét được")
        press(page, "Thêm mục")
        added = page.locator("[data-inspection-item]").last
        added.get_by_label("Đạt", exact=True).check()
        press(page, "Lưu kết quả")
        self.pictures(page, "kiem-tra")
        follow(page, "So ngày 31/12/2025 với hôm nay")
        self.pictures(page, "doi-chieu")
        looked_at(page)

    def council_sends(self) -> None:
        chair = self.chair
        chair.goto(self.server + self.url)
        chair.get_by_label("Chọn tất cả đơn vị").check()
        until = timezone.localdate() + timedelta(days=7)
        chair.get_by_label("Giải trình đến hết ngày").fill(f"{until:%d/%m/%Y}")
        press(chair, "Gửi đơn vị")
        expect(chair.get_by_text("Đã gửi kết quả cho 2 đơn vị")).to_be_visible()

    def units_answer(self) -> None:
        """One answers an item with a file, then says that it is done; the other has nothing to say."""
        page = self.unit
        page.reload(wait_until="networkidle")
        follow(page, "Đợt kiểm tra")
        self.pictures(page, "don-vi-danh-sach")
        follow(page, self.world.round.title)
        follow(page, "Giải trình mục này")
        page.get_by_label("Nội dung giải trình").fill("Bảng tin được thay ngày 30/12/2025, ảnh kèm theo.")
        page.get_by_label("Ảnh, văn bản kèm theo").set_input_files(
            {"name": "bảng mới.png", "mimeType": "image/png", "buffer": photo(kind="PNG")}
        )
        self.pictures(page, "giai-trinh")
        looked_at(page)
        press(page, "Gửi giải trình")
        expect(page.get_by_text("Đã gửi giải trình.")).to_be_visible()
        press(page, "Đơn vị giải trình xong")
        self.other.goto(self.server + reverse("inspection_rounds"))
        follow(self.other, self.world.round.title)
        press(self.other, "Đơn vị giải trình xong")

    def council_answers(self) -> None:
        chair = self.chair
        chair.goto(self.server + self.url)
        self.pictures(chair, "giai-trinh-dot")
        follow(chair, "1 giải trình")
        chair.get_by_label("Không chấp nhận", exact=True).check()
        press(chair, "Ghi ý kiến")
        expect(chair.get_by_text("Ghi lý do không chấp nhận giải trình.")).to_be_visible()
        chair.get_by_label(re.compile("Ý kiến của hội đồng .bắt buộc")).fill("Ảnh chụp sau ngày chốt.")
        chair.get_by_label("Không chấp nhận", exact=True).check()
        press(chair, "Ghi ý kiến")
        self.pictures(chair, "ket-luan-don-vi")
        looked_at(chair)
        chair.get_by_label("Điểm kết luận").fill("3,5")
        press(chair, "Ghi điểm kết luận")
        expect(chair.get_by_text("ghi lý do vào kết luận")).to_be_visible()
        chair.get_by_label(re.compile("Lý do, kết luận")).fill("Cộng cho sáng kiến số hóa bảng tin.")
        press(chair, "Ghi điểm kết luận")

    def council_concludes(self) -> None:
        chair = self.chair
        chair.get_by_label("Chọn tất cả đơn vị").check()
        press(chair, "Lấy điểm đề nghị")
        chair.get_by_label("Kết luận chung").fill("Các đơn vị cơ bản niêm yết đầy đủ.")
        chair.get_by_label("Sau khi kết luận không đổi được gì nữa").check()
        press(chair, "Kết luận")
        expect(chair.get_by_text("Đã kết luận đợt kiểm tra.")).to_be_visible()
        self.pictures(chair, "da-ket-luan")
        looked_at(chair)
        follow(chair, "Nhật ký")
        self.pictures(chair, "nhat-ky")
        looked_at(chair)

    def paper(self, page: Page, address: str) -> tuple[str, bytes]:
        page.goto(self.server + address)
        with page.expect_download() as download:
            page.get_by_role("link", name="PDF").click()
        return download.value.suggested_filename, Path(download.value.path()).read_bytes()


@pytest.mark.slow
def test_from_opening_to_the_signed_paper(
    world: InspectionWorld, visit: Visit, server: str, pictures: Any, screenshots: Path
) -> None:
    views = [
        visit(address, user=person, problems_expected=True)
        for address, person in (
            (reverse("inspection_rounds"), world.council),
            ("/admin/", world.inspector),
            ("/admin/", world.editor),
            ("/admin/", world.other_editor),
        )
    ]
    play = Play(world, server, pictures, *(view.page for view in views))
    play.council_opens()
    play.inspector_checks()
    play.inspector_adds()
    play.council_sends()
    play.units_answer()
    play.council_answers()
    play.council_concludes()

    round_, row = InspectionRound.objects.get(), play.row
    assert round_.state == RoundState.CONCLUDED
    assert InspectionFile.objects.count() == 2
    explained = reverse("inspection_explain", args=[row.pk])
    for page, address, hashed in (
        (play.chair, play.url, round_.concluded_hash),
        (play.unit, explained, row.concluded_hash),
    ):
        name, content = play.paper(page, address)
        text = "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(content)).pages)
        assert hashed in re.sub(r"\s", "", text), "paper and record match"
        assert "DỰ THẢO" not in text
        rasterised(content, screenshots / name.removesuffix(".pdf"))
    pictures(play.unit, "don-vi-xong")
    # A refused form is answered with 422, which the browser notes; it notes nothing else.
    assert [p for view in views for p in view.problems if "status of 422" not in p] == []


def rasterised(content: bytes, target: Path) -> None:
    """Every page as a picture, and none of them empty."""
    document = pypdfium2.PdfDocument(content)
    assert len(document) >= 1
    for n, page in enumerate(document, start=1):
        picture = page.render(scale=1.4).to_pil().convert("L")
        dark = sum(picture.histogram()[:128])
        assert dark > 500, f"page {n} is empty"
        picture.save(f"{target}-{n}.png")


def test_without_scripts_a_round_works_all_the_same(world: InspectionWorld, visit: Visit) -> None:
    page = visit(
        reverse("inspection_round", args=[world.round.pk]), user=world.council, javascript=False
    ).page
    page.get_by_label(world.unit.name).check()
    page.get_by_label("Người kiểm tra").select_option(str(world.inspector.pk))
    press(page, "Giao")
    page.get_by_label("Tôi đã kiểm tra ngày chốt").check()
    press(page, "Mở đợt kiểm tra")
    follow(page, world.unit.name)
    assert InspectionRound.objects.get().state == RoundState.OPEN
