"""Units apart from the database: slugs, reading CSV of three shapes, and what contradicts itself."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from home.slugs import ended_commune_slug, is_slug, slugify_vi
from home.unit_csv import COLUMNS, ReadResult, read_units_csv, units_csv
from home.unit_records import KINDS, UnitRecord, check_units, living_successors, parent_of

ROOT = Path(__file__).resolve().parents[2]
ENDED = date(2025, 6, 30)
BEGAN = date(2025, 7, 1)

OLD_TO_NEW = "old_code,old_name,old_district_code,old_district,new_code,new_name\n"
CURRENT = "code,name,type,n_old_units,old_units\n"


def old_unit(code: str, **changes: object) -> UnitRecord:
    base = UnitRecord(code, "commune", f"Xã {code}", f"xa-{code}-cu", active_until=ENDED)
    return replace(base, **changes)  # type: ignore[arg-type]  # each test names fields of the record


def new_unit(code: str, **changes: object) -> UnitRecord:
    return replace(UnitRecord(code, "commune", f"Xã {code}", f"xa-{code}", active_from=BEGAN), **changes)  # type: ignore[arg-type]  # see above


def read(folder: Path, content: str | bytes, name: str = "units.csv") -> ReadResult:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_units_csv(file, province_code="42")


# Slugs


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Phường Thành Sen", "phuong-thanh-sen"),
        ("Xã Đỉnh Bàn", "xa-dinh-ban"),
        ("XÃ ĐỨC THỌ", "xa-duc-tho"),
        ("Xã Sơn Kim 1", "xa-son-kim-1"),
        ("Sở Lao động – Thương binh và Xã hội", "so-lao-dong-thuong-binh-va-xa-hoi"),
        ("Sở Văn hóa, Thể thao và Du lịch", "so-van-hoa-the-thao-va-du-lich"),
        ("  — ", ""),
    ],
)
def test_slugs_of_names(name: str, slug: str) -> None:
    assert slugify_vi(name) == slug
    assert slugify_vi(unicodedata.normalize("NFD", name)) == slug


@given(st.text())
def test_a_slug_is_a_slug_and_stays_one(text: str) -> None:
    slug = slugify_vi(text)
    assert slug == "" or is_slug(slug)
    assert slugify_vi(slug) == slug


@pytest.mark.parametrize(
    ("name", "district", "slug"),
    [
        ("Xã Cẩm Bình", "Thành phố Hà Tĩnh", "xa-cam-binh-tp-ha-tinh-cu"),
        ("Phường Đậu Liêu", "Thị xã Hồng Lĩnh", "phuong-dau-lieu-tx-hong-linh-cu"),
        ("Xã Cẩm Thành", "Huyện Cẩm Xuyên", "xa-cam-thanh-huyen-cam-xuyen-cu"),
    ],
)
def test_an_ended_commune_carries_its_district(name: str, district: str, slug: str) -> None:
    assert ended_commune_slug(name, district) == slug


# Reading


def test_old_to_new_gives_communes_districts_and_their_heirs(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        OLD_TO_NEW
        + "18073,Phường Nam Hà,436,Thành phố Hà Tĩnh,18073,Phường Thành Sen\n"
        + "18082,Phường Đại Nài,436,Thành phố Hà Tĩnh,18073,Phường Thành Sen\n"
        + "18082,Phường Đại Nài,436,Thành phố Hà Tĩnh,18652,Phường Hà Huy Tập\n",
    )
    assert result.problems == ()
    units = {u.slug: u for u in result.records}
    assert set(units) == {
        "phuong-thanh-sen", "phuong-ha-huy-tap", "thanh-pho-ha-tinh",
        "phuong-nam-ha-tp-ha-tinh-cu", "phuong-dai-nai-tp-ha-tinh-cu",
    }  # fmt: skip
    assert units["phuong-dai-nai-tp-ha-tinh-cu"].successors == ("phuong-thanh-sen", "phuong-ha-huy-tap")
    assert units["phuong-thanh-sen"].old_names == ("Phường Đại Nài", "Phường Nam Hà")
    assert units["thanh-pho-ha-tinh"] == UnitRecord(
        "436",
        "district",
        "Thành phố Hà Tĩnh",
        "thanh-pho-ha-tinh",
        short_name="TP. Hà Tĩnh",
        parent="42",
        active_until=ENDED,
        successors=("phuong-ha-huy-tap", "phuong-thanh-sen"),
    )
    assert units["phuong-nam-ha-tp-ha-tinh-cu"].identity == ("18073", None)
    assert units["phuong-thanh-sen"].identity == ("18073", BEGAN)


def test_both_published_shapes_give_the_same_commune(tmp_path: Path) -> None:
    first = read(
        tmp_path,
        CURRENT + "18418,Xã Tùng Lộc,Xã,2,Xã Thuần Thiện (Huyện Can Lộc); Xã Tùng Lộc (Huyện Can Lộc)\n",
    )
    second = read(
        tmp_path,
        OLD_TO_NEW
        + "18445,Xã Tùng Lộc,443,Huyện Can Lộc,18418,Xã Tùng Lộc\n"
        + "18418,Xã Thuần Thiện,443,Huyện Can Lộc,18418,Xã Tùng Lộc\n",
    )
    assert first.problems == ()
    assert first.records == tuple(u for u in second.records if u.active_until is None)


@pytest.mark.parametrize("encode", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_spreadsheets_save_in_many_ways(
    tmp_path: Path, encode: str, delimiter: str, newline: str, form: Literal["NFC", "NFD"]
) -> None:
    rows = [
        ["code", "name", "type", "old_units"],
        ["18160", " Xã\u00a0Sơn  Hồng\u200b", "Xã", "Xã Sơn Lĩnh (Huyện Hương Sơn)"],
        ["", "", "", ""],
    ]
    text = unicodedata.normalize(form, newline.join(delimiter.join(row) for row in rows) + newline)
    result = read(tmp_path, text.encode(encode))
    assert result.problems == ()
    assert [(u.code, u.name, u.slug, u.kind) for u in result.records] == [
        ("18160", "Xã Sơn Hồng", "xa-son-hong", "commune")
    ]


GOOD_OLD = "18139,Xã Sơn Hồng,439,Huyện Hương Sơn,18160,Xã Sơn Hồng\n"
GOOD_CURRENT = "18196,Xã Sơn Kim 1,Xã,1,Xã Sơn Kim 1 (Huyện Hương Sơn)\n"
GOOD_PORTAL = "SNV,department,Sở Nội vụ,so-noi-vu,,\n"
PORTAL = "code,kind,name,slug,active_from,active_until\n"


@pytest.mark.parametrize(
    ("header", "good", "bad", "field", "words"),
    [
        (OLD_TO_NEW, GOOD_OLD, "1814,Xã A,439,Huyện Hương Sơn,18160,Xã Sơn Hồng", "old_code", "5 chữ số"),
        (OLD_TO_NEW, GOOD_OLD, "18１42,Xã A,439,Huyện Hương Sơn,18160,Xã Sơn Hồng", "old_code", "5 chữ số"),
        (OLD_TO_NEW, GOOD_OLD, "18142,,439,Huyện Hương Sơn,18160,Xã Sơn Hồng", "old_name", "bắt buộc"),
        (OLD_TO_NEW, GOOD_OLD, "18142,Sơn Tiến,439,Huyện Hương Sơn,18160,Xã Sơn Hồng", "old_name", "bắt đầu bằng"),
        (OLD_TO_NEW, GOOD_OLD, "18142,Xã A,43,Huyện Hương Sơn,18160,Xã Sơn Hồng", "old_district_code", "3 chữ số"),
        (OLD_TO_NEW, GOOD_OLD, "18142,Xã A,439,Huyện Hương Khê,18160,Xã Sơn Hồng", "old_district", "Hương Sơn"),
        (OLD_TO_NEW, GOOD_OLD, "18142,Xã A,439,Huyện Hương Sơn,18160,Xã Sơn Tây", "new_name", "Xã Sơn Hồng"),
        (OLD_TO_NEW, GOOD_OLD, "18142,Xã A,439,Huyện Hương Sơn,18999,Thị trấn B", "new_name", "thị trấn"),
        (OLD_TO_NEW, GOOD_OLD, "18139,Xã Sơn Tây,439,Huyện Hương Sơn,18172,Xã Sơn Tây", "old_name", "Xã Sơn Hồng"),
        (OLD_TO_NEW, GOOD_OLD, GOOD_OLD.strip(), "new_code", "lặp lại"),
        (CURRENT, GOOD_CURRENT, "18199,Xã Sơn Kim 2,Phường,1,Xã Sơn Kim 2 (Huyện Hương Sơn)", "type", "không khớp"),
        (CURRENT, GOOD_CURRENT, "18199,Xã Sơn Kim 2,Xã,2,Xã Sơn Kim 2 (Huyện Hương Sơn)", "n_old_units", "1 đơn vị"),
        (CURRENT, GOOD_CURRENT, "18199,Xã Sơn Kim 2,Xã,1,Xã Sơn Kim 2", "old_units", "Xã A (Huyện B)"),
        (CURRENT, GOOD_CURRENT, "18196,Xã Sơn Kim 2,Xã,1,Xã Sơn Kim 2 (Huyện Hương Sơn)", "code", "dòng trước"),
        (CURRENT, GOOD_CURRENT, "18199,Xã Sơn Kim 1,Xã,1,Xã Sơn Kim 2 (Huyện Hương Sơn)", "name", "dòng trước"),
        (CURRENT, GOOD_CURRENT, "18199,Xã A,Xã,1,Xã B (Huyện C),thừa", "", "6 ô"),
        (PORTAL, GOOD_PORTAL, "STP,sở,Sở Tư pháp,so-tu-phap,,", "kind", "department"),
        (PORTAL, GOOD_PORTAL, "STP,department,Sở Tư pháp,Sở Tư pháp,,", "slug", "không dấu"),
        (PORTAL, GOOD_PORTAL, "STP,department,Sở Tư pháp,so-noi-vu,,", "slug", "dòng trước"),
        (PORTAL, GOOD_PORTAL, "SNV,department,Sở Tư pháp,so-tu-phap,,", "code", "dòng trước"),
        (PORTAL, GOOD_PORTAL, "STP,department,Sở Tư pháp,so-tu-phap,1/3/2025,", "active_from", "2025-07-01"),
        (PORTAL, GOOD_PORTAL, "STP,department,Sở Tư pháp,so-tu-phap,2025-03-01,2025-02-28", "active_until", "trước"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_and_the_rest_kept(
    tmp_path: Path, header: str, good: str, bad: str, field: str, words: str
) -> None:
    alone = read(tmp_path, header + good)
    result = read(tmp_path, header + good + bad + "\n")
    assert alone.problems == ()
    assert result.records == alone.records
    (problem,) = result.problems
    assert (problem.file, problem.row, problem.field) == ("units.csv", 3, field)
    assert words in problem.reason
    assert str(problem).startswith("units.csv, dòng 3")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "rỗng"),
        (b"\n\n", "rỗng"),
        (b"ma,ten\n1,2\n", "không khớp mẫu nào"),
        (b"code,code,name\n", "lặp lại"),
        ("code,name\n1,Xã A".encode("utf-16"), "UTF-8"),
        ("code,tên".encode("cp1258", errors="replace") + b"\xff", "UTF-8"),
        (b"code\0,name\n", "không phải tệp CSV"),
    ],
)
def test_a_file_that_is_no_table_is_refused_whole(tmp_path: Path, content: bytes, words: str) -> None:
    result = read(tmp_path, content)
    assert result.records == ()
    assert len(result.problems) == 1
    assert words in result.problems[0].reason


def test_rows_before_an_open_quote_are_kept(tmp_path: Path) -> None:
    result = read(
        tmp_path, CURRENT + GOOD_CURRENT + '18199,"Xã Sơn Kim 2,Xã,1,Xã B (Huyện C)\n18202,Xã D,Xã,0,\n'
    )
    assert [u.name for u in result.records] == ["Xã Sơn Kim 1"]
    assert [p.row for p in result.problems] == [3]


def test_rows_are_counted_as_an_editor_counts_lines(tmp_path: Path) -> None:
    result = read(
        tmp_path, PORTAL + '\nSNV,department,"Sở\nNội vụ",so-noi-vu,,\nSTP,sở,Sở Tư pháp,so-tu-phap,,\n'
    )
    assert [u.name for u in result.records] == ["Sở Nội vụ"]
    assert [p.row for p in result.problems] == [5]


def test_no_file_is_an_error_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_units_csv(tmp_path / "none.csv")


@given(st.binary(max_size=400))
def test_no_bytes_crash_the_reader(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    result = read(tmp_path_factory.getbasetemp(), data, "hostile.csv")
    assert all(p.row >= 1 and p.reason for p in result.problems)


@given(
    st.lists(
        st.tuples(*[st.text(alphabet=st.sampled_from('18073,";\n XãPhường()Huyện'), max_size=12)] * 6),
        max_size=6,
    )
)
def test_no_cells_crash_the_reader(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]
) -> None:
    body = "\n".join(",".join(cell for cell in row) for row in rows)
    for header in (OLD_TO_NEW, CURRENT, PORTAL):
        result = read(tmp_path_factory.getbasetemp(), header + body, "hostile.csv")
        assert all(p.reason for p in result.problems)


WORDS = st.text(alphabet="aăâđêôơưạảấầẵ Đ,.\"'&-0123456789", min_size=1, max_size=20).map(
    lambda t: unicodedata.normalize("NFC", " ".join(t.split())) or "Xã"
)
SLUGS = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)
RECORDS = st.builds(
    UnitRecord,
    code=SLUGS,
    kind=st.sampled_from(KINDS),
    name=WORDS,
    slug=SLUGS,
    short_name=st.just("") | WORDS,
    old_names=st.lists(WORDS, unique=True, max_size=3).map(tuple),
    parent=st.just("") | SLUGS,
    active_from=st.none() | st.dates(max_value=date(2025, 1, 1)),
    active_until=st.none() | st.dates(min_value=date(2025, 1, 2)),
    successors=st.lists(SLUGS, unique=True, max_size=3).map(tuple),
    website=st.just("") | st.just("https://hatinh.gov.vn"),
)


@given(st.lists(RECORDS, max_size=5, unique_by=(lambda r: r.slug, lambda r: r.identity)))
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, records: list[UnitRecord]
) -> None:
    result = read(tmp_path_factory.getbasetemp(), units_csv(records), "round.csv")
    assert result == ReadResult(tuple(records), ())


def test_columns_are_the_fields_of_the_record() -> None:
    assert set(COLUMNS) == set(UnitRecord.__dataclass_fields__)


# What contradicts itself


CONTRADICTIONS = [
    ([new_unit("1", slug="")], "thiếu slug"),
    ([new_unit("1", name="Xã  A")], "NFC"),
    ([new_unit("1", name=unicodedata.normalize("NFD", "Xã Đỉnh"))], "NFC"),
    ([new_unit("1", kind="village")], "không có trong danh mục"),
    ([new_unit("1", slug="Xa A")], "không dấu"),
    ([new_unit("1", name="X" * 201)], "dài quá"),
    ([new_unit("1", old_names=("Xã B", "Xã B"))], "tên cũ bị lặp"),
    ([old_unit("1", active_from=BEGAN)], "đứng trước ngày bắt đầu"),
    ([new_unit("1", kind="township")], "thị trấn không còn"),
    ([new_unit("1", kind="district")], "cấp huyện không còn"),
    ([new_unit("1"), new_unit("2", slug="xa-1")], "dùng cho 2 đơn vị"),
    ([new_unit("1"), new_unit("1", slug="xa-b")], "trùng nhau"),
    ([old_unit("1", active_until=BEGAN), new_unit("1")], "cùng lúc"),
    ([old_unit("1", active_until=None), new_unit("1")], "cùng lúc"),
    ([new_unit("1", successors=("xa-2",)), new_unit("2")], "còn hoạt động mà đã có"),
    ([old_unit("1", successors=("xa-9",))], "không có trong danh sách"),
    ([old_unit("1", successors=("xa-1-cu",))], "tự kế tục"),
    ([old_unit("1", successors=("xa-2", "xa-2")), new_unit("2")], "đơn vị kế tục bị lặp"),
    ([old_unit("1", successors=("xa-2-cu",)), old_unit("2")], "không hoạt động vào ngày 01/07/2025"),
    ([old_unit("1", successors=("xa-2",)), new_unit("2", active_from=date(2026, 1, 1))], "không hoạt động vào ngày"),
    ([old_unit("1", successors=("xa-2-cu",)), old_unit("2", successors=("xa-1-cu",))], "Kế tục vòng tròn"),
    ([new_unit("1", parent="42")], "cấp trên “42” không có"),
    ([new_unit("1", parent="436"), old_unit("436", kind="district")], "không hoạt động cùng thời gian"),
    ([new_unit("1", parent="1")], "cấp trên của chính mình"),
    ([new_unit("1", parent="2"), new_unit("2", parent="1")], "Cấp trên vòng tròn"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("records", "words"), CONTRADICTIONS, ids=[words for _records, words in CONTRADICTIONS]
)
def test_contradictions_are_found(records: list[UnitRecord], words: str) -> None:
    assert any(words in found for found in check_units(records))


def test_a_code_may_be_reused_the_day_after() -> None:
    units = [old_unit("18073", successors=("xa-18073",)), new_unit("18073")]
    assert check_units(units) == []
    assert parent_of(new_unit("2", parent="18073"), units) == units[1]
    assert parent_of(old_unit("2", parent="18073"), units) == units[0]


def test_an_address_follows_ended_successors_to_the_living() -> None:
    first = old_unit("1", active_until=date(2019, 12, 31), successors=("xa-2-cu", "xa-3-cu"))
    units = [
        first,
        old_unit("2", successors=("xa-4",)),
        old_unit("3", successors=("xa-4", "xa-5")),
        new_unit("4"),
        new_unit("5"),
    ]
    by_slug = {u.slug: u for u in units}
    assert check_units(units) == []
    assert [u.slug for u in living_successors(first, by_slug, BEGAN)] == ["xa-4", "xa-5"]
    assert [u.slug for u in living_successors(first, by_slug, ENDED)] == ["xa-2-cu", "xa-3-cu"]


@given(st.lists(RECORDS, max_size=6))
def test_any_records_can_be_checked_and_followed(records: list[UnitRecord]) -> None:
    by_slug = {r.slug: r for r in records}
    for record in records:
        assert all(heir.is_active(BEGAN) for heir in living_successors(record, by_slug, BEGAN))
    assert all(isinstance(found, str) for found in check_units(records))


def test_the_modules_need_no_django() -> None:
    code = (
        "import sys; sys.modules['django'] = None; sys.modules['wagtail'] = None\n"
        "import home.unit_csv, home.unit_records, home.slugs, home.working_days, home.opening_hours\n"
        "print(len(home.unit_csv.shipped_units()))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 300
