"""«Có phải bạn muốn tìm …?»: what comes back right, and what is left alone."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.documents import DocumentId, Part, Passage, SearchDocument
from search.lexicon import Lexicon
from search.repair import Familiar, Kind, repairs
from search.repair.company import CLOSE, Company
from search.repair.costs import NEIGHBOURS
from search.repair.spelling import slip
from search.repair.telex import from_telex
from search.repair.vni import from_vni
from search.text import fold, words
from search.text.syllables import is_syllable
from tests.search.damaging import WAYS, as_telex, as_vni, with_slip

NAMES = (
    "Đăng ký kết hôn", "Đăng ký kết hôn có yếu tố nước ngoài", "Đăng ký khai sinh cho con", "Đăng ký khai tử",
    "Đăng ký lại khai sinh", "Chứng thực chữ ký", "Chứng thực bản sao từ bản chính", "Chứng thực hợp đồng",
    "Đăng ký thành lập hộ kinh doanh", "Cấp giấy phép xây dựng nhà ở riêng lẻ", "Cấp đổi giấy phép lái xe",
    "Đăng ký giám hộ trẻ mồ côi", "Đăng ký nhận con nuôi trong nước", "Thay đổi họ tên", "Cải chính hộ tịch",
    "Cấp giấy xác nhận tình trạng hôn nhân", "Tách thửa đất", "Chuyển mục đích sử dụng đất",
    "Cấp giấy chứng nhận quyền sử dụng đất lần đầu", "Đăng ký sang tên xe máy", "Đăng ký tạm trú",
    "Đăng ký thường trú", "Trợ cấp hằng tháng cho người cao tuổi", "Hỗ trợ người khuyết tật",
    "Hưởng trợ cấp thất nghiệp", "Cấp hộ chiếu phổ thông", "Cấp thẻ căn cước công dân",
    "Cấp giấy phép lao động cho người nước ngoài", "Đăng ký thành lập doanh nghiệp", "Giải thể hợp tác xã",
    "Chứng nhận cơ sở đủ điều kiện an toàn thực phẩm", "Cấp giấy phép khai thác khoáng sản",
    "Thông báo quảng cáo ngoài trời", "Chuyển trường trung học phổ thông", "Cấp phiếu lý lịch tư pháp",
    "Nhập quốc tịch Việt Nam", "Miễn giảm học phí", "Hỗ trợ chi phí mai táng", "Công nhận người có công với cách mạng",
    "Cấp lại chứng chỉ hành nghề dược", "Kinh doanh vận tải bằng xe ô tô", "Cấp giấy phép kinh doanh karaoke",
    "Khám bệnh chữa bệnh nhân đạo", "Bổ nhiệm công chứng viên", "Cấp bản sao trích lục hộ tịch",
    "Bổ sung hồ sơ đăng ký kết hôn", "Xác nhận hộ nghèo", "Báo cáo đánh giá tác động môi trường",
)  # fmt: skip
EVERYDAY = (
    "Người đi làm sổ hồng cho nhà mới xây, mở quán ăn ở chợ, nuôi heo.",
    "Đi làm sổ hồng, mở quán ăn, tiền cho người già.",
)
QUERIES = tuple(name for name in NAMES if 2 <= len(name.split()) <= 8)


def lexicon_of(names: tuple[str, ...], text: tuple[str, ...] = ()) -> Lexicon:
    """Each name in a few documents, as in a catalogue, where the same words come again and again."""
    passages = tuple(Passage(Part.TEXT, "", "", piece) for piece in text)
    return Lexicon.of(
        SearchDocument(DocumentId("thu-tuc", f"{number}-{time_}"), name, "/", (name,), passages=passages)
        for number, name in enumerate(names)
        for time_ in range(3)
    )


LEXICON = lexicon_of(NAMES, EVERYDAY)


def first(typed: str, lexicon: Lexicon = LEXICON) -> str:
    """What a reader would be asked, else what was typed."""
    found = repairs(typed, lexicon)
    return found[0].text if found else typed


def share_right(damaged: list[tuple[str, str]], lexicon: Lexicon) -> float:
    right = sum(words(first(typed, lexicon)) == words(meant) for meant, typed in damaged)
    return right / len(damaged)


@pytest.mark.parametrize(
    ("typed", "expected", "kind"),
    [
        ("chuwngs thuwcj chuwx kys", "chứng thực chữ ký", Kind.TELEX),
        ("chuwsng thuwjc chuwx kys", "chứng thực chữ ký", Kind.TELEX),
        ("chwngs thwcj", "chứng thực", Kind.TELEX),
        ("ddawng kys keets hoon", "đăng ký kết hôn", Kind.TELEX),
        ("DDAWNG KYS KEETS HOON", "đăng ký kết hôn", Kind.TELEX),
        ("dangwd ky keest hono", "đăng ký kết hôn", Kind.TELEX),
        ("dang ky keets hoon", "đăng ký kết hôn", Kind.TELEX),
        ("đăng ký kêts hôn", "đăng ký kết hôn", Kind.TELEX),
        ("nguyeenx thij hoongf", "nguyễn thị hồng", Kind.TELEX),
        ("giaasy phesp xaay d]ngj", "giấy phép xây dựng", Kind.TELEX),
        ("tr[j caasp thaast nghieejp", "trợ cấp thất nghiệp", Kind.TELEX),
        ("chu71ng thu75c", "chứng thực", Kind.VNI),
        ("d9a8ng ky1", "đăng ký", Kind.VNI),
        ("d9a8ng ky1 ket hon", "đăng ký kết hôn", Kind.VNI),
        ("nha2 o73 rieng6 le3", "nhà ở riêng lẻ", Kind.VNI),
        ("dang ky ket hin", "đăng ký kết hôn", Kind.SPELLING),
        ("dang ky kte hon", "đăng ký kết hôn", Kind.SPELLING),
        ("dangg ky ket hon", "đăng ký kết hôn", Kind.SPELLING),
        ("dabg ky ket hon", "đăng ký kết hôn", Kind.SPELLING),
        ("dang kt ket hon", "đăng ký kết hôn", Kind.SPELLING),
        ("đăng ký kết hônn", "đăng ký kết hôn", Kind.SPELLING),
        ("bo xung ho so", "bổ sung hồ sơ", Kind.SPELLING),
        ("sác nhận tình trạng hôn nhân", "xác nhận tình trạng hôn nhân", Kind.SPELLING),
        ("chuyen muc dich xu dung dat", "chuyển mục đích sử dụng đất", Kind.SPELLING),
        # What was typed is a word itself, but nobody has met it there.
        ("tách thử đất", "tách thửa đất", Kind.SPELLING),
        ("cấp thẻ căng cước", "cấp thẻ căn cước", Kind.SPELLING),
        ("miễng giảm học phí", "miễn giảm học phí", Kind.SPELLING),
        ("nhap quoc thich viet nam", "nhập quốc tịch Việt Nam", Kind.SPELLING),
        ("thu tuc dang ky ket hin", "thủ tục đăng ký kết hôn", Kind.SPELLING),
        ("dangky kethon", "đăng ký kết hôn", Kind.SPACE),
        ("dangkykethon", "đăng ký kết hôn", Kind.SPACE),
        ("dang ky ke thon", "đăng ký kết hôn", Kind.SPACE),
        ("da ng ky ket hon", "đăng ký kết hôn", Kind.SPACE),
        ("nhap quoc tich viet nma", "nhập quốc tịch Việt Nam", Kind.SPELLING),
        ("520/KH-UBND:  chuwngs thuwcj!", "520/KH-UBND: chứng thực!", Kind.TELEX),
    ],
)
def test_repairs(typed: str, expected: str, kind: Kind) -> None:
    found = repairs(typed, LEXICON)
    assert [repair.text for repair in found[:1]] == [expected]
    assert found[0].kind is kind
    assert found[0].normal == " ".join(words(expected))
    assert found[0].cost < 0


@pytest.mark.parametrize(
    "typed",
    [
        "dang ky ket hon", "đăng ký kết hôn", "ĐĂNG KÝ KẾT HÔN", "dang ki ket hon", "ket hon", "hon", "con nuoi",
        "1.004194", "1004194", "1.004194.H27", "520/KH-UBND", "520 kh ubnd", "876/QĐ- BNV", "qd 2088", "0912345678",
        "đkkd ho gia dinh", "gks cho con", "GCN QSD đất", "CCCD", "cmnd", "hktt", "tthc ubnd",
        "hang A1", "giay phep lai xe b2", "quan1", "lop 5", "500m2", "ct01", "a@b.vn", "https://a.vn/ket-hin",
        "visa", "taxi", "dang ky homestay", "karaoke online", "lam so hong", "mo quan an o cho", "nuoi heo",
        "xã Cẩm Bình chứng thực", "đăng ký [trực tuyến] kết hôn", "[a]", "", " ", "?", "a", "y", "👨‍👩‍👧", "\ud800", "привет мир", "結婚",
    ],
)  # fmt: skip
def test_what_is_left_alone(typed: str) -> None:
    assert repairs(typed, LEXICON) == ()


def test_what_the_vocabulary_knows_is_right() -> None:
    typed = "giay ket hen"
    assert first(typed) == "giấy kết hôn"
    familiar = Familiar.of([("ket", "hen"), ("giay",), ("giay", "ket")])
    assert repairs(typed, LEXICON, familiar=familiar) == ()
    assert "hen" in familiar.words


WITH_ANOTHER: tuple[str, ...] = (*NAMES, "Khía cạnh", "Do tạm giữ")


def test_a_good_word_is_given_up_where_nobody_has_met_it() -> None:
    assert first("dang ky khia sinh", lexicon_of(WITH_ANOTHER)) == "đăng ký khai sinh"


def test_plain_speech_is_left_alone() -> None:
    """One good word for another is no slip where half of the words stand beside ones that nobody has met there."""
    assert repairs("con may ten dat xe tre dang ky khia sinh", lexicon_of(WITH_ANOTHER)) == ()


def test_abbreviations_of_the_vocabulary_are_left_alone() -> None:
    lexicon = lexicon_of(WITH_ANOTHER)
    assert first("dk tam tru", lexicon) == "do tạm trú"
    assert repairs("dk tam tru", lexicon, familiar=Familiar.of([("dk",)])) == ()


def test_small_words_are_left_alone_with_their_accents() -> None:
    """They stand beside anything: company tells nothing about them."""
    lexicon = lexicon_of(WITH_ANOTHER)
    familiar = Familiar.of([], [("khia", "\u0301")])
    assert first("đăng ký khía sinh", lexicon) == "đăng ký khai sinh"
    assert repairs("đăng ký khía sinh", lexicon, familiar=familiar) == ()
    assert repairs("dang ky khia sinh", lexicon, familiar=familiar) != ()


def test_a_pair_of_the_vocabulary_is_close() -> None:
    familiar = Familiar.of([("chuyen", "nha")])
    assert Company(LEXICON, familiar).is_close("chuyen", "nha", CLOSE)
    assert not Company(LEXICON, Familiar()).is_close("chuyen", "nha", CLOSE)


def test_typed_accents_stay_or_are_completed() -> None:
    assert first("sổ hoongf nhaf") == "sổ hồng nhà"
    assert first("dawng kys ket hon") == "đăng ký kết hôn"


def test_second_thoughts_come_after_the_first() -> None:
    for typed in ("dang ky kha tu", "cap giay pep", "chung thuc hop dog"):
        costs = [repair.cost for repair in repairs(typed, LEXICON)]
        assert costs == sorted(costs)
        assert len({repair.normal for repair in repairs(typed, LEXICON)}) == len(costs)


def test_an_empty_index_knows_keys_and_nothing_else() -> None:
    assert first("chuwngs thuwcj", Lexicon()) == "chứng thực"
    assert repairs("dang ky ket hin", Lexicon()) == ()


@pytest.mark.parametrize("way", ["end", "vowel", "short", "apart"])
def test_telex_comes_back_right(way: str) -> None:
    damaged = [(query, as_telex(query, way)) for query in QUERIES]
    damaged += [
        (query, " ".join([as_telex(query, way).split()[0], *fold(query).split()[1:]])) for query in QUERIES
    ]
    assert share_right(damaged, LEXICON) >= 0.97


@pytest.mark.parametrize("way", ["end", "vowel", "last"])
def test_vni_comes_back_right(way: str) -> None:
    assert share_right([(query, as_vni(query, way)) for query in QUERIES], LEXICON) >= 0.97


def slips(queries: tuple[str, ...], way: str, *, each: int) -> list[tuple[str, str]]:
    random = Random(way)
    damaged = [(query, with_slip(query, way, random)) for query in queries for _ in range(each)]
    return [(query, typed) for query, typed in damaged if typed is not None]


@pytest.mark.parametrize("way", WAYS)
def test_slips_come_back_right(way: str) -> None:
    damaged = slips(QUERIES, way, each=3)
    assert len(damaged) > 30
    # A letter left out often leaves another good word in good company ("ban so"): nobody can tell.
    assert share_right(damaged, LEXICON) >= (0.7 if way == "missing" else 0.9)


@pytest.mark.parametrize("written", [fold, str, str.upper])
def test_correct_queries_are_left_alone(written: type[str]) -> None:
    assert [query for query in QUERIES if repairs(written(query), LEXICON)] == []


@given(st.sampled_from(QUERIES), st.data())
def test_parts_of_names_are_left_alone(query: str, data: st.DataObject) -> None:
    said = fold(query).split()
    start = data.draw(st.integers(0, len(said) - 1))
    end = data.draw(st.integers(start + 1, len(said)))
    assert repairs(" ".join(said[start:end]), LEXICON) == ()


hostile = st.text(max_size=80) | st.text("aeiouydsfrxjw0123456789 .-/'áđ\u0301", max_size=330)


@given(hostile)
def test_whatever_is_typed(text: str) -> None:
    for repair in repairs(text, LEXICON):
        assert words(repair.text) == tuple(repair.normal.split(" "))
        assert repair.text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10_000,
        "dang ky " * 1_000,
        "dangkykethon" * 25,
        "hin kat dng ky " * 8,
        "chuwngs thuwcj " * 16,
        "\u0301" * 9_000,
        "kjhgf lkjhg zxcvb qwert " * 8,
    ],
)
def test_hostile_queries_cost_little(text: str) -> None:
    repairs("ket hin", LEXICON)
    start = time.process_time()
    repairs(text, LEXICON)
    assert time.process_time() - start < 0.25, "about 10 ms on an idle machine"


# Keys -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("chuwngs", "chứng"), ("chuwsng", "chứng"), ("chwngs", "chứng"), ("thuwcj", "thực"), ("kys", "ký"), ("keets", "kết"),
        ("ketse", "kết"), ("hoon", "hôn"), ("hono", "hôn"), ("dd", None), ("ddi", "đi"), ("did", "đi"), ("ddawng", "đăng"),
        ("dangwd", "đăng"), ("dduwowcj", "được"), ("dduowcj", "được"), ("dduwocj", "được"), ("dduwcoj", None), ("truowngf", "trường"),
        ("luwu", "lưu"), ("luuw", "lưu"), ("muaw", "mưa"), ("quawn", "quăn"), ("hoawcj", "hoặc"), ("quys", "quý"), ("gif", "gì"),
        ("giaays", "giấy"), ("giuwowngf", "giường"), ("ruowuj", "rượu"), ("thuowr", "thuở"), ("kêts", "kết"), ("đăngj", "đặng"),
        ("hoaf", "hòa"), ("khoer", "khỏe"), ("uyr", "ủy"), ("toanf", "toàn"), ("w", "ư"), ("az", "a"), ("asf", "à"),
        ("ket", None), ("sex", "sẽ"), ("str", None), ("x", None), ("", None), ("ketf", None), ("wwww", None), ("s" * 99, None),
    ],
)  # fmt: skip
def test_telex_of_a_syllable(typed: str, expected: str | None) -> None:
    decoded = from_telex(typed)
    assert (decoded and decoded.text) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("chu71ng", "chứng"), ("chung71", "chứng"), ("thu75c", "thực"), ("ky1", "ký"), ("d9a8ng", "đăng"), ("dang98", "đăng"),
        ("duo75c9", "được"), ("d9u7o75c", "được"), ("ke61t", "kết"), ("o6", "ô"), ("o73", "ở"), ("hoa2", "hòa"), ("a10", "a"),
        ("kêt1", "kết"), ("ket", None), ("12", None), ("2kr", None), ("b2", None), ("h27", None), ("ket2", None), ("", None),
    ],
)  # fmt: skip
def test_vni_of_a_syllable(typed: str, expected: str | None) -> None:
    decoded = from_vni(typed)
    assert (decoded and decoded.text) == expected


@given(st.text("aeiouydghkmnptcsfrxjwz123456789đăêôư", max_size=18))
def test_only_syllables_are_decoded(typed: str) -> None:
    for decoded in (from_telex(typed), from_vni(typed)):
        assert decoded is None or (is_syllable(decoded.text) and decoded.keys > 0)


@pytest.mark.parametrize(
    ("word", "typed", "expected"),
    [
        ("hon", "hon", None), ("hon", "hin", "NEIGHBOUR"), ("hon", "han", "OTHER"), ("hon", "hno", "SWAPPED"), ("hon", "honn", "DOUBLED"),
        ("hon", "hhon", "DOUBLED"), ("hon", "hoin", "NEIGHBOUR"), ("hon", "hozn", "EXTRA"), ("hon", "ho", "MISSING"), ("hon", "h", None),
        ("hon", "noh", None), ("hon", "", None), ("h", "ho", "EXTRA"), ("ket", "rket", "EXTRA"), ("ket", "jket", "NEIGHBOUR"),
    ],
)  # fmt: skip
def test_one_slip(word: str, typed: str, expected: str | None) -> None:
    from search.repair import costs

    assert slip(word, typed) == (expected and getattr(costs, expected))


def test_neighbours_are_mutual() -> None:
    assert all(key in NEIGHBOURS[other] for key, others in NEIGHBOURS.items() for other in others)
    assert NEIGHBOURS["g"] == frozenset("fhtyvb")


# The real catalogue ---------------------------------------------------------------------------------------------------


@pytest.mark.real_data
def test_the_real_catalogue(real_data: Path) -> None:
    with gzip.open(real_data / "procedures" / "procedures-2026.jsonl.gz", "rt", encoding="utf-8") as lines:
        names = [json.loads(line)["ten"] for line in lines]
    lexicon = Lexicon.of(
        SearchDocument(DocumentId("thu-tuc", str(number)), name, "/", (name,))
        for number, name in enumerate(names)
    )
    queries = tuple(" ".join(fold(name).split()[2:6]) for name in names[::40])
    queries = tuple(query for query in queries if query.replace(" ", "").isalpha() and " " in query)
    assert [query for query in queries if repairs(query, lexicon)] == []
    assert share_right([(query, as_telex(query)) for query in QUERIES], lexicon) >= 0.97
    assert share_right([(query, as_vni(query)) for query in QUERIES], lexicon) >= 0.97
    damaged = [pair for way in WAYS for pair in slips(QUERIES, way, each=1)]
    assert share_right(damaged, lexicon) >= 0.85
