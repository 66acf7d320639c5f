"""`import_decision`: preview, the file of questions, applying all or nothing; the three real decisions where they are."""

from __future__ import annotations

from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from procedures.completeness.loading import load_obligations
from procedures.decisions.question_files import read_answers
from procedures.decisions.reading import read_decision
from procedures.models import AnnouncementDecision, DecisionDraft, DecisionLine, ProcedurePage
from tests.factories.catalogue import make_procedure
from tests.factories.decision_files import small_workbook
from tests.factories.opening import make_opening, make_row
from tests.factories.units import make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def held() -> list[ProcedurePage]:
    pages = [make_procedure(name, code=f"7.10000{n}") for n, name in enumerate(("Kết hôn", "Khai sinh"))]
    make_opening()
    return pages


@pytest.fixture
def workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two lines, the second with a code of eight digits."""
    (tmp_path / "nguon").mkdir()
    (tmp_path / "viec").mkdir()
    monkeypatch.chdir(tmp_path / "viec")
    path = tmp_path / "nguon" / "quyet-dinh.xlsx"
    path.write_bytes(
        small_workbook((1, "7.100000", "Kết hôn", "5 ngày"), (2, "7.1000010", "Khai sinh", "3 ngày"))
    )
    return path


def run(*arguments: Any) -> tuple[int, str]:
    """(exit code, everything printed)"""
    out = StringIO()
    try:
        call_command("import_decision", *map(str, arguments), stdout=out, stderr=out)
    except SystemExit as stop:
        return int(stop.code or 0), out.getvalue()
    except CommandError as error:
        return error.returncode, out.getvalue() + str(error)
    return 0, out.getvalue()


def nothing_written() -> bool:
    return not (
        DecisionDraft.objects.exists() or AnnouncementDecision.objects.filter(kind="announcement").exists()
    )


def test_preview_asks_and_writes_the_questions(held: list[ProcedurePage], workbook: Path) -> None:
    code, said = run(workbook)
    assert code == 1
    for words in ("55/QĐ-UBND", "06/04/2026", "7.100000", "Mới ban hành", "bắt buộc: 1"):
        assert words in said
    assert "chưa ghi gì vào cơ sở dữ liệu" in said
    questions = Path("quyet-dinh.xlsx.cau-hoi.yaml")
    assert f"Câu hỏi đã ghi vào {questions}" in said
    assert [path.name for path in workbook.parent.iterdir()] == [workbook.name], "nothing beside the source"
    assert "8 chữ số" in questions.read_text()
    assert nothing_written()


def test_applying_refuses_until_it_is_answered(held: list[ProcedurePage], workbook: Path) -> None:
    code, said = run(workbook, "--apply")
    assert code == 1
    assert "chưa áp dụng" in said
    assert nothing_written()
    questions = Path("quyet-dinh.xlsx.cau-hoi.yaml")
    text = questions.read_text()
    (key,) = (k for k in ("code:2",) if f'"{k}"' in text)
    questions.write_text(text.replace(f'"{key}": ""', f'"{key}": "7.100001"'))
    code, said = run(workbook, "--apply", "--answers", questions)
    assert code == 0, said
    decision = AnnouncementDecision.objects.get(kind="announcement")
    assert [row.procedure.code for row in decision.lines.all()] == ["7.100000", "7.100001"]
    assert decision.draft.answers == {key: "7.100001"}
    assert run(workbook, "--apply", "--answers", questions)[0] == 1
    assert AnnouncementDecision.objects.filter(kind="announcement").count() == 1


def test_answers_survive_a_second_preview(held: list[ProcedurePage], workbook: Path) -> None:
    questions = workbook.with_name("cau-hoi.yaml")
    run(workbook, "--questions", questions)
    questions.write_text(questions.read_text().replace('"code:2": ""', '"code:2": "1.004190"'))
    run(workbook, "--questions", questions)
    assert read_answers(questions.read_text(), name="x") == {"code:2": "1.004190"}


def test_a_table_of_answers_will_do(held: list[ProcedurePage], workbook: Path, tmp_path: Path) -> None:
    answers = tmp_path / "tra-loi.tsv"
    answers.write_text("code:2\t7.100001\n")
    code, said = run(workbook, "--answers", answers)
    # What is left open keeps nobody from applying, but whoever only looks is told.
    assert code == 1
    assert "bắt buộc: 0" in said
    assert nothing_written()
    assert run(workbook, "--apply", "--answers", answers)[0] == 0


def test_dry_run_changes_nothing(held: list[ProcedurePage], workbook: Path, tmp_path: Path) -> None:
    answers = tmp_path / "tra-loi.tsv"
    answers.write_text("code:2\t7.900009\n")
    before = sorted(tmp_path.rglob("*"))
    code, said = run(workbook, "--apply", "--dry-run", "--answers", answers)
    assert code == 0
    assert "Chạy thử" in said
    assert nothing_written()
    assert not ProcedurePage.objects.filter(code="7.900009").exists()
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("kind", ["missing", "empty", "other", "answers missing", "answers broken"])
def test_unusable_arguments(held: list[ProcedurePage], workbook: Path, tmp_path: Path, kind: str) -> None:
    bad = tmp_path / "hong.docx"
    arguments: dict[str, tuple[Any, ...]] = {
        "missing": (tmp_path / "khong-co.docx",),
        "empty": (bad,),
        "other": (bad,),
        "answers missing": (workbook, "--answers", tmp_path / "khong-co.yaml"),
        "answers broken": (workbook, "--answers", bad),
    }
    bad.write_bytes({"empty": b"", "answers broken": b"- a\n- [b"}.get(kind, b"khong phai docx"))
    code, said = run(*arguments[kind])
    assert code == 2
    assert said.strip()
    assert nothing_written()


# The real ones --------------------------------------------------------------------------------------------------------

REAL = {
    "2873": ("2873/QĐ-UBND", date(2025, 11, 19), {"amended": 12, "abolished": 1}, 3, "Sở Tư pháp"),
    "2904": ("2904/QĐ-UBND", date(2025, 11, 21), {"new": 2}, 0, "Sở Văn hóa, Thể thao và Du lịch"),
    "3005": ("3005/QĐ-UBND", date(2025, 12, 1), {"amended": 2}, 1, "Sở Y tế"),
}
"""Number, day, lines by action, articles that repeal, who is given the task of three working days."""


@pytest.mark.real_data
def test_the_real_decisions_withdraw_nothing(real_data: Path, tmp_path: Path) -> None:
    """Over the codes of the first one, as the catalogue has them: all stand, and stay owed, but the abolished one."""
    folder = real_data / "decisions"
    first = read_decision((folder / "qd-2873-2025.docx").read_bytes(), name="qd-2873-2025.docx")
    codes = [line.code for line in first.lines]
    for name in ("Sở Tư pháp", "Sở Y tế", "Sở Văn hóa, Thể thao và Du lịch"):
        make_unit(name, kind="department")
    commune = make_unit("Xã Một")
    make_row(level="commune")
    for code in codes:
        make_procedure(f"Thủ tục {code}", code=code)
    make_opening(day=date(2025, 7, 1))
    day = date(2025, 12, 31)
    before = load_obligations([commune], day).of(commune.pk)
    assert len(before) == 13
    answers = tmp_path / "tra-loi.tsv"
    answers.write_text("".join(f"name-differs:{n}\tkeep\n" for n in range(1, 14)))
    for file, (number, signed, actions, repeals, who) in REAL.items():
        path = folder / f"qd-{file}-2025.docx"
        status, said = run(path, "--apply", "--answers", answers, "--questions", tmp_path / f"{file}.yaml")
        assert status == 0, said
        decision = AnnouncementDecision.objects.get(number=number)
        assert decision.signed_on == signed
        assert Counter(decision.lines.values_list("action", flat=True)) == actions
        assert decision.repeals.count() == repeals
        task = decision.tasks.get()
        assert (str(task.unit), task.days, task.orders_listing) == (who, 3, False)
    after = load_obligations([commune], day).of(commune.pk)
    gone = ProcedurePage.objects.get(code="2.001009")
    assert after.keys() == before.keys() - {gone.pk}
    assert gone.in_force_until == date(2025, 11, 18)
    new = {"1.014464", "1.014465", "1.013871", "1.013876"}
    made = ProcedurePage.objects.filter(code__in=new, live=False)
    assert set(made.values_list("code", flat=True)) == new
    assert not DecisionLine.objects.filter(by_person=True).exists()
