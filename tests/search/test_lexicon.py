"""What names tell about words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.documents import DocumentId, Part, Passage, SearchDocument
from search.lexicon import Lexicon
from search.text import words
from search.text.syllables import ACUTE, FOLDED_SYLLABLES, lacks_tone, with_tone


def named(key: str, *names: str, everyday: tuple[str, ...] = (), text: str = "") -> SearchDocument:
    passages = (Passage(Part.STEPS, "", "", text),) if text else ()
    return SearchDocument(DocumentId("thu-tuc", key), names[0], "/", names, everyday, passages=passages)


DOCUMENTS = (
    named("1", "Thủ tục đăng ký kết hôn", "Đăng kí kết hôn", everyday=("lấy vợ",)),
    named("2", "Đăng ký kết hôn có yếu tố nước ngoài tại Việt Nam"),
    named("3", "THỦ TỤC ĐĂNG KÝ KHAI SINH", text="Người đi làm giấy tờ, người đi làm chứng; mồ côi."),
    named("4", "Chứng thực chữ ký", everyday=("xac nhan chu ky",), text="Người đi làm nhà."),
    named("5", "Cấp giấy phép của UBND xã tại Việt Nam"),
)
LEXICON = Lexicon.of(DOCUMENTS)
words_of_names = st.sampled_from(
    [
        "đăng",
        "ký",
        "kí",
        "kết",
        "hôn",
        "khai",
        "sinh",
        "Thủ",
        "tục",
        "chứng",
        "thực",
        "UBND",
        "1.004194",
        "&",
        "Đang",
        "hộ",
        "hồ",
    ]
)
names = st.lists(words_of_names, min_size=1, max_size=6).map(" ".join)
documents = st.lists(
    st.builds(
        named,
        st.text("123", min_size=1, max_size=3),
        names,
        names,
        everyday=st.lists(names, max_size=2).map(tuple),
        text=names,
    ),
    max_size=6,
)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("dang", 3),
        ("ki", 4),
        ("ket", 2),
        ("hon", 2),
        ("lay", 1),
        ("thu", 0),
        ("tuc", 0),
        ("lam", 0),
        ("xyz", 0),
        ("", 0),
    ],
)
def test_documents_whose_names_hold_a_word(word: str, expected: int) -> None:
    assert LEXICON.frequency(word) == expected
    assert (word in LEXICON) is (expected > 0)
    assert (word in set(LEXICON.words())) is (expected > 0)


def test_rarer_words_tell_more_and_unknown_ones_most() -> None:
    weights = [LEXICON.weight(word) for word in ("ki", "dang", "ket", "vo", "xyz")]
    assert weights == sorted(weights)
    assert weights[0] >= 0
    assert Lexicon().weight("ket") > 0


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("dang", "ki", 3),
        ("ket", "hon", 2),
        ("hon", "ket", 0),
        ("tuc", "dang", 0),
        ("hon", "lay", 0),
        ("viet", "nam", 2),
    ],
)
def test_documents_in_which_words_follow_each_other(first: str, second: str, expected: int) -> None:
    assert LEXICON.pair(first, second) == expected


def test_texts_tell_which_other_words_keep_company() -> None:
    assert LEXICON.keeps_company("ket", "hon")
    assert LEXICON.keeps_company("di", "lam")
    assert LEXICON.is_word("lam")
    assert "lam" not in LEXICON
    assert not LEXICON.keeps_company("lam", "giay"), "seen once only"
    assert not LEXICON.keeps_company("lam", "xyz")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("dang ki ket hon", "đăng ký kết hôn"),
        ("dang ky khai sinh", "đăng ký khai sinh"),
        ("ky", "ký"),
        ("ubnd xa tai viet nam", "UBND xã tại Việt Nam"),
        ("lay vo o xyz", "lấy vợ o xyz"),
        ("", ""),
    ],
)
def test_the_usual_writing(query: str, expected: str) -> None:
    assert LEXICON.accented(words(query)) == expected


def test_what_was_typed_with_accents_stays() -> None:
    assert LEXICON.accented(("chung", "thuc", "ki"), ("chững", "", "kì")) == "chững thực kì"


def test_names_typed_without_accents_tell_nothing_about_them() -> None:
    assert LEXICON.accented(("chu", "ki")) == "chữ ký"
    assert LEXICON.accented(("xac",)) == "xac"


def test_an_empty_lexicon_answers() -> None:
    empty = Lexicon.of(())
    assert empty.documents == 0
    assert empty.accented(("ket", "hon")) == "ket hon"
    assert Lexicon.from_bytes(empty.to_bytes()).documents == 0
    assert list(empty.words()) == []


@given(documents)
def test_bytes_hold_all_of_it(made: list[SearchDocument]) -> None:
    lexicon = Lexicon.of(made)
    again = Lexicon.from_bytes(lexicon.to_bytes())
    assert again.to_bytes() == lexicon.to_bytes()
    known = list(lexicon.words())
    assert list(again.words()) == known
    for word in known:
        assert again.frequency(word) == lexicon.frequency(word) > 0
        assert again.accented((word,)) == lexicon.accented((word,))
        assert [again.pair(word, other) for other in known] == [lexicon.pair(word, other) for other in known]


@given(documents)
def test_counts_are_of_documents(made: list[SearchDocument]) -> None:
    lexicon = Lexicon.of(made)
    held = [
        {word for name in (*d.names, *d.everyday) for word in words(name.removeprefix("Thủ tục"))}
        for d in made
    ]
    for word in {word for of_one in held for word in of_one} - {"thu", "tuc"}:
        assert lexicon.frequency(word) == sum(word in of_one for of_one in held)


def test_texts_are_no_names() -> None:
    bare = Lexicon.of(replace(document, passages=()) for document in DOCUMENTS)
    assert list(bare.words()) == list(LEXICON.words())


@pytest.mark.parametrize(
    "data", [b"", b"LEX1", b"LEX0" + LEXICON.to_bytes()[4:], LEXICON.to_bytes()[:-9], b"LEX1junk"]
)
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="lexicon"):
        Lexicon.from_bytes(data)


def test_names_tell_how_neighbours_are_written() -> None:
    names = Lexicon.of(
        [SearchDocument(DocumentId("thu-tuc", "1"), "Lệ phí, lý lịch", "/", ("Lệ phí, lý lịch",))]
    )
    assert names.are_written("lệ", "phí")
    assert not names.are_written("lê", "phi")
    assert not names.are_written("phí", "lệ")
    assert not names.are_written("lệ", "lịch")


def test_a_good_syllable_that_no_name_writes_is_kept() -> None:
    said = ("Học buổi tối", "Đăng ký kết hôn", "Thành lập doanh nghiệp", "Thành lập hội")
    lexicon = Lexicon.of(named(str(number), name) for number, name in enumerate(said))
    given = ("con", "gái", "tôi")
    assert lexicon.accented(("con", "gai", "toi"), given) == "con gái tôi"
    assert lexicon.accented(("buoi", "toi"), ("buổi", "tôi")) == "buổi tối"
    assert lexicon.accented(("thanh", "lap"), ("thành", "lâp")) == "thành lập"
    assert lexicon.accented(("dang", "ki"), ("dăng", "")) == "đăng ký"


@given(st.sampled_from(sorted(FOLDED_SYLLABLES)))
def test_a_stop_needs_a_tone(folded: str) -> None:
    stops = folded.endswith(("c", "ch", "p", "t"))
    assert lacks_tone(folded) is stops
    assert not lacks_tone(with_tone(folded, ACUTE))
