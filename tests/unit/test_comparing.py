"""Old and new side by side: nothing is lost, what changed is marked, and the longest texts stay cheap."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.boards.comparing import MOST_ROWS, Row, RowKind, Run, compare, sentences


def said(runs: tuple[Run, ...]) -> str:
    return "".join(f"[{run.text}]" if run.changed else run.text for run in runs)


def shown(old: list[str], new: list[str]) -> list[tuple[str, str, str]]:
    return [(row.kind.value, said(row.old), said(row.new)) for row in compare(old, new).rows]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (["Giữ"], ["Giữ"], []),
        (["Giữ  nguyên\n"], ["Giữ nguyên"], []),
        ([], ["Thêm"], [("new", "", "[Thêm]")]),
        (["Bỏ"], [], [("gone", "[Bỏ]", "")]),
        (
            ["Thời hạn 05 ngày làm việc"],
            ["Thời hạn 03 ngày làm việc"],
            [("changed", "Thời hạn [05] ngày làm việc", "Thời hạn [03] ngày làm việc")],
        ),
        (
            ["Nộp bản sao, chứng thực kèm theo"],
            ["Nộp bản gốc, đối chiếu kèm theo"],
            [
                (
                    "changed",
                    "Nộp bản [sao, chứng thực] kèm theo",
                    "Nộp bản [gốc, đối chiếu] kèm theo",
                )
            ],
        ),
        (
            ["Đơn đề nghị theo mẫu"],
            ["Bằng lái xe hạng hai"],
            [("gone", "[Đơn đề nghị theo mẫu]", ""), ("new", "", "[Bằng lái xe hạng hai]")],
        ),
        (
            ["Một", "Hai", "Ba", "Bốn", "Năm"],
            ["Một", "Hai", "Ba", "Bốn", "Thêm dòng", "Năm"],
            [("gap", "", ""), ("same", "Bốn", "Bốn"), ("new", "", "[Thêm dòng]"), ("same", "Năm", "Năm")],
        ),
    ],
)  # fmt: skip
def test_what_is_shown(old: list[str], new: list[str], expected: list[tuple[str, str, str]]) -> None:
    assert shown(old, new) == expected


TEXT = st.lists(
    st.lists(
        st.sampled_from(["hồ", "sơ", "giấy", "phép", "điều", "kiện", "03", "05", "(mẫu)", ";", "."]),
        min_size=1,
        max_size=9,
    ).map(" ".join),
    max_size=12,
)


@given(old=TEXT, new=TEXT)
def test_nothing_is_lost_or_made_up(old: list[str], new: list[str]) -> None:
    comparison = compare(old, new)
    assert bool(comparison.changes) == (sentences(old) != sentences(new))
    unshown = sum(row.count for row in comparison.rows)

    def words(side: str) -> list[str]:
        rows: list[Row] = [row for row in comparison.rows if getattr(row, side)]
        return ["".join(run.text for run in getattr(row, side)) for row in rows]

    if comparison.changes:
        assert len(words("old")) + unshown == len(sentences(old))
        assert len(words("new")) + unshown == len(sentences(new))
    for row in comparison.rows:
        if row.kind is RowKind.CHANGED:
            assert any(run.changed for run in (*row.old, *row.new))
            # What is not marked is what both sides say.
            same = [
                "".join(run.text for run in side if not run.changed).split() for side in (row.old, row.new)
            ]
            assert same[0] == same[1]
    remaining = sentences(old)
    for sentence in words("old"):
        remaining.remove(sentence)


@given(old=TEXT, new=TEXT)
def test_marks_of_the_way_back_are_the_mirror(old: list[str], new: list[str]) -> None:
    assert compare(old, new).changes == 0 or compare(new, old).changes > 0


SENTENCE = "Điều kiện thử nghiệm có độ dài lớn để xem trang chịu được bao nhiêu chữ số {n}. "


@pytest.mark.parametrize("repeat", [1, 0])
def test_the_longest_official_text_is_compared_in_a_moment(repeat: int) -> None:
    old = [SENTENCE.format(n=n * repeat) for n in range(600)]
    assert sum(map(len, old)) > 44_590
    new = [s.replace("dài lớn", "dài vừa") if n % 3 == 0 else s for n, s in enumerate(old)]
    comparison = compare(old, new)
    assert comparison.changes > 0
    assert len(comparison.rows) <= 3 * MOST_ROWS + 1
    in_one_piece = compare(["".join(old)], ["".join(new)])
    assert in_one_piece.changes


def test_more_changes_than_fit_are_counted() -> None:
    old = [f"Giấy tờ thứ {n} bản chính" for n in range(200)]
    new = [f"Giấy tờ thứ {n} bản sao" for n in range(200)]
    comparison = compare(old, new, most=50)
    assert (len(comparison.rows), comparison.left_out, comparison.changes) == (50, 150, 200)
