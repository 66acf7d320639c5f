"""What the apps hand to the search: procedures, units, pages; and the unit that a question names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.checks import Error
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from home.enums import UnitKind
from home.models import HomePage, Unit
from home.place_names import PlaceRow, Places
from home.search_documents import PageSource, UnitSource, place_in_query
from procedures.enums import Level, Scope
from procedures.models import Competence, ProcedurePage
from procedures.search_documents import ANCHORS, HEADINGS, ProcedureSource
from procedures.search_priors import needed_codes, needed_services, prior
from procedures.text.codes import normalise_code
from search import registry
from search.checks import check_page_types
from search.documents import DocumentId, Part, SearchDocument
from search.passages import LIMIT, lines_of, passages
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.records import make_record, monster_record, publish
from tests.factories.units import make_counter, make_desk, make_subject, make_unit

ROOT = Path(__file__).resolve().parents[2]
db = pytest.mark.django_db


def only(documents: Iterable[SearchDocument]) -> SearchDocument:
    (document,) = documents
    return document


def of(page: ProcedurePage) -> SearchDocument:
    return only(ProcedureSource().some([page.code]))


def said(document: SearchDocument, part: Part) -> list[tuple[str, str]]:
    return [(passage.anchor, passage.text) for passage in document.passages if passage.part == part]


# Passages -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("", []),
        (None, []),
        ("chữ thường", ["chữ thường"]),
        ("<p>Một &amp; hai<br>ba</p><ul><li>bốn</li><li>  năm <strong>sáu</strong></li></ul>", ["Một & hai", "ba", "bốn", "năm sáu"]),
        ("<table><tr><th>a</th><td>b</td></tr><tr><td>c</td></tr></table>", ["a; b", "c"]),
        ("2 &lt; 3", ["2 < 3"]),
    ],
)  # fmt: skip
def test_markup_becomes_lines(markup: str | None, lines: list[str]) -> None:
    assert lines_of(markup) == lines


def test_long_texts_are_cut_between_sentences_and_lose_nothing() -> None:
    sentence = "Người làm thủ tục nộp một bộ hồ sơ tại nơi tiếp nhận."
    lines = [f"{sentence} " * 50, "x" * (2 * LIMIT + 7), "Hết."]
    made = list(passages(Part.TEXT, "a", "Đầu", lines))
    assert all(0 < len(passage.text) <= LIMIT for passage in made)
    assert "".join("".join(passage.text.split()) for passage in made) == "".join("".join(lines).split())
    assert made[0].text.endswith(sentence)
    assert [passage.text for passage in passages(Part.TEXT, "a", "Đầu", ["", "A", "B"])] == ["A B"]


# Procedures -----------------------------------------------------------------------------------------------------------


@db
def test_a_procedure_with_everything() -> None:
    Competence.objects.create(target="communes", body="ủy ban nhân dân cấp xã")
    record = make_record(
        name="Thủ tục đăng ký hôn lễ thử có tên rất dài " * 6, levels=("commune", "province"), audiences=("citizen", "overseas")
    )  # fmt: skip
    (page,) = publish(record)
    unit, ended = make_unit(), make_unit(active_until=date(2025, 6, 30))
    make_listing(unit, page)
    make_listing(ended, page)
    make_listing(make_unit(), page, live=False)
    document = of(page)
    code = page.code
    assert document.id == DocumentId("thu-tuc", code)
    assert (document.title, document.codes) == (page.title, (code,))
    assert document.names == (page.full_name, page.title)
    assert document.everyday == ("làm giấy kết duyên",)
    assert document.url == reverse("procedure", args=[code])
    assert document.unit_url.replace("{unit}", unit.slug) == reverse("listing", args=[unit.slug, code])
    assert document.reader_url.replace("{unit}", unit.slug) == f"/thu-tuc/{code}/?don-vi={unit.slug}"
    assert page.subject is not None
    assert document.facets == {
        "linh-vuc": (page.subject.slug,),
        "cap": ("tinh", "xa"),
        "doi-tuong": ("cong-dan", "viet-kieu"),
        "truc-tuyen": ("mot-phan",),
        "don-vi": (unit.slug,),
        "nam": (str(timezone.localdate().year),),
    }
    assert document.meta == ("Cấp tỉnh, Cấp xã", "1 ngày", "10.000 đồng, trực tuyến 7.000 đồng", "Hộ tịch")
    assert document.dated == timezone.localdate()
    assert document.ended == ""
    assert said(document, Part.FIELD) == [("", "Hộ tịch")]
    assert said(document, Part.PURPOSE) == [("de-lam-gi", record.purpose)]
    assert said(document, Part.AUDIENCE)[0][0] == "de-lam-gi"
    assert said(document, Part.BODIES) == [("nop-o-dau", "Ủy ban nhân dân xã, phường.")]
    assert said(document, Part.PAPERS) == [
        ("mang-gi", "Tờ khai theo mẫu; Giấy tờ tùy thân Xem rồi trả lại;"),
        ("mang-gi", "Số bộ hồ sơ: 01 bộ"),
    ]
    assert said(document, Part.STEPS) == [
        ("cac-buoc", "Nộp hồ sơ. Nộp tại quầy."),
        ("cac-buoc", "Thẩm tra. Tra cứu Ghi sổ"),
    ]
    assert said(document, Part.RESULTS) == [("ket-qua", "Giấy chứng nhận thử;")]
    assert said(document, Part.CONDITIONS) == [("dieu-kien", "Nam từ đủ 20 tuổi")]
    assert said(document, Part.BASIS)[0][1].startswith("60/2014/QH13 Luật số 0;")
    assert said(document, Part.TEXT)[-1] == ("cong-bo", "163/QĐ-BTP của Bộ Tư pháp")


def test_anchors_are_those_of_the_page() -> None:
    template = (ROOT / "templates/procedures/document.html").read_text("utf-8")
    anchors = {ANCHORS.get(place, place) for place in HEADINGS} - {""}
    assert anchors == set(re.findall(r'<section id="([a-z-]+)"', template))


@db
@pytest.mark.parametrize(
    ("fields", "ended"),
    [
        ({}, ""),
        ({"state": "ended"}, "Đã hết hiệu lực"),
        ({"in_force_until": date(2025, 6, 30)}, "Hết hiệu lực từ 01/07/2025"),
        ({"state": "ended", "in_force_until": date(2025, 6, 30)}, "Hết hiệu lực từ 01/07/2025"),
        ({"in_force_from": date(2200, 1, 2)}, "Có hiệu lực từ 02/01/2200"),
        ({"in_force_until": date(2200, 1, 2)}, ""),
        ({"in_force_until": date.max}, ""),
    ],
)
def test_what_is_out_of_the_lists_says_why(fields: dict[str, Any], ended: str) -> None:
    page = make_procedure(**fields)
    assert of(page).ended == ended
    assert ProcedurePage.objects.listed_publicly().filter(pk=page.pk).exists() == (not ended)


@db
def test_an_ended_one_names_what_took_its_place() -> None:
    heir = make_procedure("Thủ tục thay thế")
    page = make_procedure(state="ended", in_force_until=date(2025, 6, 30), replaced_by=heir)
    assert of(page).ended == f"Hết hiệu lực từ 01/07/2025, được thay bằng {heir.code} Thủ tục thay thế"


@db
def test_drafts_and_other_provinces_are_no_documents() -> None:
    shown = make_procedure(scope=Scope.CENTRAL)
    hidden = [make_procedure(scope=Scope.OTHER_PROVINCE), make_procedure(live=False)]
    source = ProcedureSource()
    assert [document.id.key for document in source.all()] == [shown.code]
    assert source.count() == 1
    assert list(source.some([page.code for page in hidden] + ["9.999999"])) == []


@db
def test_a_batch_costs_the_same_however_many(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    pages = [make_procedure(subject=make_subject()) for _ in range(3)]
    make_listing(make_unit(), pages[0])
    list(ProcedureSource().some([pages[0].code]))
    for keys in ([pages[0].code], [page.code for page in pages]):
        with django_assert_num_queries(4):
            assert len(list(ProcedureSource().some(keys))) == len(keys)


@db
def test_the_longest_procedure_is_told_whole() -> None:
    (page,) = publish(monster_record())
    document = of(page)
    told = " ".join(text for _anchor, text in said(document, Part.CONDITIONS))
    assert len(told) > 40_000
    assert len(said(document, Part.PAPERS)) >= 14, "each case by itself"
    assert max(len(passage.text) for passage in document.passages) <= LIMIT


# What people need most ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "less"),
    [
        (("1.001193", "province", ("commune",)), ("9.000001", "province", ("commune",))),
        (("1.004873", "province", ("commune",)), ("9.000001", "province", ("commune",))),
        (("9.000001", "province", ("commune",)), ("9.000001", "province", ("province",))),
        (("9.000001", "province", ("province",)), ("9.000001", "province", ("other",))),
        (("9.000001", "province", ("commune",)), ("9.000001", "province", ("ministry", "commune"))),
        (("9.000001", "province", ("other",)), ("9.000001", "central", ("ministry",))),
        (("3.000347", "central", ("ministry",)), ("9.000001", "province", ("commune",))),
    ],
)
def test_priors_put_what_people_need_first(
    more: tuple[str, str, tuple[str, ...]], less: tuple[str, str, tuple[str, ...]]
) -> None:
    one, other = (
        prior(code, scope=scope, levels=levels, audiences=("citizen",))
        for code, scope, levels in (more, less)
    )
    assert one > other


def test_priors_are_bounded() -> None:
    codes = ["", *needed_codes()]
    scopes = [scope.value for scope in Scope]
    levels = [(), *((level.value,) for level in Level), tuple(Level.values)]
    audiences: list[tuple[str, ...]] = [(), ("citizen",), ("official",), ("foreigner",)]
    values = [
        prior(code, scope=scope, levels=level, audiences=who)
        for code in codes for scope in scopes for level in levels for who in audiences
    ]  # fmt: skip
    assert -1 <= min(values) < 0 < max(values) <= 1


def test_the_file_of_needed_services_is_sound() -> None:
    for entry in needed_services().values():
        assert entry["source"].strip()
        assert all(service["name"].strip() for service in entry["services"])
    assert len(needed_services()["essential"]["services"]) == 25
    codes = [
        code
        for entry in needed_services().values()
        for service in entry["services"]
        for code in service["codes"]
    ]
    assert [code for code, times in Counter(codes).items() if times > 1] == []
    assert [code for code in codes if normalise_code(code) != code] == []


@pytest.mark.real_data
def test_needed_services_are_in_the_real_catalogue(real_data: Path) -> None:
    from procedures.importing.files import open_sources

    sources = open_sources([str(real_data / "procedures" / "procedures-2026.jsonl.gz")])
    known = {record.code for _place, record in sources.records()}
    assert set(needed_codes()) - known == set()


# Units ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def commune() -> Unit:
    """A commune made of two, one of which was renamed before; the district that ended with them."""
    new = make_unit("Xã Cẩm Mới", slug="xa-cam-moi", code="18685", old_names="Xã Cẩm Cũ\nXã Cẩm Xa")
    district = make_unit(
        "Huyện Cẩm",
        kind=UnitKind.DISTRICT,
        short_name="Cẩm",
        slug="huyen-cam",
        active_until=date(2025, 6, 30),
    )
    for name in ("Xã Cẩm Cũ", "Xã Cẩm Xa"):
        old = make_unit(name, active_until=date(2025, 6, 30))
        old.successors.set([new])
        old.save()
    older = make_unit("Xã Cẩm Xưa", active_until=date(2019, 12, 31))
    older.successors.set([Unit.objects.get(name="Xã Cẩm Xa")])
    older.save()
    district.successors.set([new])
    district.save()
    return new  # fmt: skip


def unit_document(unit: Unit) -> SearchDocument:
    return only(UnitSource().some([unit.slug]))


@db
def test_a_unit_is_found_under_every_name_it_ever_had(commune: Unit) -> None:
    document = unit_document(commune)
    assert (document.title, document.url, document.names) == (
        "Xã Cẩm Mới",
        "/don-vi/xa-cam-moi/",
        ("Xã Cẩm Mới",),
    )
    assert document.everyday == (
        "UBND xã Cẩm Mới",
        "Trung tâm Phục vụ hành chính công xã Cẩm Mới",
        "18685",
        "Xã Cẩm Cũ",
        "Xã Cẩm Xa",
        "Huyện Cẩm",
        "Xã Cẩm Xưa",
    )
    assert document.meta == ("Gồm các xã Cẩm Cũ và Cẩm Xa",)


@db
def test_a_department_is_found_by_its_abbreviation() -> None:
    unit = make_unit("Sở Nội vụ và Thử nghiệm", kind=UnitKind.DEPARTMENT, short_name="Sở NV", code="H27.12")
    assert unit_document(unit).everyday == ("Sở NV", "H27.12", "SNVTN")
    assert unit_document(unit).meta == ("Sở, ban, ngành cấp tỉnh",)


@db
def test_a_unit_tells_where_one_goes(commune: Unit) -> None:
    shared = make_desk(make_unit(), name="Trung tâm chung", address="Số 9", phone="")
    shared.serves.add(commune)
    shared.save()
    own = make_desk(commune, name="Bộ phận một cửa", address="Thôn 1", phone="0239 000 001")
    make_counter(own, name="Quầy 2", place="Tầng 1")
    commune.complaints_address = "Số 1 đường Thử"
    commune.save()
    assert [(p.anchor, p.heading, p.text) for p in unit_document(commune).passages] == [
        ("noi-nop-1", "Bộ phận một cửa", "Thôn 1; Điện thoại 0239 000 001; Quầy 2 Tầng 1;"),
        ("noi-nop-2", "Trung tâm chung", "Số 9;"),
        ("lien-he", "Liên hệ", "Số 1 đường Thử"),
    ]


@db
def test_ended_and_future_units_are_no_documents(
    commune: Unit, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_unit(active_from=timezone.localdate() + timedelta(days=1))
    make_desk(commune)
    with django_assert_num_queries(6):
        assert [document.id.key for document in UnitSource().all()] == ["xa-cam-moi"]
    assert UnitSource().count() == 1
    assert list(UnitSource().some(["huyen-cam"])) == []


# A unit that a question names -----------------------------------------------------------------------------------------


def row(
    pk: int, name: str, *, kind: str = "commune", slug: str = "", old: str = "", active: bool = True
) -> PlaceRow:
    return PlaceRow(pk, kind, name, "", old, slug or f"u{pk}", active)


PLACES = Places(
    [
        row(1, "Xã Cẩm Bình", old="Xã Cẩm Bình\nXã Cẩm Vịnh"),
        row(2, "Xã Cẩm Bình", active=False),
        row(3, "Xã Cẩm Vịnh", active=False),
        row(4, "Huyện Cẩm Xuyên", kind="district", active=False),
        row(5, "Xã Cẩm Xuyên"),
        row(6, "Sở Xây dựng", kind="department"),
        row(7, "Thị trấn Nghèn", kind="township", active=False),
        row(8, "Phường Trần Phú", kind="ward"),
        row(9, "Ủy ban nhân dân tỉnh Hà Tĩnh", kind="province"),
        row(10, "Thành phố Hà Tĩnh", kind="district", active=False),
        row(11, "Xã Mất Dấu", active=False),
        row(12, "Thị xã Kỳ Anh", kind="district", active=False),
        row(13, "Xã Kỳ Xuân"),
    ],
    [(2, 1), (3, 1), (4, 1), (4, 5), (7, 5), (10, 1), (10, 8), (12, 13)],
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "rest", "slug", "name"),
    [
        ("kết hôn ở Cẩm Bình", "kết hôn", "u1", "Xã Cẩm Bình"),
        ("ket hon cam binh", "ket hon", "u1", "Xã Cẩm Bình"),
        ("xã Cẩm Bình chứng thực", "chứng thực", "u1", "Xã Cẩm Bình"),
        ("UBND xã Cẩm Bình: chứng thực", "chứng thực", "u1", "Xã Cẩm Bình"),
        ("Kết hôn, tại xã Cẩm Vịnh", "Kết hôn", "u1", "Xã Cẩm Bình"),
        ("kết hôn Cẩm Xuyên", "kết hôn", "u5", "Xã Cẩm Xuyên"),
        ("kết hôn huyện Cẩm Xuyên", "kết hôn", "", "Huyện Cẩm Xuyên"),
        ("sổ đỏ ở Nghèn", "sổ đỏ", "u5", "Xã Cẩm Xuyên"),
        ("sổ đỏ tt nghèn", "sổ đỏ", "u5", "Xã Cẩm Xuyên"),
        ("xây nhà p. Trần Phú", "xây nhà", "u8", "Phường Trần Phú"),
        ("giấy phép của sở xây dựng", "giấy phép", "u6", "Sở Xây dựng"),
        ("khai tử Hà Tĩnh", "khai tử", "", "Tỉnh Hà Tĩnh"),
        ("khai tử tp Hà Tĩnh", "khai tử", "", "Thành phố Hà Tĩnh"),
        ("khai sinh kỳ anh", "khai sinh", "u13", "Xã Kỳ Xuân"),
        ("khai sinh ky anh", "khai sinh", "u13", "Xã Kỳ Xuân"),
    ],
)
def test_a_unit_is_named_beside_what_is_asked(text: str, rest: str, slug: str, name: str) -> None:
    named = PLACES.named_in(text)
    assert named is not None
    assert (named.rest, named.place.slug, named.place.name) == (rest, slug, name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Cẩm Bình",
        "xã Cẩm Bình",
        "ở Cẩm Bình",
        "giấy phép xây dựng",
        "sổ đỏ nghèn",
        "cắm bình hoa cắm bình",
        "kết hôn ở Mất Dấu",
        "?!",
    ],
)
def test_words_that_name_no_unit_stay(text: str) -> None:
    assert PLACES.named_in(text) is None


@db
def test_a_named_unit_leads_to_its_page(
    commune: Unit, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        placed = place_in_query("kết hôn ở Cẩm Xưa")
    with django_assert_num_queries(1):
        assert place_in_query("kết hôn ở Cẩm Xưa") == placed
    assert placed == registry.Placed("kết hôn", "xa-cam-moi", "Xã Cẩm Mới", "/don-vi/xa-cam-moi/")
    with django_assert_num_queries(0):
        assert place_in_query("hôn") is None
    commune.name = "Xã Đổi Tên"
    commune.save()
    renamed = registry.find_place("kết hôn Đổi Tên")
    assert renamed is not None
    assert renamed.name == "Xã Đổi Tên", "no name is remembered that is another by now"


# Pages and what the registry knows ----------------------------------------------------------------------------------------


@db
def test_pages_are_the_home_page_and_the_places_of_the_menu() -> None:
    documents = {document.id.key: document for document in PageSource().all()}
    home = HomePage.objects.get()
    assert PageSource().count() == len(documents)
    assert documents[str(home.pk)].url == "/"
    assert documents["catalogue"].url == reverse("catalogue")
    assert [document.id.key for document in PageSource().some([str(home.pk), "units", "khac"])] == [
        str(home.pk),
        "units",
    ]
    home.unpublish()
    assert list(PageSource().some([str(home.pk)])) == []


def test_life_events_are_passages_of_the_home_page() -> None:
    from home.search_documents import _life_events

    page = HomePage(question="Hỏi gì?")
    items = [{"type": "item", "value": {"label": "Khai sinh", "page": 1}}, {"label": "", "page": 2}]
    page.life_events = HomePage._meta.get_field("life_events").stream_block.to_python(
        [{"type": "event", "value": {"title": "Sinh con", "slug": "sinh-con", "items": items}}]
    )
    assert [(p.anchor, p.text) for p in _life_events(page)] == [
        ("", "Hỏi gì?"),
        ("sinh-con", "Sinh con: Khai sinh"),
    ]


@db
def test_every_facet_has_words_in_at_most_one_query(
    commune: Unit, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    subject = make_subject()
    for facet, values, queries in (
        ("linh-vuc", {subject.slug: "Hộ tịch"}, 1),
        ("cap", {"xa": "Cấp xã"}, 0),
        ("doi-tuong", {"cong-dan": "Công dân Việt Nam"}, 0),
        ("truc-tuyen", {"toan-trinh": "Toàn trình"}, 0),
        ("don-vi", {commune.slug: "Xã Cẩm Mới"}, 1),
        ("nam", {}, 0),
    ):
        with django_assert_num_queries(queries):
            assert registry.facet_words(facet, [*values, "khong-co"]) == values
        assert str(registry.facet_label(facet))


def test_every_page_type_is_known_to_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_page_types(None) == []
    monkeypatch.setattr(registry, "_excluded", {"home.HomePage", "home.KhongCo"})
    problems = check_page_types(None)
    assert all(isinstance(problem, Error) for problem in problems)
    assert {
        (problem.id, next(word for word in problem.msg.split() if "." in word).rstrip(".,"))
        for problem in problems
    } == {
        ("search.E011", "procedures.CatalogueIndexPage"),
        ("search.E012", "home.KhongCo"),
        ("search.E013", "home.HomePage"),
    }
    assert apps.is_installed("search")


def test_another_version_of_the_documents_is_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = registry.version()
    assert before == registry.version()
    registry.discover()
    kinds = dict(registry._kinds)
    kind, source = kinds["trang"]
    kinds["trang"] = (registry.Kind("trang", kind.api_name, kind.label, version=kind.version + 1), source)
    monkeypatch.setattr(registry, "_kinds", kinds)
    assert registry.version() != before
