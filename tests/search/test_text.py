"""The one text pipeline: letters, syllables, words and their places."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text import (
    Token,
    accented_words,
    clean,
    distinct_words,
    fold,
    one_spelling,
    tokenize,
    tokens_of,
    words,
)
from search.text.letters import QUALITIES, TONES, VOWELS
from search.text.syllables import FOLDED_SYLLABLES, is_syllable, place_tone

LETTERS = sorted({cased for row in VOWELS for c in row for cased in (c, c.upper())} | {"đ", "Đ"})
ACCENTED = [letter for letter in LETTERS if not letter.isascii()]
vietnamese = st.text(st.sampled_from([*LETTERS, *"bcdghklmnpqrstvxBCĐ", *" .,-/0123456789"]), max_size=60)
anything = st.text(max_size=60)


def forms(letter: str) -> list[str]:
    """Every way to code one accented letter: composed, decomposed, marks in any order, each mark twice."""
    decomposed = unicodedata.normalize("NFD", letter)
    base, marks = decomposed[0], decomposed[1:]
    orders = ["".join(order) for order in itertools.permutations(marks)]
    return [letter, *(base + order for order in orders), *(base + order + order for order in orders)]


def test_there_are_134_accented_letters() -> None:
    assert len(ACCENTED) == 134


@pytest.mark.parametrize("letter", ACCENTED)
def test_every_form_of_a_letter_folds_to_its_base(letter: str) -> None:
    base = unicodedata.normalize("NFD", letter)[0].lower().replace("đ", "d")
    for form in forms(letter):
        assert fold(form) == base
        assert accented_words(form) == (letter.lower(),)
        assert [token.folded for token in tokenize(form)] == [one_spelling(base)]
        assert tokenize(form)[0].end == len(form)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đăng ký kết hôn", "dang ky ket hon"),
        ("ĐĂNG\tKÝ \n KẾT  HÔN", "dang ky ket hon"),
        ("Ðăng ký", "dang ky"),  # the Icelandic letter
        ("Ｈộ ｔｉｃｈ", "ho tich"),
        ("ﬁle 5m²", "file 5m2"),
        ("ke\u00adt ho\u200dn", "ket hon"),
        ("ket\u200bhon\ufeff", "ket hon"),
        ("Straße", "strasse"),
        ("Привет Ελλάδα", "привет ελλαδα"),
        ("1.004194 – 520/KH-UBND", "1.004194 – 520/kh-ubnd"),
        ("", ""),
    ],
)
def test_folding(text: str, expected: str) -> None:
    assert fold(text) == expected


def test_letters_of_other_scripts_that_look_alike_stay_theirs() -> None:
    assert fold("аеорсух") == "аеорсух"
    assert words("kết hоn") != words("kết hon")


@given(anything)
def test_folding_is_done_once_and_for_all(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(vietnamese)
def test_forms_of_unicode_make_no_difference(text: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        other = unicodedata.normalize(form, text)
        assert fold(other) == fold(text)
        assert words(other) == words(text)
        assert accented_words(other) == accented_words(text)


@given(vietnamese)
def test_folding_takes_accents_away_and_nothing_else(text: str) -> None:
    bare = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    assert fold(text) == " ".join(bare.split())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hoà", "hòa"), ("hoá", "hóa"), ("toả", "tỏa"), ("doạ", "dọa"), ("loã", "lõa"),
        ("hoè", "hòe"), ("khoẻ", "khỏe"), ("choé", "chóe"), ("uỷ", "ủy"), ("thuỳ", "thùy"), ("luỹ", "lũy"),
        ("quý", "quý"), ("quỳ", "quỳ"), ("quỹ", "quỹ"), ("qúy", "quý"), ("qủa", "quả"), ("quà", "quà"),
        ("toàn", "toàn"), ("tòan", "toàn"), ("hoạch", "hoạch"), ("ngoài", "ngoài"), ("huỳnh", "huỳnh"),
        ("gía", "giá"), ("gì", "gì"), ("giữa", "giữa"), ("giấy", "giấy"), ("thuở", "thuở"), ("huế", "huế"),
        ("tỷ", "tỷ"), ("mía", "mía"), ("miá", "mía"), ("khuỷu", "khuỷu"), ("việt", "việt"),
        ("đuợc", "đuợc"), ("résumé", "résumé"), ("café", "café"), ("ubnd", "ubnd"), ("", ""),
    ],
)  # fmt: skip
def test_tones_stand_where_todays_spelling_wants_them(old: str, new: str) -> None:
    assert place_tone(old) == new


@given(vietnamese)
def test_placing_tones_changes_no_letter(text: str) -> None:
    for word in accented_words(text):
        assert place_tone(word) == word
        assert len(place_tone(word)) == len(word)
    assert tuple(map(one_spelling, map(fold, accented_words(text)))) == words(text)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("kết", True), ("hôn", True), ("nghiệp", True), ("khuyết", True), ("quyết", True), ("giếng", True), ("gì", True),
        ("ngoằn", True), ("uỷ", True), ("y", True), ("đường", True), ("chứng", True), ("thuế", True), ("quốc", True),
        ("kềt", False), ("chuwngs", False), ("kys", False), ("cêt", False), ("nge", False), ("kha1", False), ("w", False),
        ("ubnd", False), ("hin", True), ("hion", False), ("dangky", False), ("áá", False), ("", False),
    ],
)  # fmt: skip
def test_what_can_be_a_syllable(word: str, expected: bool) -> None:
    assert is_syllable(word) is expected


def test_syllables_without_accents() -> None:
    assert {"dang", "ky", "ket", "hon", "nghiep", "quyet", "gieng", "thuong", "y"} <= FOLDED_SYLLABLES
    assert not {"hion", "kys", "dd", "qy", "dangky"} & FOLDED_SYLLABLES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đăng ký kết hôn", ("dang", "ki", "ket", "hon")),
        ("kí, ký; quý/quí y tế", ("ki", "ki", "qui", "qui", "i", "te")),
        ("tay tai", ("tay", "tai")),
        ("1.004194.H27", ("1", "004194", "h27")),
        ("520/KH-UBND", ("520", "kh", "ubnd")),
        ("a_b (c)“d”…", ("a", "b", "c", "d")),
        ("½ ⑴ 5m²", ("12", "1", "5m2")),
        ("ke\u00adt\u200bhon", ("ket", "hon")),
        ("👨‍👩‍👧 con 1️⃣", ("con", "1")),
        ("\u0301\u0302 \ud800 \x00", ()),
        ("𝐝𝐚𝐧𝐠 𝐤𝐲", ("dang", "ki")),
    ],
)
def test_words(text: str, expected: tuple[str, ...]) -> None:
    assert words(text) == expected


def test_tokens_lie_in_the_text_as_given() -> None:
    text = "« Hoa\u0300\u0323 giải, uỷ  QUYỀN»"
    assert tokenize(text) == (
        Token("Hoa\u0300\u0323", "hoa", 2, 7),
        Token("giải", "giai", 8, 12),
        Token("uỷ", "uy", 14, 16),
        Token("QUYỀN", "quyen", 18, 23),
    )
    assert accented_words(text)[1:] == ("giải", "ủy", "quyền")


@given(anything | vietnamese)
def test_tokens_words_and_accented_words_are_of_one_length(text: str) -> None:
    found = tokenize(text)
    assert tuple(token.folded for token in found) == words(text)
    assert len(accented_words(text)) == len(found)
    end = 0
    for token in found:
        assert end <= token.start < token.end
        assert text[token.start : token.end] == token.text
        assert token.folded.isalnum()
        end = token.end


@given(
    vietnamese
    | st.lists(st.sampled_from(["kết", "kết-hôn", "Kêt,", "hôn", "½"])).map(" ".join)
    | st.text(
        st.characters() | st.sampled_from(" \t\n\x1c\x85\xa0\u200b\u2028\u3000.,đĐêếạ\u0301\u0323aBc1"),
        max_size=60,
    ),
    st.data(),
)
def test_some_words_of_a_text_lie_where_all_do(text: str, data: st.DataObject) -> None:
    assert distinct_words(text) == set(words(text))
    wanted = data.draw(st.frozensets(st.sampled_from(sorted(distinct_words(text)) or ["x"])))
    assert tokens_of(text, wanted) == [token for token in tokenize(text) if token.folded in wanted]


@given(anything | vietnamese)
def test_words_of_words_are_the_words(text: str) -> None:
    assert words(" ".join(words(text))) == words(text)
    assert words(" ".join(accented_words(text))) == words(text)


@given(
    st.text(
        st.characters(categories=["Mn", "Cf", "L", "Nd"]) | st.sampled_from(TONES + QUALITIES + "aou"),
        max_size=20,
    )
)
def test_heaps_of_marks_do_no_harm(text: str) -> None:
    assert words(" ".join(accented_words(text))) == words(text)
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("  kết \n\t hôn\u00a0 ", 50, "kết hôn"),
        (unicodedata.normalize("NFD", "kết hôn"), 50, "kết hôn"),
        ("ke\u200bt\x00ho\ufeffn\ud800\ue000!", 50, "ke t hon !"),
        ("kết hôn", 4, "kết"),
        ("a" * 10_000, 200, "a" * 200),
        (" " * 10_000 + "a", 200, "a"),
        ("", 10, ""),
    ],
)
def test_cleaning(text: str, limit: int, expected: str) -> None:
    assert clean(text, limit) == expected


@given(anything, st.integers(0, 40))
def test_what_is_clean_stays_so(text: str, limit: int) -> None:
    cleaned = clean(text, limit)
    assert len(cleaned) <= limit
    assert clean(cleaned, limit) == cleaned
    cleaned.encode()


@given(vietnamese)
def test_cleaning_loses_no_word(text: str) -> None:
    assert words(clean(text, 1000)) == words(text)
