"""What an inspection keeps from whom: drafts from the unit, units from their own staff, the hash from other figures."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from home.enums import Role
from procedures.editing.upload_rules import RefusedFile
from procedures.inspections import evidence_files
from procedures.inspections.concluding import set_final, unit_records
from procedures.inspections.explaining import MAX_FILES_EACH
from procedures.inspections.freezing import kept as kept_rows
from procedures.inspections.sealing import seal_of_round, seal_of_unit
from procedures.inspections.views import units
from procedures.models import (
    InspectedUnit,
    InspectionItem,
    InspectionRound,
    ProcedurePage,
    RoundState,
    Verdict,
)
from tests.conftest import Kept
from tests.factories.inspections import InspectionWorld, make_inspections, photo
from tests.factories.people import make_membership
from tests.integration.test_inspection_steps import concluded_world, sent_world

pytestmark = pytest.mark.usefixtures("rolled_back")


@pytest.fixture(autouse=True)
def _media(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def client(user: Any) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def address(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def workbook_text(content: bytes) -> str:
    book = load_workbook(io.BytesIO(content))
    return "\n".join(
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell
    )


def report_text(world: InspectionWorld, person: Any) -> str:
    url = address("inspection_report", world.inspected.pk, "xlsx")
    return workbook_text(client(person).get(url).content)


# What the council still thinks about ----------------------------------------------------------------------------------


def test_a_unit_reads_the_conclusion_when_there_is_one(kept: Kept) -> None:
    world = kept(sent_world)
    set_final(
        inspected=world.inspected, points=Decimal("3.21"), conclusion="Bản nháp kín", user=world.council
    )
    drafts = ("Điểm đề nghị", "Điểm kết luận", "Bản nháp kín", "3.21")
    for insider in (world.council, world.inspector):
        assert [words for words in drafts if words not in report_text(world, insider)] == []
    text = report_text(world, world.editor)
    assert [words for words in drafts if words in text] == []
    assert "chưa kết luận" in text
    assert client(world.editor).get(address("inspection_dossier", world.inspected.pk)).status_code == 404


def test_a_concluded_report_is_the_same_for_all(kept: Kept) -> None:
    world = kept(concluded_world)
    text = report_text(world, world.editor)
    assert "Điểm kết luận" in text
    assert text == report_text(world, world.council)
    assert BROKEN not in text


# What was never public ------------------------------------------------------------------------------------------------


def test_a_code_nobody_published_is_an_unknown_code(kept: Kept) -> None:
    world = kept(make_inspections)
    hidden = ProcedurePage(title="Thủ tục chưa công bố", code="8.777777", live=False)
    world.pages[0].get_parent().add_child(instance=hidden)
    url = address("inspection_add_item", world.inspected.pk)
    browser = client(world.inspector)
    said = []
    for code in (hidden.code, "9.999999"):
        page = browser.post(url, {"ma": code}, follow=True)
        assert hidden.title not in page.content.decode()
        said.append(next(str(one) for one in page.context["messages"]).replace(code, "…"))
    assert said[0] == said[1]
    assert world.inspected.items.filter(code=hidden.code).count() == 0


# Whoever works there --------------------------------------------------------------------------------------------------


def test_an_inspector_who_joins_the_unit_no_longer_inspects_it(kept: Kept) -> None:
    world = kept(make_inspections)
    page = address("inspected_unit", world.inspected.pk)
    assert client(world.inspector).get(page).status_code == 200
    make_membership(world.inspector, world.unit, Role.EDITOR)
    browser = client(world.inspector)
    item = world.items()[0]
    assert browser.get(page).status_code == 404
    assert browser.post(page, {f"ket-qua-{item.pk}": Verdict.PASSED}).status_code == 404
    assert browser.get(address("inspection_report", world.inspected.pk, "xlsx")).status_code == 404
    assert browser.get(address("inspection_round", world.round.pk)).status_code == 404
    shown = client(world.council).get(address("inspection_round", world.round.pk)).content.decode()
    assert "nay làm việc ở đơn vị này" in shown


def test_nor_the_unit_that_theirs_carries_on(kept: Kept) -> None:
    world = kept(make_inspections)
    world.unit.active_until = timezone.localdate() - timedelta(days=1)
    world.unit.successors.add(world.other_unit)
    world.unit.save()
    page = address("inspected_unit", world.inspected.pk)
    assert client(world.inspector).get(page).status_code == 200
    make_membership(world.inspector, world.other_unit, Role.EDITOR)
    assert client(world.inspector).get(page).status_code == 404


# What was concluded ---------------------------------------------------------------------------------------------------

BROKEN = "KHÔNG KHỚP với mã băm lúc kết luận"


def _final_points(world: InspectionWorld) -> None:
    InspectedUnit.objects.filter(pk=world.inspected.pk).update(final_points=5)


def _all_hashes_too(world: InspectionWorld) -> None:
    _final_points(world)
    row = world.inspected
    InspectedUnit.objects.filter(pk=row.pk).update(concluded_hash=kept_rows(unit_records([row])[row.pk])[1])


def _council(world: InspectionWorld) -> None:
    InspectionRound.objects.filter(pk=world.round.pk).update(council="Hội đồng khác")


def _who(world: InspectionWorld) -> None:
    InspectionRound.objects.filter(pk=world.round.pk).update(concluded_by=world.inspector)


def _figures(world: InspectionWorld) -> None:
    row = world.inspected
    row.frozen["score"]["owed"] = 1
    row.save()


@pytest.mark.parametrize("change", [_final_points, _all_hashes_too, _council, _who, _figures])
def test_what_was_rewritten_after_the_end_is_said_on_screen_and_paper(kept: Kept, change: Any) -> None:
    world = kept(concluded_world)
    change(world)
    browser = client(world.council)
    assert BROKEN in browser.get(address("inspected_unit", world.inspected.pk)).content.decode()
    assert BROKEN in report_text(world, world.council)
    if change is not _figures:
        assert BROKEN in browser.get(address("inspection_round", world.round.pk)).content.decode()
        ranking = browser.get(address("inspection_ranking", world.round.pk, "xlsx")).content
        assert BROKEN in workbook_text(ranking)


def test_a_conclusion_stands_even_when_accounts_are_gone(kept: Kept) -> None:
    world = kept(concluded_world)
    for person in (world.council, world.inspector):
        InspectionRound.objects.filter(concluded_by=person).update(concluded_by=None)
        InspectionItem.objects.filter(added_by=person).update(added_by=None)
    assert not seal_of_round(InspectionRound.objects.get(pk=world.round.pk)).is_broken
    assert not seal_of_unit(world.inspected).is_broken


# What costs time ------------------------------------------------------------------------------------------------------


def _explain(world: InspectionWorld, *files: bytes) -> Any:
    sent = [SimpleUploadedFile(f"anh-{n}.png", content) for n, content in enumerate(files)]
    url = address("inspection_explain", world.inspected.pk)
    data = {"viec": "explain", "ve": "tat-ca", "giai-trinh": "Có ảnh", "tep": sent}
    return client(world.editor).post(url, data)


@pytest.fixture
def _nothing_is_examined(monkeypatch: pytest.MonkeyPatch) -> None:
    def examine(*_args: Any) -> Any:
        raise AssertionError("examined")

    monkeypatch.setattr(units, "examine", examine)


@pytest.mark.usefixtures("_nothing_is_examined")
def test_files_that_come_too_late_or_too_many_are_not_looked_at(kept: Kept) -> None:
    picture = photo(kind="PNG")
    world = kept(sent_world)
    assert "tối đa 10 tệp" in _explain(world, *[picture] * 11).content.decode()
    InspectionRound.objects.update(answer_until=timezone.localdate() - timedelta(days=1))
    assert "Đã hết hạn giải trình" in _explain(world, picture).content.decode()
    InspectionRound.objects.update(state=RoundState.CONCLUDED)
    assert "đã kết luận" in _explain(world, picture).content.decode()
    page = address("inspected_unit", world.inspected.pk)
    answer = client(world.inspector).post(page, {"tep": SimpleUploadedFile("a.png", picture)}, follow=True)
    assert "đã kết luận" in answer.content.decode()


def test_pictures_of_one_request_share_what_may_be_unpacked(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence_files, "PIXELS_PER_FILE", 64 * 48 // 5)
    world = kept(sent_world)
    answer = _explain(world, *[photo(kind="PNG")] * 3)
    assert answer.status_code == 422
    assert answer.content.decode().count("quá nhiều điểm ảnh") == 2
    assert world.inspected.explanations.count() == 0


def test_ten_photos_of_a_telephone_are_within_what_may_be_unpacked() -> None:
    budget = evidence_files.PixelBudget.of_files(MAX_FILES_EACH)
    for _photo in range(MAX_FILES_EACH):
        budget.spend(4000 * 3000)
    with pytest.raises(RefusedFile):
        budget.spend(1)
