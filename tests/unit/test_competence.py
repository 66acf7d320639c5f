"""The table of competence as rules: which row answers a body, a field, a level."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.competence.rules import (
    BY_FIELD,
    BY_LEVEL,
    COMMUNES,
    KIND,
    NOBODY,
    UNIT,
    CompetenceTable,
    Facts,
    Owner,
    Row,
    owes,
)

COMMUNE = Owner(COMMUNES)
HEALTH, JUSTICE, HOME = Owner(UNIT, "so-y-te"), Owner(UNIT, "so-tu-phap"), Owner(UNIT, "so-noi-vu")

TABLE = CompetenceTable(
    (
        Row(BY_LEVEL, body="*", subject="chứng thực"),
        Row(COMMUNES, body="*ủy ban nhân dân cấp xã*"),
        Row(UNIT, "so-noi-vu", body="*sở nội vụ*"),
        Row(UNIT, "so-y-te", body="trạm y tế*"),
        Row(BY_FIELD, body="*ủy ban nhân dân cấp tỉnh*"),
        Row(NOBODY, body="bộ*"),
        Row(NOBODY, body="*tổ chức hành nghề*"),
        Row(KIND, "ward", body="ủy ban nhân dân phường"),
        Row(COMMUNES, level="commune"),
        Row(UNIT, "so-y-te", issuing="bộ y tế*", level="province"),
        Row(UNIT, "so-tu-phap", subject="chứng thực", level="province"),
        Row(NOBODY, level="ministry"),
    )
)


def facts(*bodies: str, issuing: str = "", subject: str = "", levels: tuple[str, ...] = ()) -> Facts:
    return Facts(bodies, issuing, subject, levels)


@pytest.mark.parametrize(
    ("case", "owners"),
    [
        (facts("Ủy ban nhân dân cấp xã"), {COMMUNE}),
        (facts("Uỷ ban nhân dân CẤP XÃ, phường"), {COMMUNE}),
        (facts("Ủy ban nhân dân cấp xã", "Sở Nội vụ tỉnh A"), {COMMUNE, HOME}),
        (facts("Ủy ban nhân dân cấp tỉnh", issuing="Bộ Y tế", levels=("province",)), {HEALTH}),
        (facts("Bộ Y tế", "Sở Nội vụ"), {HOME}),
        (facts(levels=("commune",)), {COMMUNE}),
        (facts(levels=("province", "commune"), issuing="Bộ Y tế"), {COMMUNE, HEALTH}),
        (facts("Tổ chức hành nghề công chứng", subject="Chứng thực", levels=("commune", "other")), {COMMUNE}),
        (facts("Cơ quan nào đó", subject="Chứng thực", levels=("province", "commune")), {COMMUNE, JUSTICE}),
        (facts("Ủy ban nhân dân phường"), {Owner(KIND, "ward")}),
    ],
)
def test_owners(case: Facts, owners: set[Owner]) -> None:
    assert TABLE.resolve(case).owners == owners


@pytest.mark.parametrize(
    "case", [facts("Bộ Y tế"), facts("Bộ Y tế", levels=("commune",)), facts(levels=("ministry",))]
)
def test_nobody_here(case: Facts) -> None:
    found = TABLE.resolve(case)
    assert found.nobody
    assert not found.owners
    assert not found.is_unmapped


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (facts("Hội đồng lạ"), ("Hội đồng lạ", "?")),
        (facts("Hội đồng lạ", subject="Thú y", levels=("province",)), ("Hội đồng lạ", "province · Thú y")),
        (facts(subject="Thú y"), ("Thú y",)),
        (facts(), ("?",)),
        (facts("Ủy ban nhân dân cấp tỉnh", subject="Thú y"), ("Ủy ban nhân dân cấp tỉnh",)),
    ],
)
def test_what_no_row_answers_is_named(case: Facts, words: tuple[str, ...]) -> None:
    found = TABLE.resolve(case)
    assert found.is_unmapped
    assert set(found.unmapped) <= set(words)
    assert found.unmapped


def test_words_are_whole_words() -> None:
    """ "rừng" folds to "rung"; "Trung ương" holds these letters."""
    table = CompetenceTable((Row(UNIT, "kiem-lam", body="*rừng*"),))
    assert table.resolve(facts("Quỹ bảo vệ rừng tỉnh")).owners == {Owner(UNIT, "kiem-lam")}
    assert table.resolve(facts("Thành phố trực thuộc Trung ương")).is_unmapped
    assert table.resolve(facts("Trung tâm Hành chính công")).is_unmapped


def test_first_row_decides() -> None:
    first, second = Row(UNIT, "a", body="sở*"), Row(UNIT, "b", body="sở nội vụ")
    case = facts("Sở Nội vụ")
    assert CompetenceTable((first, second)).resolve(case).owners == {Owner(UNIT, "a")}
    assert CompetenceTable((second, first)).resolve(case).owners == {Owner(UNIT, "b")}


def test_a_row_may_ask_for_the_level_too() -> None:
    table = CompetenceTable(
        (Row(UNIT, "thue-tinh", body="cục thuế*", level="province"), Row(NOBODY, body="cục*"))
    )
    assert table.resolve(facts("Cục Thuế", levels=("province",))).owners == {Owner(UNIT, "thue-tinh")}
    assert table.resolve(facts("Cục Thuế", levels=("ministry",))).nobody


def test_the_rows_that_answered_are_told() -> None:
    assert TABLE.resolve(facts("Ủy ban nhân dân cấp tỉnh", issuing="Bộ Y tế")).rows == (4, 9)


@pytest.mark.parametrize(
    ("owner", "expected"),
    [
        (Owner(UNIT, "xa-a"), True),
        (Owner(UNIT, "xa-b"), False),
        (Owner(KIND, "commune"), True),
        (Owner(KIND, "ward"), False),
        (Owner(COMMUNES), True),
    ],
)
def test_owes(owner: Owner, *, expected: bool) -> None:
    assert owes({owner}, unit="xa-a", kind="commune", is_commune=True) is expected


words = st.sampled_from(
    ["Ủy ban nhân dân cấp xã", "Sở Nội vụ", "Bộ Y tế", "Ủy ban nhân dân cấp tỉnh", "Hội đồng lạ", "Trạm lạ"]
)


@given(
    st.builds(
        Facts,
        bodies=st.lists(words, max_size=4).map(tuple),
        issuing=st.sampled_from(["", "Bộ Y tế", "Bộ Lạ"]),
        subject=st.sampled_from(["", "Chứng thực", "Thú y"]),
        levels=st.lists(st.sampled_from(["ministry", "province", "commune", "other"]), max_size=4).map(tuple),
    )
)
def test_every_procedure_is_owed_or_nobody_s_or_named(case: Facts) -> None:
    """Nothing falls through: somebody owes it, a row says nobody does, or its words stand among the unmapped."""
    found = TABLE.resolve(case)
    assert bool(found.owners) + found.nobody + found.is_unmapped == 1
    assert not found.is_unmapped or all(found.unmapped)
    assert found.is_unmapped or found.rows
