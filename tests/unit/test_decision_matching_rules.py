"""Pure rules around matching a decision's lines: names and codes that are near, and files of questions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.decisions.likeness import (
    Names,
    changed_words,
    differs_strongly,
    hardly_alike,
    is_slip,
    likeness,
)
from procedures.decisions.proposal import Choice, Question
from procedures.decisions.question_files import UnreadableAnswers, read_answers, write_questions
from search.text import fold

TEXT = st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), max_size=60)


@pytest.mark.parametrize(
    ("ours", "theirs", "strongly"),
    [
        ("Chứng thực di chúc", "CHỨNG THỰC DI CHÚC", False),
        ("Thủ tục cấp bản sao từ sổ gốc", "Cấp bản sao từ sổ gốc", False),
        ("Đăng ký kết hôn có yếu tố nước ngoài", "Đăng ký kết hôn", False),
        ("Đăng ký kết hôn", "Cấp giấy phép xây dựng nhà ở riêng lẻ", True),
        ("Chứng thực di chúc", "Chứng thực chữ ký người dịch", True),
    ],
)
def test_names_that_differ_strongly(ours: str, theirs: str, strongly: bool) -> None:
    assert differs_strongly(ours, theirs) is strongly
    assert differs_strongly(theirs, ours) is strongly


@given(TEXT, TEXT)
def test_likeness_is_a_share(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, other) == likeness(other, one)
    assert not (hardly_alike(one, other) and not differs_strongly(one, other))


@pytest.mark.parametrize(
    ("ours", "theirs", "changed"),
    [
        ("Cấp lại giấy phép.", "cấp lại Giấy phép", False),
        ("Thủ tục tách hộ", "Tách hộ", False),
        ("Cấp", "Cấp lại", True),
    ],
)
def test_changed_words(ours: str, theirs: str, changed: bool) -> None:
    assert changed_words(ours, theirs) is changed


@pytest.mark.parametrize(
    ("code", "held", "slip"),
    [
        ("1.012501", "1.012502", True),
        ("1.012501", "1.012510", True),
        ("1.01250", "1.012501", True),
        ("1.0125010", "1.012501", True),
        ("1.012501", "1.012501", False),
        ("1.012501", "1.999501", False),
        ("", "1.012501", False),
    ],
)
def test_one_slip_away(code: str, held: str, slip: bool) -> None:
    assert is_slip(code, held) is slip


def test_near_ones_best_first() -> None:
    held = {"1.000001": "Đăng ký kết hôn", "1.000002": "Đăng ký lại kết hôn", "1.000003": "Cấp phép nổ mìn"}
    names = Names(held, {code: fold(name) for code, name in held.items()})
    assert names.near("1.000009", "Đăng ký kết hôn") == ("1.000001", "1.000002")
    assert names.near("9.999999", "Nuôi cá lồng bè") == ()


# Files of questions ---------------------------------------------------------------------------------------------------


def question(key: str, *, blocking: bool = False, free: bool = True) -> Question:
    return Question(
        key, "code", blocking, "Mã nào?\nHai dòng.", "bảng 1", 2, (Choice("1.004190", "Kết hôn"),), "", free
    )


@given(st.dictionaries(TEXT.map(str.strip).filter(bool), TEXT.map(str.strip).filter(bool), max_size=6))
def test_every_answer_comes_back(answers: dict[str, str]) -> None:
    text = write_questions([question(key) for key in answers], title="Câu hỏi", answers=answers)
    assert read_answers(text, name="x.yaml") == answers


def test_open_questions_are_written_and_read_as_unanswered() -> None:
    text = write_questions([question("code:2", blocking=True)], title="Câu hỏi", answers={})
    assert "BẮT BUỘC" in text
    assert "1.004190 = Kết hôn" in text
    assert read_answers(text, name="x.yaml") == {}


def test_a_question_that_nothing_answers_has_no_key() -> None:
    stop = Question("already-applied", "already-applied", True, "Đã áp dụng.")
    assert '"already-applied"' not in write_questions([stop], title="Câu hỏi", answers={})


def test_codes_stay_text() -> None:
    assert read_answers("code:2: 1.004190\nngay: 2025-12-01", name="x") == {
        "code:2": "1.004190",
        "ngay": "2025-12-01",
    }


@pytest.mark.parametrize("text", ["- a\n- b", "a: [1, 2]", "a: {b", "chỉ là chữ"])
def test_what_holds_no_answers_is_refused(text: str) -> None:
    with pytest.raises(UnreadableAnswers):
        read_answers(text, name="x.yaml")
