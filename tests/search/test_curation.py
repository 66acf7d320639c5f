"""Tending the search: what curators see, what an entry changes before it is kept, who may do what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from wagtail.contrib.search_promotions.models import Query, QueryDailyHits, SearchPromotion
from wagtail.models import ModelLogEntry

from home.enums import PortalGroup
from home.models import HomePage
from search import engines, models, usage, vocabulary
from search import said as said_in_the_index
from search.curation import effects, synonyms
from search.curation.drawing import bars, round_top, spark
from search.curation.effects import Sample, Verdict, judged
from search.curation.figures import build_board, most_asked
from search.curation.periods import PERIODS, Choice, Tab, spans
from search.documents import DocumentId, SearchDocument
from search.models import QueryDay, SearchNote, VocabularyEntry
from search.promotions import _promotion, answers, promoted
from search.reading import read
from search.service import find
from search.vocabulary.entries import Content, Entry, EntryKind, Meaning, Question
from search.vocabulary.reading import Vocabulary, load, problems_of_new
from tests.factories.people import make_member, make_user
from tests.factories.units import make_unit

BOARD = "search_curation"
ENTRY = "wagtailsnippets_search_vocabularyentry"
TENDING = (PortalGroup.CURATOR, PortalGroup.CONTROLLER, PortalGroup.ADMINISTRATOR)


@pytest.fixture
def few_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Without the shipped vocabulary, which takes a while to read: only what the test adds."""
    (tmp_path / "few.yaml").write_text("questions:\n  - {leave: [cho hỏi]}\n", "utf-8")
    for place in (vocabulary, synonyms):
        monkeypatch.setattr(place, "load", partial(load, folder=tmp_path))
    monkeypatch.setattr(models, "problems_of_new", partial(problems_of_new, folder=tmp_path))
    vocabulary.forget()
    yield
    vocabulary.forget()


# Pure -------------------------------------------------------------------------------------------------------------------


@given(st.dictionaries(st.sampled_from(["loc", "ky", "p", "x"]), st.text(max_size=12)))
def test_any_address_is_understood(query: dict[str, str]) -> None:
    choice = Choice.parse(query)
    assert choice.days in PERIODS
    assert 1 <= choice.page <= 40
    again = Choice.parse(
        {name: values[0] for name, values in parse_qs(choice.query(page=choice.page)).items()}
    )
    assert again == choice


def test_another_list_begins_at_its_first_page() -> None:
    choice = Choice(Tab.UNFOUND, 90, 3)
    assert choice.query(page=4) == "loc=khong-thay&ky=90&p=4"
    assert choice.query(tab=Tab.ASKED) == "ky=90"
    assert choice.query(days=30) == "loc=khong-thay"


@pytest.mark.parametrize("days", PERIODS)
def test_spans_hold_every_day_once(days: int) -> None:
    until = date(2026, 11, 20)
    since = Choice(days=days).since(until)
    found = spans(since, until)
    every = [first + timedelta(n) for first, last in found for n in range((last - first).days + 1)]
    assert every == [since + timedelta(n) for n in range(days)]
    assert len(found) <= 91


@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)), max_size=400))
def test_bars_stay_in_their_box(values: list[tuple[int, int]]) -> None:
    drawn = bars(values, width=720, height=160)
    assert len(drawn.bars) == len(values)
    for bar, (whole, _part) in zip(drawn.bars, values, strict=True):
        assert 0 <= float(bar.x) <= 720
        assert 0 <= float(bar.y) <= 160.1
        assert float(bar.y) + float(bar.height) == pytest.approx(160, abs=0.2)
        assert float(bar.lower_height) <= float(bar.height)
        assert (float(bar.height) > 0) is (whole > 0)


@pytest.mark.parametrize(
    ("highest", "top"), [(0, 5), (5, 5), (6, 10), (11, 20), (21, 50), (999, 1000), (1001, 2000)]
)
def test_the_top_is_a_round_number(highest: int, top: int) -> None:
    assert round_top(highest) == top


def test_one_point_is_no_line() -> None:
    assert spark([3]) is None
    drawn = spark([0, 0, 5])
    assert drawn is not None
    assert drawn.path.startswith("M3 21L")
    assert (drawn.end_x, drawn.end_y) == ("93", "3")


def own(*entries: Entry) -> Vocabulary:
    return Vocabulary.of(Content(entries=entries, questions=(Question(("cho hỏi",)),)))


BOOK = Entry(write=("sổ vàng",), mean=(Meaning("giấy chứng nhận"),))


@pytest.mark.parametrize(
    ("promoted_for", "asked", "meets"),
    [
        ("đăng ký kết hôn", "dang ky ket hon", True),
        ("đăng ký kết hôn", "kết hôn đăng ký", True),
        ("đăng ký kết hôn", "cho hỏi đăng ký kết hôn", True),
        ("đăng ký kết hôn", "đăng ký kết hôn lại", False),
        ("đăng ký kết hôn", "kết hôn", False),
        ("giấy chứng nhận", "sổ vàng", True),
        ("giấy chứng nhận nhà", "nhà sổ vàng", True),
        ("giấy chứng nhận", "sổ vàng nhà", False),
        ("sổ vàng", "giấy chứng nhận", True),
        ("gcn", "giấy chứng nhận", True),
        ("giấy chứng nhận", "gcn", True),
        ("1.004194", "1004194", True),
        ("1.004194", "1.004195", False),
        ("1.004194", "đăng ký kết hôn", False),
        ("", "đăng ký kết hôn", False),
    ],
)
def test_a_promotion_answers_who_means_the_same(promoted_for: str, asked: str, *, meets: bool) -> None:
    short = Entry(write=("gcn",), mean=(Meaning("giấy chứng nhận"),), kind=EntryKind.ABBREVIATION)
    known = own(BOOK, short)
    assert answers(read(promoted_for, known), read(asked, known)) is meets


# The board --------------------------------------------------------------------------------------------------------------


def ask(normal: str, *times: int, unfound: bool = False, opened: int = 0) -> None:
    """Asked so many times today, yesterday …"""
    today = timezone.localdate()
    for ago, count in enumerate(times):
        if count:
            QueryDay.objects.create(
                normal=normal,
                day=today - timedelta(days=ago),
                asked=count,
                unfound=count if unfound else 0,
                results=0 if unfound else 9,
                opened=opened,
            )


def shown(tab: Tab = Tab.ASKED, days: int = 30) -> list[str]:
    return [line.normal for line in build_board(Choice(tab, days), timezone.localdate()).lines]


@pytest.mark.django_db
def test_the_lists_of_the_board(django_assert_num_queries: Any) -> None:
    ask("ket hon", 5, 5, opened=4)
    ask("so vang", 2, 2, unfound=True)
    ask("khai sinh", 3, 3)
    ask("mot ngay", 50)
    ask("hai lan", 1, 1)
    ask("ngay xua", *[0] * 40, 9, 9)
    assert shown() == ["ket hon", "khai sinh", "so vang"]
    assert shown(Tab.UNFOUND) == ["so vang"]
    assert shown(Tab.UNOPENED) == ["khai sinh"]
    assert "ngay xua" in shown(days=90)
    assert most_asked(timezone.localdate())[0] == ("ngay xua", 18)
    with django_assert_num_queries(3):
        board = build_board(Choice(), timezone.localdate())
    assert (board.asked, board.unfound, board.opened) == (72, 4, 8)
    assert len(board.spans) == 30
    assert len(build_board(Choice(days=365), timezone.localdate()).spans) == 53


@pytest.mark.django_db
def test_found_again_is_said() -> None:
    today = timezone.localdate()
    QueryDay.objects.create(normal="so vang", day=today - timedelta(days=1), asked=4, unfound=4, results=0)
    QueryDay.objects.create(normal="so vang", day=today, asked=1, unfound=0, results=3)
    (line,) = build_board(Choice(Tab.UNFOUND), today).lines
    assert line.is_mended


def page(user: Any, url: str) -> Any:
    client = Client(raise_request_exception=True)
    client.force_login(user)
    return client.get(url)


@pytest.mark.django_db
def test_each_line_leads_to_what_can_be_done(few_words: None) -> None:
    ask("so vang", 2, 2, unfound=True)
    user = make_user(PortalGroup.CURATOR)
    text = page(user, reverse(BOARD) + "?loc=khong-thay").content.decode()
    for name, parameter in (
        (f"{ENTRY}:add", "write"),
        ("search_promotion:add", "query"),
        ("search_note:add", "query"),
    ):
        address = f"{reverse(name)}?{parameter}=so+vang"
        assert f'href="{address}"' in text
        assert 'value="so vang"' in page(user, address).content.decode()
    assert f'href="{reverse("search")}?q=so+vang"' in text
    assert page(user, reverse(BOARD) + "?ky=9999&p=-3&loc=%00").status_code == 200


def addresses() -> list[str]:
    entry = VocabularyEntry.objects.create(write="sổ vàng", mean="giấy chứng nhận")
    note = SearchNote.objects.create(query="so vang", text="Thêm tên thường gọi")
    promotion = make_promotion("sổ vàng")
    return [
        reverse(BOARD),
        *(reverse(f"{ENTRY}:{name}") for name in ("list", "add")),
        *(reverse(f"{ENTRY}:{name}", args=[entry.pk]) for name in ("edit", "delete", "history")),
        *(reverse(f"search_{kind}:{name}") for kind in ("promotion", "note") for name in ("index", "add")),
        *(reverse(f"search_promotion:{name}", args=[promotion.pk]) for name in ("edit", "delete", "history")),
        *(reverse(f"search_note:{name}", args=[note.pk]) for name in ("edit", "delete", "history")),
    ]


@pytest.mark.django_db
def test_who_may_tend_the_search(few_words: None) -> None:
    urls = addresses()
    for group in TENDING:
        user = make_user(group)
        assert {url: code for url in urls if (code := page(user, url).status_code) != 200} == {}, group
    others = [make_user(PortalGroup.INSPECTOR), make_member(make_unit())]
    for user in others:
        assert [url for url in urls if page(user, url).status_code == 200] == []
    client = Client()
    assert all(client.get(url).status_code == 302 for url in urls)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["", "add/", "1/", "queries/chooser/", "reports/search-terms/"])
def test_the_stock_screens_of_promotions_are_closed(path: str) -> None:
    client = Client()
    client.force_login(make_user(is_superuser=True))
    assert client.get(f"/admin/searchpicks/{path}").status_code == 404


@pytest.mark.django_db
def test_what_nobody_should_be_offered_is_taken_out_and_let_in_again(
    few_words: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for normal in ("so vang", "so den"):
        ask(normal, *[4] * 6, opened=4)
        for number in range(6):
            day = timezone.localdate() - timedelta(days=number)
            models.QueryOpened.objects.create(
                normal=normal, kind="thu-tuc", key="1.000001", day=day, times=4, positions=4
            )
    said = said_in_the_index.Answered(said=True, places={DocumentId("thu-tuc", "1.000001"): 1})
    monkeypatch.setattr(usage, "answered", lambda _normal: said)
    usage.learn()
    assert usage.successful("so v") == ("so vang",)

    curator = Client()
    curator.force_login(make_user(PortalGroup.CURATOR))
    address = reverse(BOARD) + "?ky=90"
    text = curator.get(address).content.decode()
    assert text.count('value="bo"') == 2
    assert text.count("đang được gợi ý khi gõ") == 2
    answer = curator.post(address, {"viec": "bo", "cau-hoi": "so vang"}, follow=True)
    assert answer.redirect_chain == [(address, 302)]
    assert "Từ nay không gợi ý “so vang” nữa." in answer.content.decode()
    assert answer.content.decode().count('value="lai"') == 1
    # At once, and after the worker has reckoned anew; its counts stay.
    assert usage.successful("so v") == ()
    usage.learn()
    assert usage.successful("so v") == ()
    assert usage.successful("so d") == ("so den",)
    assert "so vang" in shown(days=90)
    assert usage.popularity("so vang", [DocumentId("thu-tuc", "1.000001")])

    curator.post(address, {"viec": "lai", "cau-hoi": "so vang"})
    usage.learn()
    assert usage.successful("so v") == ("so vang",)


@pytest.mark.django_db
def test_only_what_is_offered_can_be_taken_out(few_words: None) -> None:
    ask("so vang", 5, 5)
    curator, reader = Client(), Client()
    curator.force_login(make_user(PortalGroup.CURATOR))
    viewer = make_member(make_unit())
    viewer.user_permissions.add(Permission.objects.get(codename="view_queryday"))
    reader.force_login(viewer)
    learned = models.LearnedQuery.objects.create(normal="so den", asked=9, suggested=True)
    for posted in ({"cau-hoi": "so vang"}, {"cau-hoi": "chữ tùy ý\x00"}, {}):
        assert curator.post(reverse(BOARD), {"viec": "bo"} | posted).status_code == 302
    assert not models.UnsuggestedQuery.objects.exists()
    # Who only reads the page is offered no button and is refused.
    ask("so den", 5, 5)
    text = reader.get(reverse(BOARD)).content.decode()
    assert "đang được gợi ý khi gõ" in text
    assert 'name="viec"' not in text
    reader.post(reverse(BOARD), {"viec": "bo", "cau-hoi": "so den"})
    learned.refresh_from_db()
    assert learned.suggested


@pytest.mark.django_db
def test_its_tabs_are_those_of_the_other_boards() -> None:
    """One sheet for the screens of all apps."""
    text = page(make_user(PortalGroup.CURATOR), reverse(BOARD)).content.decode()
    assert text.count('class="link-tabs"') == 2
    assert text.count("search/admin.css") == 1


@pytest.mark.django_db
def test_an_entry_is_made_and_edited_on_one_form(few_words: None) -> None:
    entry = VocabularyEntry.objects.create(write="sổ vàng", mean="giấy chứng nhận")
    for address in (reverse(f"{ENTRY}:add"), reverse(f"{ENTRY}:edit", args=[entry.pk])):
        answer = page(make_user(PortalGroup.CURATOR), address)
        templates = [template.name for template in answer.templates]
        assert "search/admin/vocabulary_form.html" in templates
        assert ("wagtailsnippets/snippets/edit.html" in templates) == address.endswith(f"{entry.pk}/")
        assert "search/curation.css" in answer.content.decode()


# Synonyms ---------------------------------------------------------------------------------------------------------------

LAND, WEDDING = "1.012784", "1.000894"


@pytest.fixture
def index(few_words: None) -> None:
    engines.embedded().index(
        [
            SearchDocument(
                id=DocumentId("thu-tuc", code),
                title=title,
                url=f"/thu-tuc/{code}/",
                names=(title,),
                codes=(code,),
                facets={"linh-vuc": ("thu",)},
            )
            for code, title in (
                (LAND, "Cấp giấy chứng nhận quyền sử dụng đất"),
                (WEDDING, "Đăng ký kết hôn"),
                ("1.000001", "Đăng ký tàu cá"),
            )
        ]
    )


FIELDS = {
    "write": "zơ rồng",
    "mean": "giấy chứng nhận quyền sử dụng đất",
    "kind": "everyday",
    "company": "",
    "note": "",
    "active": "on",
}


def seen_mark(response: Any) -> str:
    assert response.status_code == 200
    return str(response.context["mark"])


@pytest.mark.django_db
def test_an_entry_is_kept_once_its_effect_was_seen(index: None) -> None:
    ask("zo rong", 3, 3, unfound=True)
    assert not find("zơ rồng", repair=False).hits
    client = Client()
    user = make_user(PortalGroup.CURATOR)
    client.force_login(user)
    add = reverse(f"{ENTRY}:add")
    response = client.post(add, FIELDS)
    (change,) = response.context["effect"].changes
    assert (change.sample.text, change.sample.times, change.verdict) == ("zo rong", 6, Verdict.FOUND)
    assert not change.before
    assert change.after[0].code == LAND
    assert "chưa lưu gì" in response.content.decode().lower()
    assert not VocabularyEntry.objects.exists()
    assert "w-autosave#save" not in response.content.decode()
    other = client.post(add, FIELDS | {"mean": "đăng ký kết hôn", "da-xem": seen_mark(response)})
    assert not VocabularyEntry.objects.exists()
    assert other.context["effect"].changes[0].after[0].code == WEDDING
    kept = client.post(add, FIELDS | {"da-xem": seen_mark(response)})
    assert kept.status_code == 302
    entry = VocabularyEntry.objects.get()
    assert entry.changed_by == user
    assert find("zơ rồng").hits[0].code == LAND
    assert find("ZO RONG").hits[0].code == LAND
    log = ModelLogEntry.objects.for_instance(entry).get()
    assert (log.user, log.action) == (user, "wagtail.create")


@pytest.mark.django_db
def test_what_changes_nothing_is_kept_at_once(index: None) -> None:
    client = Client()
    client.force_login(make_user(PortalGroup.CURATOR))
    response = client.post(reverse(f"{ENTRY}:add"), FIELDS, follow=True)
    assert VocabularyEntry.objects.count() == 1
    assert "không câu nào đổi kết quả đầu" in response.content.decode()


@pytest.mark.django_db
def test_taking_an_entry_out_of_use_shows_its_effect_too(index: None) -> None:
    entry = VocabularyEntry.objects.create(write=FIELDS["write"], mean=FIELDS["mean"])
    ask("zo rong", 3, 3)
    client = Client()
    client.force_login(make_user(PortalGroup.CONTROLLER))
    edit = reverse(f"{ENTRY}:edit", args=[entry.pk])
    response = client.post(edit, {**FIELDS, "active": ""})
    (change,) = response.context["effect"].changes
    assert change.verdict is Verdict.WORSE
    assert find("zơ rồng").hits
    client.post(edit, {**FIELDS, "active": "", "da-xem": seen_mark(response)})
    entry.refresh_from_db()
    assert not entry.active
    assert not find("zơ rồng", repair=False).hits


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"write": "sổ vàng", "mean": "so vang"}, "write", "khi bỏ dấu"),
        ({"write": "..., !"}, "write", "không có chữ nào"),
        ({"write": " ".join(["chữ"] * 40)}, "write", "dài quá"),
        ({"write": "đất vàng", "mean": "đất vàng"}, "mean", "khi bỏ dấu"),
        ({"write": "lúa ma"}, "write", "đã có"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    few_words: None, fields: dict[str, str], field: str, words: str
) -> None:
    VocabularyEntry.objects.create(write="lúa ma", mean="lúa")
    client = Client()
    client.force_login(make_user(PortalGroup.CURATOR))
    response = client.post(reverse(f"{ENTRY}:add"), FIELDS | fields)
    errors = response.context["form"].errors
    assert set(errors) == {field}
    assert words in errors[field][0]


@pytest.mark.django_db
def test_every_process_sees_a_change(few_words: None, django_assert_num_queries: Any) -> None:
    """As another process writes it: no signal, no cache of ours."""
    before = vocabulary.current()
    assert read("zơ rồng", before).concepts != read("sổ rồng", before).concepts
    VocabularyEntry.objects.bulk_create([VocabularyEntry(write="zơ rồng", mean="tàu cá")])
    after = vocabulary.current()
    assert after.version != before.version
    with django_assert_num_queries(1):
        assert vocabulary.current() is after
    VocabularyEntry.objects.all().delete()
    assert vocabulary.current().version == before.version


def test_the_judged_queries_are_the_shipped_ones(pytestconfig: pytest.Config) -> None:
    """What curators are shown rests on the same queries as the tests: after a change, copy the file."""
    tested = pytestconfig.rootpath / "tests" / "search" / "queries.tsv"
    assert effects.JUDGED.read_text("utf-8") == tested.read_text("utf-8")
    assert len(judged()) >= 200
    assert all(sample.text and all(sample.codes) for sample in judged())


@pytest.mark.django_db
def test_judged_queries_tell_better_from_worse(index: None) -> None:
    before = load([])
    samples = [
        Sample("zơ rồng", (LAND,)),
        Sample("zơ rồng lớn", (WEDDING,)),
        Sample("đăng ký kết hôn", (WEDDING,)),
    ]
    good = own(Entry(write=("zơ rồng",), mean=(Meaning("giấy chứng nhận quyền sử dụng đất"),)))
    found = effects.effect(before, good, samples)
    assert (found.looked_at, found.understood_anew, found.better) == (3, 2, 1)
    back = effects.effect(good, before, samples)
    assert back.worse == 1
    assert back.changes[0].verdict is Verdict.WORSE


# Promotions -------------------------------------------------------------------------------------------------------------


def make_promotion(words: str, **fields: Any) -> SearchPromotion:
    values = {"external_link_url": "http://localhost:8000/don-vi/", "external_link_text": "Đơn vị"} | fields
    promotion: SearchPromotion = SearchPromotion.objects.create(query=Query.get(words), **values)
    return promotion


@pytest.mark.django_db
def test_promotions_stand_over_what_means_the_same(few_words: None, django_assert_num_queries: Any) -> None:
    make_promotion("Đăng ký kết hôn", sort_order=2)
    home = HomePage.objects.get()
    make_promotion(
        "đăng ký kết hôn",
        page=home,
        external_link_url="",
        external_link_text="",
        sort_order=1,
        description="Câu giải thích",
    )
    make_promotion(
        "khai sinh", external_link_url="https://dichvucong.gov.vn/", external_link_text="Cổng quốc gia"
    )
    known = vocabulary.current()
    first, second = promoted(read("cho hỏi dang ky ket hon", known))
    assert (first.title, first.description, first.url) == (home.title, "Câu giải thích", "/")
    assert (second.url, second.is_elsewhere) == ("/don-vi/", False)
    (outside,) = promoted(read("khai sinh", known))
    assert outside.is_elsewhere
    asked = read("tách thửa", known)
    with django_assert_num_queries(2):
        assert promoted(asked) == ()
    home.live = False
    home.save()
    assert [promotion.url for promotion in promoted(read("dang ky ket hon", known))] == ["/don-vi/"]


@pytest.mark.parametrize("path", ["//mau.example/x", "/\\mau.example/x", "///mau.example"])
def test_an_own_address_leads_nowhere_else(path: str) -> None:
    shown = _promotion(
        SearchPromotion(external_link_url=f"{settings.PORTAL_BASE_URL}{path}", external_link_text="x")
    )
    assert shown is not None
    assert (shown.url[:1], shown.is_elsewhere) == ("/", False)
    assert shown.url[1] not in "/\\"


@pytest.mark.django_db
def test_queries_of_people_are_not_stored_by_wagtail(index: None) -> None:
    make_promotion("đăng ký kết hôn")
    Client().get(reverse("search"), {"q": "đăng ký tàu cá"})
    assert set(Query.objects.values_list("query_string", flat=True)) == {"đăng ký kết hôn"}
    assert not QueryDailyHits.objects.exists()


PROMOTION = {
    "words": "đăng ký kết hôn",
    "page": "",
    "external_link_url": "",
    "external_link_text": "",
    "description": "",
    "sort_order": "",
}


@pytest.mark.django_db
def test_promotions_are_made_changed_and_deleted(few_words: None) -> None:
    client = Client()
    client.force_login(make_user(PortalGroup.CURATOR))
    home = HomePage.objects.get()
    assert client.post(reverse("search_promotion:add"), PROMOTION | {"page": home.pk}).status_code == 302
    assert "ghims" not in client.get(reverse("search_promotion:add")).content.decode()
    promotion = SearchPromotion.objects.get()
    assert promotion.query.query_string == "đăng ký kết hôn"
    edit = reverse("search_promotion:edit", args=[promotion.pk])
    assert 'value="đăng ký kết hôn"' in client.get(edit).content.decode()
    client.post(edit, PROMOTION | {"words": "Kết hôn", "page": home.pk, "sort_order": "3"})
    promotion.refresh_from_db()
    assert (promotion.query.query_string, promotion.sort_order) == ("kết hôn", 3)
    assert Query.objects.count() == 1
    assert "kết hôn" in client.get(reverse("search_promotion:index")).content.decode()
    client.post(reverse("search_promotion:delete", args=[promotion.pk]))
    assert not SearchPromotion.objects.exists()
    assert not Query.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "page"),
        (
            {"page": "HOME", "external_link_url": "https://dichvucong.gov.vn/", "external_link_text": "x"},
            "external_link_url",
        ),
        ({"external_link_url": "https://dichvucong.gov.vn/"}, "external_link_text"),
        ({"external_link_url": "ftp://dichvucong.gov.vn/", "external_link_text": "x"}, "external_link_url"),
        (
            {"external_link_url": "https://localhost:8000@mau.example/", "external_link_text": "x"},
            "external_link_url",
        ),
        ({"external_link_url": "javascript:alert(1)", "external_link_text": "x"}, "external_link_url"),
        ({"words": "", "page": "HOME"}, "words"),
        ({"words": "?!", "page": "HOME"}, "words"),
    ],
)
def test_wrong_promotions_are_refused_at_their_field(
    few_words: None, fields: dict[str, str], field: str
) -> None:
    home = str(HomePage.objects.get().pk)
    client = Client()
    client.force_login(make_user(PortalGroup.CURATOR))
    sent = PROMOTION | {name: value.replace("HOME", home) for name, value in fields.items()}
    response = client.post(reverse("search_promotion:add"), sent)
    assert field in response.context["form"].errors
    assert not SearchPromotion.objects.exists()


# Notes ------------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_note_goes_to_the_controller_and_is_answered() -> None:
    cache.clear()  # the controller's board is kept for a minute
    curator, controller = Client(), Client()
    writer = make_user(PortalGroup.CURATOR)
    curator.force_login(writer)
    controller.force_login(make_user(PortalGroup.CONTROLLER))
    sent = {"query": "so vang", "code": "1004194", "text": "Thêm tên thường gọi “sổ vàng”"}
    assert curator.post(reverse("search_note:add"), sent | {"code": "abc"}).status_code == 200
    assert curator.post(reverse("search_note:add"), sent).status_code == 302
    note = SearchNote.objects.get()
    assert (note.code, note.state, note.created_by) == ("1.004194", "open", writer)
    board = controller.get(reverse("controller_board")).content.decode()
    edit = reverse("search_note:edit", args=[note.pk])
    assert f'href="{edit}"' in board
    assert "so vang" in board
    refused = controller.post(edit, sent | {"state": "done", "answer": ""})
    assert "answer" in refused.context["form"].errors
    assert controller.post(edit, sent | {"state": "done", "answer": "Đã thêm"}).status_code == 302
    note.refresh_from_db()
    assert (note.state, note.created_by) == ("done", writer)
    controller.post(reverse("controller_board"))
    controller.get(reverse("controller_board"))  # says what was kept, with a link to it
    assert f'href="{edit}"' not in controller.get(reverse("controller_board")).content.decode()
    assert urlsplit(edit).path.startswith("/admin/tim-kiem/ghi-chu/")
