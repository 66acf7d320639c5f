"""The extract of the ledger: what it holds, and that nothing of it can be changed unnoticed."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from home.models import Unit
from procedures.importing.bulk import import_records
from procedures.ledger import clock
from procedures.ledger.chain import START, body_hash, entry_hash
from procedures.ledger.composing import end_of
from procedures.ledger.evidence import (
    Evidence,
    NoLedger,
    evidence_name,
    gather_evidence,
    write_evidence,
    zip_evidence,
)
from procedures.ledger.reading import listed
from procedures.ledger.roots import write_roots
from procedures.ledger.verify_script import (
    BODIES,
    HEADERS,
    ROOT,
    ROOTS,
    Broken,
    Unproven,
    check_files,
    compact,
)
from procedures.ledger.verifying import verify_ledger
from procedures.listings.services import publish_listings, withdraw_listings
from procedures.record import Result
from tests.conftest import Kept
from tests.factories.records import make_record, publish
from tests.factories.units import make_counter, make_desk, make_subject, make_unit
from tests.servers.own_process import verify_program

pytestmark = pytest.mark.usefixtures("rolled_back")

LAST_DAY = date(2025, 12, 31)
EVENING = datetime(2025, 12, 31, 9, tzinfo=UTC)


def build() -> Unit:
    """Listed three on the 31st; the next day it withdrew one, and a text changed."""
    unit, other = make_unit(complaints_address="Số 1 <đường> Thử"), make_unit()
    make_counter(make_desk(unit), subjects=(make_subject("Hộ tịch"),))
    with clock.ticking(EVENING):
        records = [make_record(), make_record(), make_record(conditions_html="")]
        pages = publish(*records)
        publish_listings(unit=unit, procedures=[page.pk for page in pages])
        publish_listings(unit=other, procedures=[page.pk for page in pages])
    with clock.ticking(EVENING + timedelta(days=1)):
        write_roots()
        withdraw_listings(unit=unit, procedures=[pages[0].pk], reason="Không thuộc thẩm quyền")
        import_records([("thử", replace(records[1], results=(Result("Giấy khác"),)))])
    with clock.ticking(EVENING + timedelta(days=2)):
        write_roots()
    return unit


@pytest.fixture
def unit(kept: Kept) -> Unit:
    made: Unit = kept(build)
    return made


@pytest.fixture
def evidence(unit: Unit) -> Evidence:
    return gather_evidence(unit, LAST_DAY)


def test_the_next_day_changes_nothing_of_the_truth_of_this_one(unit: Unit, evidence: Evidence) -> None:
    assert len(evidence.shown.items) == 3
    assert {item.procedure["version"] for item in evidence.shown.items} == {1}
    later = gather_evidence(unit, LAST_DAY + timedelta(days=1))
    assert len(later.shown.items) == 2
    assert {item.procedure["version"] for item in later.shown.items} == {1, 2}
    assert "nguyên vẹn (intact)" in check_files(evidence.files)
    assert "niêm yết 3 thủ tục" in check_files(evidence.files)
    assert "Giấy khác" not in evidence.files["ngay-2025-12-31.html"]
    assert "Số 1 &lt;đường&gt; Thử" in evidence.files["ngay-2025-12-31.html"]


def test_before_the_ledger_nothing_is_claimed(unit: Unit) -> None:
    early = gather_evidence(unit, date(2025, 12, 30))
    assert early.shown.sequence == 0
    assert "chưa có sổ niêm yết" in early.files["ngay-2025-12-30.html"]
    assert "intact" in check_files(early.files)


@pytest.mark.parametrize("days", [0, 1])
def test_extract_and_portal_say_the_same(unit: Unit, days: int) -> None:
    day = LAST_DAY + timedelta(days=days)
    shown, page = gather_evidence(unit, day).shown, listed(unit, day)
    assert [item.code for item in shown.items] == [item.code for item in page.items]
    assert [item.procedure for item in shown.items] == [item.procedure_body for item in page.items]
    assert [item.listing for item in shown.items] == [item.listing_body for item in page.items]
    assert (shown.unit, shown.sequence) == (page.unit_body, page.sequence)


def test_others_bodies_stay_out(evidence: Evidence, unit: Unit) -> None:
    other = Unit.objects.exclude(pk=unit.pk).latest("pk")
    assert f'"slug":"{other.slug}"' not in evidence.files[BODIES]
    assert f"unit/{other.slug}" in evidence.files[HEADERS], "headers are whole: the chain needs them"


def test_no_ledger_no_extract() -> None:
    with pytest.raises(NoLedger):
        gather_evidence(make_unit(), LAST_DAY)


def test_the_script_alone_verifies(unit: Unit, tmp_path: Path) -> None:
    out, folder = StringIO(), tmp_path / "trich"
    call_command("export_evidence", unit.slug, "--as-of", "2025-12-31", "--to", str(folder), stdout=out)
    assert "3 thủ tục đang niêm yết" in out.getvalue()
    answer = verify_program(folder)
    assert (answer.returncode, "nguyên vẹn (intact)" in answer.stdout) == (0, True), answer
    root = json.loads((folder / ROOT).read_text("utf-8"))
    assert verify_program(folder, "--goc", root["hash"]).returncode == 0
    assert verify_program(folder, "--goc", "0" * 64).returncode == 1
    printed = [root["hash"][at : at + 4].upper() for at in range(0, 64, 4)]
    for copied in (printed, [" ".join(printed)], ["\u00a0".join(printed) + "\n"]):
        assert verify_program(folder, "--goc", *copied, "--muc", str(root["sequence"])).returncode == 0, (
            copied
        )
    for wrong in (
        ["--goc"],
        ["--goc", ""],
        ["--goc", "g" * 64],
        ["--goc", *printed[1:]],
        ["--goc", "mã", *printed],
    ):
        answer = verify_program(folder, *wrong)
        assert (answer.returncode, "không đúng dạng" in answer.stdout) == (2, True), wrong
        assert "broken" not in answer.stdout
    for wrong in (
        ["--muc", "3"],
        ["--goc", root["hash"], "--muc", "0"],
        ["--goc", root["hash"], "--muc", "-1"],
    ):
        assert verify_program(folder, *wrong).returncode == 2, wrong
    assert "python3 -I verify.py" in (folder / "DOC-TRUOC.txt").read_text("utf-8")
    lines = (folder / HEADERS).read_text("utf-8").splitlines()
    lines[4] = lines[4].replace("procedure/", "procedura/").replace("unit/", "unif/")
    (folder / HEADERS).write_text("\n".join(lines) + "\n", "utf-8")
    answer = verify_program(folder)
    assert answer.returncode == 1
    assert "Mục hỏng đầu tiên: 5." in answer.stdout
    with pytest.raises(CommandError, match="không trống"):
        call_command("export_evidence", unit.slug, "--to", str(folder))


def test_only_days_that_are_over_are_extracted(unit: Unit, tmp_path: Path) -> None:
    with clock.ticking(EVENING + timedelta(days=1)):
        for day, says in (("2026-01-01", "chưa hết"), ("2026-01-02", "chưa đến")):
            with pytest.raises(CommandError, match=says) as refused:
                call_command("export_evidence", unit.slug, "--as-of", day, "--to", str(tmp_path / "a"))
            assert refused.value.returncode == 2
        assert not (tmp_path / "a").exists()
        out = StringIO()
        call_command("export_evidence", unit.slug, "--to", str(tmp_path / "a"), stdout=out)
    assert "cuối ngày 31/12/2025: 3 thủ tục" in out.getvalue()


def test_as_one_file(unit: Unit, evidence: Evidence, tmp_path: Path) -> None:
    name = evidence_name(unit, LAST_DAY)
    with zipfile.ZipFile(BytesIO(zip_evidence(evidence, name))) as archive:
        archive.extractall(tmp_path)
    assert verify_program(tmp_path / name).returncode == 0


# Tampering ---------------------------------------------------------------------------------------------------------------

Files = dict[str, str]


def one_character(name: str) -> Callable[[Files, random.Random], None]:
    def change(files: Files, chance: random.Random) -> None:
        text = files[name]
        at = chance.randrange(len(text))
        new = chance.choice([c for c in '0a9ế "{}[],:\n' if c != text[at]])
        files[name] = text[:at] + chance.choice(["", new, new + text[at]]) + text[at + 1 :]

    return change


def lines_of(files: Files, name: str) -> list[str]:
    return files[name].splitlines()


def put(files: Files, name: str, lines: list[str]) -> None:
    files[name] = "".join(line + "\n" for line in lines)


def drop_line(name: str) -> Callable[[Files, random.Random], None]:
    def change(files: Files, chance: random.Random) -> None:
        lines = lines_of(files, name)
        lines.pop(chance.randrange(len(lines)))
        put(files, name, lines)

    return change


def swap_entries(files: Files, chance: random.Random) -> None:
    lines = lines_of(files, HEADERS)
    one, two = chance.sample(range(len(lines)), 2)
    lines[one], lines[two] = lines[two], lines[one]
    put(files, HEADERS, lines)


def repeat_entry(files: Files, chance: random.Random) -> None:
    lines = lines_of(files, HEADERS)
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))
    put(files, HEADERS, lines)


def other_field(files: Files, chance: random.Random) -> None:
    rows = [json.loads(line) for line in lines_of(files, HEADERS)]
    row, other = chance.sample(rows, 2)
    field = chance.choice([n for n in range(8) if row[n] != other[n]])
    row[field] = other[field]
    put(files, HEADERS, [compact(row) for row in rows])


def swap_bodies(files: Files, chance: random.Random) -> None:
    lines = lines_of(files, BODIES)
    one, two = chance.sample(range(len(lines)), 2)
    first, second = lines[one].split(" ", 1), lines[two].split(" ", 1)
    lines[one], lines[two] = f"{first[0]} {second[1]}", f"{second[0]} {first[1]}"
    put(files, BODIES, lines)


def foreign_body(files: Files, chance: random.Random) -> None:
    text = compact({"state": "live", "n": chance.random().hex()})
    put(files, BODIES, [*lines_of(files, BODIES), f"{body_hash(text)} {text}"])


def cut_tail(files: Files, chance: random.Random) -> None:
    """Everything that tells of the tail is cut with it; only the published root knows better."""
    lines = lines_of(files, HEADERS)
    kept = lines[: chance.randrange(1, len(lines))]
    settle(files, [json.loads(line) for line in kept])


def rewrite_past(files: Files, chance: random.Random) -> None:
    """The clever one: another body, all later hashes made anew, roots and page adjusted."""
    rows = [json.loads(line) for line in lines_of(files, HEADERS)]
    row = chance.choice(rows)
    field = chance.choice([2, 4, 5])
    row[field] = {2: row[2] + "x", 4: "f" * 24, 5: row[5]}[field]
    if field == 5:
        row[3] = body_hash(compact({"n": chance.random().hex()}))
    settle(files, rows)


def settle(files: Files, rows: list[list[Any]]) -> None:
    previous = START
    for number, row in enumerate(rows, start=1):
        row[0], row[6] = number, previous
        row[7] = previous = entry_hash(*row[:7])
    put(files, HEADERS, [compact(row) for row in rows])
    told = json.loads(files[ROOT])
    files[ROOTS] = ""
    told |= {"sequence": len(rows), "hash": previous, "roots": body_hash("")}
    files[ROOT] = compact(told) + "\n"
    known = {row[3] for row in rows}
    put(files, BODIES, [line for line in lines_of(files, BODIES) if line.split(" ", 1)[0] in known])


TAMPERINGS: tuple[Callable[[Files, random.Random], None], ...] = (
    one_character(HEADERS),
    one_character(BODIES),
    one_character(ROOT),
    one_character(ROOTS),
    one_character("ngay-2025-12-31.html"),
    drop_line(HEADERS),
    drop_line(BODIES),
    drop_line(ROOTS),
    swap_entries,
    repeat_entry,
    other_field,
    swap_bodies,
    foreign_body,
    cut_tail,
    rewrite_past,
)


def test_a_thousand_tamperings_and_none_unnoticed(evidence: Evidence) -> None:
    chance = random.Random(20251231)
    unnoticed = []
    for number in range(1_000):
        files = dict(evidence.files)
        tampering = TAMPERINGS[number % len(TAMPERINGS)]
        tampering(files, chance)
        assert files != evidence.files, f"{number} changed nothing"
        try:
            check_files(files, published=evidence.root, published_at=evidence.sequence)
        except Broken:
            continue
        unnoticed.append((number, tampering))
    assert unnoticed == []
    check_files(evidence.files, published=evidence.root)


@pytest.mark.parametrize("name", [ROOTS, ROOT])
def test_no_single_character_of_the_roots_can_be_changed(evidence: Evidence, name: str) -> None:
    """All of them, not by chance: every place taken away, replaced and put in; without any published root."""
    text = evidence.files[name]
    changed = {
        text[:at] + new + text[at + taken :]
        for at in range(len(text) + 1)
        for new in ["", *'0123456789afW- ",\n']
        for taken in (0, 1)
    } - {text}
    unnoticed = []
    for one in changed:
        try:
            check_files(evidence.files | {name: one})
        except Broken:
            continue
        unnoticed.append(one)
    assert unnoticed == []


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (lambda rows: rows[1:], "dòng 1: sai ngày"),
        (lambda rows: [rows[0], ["2026-01-05", *rows[1][1:]]], "dòng 2: sai ngày"),
        (lambda rows: [["20251231", *rows[0][1:]], *rows[1:]], "dòng 1: sai ngày"),
        (lambda rows: [*rows, rows[-1]], "dòng 3: sai ngày"),
        (lambda rows: [[rows[0][0], *rows[1][1:]], *rows[1:]], "không khớp với mã gốc ngày 2025-12-31"),
    ],
)
def test_roots_of_days_are_true_even_where_their_hash_was_made_anew(
    evidence: Evidence, rows: Callable[[list[Any]], list[Any]], says: str
) -> None:
    files = dict(evidence.files)
    put(files, ROOTS, [compact(row) for row in rows([json.loads(line) for line in lines_of(files, ROOTS)])])
    files[ROOT] = compact(json.loads(files[ROOT]) | {"roots": body_hash(files[ROOTS])}) + "\n"
    with pytest.raises(Broken, match=says):
        check_files(files)


def test_a_root_vouches_only_for_what_it_reaches(evidence: Evidence) -> None:
    """Entries made up after an old root, or a chain cut at it, hang together: the root's own day tells them apart."""
    headers = [json.loads(line) for line in lines_of(evidence.files, HEADERS)]
    upto = max(number for number, *_rest, at, _previous, _own in headers if at < end_of("2025-12-31"))
    # An entry of a later day vouches for the whole of this one.
    assert "intact" in check_files(evidence.files, published=evidence.root)
    last_of_the_day = headers[upto - 1][-1]
    with pytest.raises(Unproven, match="--ngay"):
        check_files(evidence.files, published=last_of_the_day)
    with pytest.raises(Unproven):
        check_files(evidence.files, published=last_of_the_day, published_day="2025-12-30")
    assert "intact" in check_files(evidence.files, published=last_of_the_day, published_day="2025-12-31")
    with pytest.raises(Unproven, match="chưa bảo đảm"):
        check_files(evidence.files, published=headers[2][-1], published_day="2026-06-01")


def test_the_first_broken_entry_is_named(evidence: Evidence) -> None:
    files = dict(evidence.files)
    rows = [json.loads(line) for line in lines_of(files, HEADERS)]
    rows[6][4] = "ai-do"
    put(files, HEADERS, [compact(row) for row in rows])
    with pytest.raises(Broken) as caught:
        check_files(files)
    assert caught.value.entry == 7


# Roots and the whole ledger ----------------------------------------------------------------------------------------------


def test_roots_close_their_days(unit: Unit) -> None:
    from procedures.models import LedgerRoot

    assert [root.day.isoformat() for root in LedgerRoot.objects.order_by("day")] == [
        "2025-12-31",
        "2026-01-01",
    ]
    with clock.ticking(EVENING + timedelta(days=2)):
        assert write_roots() == []
    with clock.ticking(EVENING + timedelta(days=5)):
        assert [root.day.day for root in write_roots()] == [2, 3, 4]
    assert verify_ledger().intact
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    assert "nguyên vẹn" in out.getvalue()


def test_a_day_with_a_root_takes_no_entry(unit: Unit) -> None:
    """A writer that began before midnight and waited is entered after it."""
    from procedures.models import LedgerEntry

    with clock.ticking(datetime(2026, 1, 2, 16, 59, 59, tzinfo=UTC)):  # one second before midnight in Vietnam
        other = Unit.objects.get(pk=unit.pk)
    with clock.ticking(datetime(2026, 1, 2, 17, 5, tzinfo=UTC)):
        write_roots()
    with clock.ticking(datetime(2026, 1, 2, 16, 59, 59, tzinfo=UTC)):
        other.email = "xa@mau.example"
        other.save()
    assert LedgerEntry.objects.latest("sequence").at == "2026-01-02T17:00:00.000000Z"
    assert verify_ledger().intact


def test_a_folder_is_written_to_the_byte(evidence: Evidence, tmp_path: Path) -> None:
    write_evidence(evidence, tmp_path / "a")
    assert {path.name: path.read_bytes().decode() for path in (tmp_path / "a").iterdir()} == evidence.files
