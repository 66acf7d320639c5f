"""What is uncertain in a decision is asked, and what is answered is done; nothing else changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from procedures.decisions.answers import answer_problem, open_questions, with_answers
from procedures.decisions.proposal import Proposal, Question, from_json, to_json
from procedures.decisions.questions import DROP, KEEP, WHOLE
from procedures.decisions.reading import read_decision
from tests.factories.decision_files import (
    Merged,
    Sheet,
    Tab,
    articles,
    decision,
    docx_of,
    head,
    tail,
    xlsx_of,
)

HEADER = ["STT", "Mã TTHC", "Tên thủ tục hành chính", "Thời hạn giải quyết", "Địa điểm thực hiện"]
TITLE = "DANH MỤC THỦ TỤC HÀNH CHÍNH CẤP TỈNH MỚI BAN HÀNH LĨNH VỰC THỬ"


def listed(
    *rows: list[str], first: str = "Công bố Danh mục thủ tục hành chính mới ban hành.", **named: str
) -> Proposal:
    named.setdefault("title", "Công bố Danh mục thủ tục hành chính mới ban hành")
    data = decision(
        TITLE, Tab([HEADER, *([*row, *[""] * (5 - len(row))] for row in rows)]), first=first, **named
    )
    return read_decision(data, name="thu.docx")


def only(proposal: Proposal) -> Question:
    (question,) = proposal.questions
    return question


def answered(proposal: Proposal, **answers: str) -> Proposal:
    return with_answers(proposal, {key.replace("__", ":"): value for key, value in answers.items()})


# ---------------------------------------------------------------------------------------------------------------- codes


@pytest.mark.parametrize("written", ["1.0125010", "1.O12501", "1,012501", "1.01250", "12.501", "chờ cấp mã"])
def test_a_code_with_a_slip_stops_until_a_person_says_it(written: str) -> None:
    proposal = listed(["1", written, "Cấp thẻ"])
    question = only(proposal)
    assert (question.kind, question.blocking, question.position, question.key) == ("code", True, 1, "code:1")
    assert written in question.text
    assert (proposal.lines[0].code, proposal.lines[0].code_text) == ("", written)
    after = answered(proposal, code__1="1.012501")
    assert after.lines[0].code == "1.012501"
    assert not open_questions(proposal, {"code:1": "1.012501"})
    assert only(after).answer == "1.012501"


def test_a_code_with_blanks_inside_is_read_and_shown() -> None:
    proposal = listed(["1", "1.012 501", "Cấp thẻ"])
    question = only(proposal)
    assert (question.blocking, question.suggested) == (False, "1.012501")
    assert proposal.lines[0].code == "1.012501"


def test_a_line_without_a_code_may_be_dropped() -> None:
    proposal = listed(
        ["1", "1.000001", "Cấp thẻ"], ["2", "", "Các thủ tục khác"], first="Công bố 01 TTHC mới ban hành."
    )
    assert [(q.kind, q.blocking) for q in proposal.questions] == [("missing_code", True), ("count", True)]
    after = answered(proposal, missing_code__2=DROP)
    assert [line.code for line in after.lines] == ["1.000001"]
    # The number agrees now: nothing is left to confirm.
    assert [(q.kind, q.answer) for q in after.questions] == [("missing_code", DROP)]
    assert [(claim.stated, claim.read) for claim in after.counts] == [(1, 1)]


def test_an_answer_that_is_no_code_answers_nothing() -> None:
    proposal = listed(["1", "1.0125010", "Cấp thẻ"])
    assert answer_problem(proposal.questions[0], "1.01250")
    assert answered(proposal, code__1="1.01250") == answered(proposal)
    assert open_questions(proposal, {"code:1": "sai"}, blocking_only=True)


def test_several_codes_in_one_cell_are_offered() -> None:
    question = only(listed(["1", "1.000001\n1.000002", "Cấp thẻ"]))
    assert [choice.value for choice in question.choices] == ["1.000001", "1.000002", DROP]
    assert question.suggested == ""


# -------------------------------------------------------------------------------------------------- repeats and numbers


def test_a_code_twice_stops_where_the_lines_differ() -> None:
    proposal = listed(["1", "1.000001", "Cấp thẻ"], ["2", "1.000001", "Thu hồi thẻ"])
    question = only(proposal)
    assert (question.kind, question.blocking, question.key) == ("repeated_code", True, "repeated_code:2")
    assert "dòng 2" in question.text
    assert [line.code for line in answered(proposal, repeated_code__2=DROP).lines] == ["1.000001"]
    assert [line.code for line in answered(proposal, repeated_code__2=KEEP).lines] == ["1.000001", "1.000001"]
    corrected = answered(proposal, repeated_code__2="1.000002")
    assert [line.code for line in corrected.lines] == ["1.000001", "1.000002"]
    assert not open_questions(proposal, {"repeated_code:2": "1.000002"})


def test_the_same_line_twice_does_not_stop() -> None:
    question = only(listed(["1", "1.000001", "Cấp thẻ"], ["2", "1.000001", "Cấp thẻ"]))
    assert (question.kind, question.blocking) == ("repeated_code", False)


def test_a_correction_may_raise_the_next_question() -> None:
    proposal = listed(["1", "1.000001", "Cấp thẻ"], ["2", "1.0000011", "Thu hồi thẻ"])
    assert [q.kind for q in open_questions(proposal, {})] == ["code"]
    answers = {"code:2": "1.000001"}
    assert [q.key for q in open_questions(proposal, answers)] == ["repeated_code:2"]
    assert not open_questions(proposal, answers | {"repeated_code:2": KEEP})


def test_one_code_at_two_levels_is_no_repeat() -> None:
    grid = [
        HEADER,
        [Merged("A. Thủ tục hành chính cấp tỉnh", 5)],
        ["1", "1.000001", "Cấp thẻ", "", ""],
        [Merged("B. Thủ tục hành chính cấp xã", 5)],
        ["1", "1.000001", "Cấp thẻ", "", ""],
    ]
    assert not read_decision(
        decision("DANH MỤC THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH", Tab(grid), title="Công bố"), name="x"
    ).questions


def test_numbers_that_repeat_or_leap_are_told_but_do_not_stop() -> None:
    proposal = listed(
        ["1", "1.000001", "A"], ["2", "1.000002", "B"], ["2", "1.000003", "C"], ["5", "1.000004", "D"]
    )
    assert [(q.kind, q.position, q.blocking) for q in proposal.questions] == [
        ("repeated_ordinal", 3, False),
        ("ordinal_gap", 4, False),
    ]


def test_a_count_that_differs_stops_until_confirmed_and_again_when_lines_change() -> None:
    proposal = listed(
        ["1", "1.000001", "A"], ["2", "1.0000022", "B"], first="Công bố 03 (ba) TTHC mới ban hành."
    )
    question = next(q for q in proposal.questions if q.kind == "count")
    assert question.blocking
    assert "ghi 3 thủ tục" in question.text
    confirmed = {question.key: question.choices[0].value}
    assert [q.kind for q in open_questions(proposal, confirmed)] == ["code"]
    # One line fewer: what was confirmed is another number.
    assert [q.kind for q in open_questions(proposal, confirmed | {"code:2": DROP})] == ["count"]


# ------------------------------------------------------------------------------------------------ head, levels, actions


def test_a_blank_head_is_asked_for_and_the_annex_offers_its_own() -> None:
    data = decision(
        f"{TITLE} (Kèm theo Quyết định số 77/QĐ-UBND ngày 09/3/2026)",
        Tab([HEADER, ["1", "1.000001", "Cấp thẻ", "", ""]]),
        number="       /QĐ-UBND",
        day="ngày     tháng 3 năm 2026",
        title="Công bố Danh mục thủ tục hành chính mới ban hành",
    )
    proposal = read_decision(data, name="du-thao.docx")
    assert (proposal.number, proposal.signed_on) == ("", None)
    assert [(q.key, q.blocking, q.suggested) for q in proposal.questions] == [
        ("number", True, "77/QĐ-UBND"),
        ("signed_on", True, "2026-03-09"),
    ]
    after = answered(proposal, number="số 78 / QĐ - UBND", signed_on="10/3/2026")
    assert (after.number, after.signed_on, after.effective_on) == (
        "78/QĐ-UBND",
        date(2026, 3, 10),
        date(2026, 3, 10),
    )
    assert [q.key for q in open_questions(proposal, {"number": "không rõ", "signed_on": "32/1/2026"})] == [
        "number",
        "signed_on",
    ]


def test_an_annex_of_another_number_stops() -> None:
    data = decision(
        f"{TITLE} (Kèm theo Quyết định số 4321/QĐ-UBND ngày 06/3/2026)",
        Tab([HEADER, ["1", "1.000001", "A", "", ""]]),
    )
    proposal = read_decision(data, name="x")
    assert [(q.key, q.blocking) for q in proposal.questions] == [
        ("annex_number", True),
        ("annex_date", False),
    ]
    after = with_answers(proposal, {"annex_number": "4321/QĐ-UBND", "annex_date": "2026-03-06"})
    assert (after.number, after.signed_on) == ("4321/QĐ-UBND", date(2026, 3, 6))


def test_a_level_guessed_from_the_place_stands_unless_a_person_says_otherwise() -> None:
    data = decision(
        "DANH MỤC THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH",
        Tab(
            [
                HEADER,
                ["1", "1.000001", "A", "", "Trung tâm Phục vụ hành chính công tỉnh"],
                ["2", "1.000002", "B", "", "Như trên"],
                ["3", "1.000003", "C", "", "Bộ phận Một cửa"],
            ]
        ),
        title="Công bố Danh mục thủ tục hành chính mới ban hành",
    )
    proposal = read_decision(data, name="x")
    assert [line.level for line in proposal.lines] == ["province", "province", ""]
    assert [(q.key, q.blocking) for q in proposal.questions] == [("level:1-2", False), ("level:3-3", False)]
    after = with_answers(proposal, {"level:1-2": "commune", "level:3-3": "province"})
    assert [line.level for line in after.lines] == ["commune", "commune", "province"]
    assert [line.level for line in with_answers(proposal, {"level:1-2": "own"}).lines] == ["", "", ""]


def test_an_action_that_nothing_tells_stops() -> None:
    data = decision(
        "DANH MỤC THỦ TỤC HÀNH CHÍNH CẤP XÃ",
        Tab(
            [
                ["STT", "Mã TTHC", "Tên TTHC", "Ghi chú"],
                ["1", "1.000001", "A", "Mới"],
                ["2", "1.000002", "B", ""],
                ["3", "1.000003", "C", ""],
            ]
        ),
        title="Công bố Danh mục thủ tục hành chính mới ban hành và được sửa đổi, bổ sung",
    )
    proposal = read_decision(data, name="x")
    assert [line.action for line in proposal.lines] == ["new", "", ""]
    question = only(proposal)
    assert (question.key, question.blocking) == ("action:2-3", True)
    assert {choice.value for choice in question.choices} == {"new", "amended"}
    assert [line.action for line in with_answers(proposal, {"action:2-3": "amended"}).lines] == [
        "new",
        "amended",
        "amended",
    ]


def test_same_as_above_with_nothing_above_is_asked() -> None:
    proposal = listed(
        ["1", "1.000001", "A", "nt"],
        ["2", "1.000002", "B", "Như trên"],
        ["3", "1.000003", "C", "5 ngày"],
        ["4", "1.000004", "D", "Như mục 3"],
    )
    assert [q.key for q in proposal.questions] == ["same_as_above:1:time", "same_as_above:2:time"]
    assert [line.time for line in proposal.lines] == ["", "", "5 ngày", "5 ngày"]
    after = with_answers(proposal, {"same_as_above:1:time": "03 ngày"})
    assert after.lines[0].time == "03 ngày"


# ------------------------------------------------------------------------------------------------------ articles, tables


def test_a_part_of_two_decisions_is_confirmed_and_days_are_said() -> None:
    proposal = listed(["1", "1.000001", "A"])
    proposal = read_decision(
        decision(
            TITLE,
            Tab([HEADER, ["1", "1.000001", "A", "", ""]]),
            title="Công bố Danh mục thủ tục hành chính mới ban hành",
            others=(
                "Giao Sở A niêm yết công khai tại trụ sở trong thời hạn 05 ngày kể từ ngày ký.",
                "Bãi bỏ Danh mục tại phần II Quyết định số 1/QĐ-UBND ngày 01/01/2025 và Quyết định số 2/QĐ-UBND ngày 02/01/2025.",
            ),
        ),
        name="x",
    )
    assert [(q.key, q.blocking) for q in proposal.questions] == [
        ("task_days:1", False),
        ("repeal_part:2", False),
    ]
    after = with_answers(proposal, {"task_days:1": "7", "repeal_part:2": WHOLE})
    assert [task.days for task in after.tasks] == [7]
    assert [repeal.part for repeal in after.repeals] == ["II", ""]


def test_a_code_that_only_an_article_names_becomes_a_line() -> None:
    proposal = listed(
        ["1", "1.000001", "A"],
        first="Công bố 01 TTHC mới ban hành và 01 TTHC bị bãi bỏ (Thôi cấp thẻ, mã số 2.000009).",
    )
    assert [(q.key, q.blocking) for q in proposal.questions] == [
        ("count:all:abolished:1", True),
        ("code_in_text:2.000009", True),
    ]
    after = with_answers(proposal, {"code_in_text:2.000009": "abolished"})
    assert [(line.position, line.code, line.action) for line in after.lines] == [
        (1, "1.000001", "new"),
        (2, "2.000009", "abolished"),
    ]
    assert not [q for q in after.questions if q.answer is None]


def test_a_table_that_was_not_read_but_names_codes_stops() -> None:
    data = decision(
        TITLE,
        Tab([HEADER, ["1", "1.000001", "A", "", ""]]),
        "Một đoạn văn",
        Tab([["a", "b"], ["Cấp thẻ", "1.000009"], ["Đổi thẻ", "1.000010"]]),
        title="Công bố Danh mục thủ tục hành chính mới ban hành",
    )
    proposal = read_decision(data, name="x")
    question = only(proposal)
    assert (question.kind, question.blocking) == ("left_out", True)
    assert "1.000009" in question.text
    assert len(proposal.skipped_tables) == 1
    assert not open_questions(proposal, {question.key: "ignore"})


def test_a_decision_without_lists_that_repeals_is_a_proposal() -> None:
    data = docx_of(
        [
            *head(title="Bãi bỏ Quyết định"),
            *articles("Bãi bỏ Quyết định số 1/QĐ-UBND ngày 01/01/2025."),
            *tail(),
        ]
    )
    proposal = read_decision(data, name="x")
    assert not proposal.lines
    assert [repeal.number for repeal in proposal.repeals] == ["1/QĐ-UBND"]
    assert not proposal.questions


# ---------------------------------------------------------------------------------------------------------- the answers


def test_answers_do_not_depend_on_their_order_and_can_be_taken_back() -> None:
    proposal = listed(
        ["1", "1.0125010", "A"], ["2", "", "B"], ["3", "1.000003", "C"], first="Công bố 02 TTHC mới ban hành."
    )
    answers = {"code:1": "1.012501", "missing_code:2": DROP}
    assert with_answers(proposal, answers) == with_answers(proposal, dict(reversed(answers.items())))
    assert not open_questions(proposal, answers, blocking_only=True)
    assert replace(with_answers(proposal, {}), questions=()) == replace(proposal, questions=())
    assert [q.answer for q in with_answers(proposal, {}).questions] == [None] * len(proposal.questions)


def test_answers_to_questions_that_nobody_asked_change_nothing() -> None:
    proposal = listed(["1", "1.000001", "A"])
    assert with_answers(proposal, {"code:1": "1.999999", "level:1-1": "commune", "xyz": "1"}) == proposal


def test_answered_proposals_survive_json() -> None:
    proposal = with_answers(listed(["1", "1.0125010", "A"]), {"code:1": "1.012501"})
    assert from_json(to_json(proposal)) == proposal


@pytest.mark.parametrize("data", [{}, {"lines": 1}, {"signed_on": "x"}])
def test_what_is_no_proposal_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"Not a proposal|Invalid isoformat"):
        from_json(data)


def test_a_workbook_of_excel_numbers_asks_for_the_zero_that_excel_dropped() -> None:
    data = xlsx_of(
        Sheet(
            "Mới",
            [
                ["Kèm theo Quyết định số 9/QĐ-UBND ngày 01/02/2026 lĩnh vực Thử", "", ""],
                ["STT", "Mã TTHC", "Tên thủ tục cấp tỉnh"],
                [1, 1.00419, "Cấp thẻ"],
            ],
        )
    )
    proposal = read_decision(data, name="x.xlsx")
    question = next(q for q in proposal.questions if q.kind == "code")
    assert question.blocking
    assert "1.004190" in [choice.value for choice in question.choices]
