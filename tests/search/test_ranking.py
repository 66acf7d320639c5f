"""What stands first among found documents; each component by itself."""

from __future__ import annotations

from typing import Any

import pytest

from search.documents import DocumentId, Part, SearchDocument
from search.engines.contract import Alternative, Candidate, Concept, Plan
from search.lexicon import Lexicon
from search.planning import weighed
from search.ranking import COMPONENTS, WEIGHTS, lifted, rank
from search.text import accented_words, words

NAMES = (
    "Thủ tục đăng ký kết hôn",
    "Đăng ký lại kết hôn",
    "Đăng ký kết hôn có yếu tố nước ngoài tại khu vực biên giới",
    "Đăng ký khai sinh",
    "Cấp giấy phép xây dựng nhà ở riêng lẻ",
    "Cấp thẻ căn cước",
    "Công nhận thể thao quần chúng",
)
LEXICON = Lexicon.of(
    SearchDocument(DocumentId("thu-tuc", str(n)), name, f"/{n}", (name,)) for n, name in enumerate(NAMES)
)


def candidate(name: str, **more: Any) -> Candidate:
    """By default with the name as its key."""
    given: dict[str, Any] = {
        "id": DocumentId("thu-tuc", name),
        "title": name,
        "url": "/x/",
        "names": (name,),
        "everyday": (),
        "codes": (),
        "prior": 0.0,
        "parts": {},
    }
    return Candidate(**{**given, **more})


def plan(text: str, *other: tuple[int, str], typed: bool = True) -> Plan:
    """One concept a word; `other`: (place of a concept, other words for it)."""
    folded, accented = words(text), accented_words(text)
    ways = [[Alternative((f,), 1.0, (a,) if typed else ())] for f, a in zip(folded, accented, strict=True)]
    for place, said in other:
        ways[place].append(Alternative(words(said), 0.9))
    return Plan(weighed([Concept(tuple(each)) for each in ways], LEXICON))


def first(text: str, *candidates: Candidate, **more: Any) -> str:
    return rank(candidates, plan(text), LEXICON, **more)[0].candidate.id.key


def test_the_name_that_is_nothing_else() -> None:
    assert first("dang ky ket hon", *map(candidate, NAMES)) == "Thủ tục đăng ký kết hôn"


def test_rare_words_tell_more_than_common_ones() -> None:
    assert first("dang ky xay dung", *map(candidate, NAMES)) == "Cấp giấy phép xây dựng nhà ở riêng lẻ"


def test_words_side_by_side_tell_more() -> None:
    apart, together = candidate("kết nối khi hôn lễ"), candidate("lễ kết hôn nối khi")
    assert first("ket hon", apart, together) == together.id.key


def test_accents_that_were_typed_tell_words_apart() -> None:
    pass_, sport = candidate("Thẻ xanh"), candidate("Thể xanh")
    assert first("thẻ", sport, pass_) == "Thẻ xanh"
    assert first("thể", sport, pass_) == "Thể xanh"


def test_an_everyday_name_is_a_name() -> None:
    land = candidate("Đăng ký, cấp Giấy chứng nhận quyền sử dụng đất", everyday=("làm sổ đỏ",))
    assert first("so do", candidate("Đọc sơ đồ của nhà ở riêng lẻ"), land) == land.id.key
    assert (
        first("so do", candidate("Đọc sơ đồ của nhà ở riêng lẻ"), land, without={"everyday"}) != land.id.key
    )


def test_other_words_for_the_same() -> None:
    build = candidate("Cấp giấy phép xây dựng nhà ở riêng lẻ")
    ranked = rank([candidate("Cất đồ"), build], plan("cat", (0, "xay dung")), LEXICON)
    assert {r.candidate.id.key: r.covered for r in ranked}[build.id.key] == pytest.approx(0.9)
    plain = rank([build], plan("cat", (0, "xay dung")), LEXICON, without={"synonyms"})
    assert plain[0].covered == 0


def test_a_word_in_a_part_counts_little_but_counts() -> None:
    without, with_ = (
        candidate("Đăng ký khai sinh"),
        candidate("Đăng ký khai  sinh", parts={Part.PAPERS: 0b100}),
    )
    assert first("khai sinh xay", without, with_) == with_.id.key
    named = candidate("khai sinh xây")
    assert first("khai sinh xay", with_, named) == named.id.key


def test_between_equals_the_prior_the_unit_and_what_others_opened_decide() -> None:
    plain = candidate("Đăng ký khai sinh")
    other = DocumentId("thu-tuc", "2")
    assert first("khai sinh", plain, candidate("Đăng ký khai sinh", id=other, prior=0.5)) == "2"
    ranked = rank([plain, candidate("Đăng ký khai sinh", id=other)], plan("khai sinh"), LEXICON)
    assert lifted(ranked, {other: 0.5})[0].candidate.id == other
    assert lifted(ranked, {}) == ranked
    here = candidate("Đăng ký khai sinh", id=DocumentId("thu-tuc", "2"), units=frozenset({"xa-a"}))
    assert first("khai sinh", plain, here, unit="xa-a") == "2"


def test_what_others_opened_never_beats_the_words() -> None:
    opened = candidate("Đăng ký khai sinh", prior=1.0)
    ranked = rank([opened, candidate("Đăng ký lại kết hôn")], plan("ket hon"), LEXICON)
    assert lifted(ranked, {opened.id: 1.0})[0].candidate.title == "Đăng ký lại kết hôn"


def test_an_open_word_may_go_on() -> None:
    open_ = Plan(
        weighed([Concept((Alternative(("ket",)),)), Concept((Alternative(("ho",)),), is_open=True)], LEXICON)
    )
    ranked = rank([candidate("Đăng ký lại kết hôn"), candidate("Kết")], open_, LEXICON)
    assert ranked[0].candidate.title == "Đăng ký lại kết hôn"
    assert ranked[0].covered == pytest.approx(1)


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_component_can_be_left_out(component: str) -> None:
    ranked = rank(map(candidate, NAMES), plan("đăng ký kết hôn"), LEXICON, without={component})
    assert component not in dict(ranked[0].why)


def test_shares_add_up_to_the_score() -> None:
    for found in rank(map(candidate, NAMES), plan("đăng ký kết hôn", (2, "cưới")), LEXICON):
        assert sum(share for _name, share in found.why) == pytest.approx(found.score, abs=0.001)
        assert found.score <= sum(WEIGHTS.values())
