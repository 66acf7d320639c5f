"""What an inspection keeps from whom: drafts from the unit, units from their own staff, the hash from other figures."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from procedures.inspections.concluding import set_final
from procedures.models import InspectedUnit
from tests.factories.inspections import InspectionWorld
from tests.integration.test_inspection_steps import concluded_world, sent_world

pytestmark = pytest.mark.django_db


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


def test_a_unit_reads_the_conclusion_when_there_is_one() -> None:
    world = sent_world()
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


def test_a_concluded_report_is_the_same_for_all() -> None:
    world = concluded_world()
    text = report_text(world, world.editor)
    assert "Điểm kết luận" in text
    assert text == report_text(world, world.council)
    assert InspectedUnit.objects.filter(concluded_hash="").count() == 0
