"""The three real decisions beside the checkout: facts that anybody can count in them, no sentence of theirs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from procedures.decisions.answers import open_questions
from procedures.decisions.proposal import Proposal, ProposedLine
from procedures.decisions.reading import read_decision

pytestmark = pytest.mark.real_data


def read(real_data: Path, number: int) -> Proposal:
    path = real_data / "decisions" / f"qd-{number}-2025.docx"
    if not path.is_file():
        pytest.skip(f"{path.name} is not in the folder of real data")
    return read_decision(path.read_bytes(), name=path.name)


def codes(proposal: Proposal) -> list[str]:
    return [line.code for line in proposal.lines]


def is_complete(line: ProposedLine) -> bool:
    return all((line.name, line.time, line.place, line.fee, line.basis))


def test_twelve_amended_and_one_abolished(real_data: Path) -> None:
    proposal = read(real_data, 2873)
    assert (proposal.number, proposal.signed_on, proposal.effective_on) == (
        "2873/QĐ-UBND",
        date(2025, 11, 19),
        date(2025, 11, 19),
    )
    assert codes(proposal) == [
        "2.000908",
        "2.000815",
        "2.000884",
        "2.000992",
        "2.001008",
        "2.001035",
        "2.001019",
        "2.001016",
        "2.001406",
        "2.000913",
        "2.000927",
        "2.000942",
        "2.001009",
    ]
    assert [line.action for line in proposal.lines] == ["amended"] * 12 + ["abolished"]
    assert [line.level for line in proposal.lines] == [""] + ["commune"] * 11 + [""]
    assert [line.ordinal for line in proposal.lines] == ["1", *(str(n) for n in range(1, 12)), "1"]
    assert {line.field for line in proposal.lines} == {"Chứng thực"}
    assert all(is_complete(line) for line in proposal.lines[:12])
    # The second list has columns of its own: its basis stands where the first has its times.
    assert proposal.lines[12].basis
    assert not proposal.lines[12].time
    # "Như trên": one basis throughout, one place from the sixth to the eleventh.
    assert len({line.basis for line in proposal.lines[:12]}) == 1
    assert len({line.place for line in proposal.lines[5:11]}) == 1
    assert [(claim.action, claim.stated, claim.read) for claim in proposal.counts] == [
        ("amended", 12, 12),
        ("abolished", 1, 1),
    ]
    assert [(r.article, r.number, r.signed, r.part, r.ordinals, r.replaces) for r in proposal.repeals] == [
        ("Điều 3", "1599/QĐ-UBND", date(2025, 6, 27), "II", (), False),
        ("Điều 3", "1644/QĐ-UBND", date(2025, 6, 28), "III", (), False),
        ("Điều 3", "1809/QĐ-UBND", date(2025, 7, 10), "III", (), False),
    ]
    assert [(task.who, task.days, task.orders_listing) for task in proposal.tasks] == [
        ("Sở Tư pháp", 3, False)
    ]
    assert not open_questions(proposal, {}, blocking_only=True)
    assert [question.key for question in proposal.questions] == ["repeal_part:3"]


def test_two_new(real_data: Path) -> None:
    proposal = read(real_data, 2904)
    assert (proposal.number, proposal.signed_on) == ("2904/QĐ-UBND", date(2025, 11, 21))
    assert codes(proposal) == ["1.014464", "1.014465"]
    assert {(line.action, line.level, line.field) for line in proposal.lines} == {
        ("new", "province", "Báo chí, xuất bản")
    }
    assert all(is_complete(line) for line in proposal.lines)
    assert [(claim.action, claim.stated, claim.read) for claim in proposal.counts] == [("new", 2, 2)]
    assert not proposal.repeals
    assert [(task.who, task.days) for task in proposal.tasks] == [("Sở Văn hóa, Thể thao và Du lịch", 3)]
    # The level is only guessed from the place: said so, but not in the way.
    assert [(question.kind, question.blocking) for question in proposal.questions] == [("level", False)]


def test_two_amended_without_the_processes_below_them(real_data: Path) -> None:
    proposal = read(real_data, 3005)
    # "tháng12" run together; the annex's own number left blank.
    assert (proposal.number, proposal.signed_on) == ("3005/QĐ-UBND", date(2025, 12, 1))
    assert codes(proposal) == ["1.013871", "1.013876"]
    assert {(line.action, line.level, line.field) for line in proposal.lines} == {
        ("amended", "province", "Giám định")
    }
    assert all(is_complete(line) for line in proposal.lines)
    assert [(claim.action, claim.stated, claim.read) for claim in proposal.counts] == [("amended", 2, 2)]
    (repeal,) = proposal.repeals
    assert (repeal.number, repeal.signed, repeal.field, repeal.ordinals, repeal.replaces) == (
        "1740/QĐ-UBND",
        date(2025, 6, 30),
        "Tổ chức cán bộ",
        ("1", "2"),
        True,
    )
    (skipped,) = proposal.skipped_tables
    assert skipped.startswith("bảng 1, từ dòng 4: quy trình nội bộ")
    assert not proposal.questions


@pytest.mark.parametrize("number", [2873, 2904, 3005])
def test_the_head_names_issuer_signer_and_title(real_data: Path, number: int) -> None:
    proposal = read(real_data, number)
    assert proposal.issuer == "Ủy ban nhân dân tỉnh Hà Tĩnh"
    assert 2 <= len(proposal.signer.split()) <= 5
    assert proposal.signer.istitle()
    assert proposal.title.startswith("CÔNG BỐ DANH MỤC VÀ QUY TRÌNH NỘI BỘ")
    assert "CHỦ TỊCH" not in proposal.title
