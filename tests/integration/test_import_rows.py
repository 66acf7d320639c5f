"""Rows that the import writes past the models are those that Django and Wagtail would write, and the ledger knows them."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from wagtail.log_actions import log
from wagtail.models import PageLogEntry

from home.models import Subject
from procedures.importing.bulk import import_records
from procedures.importing.page_rows import content_of
from procedures.importing.plain_rows import insert_rows
from procedures.ledger.recording import append
from procedures.ledger.versions import prepare_versions
from procedures.mapping import RichTexts
from procedures.models import LedgerEntry, LedgerKind, ProcedurePage
from procedures.record import Basis, Channel, Duration, Fee, Paper, PaperCase, ProcedureRecord, Result, Step
from procedures.text.rich_text import editable_html
from procedures.text.sanitising import clean_html
from tests.factories.any_record import html

pytestmark = pytest.mark.django_db

AWKWARD = "<ul><li>A<ul><li>B</li></ul>sau</li></ul><table><tbody><tr><td>ô</td></tr></tbody></table>"


def take(*taken: ProcedureRecord) -> None:
    import_records((f"dòng {place}", record) for place, record in enumerate(taken, 1))


def awkward_record(**changes: Any) -> ProcedureRecord:
    """With texts that the editor can't hold as they come: stored they are others."""
    record = ProcedureRecord(
        code="6.000001",
        name="Cấp giấy thử nghiệm",
        steps=(Step("Nộp", clean_html(AWKWARD)), Step("Nhận", "<p>Một<br>hai</p>")),
        cases=(PaperCase("", (Paper("<p>Tờ khai</p>"),), note_html="a &lt; b"),),
        conditions_html=clean_html(AWKWARD),
    )
    return dataclasses.replace(record, **changes)


@pytest.mark.parametrize("changed", [False, True])
def test_a_revision_holds_what_wagtail_would_put_there(changed: bool) -> None:
    take(awkward_record())
    if changed:
        take(awkward_record(copies_text="02 bộ"))
    page = ProcedurePage.objects.get()
    assert content_of(page) == page.serializable_data()
    revision = page.latest_revision
    assert revision is not None
    held, now = revision.content, page.serializable_data()
    assert held.keys() == now.keys()
    for name in ("full_name", "conditions", "basis", "content_hash", "subject"):
        assert held[name] == now[name], name
    for name in ("steps", "channels", "cases", "results"):
        # PostgreSQL puts the keys of its columns in an order of its own.
        assert json.loads(held[name]) == json.loads(now[name]), name


def test_an_entry_of_the_history_is_as_wagtail_logs_it() -> None:
    take(awkward_record())
    page = ProcedurePage.objects.get()
    ours = PageLogEntry.objects.get(page=page, action="wagtail.create")
    ours.full_clean()
    theirs = log(page, "wagtail.create", revision=page.latest_revision, content_changed=True)
    assert theirs is not None
    for field in PageLogEntry._meta.concrete_fields:
        if field.name not in {"id", "timestamp", "uuid", "data"}:
            assert getattr(ours, field.attname) == getattr(theirs, field.attname), field.name
    assert ours.data == {"source": "import"}


def test_rows_come_in_batches() -> None:
    rows = [(f"linh-vuc-{n}", f"Lĩnh vực {n}") for n in range(5)]
    before = Subject.objects.count()
    insert_rows(Subject, ("slug", "name"), rows, batch=2)
    assert Subject.objects.count() == before + 5
    with pytest.raises(ValueError, match="argument"):
        insert_rows(Subject, ("slug", "name"), [("mot",)])


@given(html)
def test_texts_that_were_stored_come_back_as_cleaning_would_give_them(clean: str) -> None:
    texts = RichTexts()
    stored = texts.stored(clean)
    assert stored == editable_html(clean)
    assert texts.clean(stored) == clean_html(stored)
    assert texts.clean(AWKWARD) == clean_html(AWKWARD)


def test_the_ledger_has_what_the_rows_say() -> None:
    """The import tells it from memory; read back from the rows there is nothing new to say, also after a change."""
    law = Basis("60/2014/QH13", "Luật Hộ tịch", date(2014, 11, 20), "Quốc hội")
    full = awkward_record(
        code="6.000002",
        field="Hộ tịch",
        levels=("province", "commune"),
        audiences=("citizen", "organisation"),
        bodies=("Sở Tư pháp", "Ủy ban nhân dân cấp xã"),
        channels=(
            Channel(
                "online",
                Duration(Decimal("2.50"), "working_day"),
                "2,5 ngày làm việc",
                (Fee(Decimal(8000), text="8.000 đồng"), Fee(text="Theo quy định")),
                "<p>Nộp qua <strong>Cổng</strong></p>",
            ),
        ),
        results=(Result("Giấy", "KQ.1"),),
        basis=(law, Basis("1/2020/NĐ-CP")),
        everyday_names=("làm giấy",),
        absences={"conditions": "not_applicable"},
    )
    take(awkward_record(), full)
    assert told_anew() == 0
    take(
        awkward_record(copies_text="02 bộ"),
        dataclasses.replace(full, basis=(dataclasses.replace(law, title="Luật hộ tịch"),)),
    )
    assert LedgerEntry.objects.filter(kind=LedgerKind.PROCEDURE).count() == 4
    assert told_anew() == 0


def told_anew() -> int:
    pages = list(ProcedurePage.objects.select_related("subject").order_by("pk"))
    with transaction.atomic():
        return append(prepare_versions(pages)[0])
