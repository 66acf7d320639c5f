"""What the ledger binds besides listings: conclusions of inspections and the figures of a day."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from procedures.inspections.concluding import concluded_together, unit_records
from procedures.inspections.freezing import kept as kept_rows
from procedures.inspections.in_ledger import rounds_unlike_ledger
from procedures.inspections.sealing import seal_of_round, seal_of_unit
from procedures.ledger.composing import inspection_subject
from procedures.ledger.evidence import gather_evidence
from procedures.ledger.jobs import LedgerBroken, ledger_verified
from procedures.ledger.roots import write_roots
from procedures.ledger.verify_script import Broken, check_files
from procedures.models import (
    InspectedUnit,
    InspectionLogEntry,
    InspectionRound,
    LedgerEntry,
    LedgerKind,
    UnitMeasure,
)
from procedures.transparency.in_ledger import measures_unlike_ledger
from procedures.transparency.measuring import measure
from tests.conftest import Kept
from tests.factories.inspections import InspectionWorld
from tests.integration.test_inspection_steps import concluded_world
from tests.servers.own_process import verify_program

pytestmark = pytest.mark.usefixtures("rolled_back")


def entries(kind: str) -> list[LedgerEntry]:
    return list(LedgerEntry.objects.filter(kind=kind).order_by("sequence"))


# Conclusions ----------------------------------------------------------------------------------------------------------


def test_a_conclusion_is_entered_once_for_the_round_and_for_each_unit(kept: Kept) -> None:
    world = kept(concluded_world)
    whole, *units = entries(LedgerKind.INSPECTION)
    assert whole.subject == inspection_subject(world.round.pk)
    slugs = sorted((world.unit.slug, world.other_unit.slug))
    assert [entry.subject for entry in units] == [inspection_subject(world.round.pk, slug) for slug in slugs]
    assert whole.actor, "who concluded, by their key"
    round_ = InspectionRound.objects.get(pk=world.round.pk)
    assert seal_of_round(round_).entry == whole.sequence
    row = InspectedUnit.objects.get(pk=world.inspected.pk)
    assert seal_of_unit(row).entry == units[slugs.index(world.unit.slug)].sequence
    assert not seal_of_round(round_).is_broken
    client = Client()
    client.force_login(world.council)
    shown = client.get(reverse("inspection_round", args=[round_.pk])).content.decode()
    assert "Ghi trong sổ niêm yết" in shown
    assert f"mục {whole.sequence}" in shown
    call_command("verify_ledger", stdout=io.StringIO())


def rewrite_everything(world: InspectionWorld) -> None:
    """By somebody who writes the database and knows how the hashes are made: points, record, round and log agree again."""
    InspectedUnit.objects.filter(pk=world.inspected.pk).update(final_points=5)
    rows = list(world.round.units.select_related("unit", "round"))
    records = unit_records(rows)
    for row in rows:
        row.concluded_hash = kept_rows(records[row.pk])[1]
        row.save()
    last = InspectionLogEntry.objects.get(round=world.round, action="conclude")
    round_ = InspectionRound.objects.get(pk=world.round.pk)
    hashes = {row.unit.slug: row.concluded_hash for row in rows}
    round_.concluded_hash = concluded_together(round_, hashes, by=last.data["by"])
    round_.save()
    last.data["concluded_hash"] = round_.concluded_hash
    last.save()


def test_hashes_made_anew_are_not_those_of_the_ledger(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    world = kept(concluded_world)
    rewrite_everything(world)
    round_ = InspectionRound.objects.get(pk=world.round.pk)
    assert seal_of_round(round_).broken_units == {world.inspected.pk}
    assert not seal_of_round(round_).round_stands
    assert seal_of_unit(InspectedUnit.objects.get(pk=world.inspected.pk)).is_broken
    assert rounds_unlike_ledger() == [round_.title]
    with pytest.raises(CommandError, match="khác với kết luận đã ghi trong sổ"):
        call_command("verify_ledger", stdout=io.StringIO())


def test_a_round_that_is_taken_back_is_missed(kept: Kept) -> None:
    world = kept(concluded_world)
    InspectionRound.objects.filter(pk=world.round.pk).update(state="explaining")
    assert rounds_unlike_ledger()


def test_rounds_from_before_the_ledger_took_them_still_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("procedures.inspections.concluding.append", lambda _records: 0)
    world = concluded_world()
    seal = seal_of_round(InspectionRound.objects.get(pk=world.round.pk))
    assert (seal.is_broken, seal.entry) == (False, None)
    assert rounds_unlike_ledger() == []


def test_the_record_is_proved_without_the_portal(kept: Kept, tmp_path: Path) -> None:
    world = kept(concluded_world)
    client = Client()
    client.force_login(world.council)
    answer = client.get(reverse("inspection_dossier", args=[world.inspected.pk]))
    with zipfile.ZipFile(io.BytesIO(answer.getvalue() if answer.streaming else answer.content)) as archive:
        archive.extractall(tmp_path)
    folder, record = tmp_path / "so-niem-yet", tmp_path / "ket-luan.json"
    said = verify_program(folder, "--ket-luan", str(record))
    assert said.returncode == 0, said
    assert "tệp kết luận đúng là kết luận sổ đã ghi" in said.stdout
    assert f"kết luận đợt “{world.round.title}”" in said.stdout
    changed = json.loads(record.read_text("utf-8"))
    changed["final_points"] = "100"
    record.write_text(json.dumps(changed, ensure_ascii=False, sort_keys=True, separators=(",", ":")), "utf-8")
    said = verify_program(folder, "--ket-luan", str(record))
    assert (said.returncode, "không phải kết luận nào" in said.stdout) == (1, True)
    assert verify_program(folder, "--ket-luan", str(tmp_path / "khong-co.json")).returncode == 2


def test_a_tampered_conclusion_breaks_the_extract(kept: Kept) -> None:
    world = kept(concluded_world)
    evidence = gather_evidence(world.unit, timezone.localdate() - timedelta(days=1))
    assert check_files(evidence.files)
    entry = LedgerEntry.objects.get(subject=inspection_subject(world.round.pk, world.unit.slug))
    body = next(
        line for line in evidence.files["noi-dung.jsonl"].split("\n") if line.startswith(entry.body_hash)
    )
    for other in (body.replace('"unit"', '"unjt"') + "\n", ""):
        files = {**evidence.files}
        files["noi-dung.jsonl"] = files["noi-dung.jsonl"].replace(body + "\n", other)
        with pytest.raises(Broken) as broken:
            check_files(files)
        assert broken.value.entry == entry.sequence
    foreign = LedgerEntry.objects.get(subject=inspection_subject(world.round.pk, world.other_unit.slug))
    assert foreign.body_hash not in evidence.files["noi-dung.jsonl"], "others' points are not this unit's"


# Figures --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def measured(kept: Kept) -> date:
    kept(concluded_world)
    write_roots()
    day = timezone.localdate() - timedelta(days=1)
    assert measure(day)
    return day


def test_figures_of_a_day_are_one_entry(measured: date) -> None:
    (entry,) = entries(LedgerKind.MEASURE)
    assert entry.subject == f"measure/{measured.isoformat()}"
    assert entry.actor == ""
    assert measures_unlike_ledger() == []
    measure(measured)
    assert len(entries(LedgerKind.MEASURE)) == 1, "measured again, the same: nothing to say"
    call_command("verify_ledger", stdout=io.StringIO())


@pytest.mark.parametrize("change", ["another", "gone"])
def test_other_figures_than_those_entered_are_named(measured: date, change: str) -> None:
    row = UnitMeasure.objects.filter(day=measured).earliest("pk")
    if change == "another":
        row.owed += 1
        row.save()
    else:
        row.delete()
    assert measures_unlike_ledger() == [measured.isoformat()]
    with pytest.raises(CommandError, match=measured.isoformat()):
        call_command("verify_ledger", stdout=io.StringIO())
    with pytest.raises(LedgerBroken, match=measured.isoformat()):
        ledger_verified()


def test_measured_again_with_another_outcome_the_last_entry_holds(
    measured: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    from procedures.transparency import measuring

    plain = measuring._measure_of

    def other(*args: Any) -> UnitMeasure:
        row = plain(*args)
        row.owed += 1
        return row

    monkeypatch.setattr(measuring, "_measure_of", other)
    measure(measured)
    assert len(entries(LedgerKind.MEASURE)) == 2
    assert measures_unlike_ledger() == []


def test_figures_from_before_are_not_asked(kept: Kept) -> None:
    world = kept(concluded_world)
    UnitMeasure.objects.create(
        unit=world.unit, day=date(2024, 1, 1), owed=1, listed=1, on_time=1, complete=1, late=0, outdated=0
    )
    assert measures_unlike_ledger() == []
