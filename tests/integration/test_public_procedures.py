"""Public pages of procedures: procedure, listing, lists, search, forms; what each says, and in how many queries."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from home.enums import UnitKind
from home.models import PortalSettings, Subject, Unit
from procedures.enums import Absence, ProcedureState, Scope
from procedures.models import Competence, ControlledForm, FormVersion, Listing, ProcedurePage
from procedures.record import Channel, Duration, Fee, Paper, PaperCase
from tests.conftest import Kept
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.records import make_record, monster_record, publish
from tests.factories.units import make_counter, make_desk, make_subject, make_unit

pytestmark = pytest.mark.usefixtures("rolled_back")


def words(response: Any) -> str:
    """The page's main part as a reader sees it."""
    html = response.content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("&nbsp;", " ").split())


def subject_of(page: ProcedurePage) -> Subject:
    assert page.subject is not None
    return page.subject


def structured(response: Any) -> dict[str, Any]:
    found = re.search(
        r'<script type="application/ld\+json">(.*?)</script>', response.content.decode(), re.DOTALL
    )
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def canonical(response: Any) -> str:
    found = re.search(r'<link rel="canonical" href="([^"]*)"', response.content.decode())
    assert found
    return found[1]


@pytest.fixture
def unit() -> Unit:
    return make_unit(
        "Xã Cẩm Thử",
        slug="xa-cam-thu",
        old_names="Xã Thạch Thử",
        complaints_address="UBND xã Cẩm Thử, 0239 1",
    )


@pytest.fixture
def page() -> ProcedurePage:
    (page,) = publish(make_record(code="1.004194"))
    return page


# One procedure -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written", ["1004194", "1-004194", "1.004194.000.00.00.H27", "1004194.000.00.00.h27"]
)
def test_every_way_of_writing_a_code_leads_to_one_address(
    client: Client, page: ProcedurePage, written: str
) -> None:
    response = client.get(f"/thu-tuc/{written}/?don-vi=xa-x")
    assert response.status_code == 301
    assert response["Location"] == "/thu-tuc/1.004194/?don-vi=xa-x"


@pytest.mark.parametrize("written", ["1.0125010", "9.999999", "12345", "1.00419x"])
def test_no_page_for_what_is_no_code(client: Client, page: ProcedurePage, written: str) -> None:
    assert client.get(f"/thu-tuc/{written}/").status_code == 404


def test_the_page_says_all_nine_parts(client: Client, page: ProcedurePage) -> None:
    text = words(client.get("/thu-tuc/1.004194/"))
    for said in (
        "Để hai người được công nhận là vợ chồng.",
        "làm giấy kết duyên",
        "Công dân Việt Nam",
        "Bạn cũng nộp được ở Trung tâm Phục vụ hành chính công của bất kỳ xã, phường nào",
        "Tờ khai theo mẫu",
        "1 bản chính, 2 bản sao , Xem rồi trả lại",
        "01 bộ",
        "Bạn làm",
        "Cơ quan làm",
        "10.000 đồng",
        "KQ.G15.000032",
        "Nam từ đủ 20 tuổi",
        "Xem đủ 6 văn bản",
        "163/QĐ-BTP",
        "Phải có mặt để ký.",
    ):
        assert said in text, said


def test_the_facts_stand_at_the_top(client: Client, page: ProcedurePage) -> None:
    text = words(client.get("/thu-tuc/1.004194/"))
    assert "Giải quyết trong 1 ngày Phí, lệ phí 10.000 đồng, trực tuyến 7.000 đồng" in text
    assert "Cách nộp Trực tiếp, trực tuyến Kết quả Giấy chứng nhận thử" in text


@pytest.mark.parametrize(
    ("absence", "said"),
    [
        (Absence.NOT_ENTERED, "Chưa có thông tin"),
        (Absence.NOT_REGULATED, "Pháp luật không quy định"),
        (Absence.NOT_APPLICABLE, "Không áp dụng"),
    ],
)
def test_an_empty_part_says_why(client: Client, absence: str, said: str) -> None:
    parts = (
        "steps",
        "channels",
        "papers",
        "results",
        "conditions",
        "basis",
        "audience",
        "bodies",
        "time",
        "fee",
    )
    make_procedure(code="1.000001", **{f"{part}_absence": absence for part in parts})
    text = words(client.get("/thu-tuc/1.000001/"))
    sections = re.split(r" (?=[1-9]\. (?:Để|Nộp|Cần|Các|Thời|Kết|Điều|Căn|Quyết))", text)
    for number in (1, 3, 4, 5, 6, 7, 8):
        # The contents come first; the sections are the later nine.
        assert said in sections[-10 + number], number


def test_another_provinces_and_unpublished_procedures_are_not_there(client: Client) -> None:
    make_procedure(code="1.000001", scope=Scope.OTHER_PROVINCE)
    make_procedure(code="1.000002", live=False)
    assert client.get("/thu-tuc/1.000001/").status_code == 404
    assert client.get("/thu-tuc/1.000002/").status_code == 404


def test_an_ended_procedure_keeps_its_page(client: Client, page: ProcedurePage) -> None:
    make_procedure(
        "Thủ tục cũ", code="1.000001", state=ProcedureState.ENDED, in_force_until=date(2026, 1, 31),
        end_reason="Bãi bỏ theo Quyết định 1/QĐ-UBND.", replaced_by=page,
    )  # fmt: skip
    response = client.get("/thu-tuc/1.000001/")
    text = words(response)
    assert response.status_code == 200
    assert "đến hết ngày 31/01/2026" in text
    assert "Bãi bỏ theo Quyết định 1/QĐ-UBND." in text
    assert 'href="/thu-tuc/1.004194/"' in response.content.decode()
    assert '<meta name="robots" content="noindex">' in response.content.decode()
    assert "Thủ tục cũ" not in words(client.get("/thu-tuc/"))
    # Whoever holds its code on paper finds it all the same.
    assert "Thủ tục cũ" in words(client.get("/tim-kiem/?q=1000001"))


def test_a_coming_end_is_announced(client: Client) -> None:
    last = timezone.localdate() + timedelta(days=9)
    make_procedure(
        "Thủ tục sắp hết",
        code="1.000001",
        in_force_until=last,
        end_reason="Bị bãi bỏ theo Quyết định số 1/QĐ-UBND.",
    )
    make_procedure("Thủ tục thường", code="1.000002")
    text = words(client.get("/thu-tuc/1.000001/"))
    assert (
        f"Thủ tục này còn làm được đến hết ngày {last:%d/%m/%Y}. Bị bãi bỏ theo Quyết định số 1/QĐ-UBND."
        in text
    )
    assert "đã hết hiệu lực" not in text
    assert "còn làm được" not in words(client.get("/thu-tuc/1.000002/"))


def test_other_provinces_bodies_are_never_named(client: Client) -> None:
    department = make_unit("Sở Nông nghiệp thử", slug="so-nn", kind=UnitKind.DEPARTMENT)
    Competence.objects.create(body="*sở nông nghiệp*", target="unit", unit=department)
    publish(
        make_record(
            code="1.000001",
            levels=("province",),
            bodies=("Sở Nông nghiệp và Môi trường Thành phố Hà Nội", "Chi cục Kiểm lâm tỉnh Lạng Sơn"),
        )
    )
    response = client.get("/thu-tuc/1.000001/")
    assert "Cơ quan giải quyết: Sở Nông nghiệp thử; Cơ quan chuyên môn cấp tỉnh" in words(response)
    assert "Hà Nội" not in response.content.decode()
    assert "Lạng Sơn" not in response.content.decode()


def test_a_long_name_is_cut_and_whole(client: Client) -> None:
    record = monster_record(code="1.000001")
    publish(record)
    response = client.get("/thu-tuc/1.000001/")
    html = response.content.decode()
    assert '<h1 class="long">' in html
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", html)
    assert heading
    assert len(heading[1]) <= 160
    assert record.name in words(response)
    assert f"Tên đầy đủ ({len(record.name):,} ký tự)".replace(",", ".") in words(response)
    assert html.count('<details class="fold"') > 14
    assert "14 trường hợp" in words(response)
    assert "16,5 đến 19 ngày làm việc" in words(response)


def test_text_from_outside_stays_text(client: Client) -> None:
    """Columns are not trusted: what came past the importer is cleaned on the way out, too."""
    page = make_procedure('Thủ tục <script>alert("t")</script> & "nháy"', code="1.000001")
    purpose = "</script><script>alert('p')</script>"
    ProcedurePage.objects.filter(pk=page.pk).update(
        conditions='<p onclick="x()">Điều kiện</p><script>alert("c")</script>',
        national_url="javascript:alert(1)",
        online_level="full",
        purpose=purpose,
    )
    html = client.get("/thu-tuc/1.000001/").content.decode()
    assert "<script>alert" not in html
    assert "onclick" not in html
    assert "javascript:" not in html
    assert structured(client.get("/thu-tuc/1.000001/"))["description"] == purpose


def test_choosing_a_unit_by_its_old_name(client: Client, page: ProcedurePage, unit: Unit) -> None:
    response = client.get("/thu-tuc/1.004194/?don-vi=thach thu")
    assert response.status_code == 302
    assert response["Location"] == "/thu-tuc/1.004194/?don-vi=xa-cam-thu#nop-o-dau"


def test_choosing_among_units_and_choosing_none(client: Client, page: ProcedurePage, unit: Unit) -> None:
    make_unit("Xã Cẩm Khác", slug="xa-cam-khac")
    assert "2 nơi hợp với “cam”" in words(client.get("/thu-tuc/1.004194/?don-vi=cam"))
    assert "chưa thấy nơi nào tên là “khong co”" in words(client.get("/thu-tuc/1.004194/?don-vi=khong co"))


def test_the_readers_unit_shows_its_desk_and_listing(client: Client, page: ProcedurePage, unit: Unit) -> None:
    make_desk(unit, name="Một cửa Cẩm Thử")
    response = client.get("/thu-tuc/1.004194/?don-vi=xa-cam-thu")
    assert "Một cửa Cẩm Thử" in words(response)
    assert "Xã Cẩm Thử chưa niêm yết thủ tục này trên cổng" in words(response)
    assert canonical(response).endswith("/thu-tuc/1.004194/")
    make_listing(unit, page)
    response = client.get("/thu-tuc/1.004194/?don-vi=xa-cam-thu")
    assert 'href="/don-vi/xa-cam-thu/thu-tuc/1.004194/"' in response.content.decode()
    assert "chưa niêm yết" not in words(response)


def test_units_that_list_it_are_offered(client: Client, page: ProcedurePage, unit: Unit) -> None:
    make_listing(unit, page)
    response = client.get("/thu-tuc/1.004194/")
    assert "1 đơn vị đang niêm yết thủ tục này" in words(response)
    assert 'href="/don-vi/xa-cam-thu/thu-tuc/1.004194/"' in response.content.decode()


# A listing -----------------------------------------------------------------------------------------------------------


def test_a_listing_shows_desk_official_content_and_its_own_words(
    client: Client, page: ProcedurePage, unit: Unit
) -> None:
    desk = make_desk(unit, name="Một cửa Cẩm Thử", phone="0239 000 111")
    make_counter(desk, name="Quầy 9: Đất đai")
    make_counter(desk, name="Quầy 1: Hộ tịch", subjects=(subject_of(page),))
    make_listing(
        unit,
        page,
        notes="Thứ Sáu nhận đến 16 giờ.",
        phone="0239 000 222",
        hours_note="Chiều thứ Sáu nghỉ sớm",
    )
    response = client.get("/don-vi/xa-cam-thu/thu-tuc/1.004194/")
    text = words(response)
    assert response.status_code == 200
    for said in ("Xã Cẩm Thử niêm yết", "Một cửa Cẩm Thử", "Quầy 1: Hộ tịch", "0239 000 222", "Chiều thứ Sáu nghỉ sớm",
                 "Thứ Sáu nhận đến 16 giờ.", "Nam từ đủ 20 tuổi", "UBND xã Cẩm Thử, 0239 1",
                 "Thứ Hai – thứ Sáu 7:00–11:30 13:30–17:00"):  # fmt: skip
        assert said in text, said
    assert "Quầy 9" not in text
    assert canonical(response).endswith("/don-vi/xa-cam-thu/thu-tuc/1.004194/")
    assert "<title>Thủ tục đăng ký hôn lễ thử – Xã Cẩm Thử – Hà Tĩnh</title>" in response.content.decode()
    assert 'data-hours="' in response.content.decode()


def test_the_listings_desk_goes_before_the_units(client: Client, page: ProcedurePage, unit: Unit) -> None:
    make_desk(unit, name="Một cửa của xã")
    centre = make_desk(make_unit("Trung tâm tỉnh", kind=UnitKind.SERVICE_CENTRE), name="Trung tâm tỉnh thử")
    make_listing(unit, page, desk=centre)
    text = words(client.get("/don-vi/xa-cam-thu/thu-tuc/1.004194/"))
    assert "Trung tâm tỉnh thử" in text
    assert "Một cửa của xã" not in text


def test_a_unit_without_a_desk_says_so(client: Client, page: ProcedurePage, unit: Unit) -> None:
    make_listing(unit, page)
    assert "Nơi nộp, giờ làm việc, điện thoại: Chưa có thông tin" in words(
        client.get("/don-vi/xa-cam-thu/thu-tuc/1.004194/")
    )


def test_the_province_answers_complaints_where_the_unit_has_no_address(
    client: Client, page: ProcedurePage
) -> None:
    from wagtail.models import Site

    PortalSettings.objects.create(site=Site.objects.get(), complaints_address="Văn phòng tỉnh thử")
    make_listing(make_unit(slug="xa-b"), page)
    assert "Phản ánh, kiến nghị Văn phòng tỉnh thử" in words(client.get("/don-vi/xa-b/thu-tuc/1.004194/"))


def test_an_outdated_listing_shows_the_version_in_force_and_says_so(
    client: Client, page: ProcedurePage, unit: Unit
) -> None:
    make_listing(unit, page, confirmed_version=0)
    assert "Bạn đang xem bản mới nhất." in words(client.get("/don-vi/xa-cam-thu/thu-tuc/1.004194/"))


def test_a_withdrawn_listing_is_gone_and_leads_on(client: Client, page: ProcedurePage, unit: Unit) -> None:
    make_listing(unit, page, live=False, withdrawn_at=timezone.now(), withdrawn_reason="Niêm yết nhầm.")
    response = client.get("/don-vi/xa-cam-thu/thu-tuc/1.004194/")
    assert response.status_code == 410
    assert "Niêm yết nhầm." in words(response)
    assert 'href="/thu-tuc/1.004194/?don-vi=xa-cam-thu"' in response.content.decode()


@pytest.mark.parametrize("draft", [False, True])
def test_what_was_never_listed_is_not_there_and_leads_on(
    client: Client, page: ProcedurePage, unit: Unit, *, draft: bool
) -> None:
    if draft:
        make_listing(unit, page, live=False)
    response = client.get("/don-vi/xa-cam-thu/thu-tuc/1.004194/")
    assert response.status_code == 404
    assert "Xã Cẩm Thử chưa niêm yết thủ tục này." in words(response)
    assert 'href="/thu-tuc/1.004194/?don-vi=xa-cam-thu"' in response.content.decode()


def test_a_listing_of_a_hidden_procedure_is_not_there(client: Client, unit: Unit) -> None:
    hidden = make_procedure(code="1.000001", live=False)
    make_listing(unit, hidden)
    assert client.get("/don-vi/xa-cam-thu/thu-tuc/1.000001/").status_code == 404


def test_an_ended_units_listing_leads_to_its_successor(
    client: Client, page: ProcedurePage, unit: Unit
) -> None:
    old = make_unit("Xã Cũ", slug="xa-cu", active_until=date(2025, 6, 30))
    old.successors.set([unit])
    old.save()
    response = client.get("/don-vi/xa-cu/thu-tuc/1.004194/")
    assert response.status_code == 301
    assert response["Location"] == "/don-vi/xa-cam-thu/thu-tuc/1.004194/"
    assert client.get("/thu-tuc/1.004194/?don-vi=xa-cu").status_code == 200
    assert "Xã Cẩm Thử" in words(client.get("/thu-tuc/1.004194/?don-vi=xa-cu"))


def test_a_listings_code_is_written_one_way(client: Client, page: ProcedurePage, unit: Unit) -> None:
    response = client.get("/don-vi/xa-cam-thu/thu-tuc/1004194/")
    assert (response.status_code, response["Location"]) == (301, "/don-vi/xa-cam-thu/thu-tuc/1.004194/")


# Structured data -----------------------------------------------------------------------------------------------------

KNOWN: dict[str, dict[str, tuple[type, ...]]] = {
    "GovernmentService": {
        "@context": (str,), "@id": (str,), "name": (str,), "alternateName": (list,), "description": (str,),
        "identifier": (dict,), "url": (str,), "serviceType": (str,), "provider": (dict, list), "jurisdiction": (dict,),
        "areaServed": (dict,), "audience": (list,), "availableChannel": (list,), "offers": (list,), "serviceOutput": (list,),
    },
    "PropertyValue": {"propertyID": (str,), "value": (str,)},
    "GovernmentOffice": {
        "@id": (str,), "name": (str,), "url": (str,), "address": (dict,), "geo": (dict,), "telephone": (str,), "email": (str,),
        "openingHoursSpecification": (list,), "amenityFeature": (dict,),
    },
    "GovernmentOrganization": {"name": (str,)},
    "AdministrativeArea": {"name": (str,), "containedInPlace": (dict,)},
    "Audience": {"audienceType": (str,)},
    "ServiceChannel": {
        "name": (str,), "availableLanguage": (str,), "processingTime": (str,), "serviceUrl": (str,), "serviceLocation": (dict,),
        "servicePhone": (dict,),
    },
    "ContactPoint": {"telephone": (str,)},
    "Offer": {"name": (str,), "category": (str,), "price": (str,), "priceCurrency": (str,)},
    "GovernmentPermit": {"name": (str,)},
    "PostalAddress": {"streetAddress": (str,), "addressRegion": (str,), "addressCountry": (str,)},
    "GeoCoordinates": {"latitude": (float,), "longitude": (float,)},
    "OpeningHoursSpecification": {"dayOfWeek": (list,), "opens": (str,), "closes": (str,)},
    "LocationFeatureSpecification": {"name": (str,), "value": (bool,)},
}  # fmt: skip
REQUIRED = {
    "GovernmentService": {
        "name",
        "identifier",
        "url",
        "serviceType",
        "provider",
        "areaServed",
        "availableChannel",
    },
    "Offer": {"price", "priceCurrency"},
    "ServiceChannel": {"name"},
    "GovernmentOffice": {"name"},
}
PATTERNS = {
    "processingTime": r"P(?:T?\d+(?:\.\d+)?[HDMY])",
    "price": r"\d+(?:\.\d+)?",
    "priceCurrency": r"[A-Z]{3}",
    "url": r"https?://\S+",
    "serviceUrl": r"https?://\S+",
    "opens": r"\d\d:\d\d",
    "closes": r"\d\d:\d\d",
}


def problems_of(node: Any, place: str = "$") -> list[str]:
    """Types and properties of schema.org that this portal uses, each of its kind; nothing empty, nothing unknown."""
    if isinstance(node, list):
        return [p for i, item in enumerate(node) for p in problems_of(item, f"{place}[{i}]")]
    if not isinstance(node, dict):
        return [f"{place} is empty"] if node in ("", None) else []
    kind = node.get("@type")
    if kind not in KNOWN:
        return [f"{place}: unknown type {kind!r}"]
    found = [f"{place} lacks {name}" for name in REQUIRED.get(kind, set()) - node.keys()]
    for name, value in node.items():
        where = f"{place}.{name}"
        if name == "@type":
            continue
        if name not in KNOWN[kind]:
            found.append(f"{where} is no property of {kind}")
        elif not isinstance(value, KNOWN[kind][name]) or value in ([], {}):
            found.append(f"{where} is {value!r}")
        elif name in PATTERNS and not re.fullmatch(PATTERNS[name], str(value)):
            found.append(f"{where} reads {value!r}")
        else:
            found += (
                problems_of(value, where)
                if isinstance(value, dict)
                or (isinstance(value, list) and not all(isinstance(v, str) for v in value))
                else []
            )
    return found


def test_the_check_of_structured_data_can_fail() -> None:
    assert problems_of({"@type": "GovernmentService", "name": ""})
    assert problems_of({"@type": "Offer", "price": "10.000", "priceCurrency": "đồng"})
    assert problems_of({"@type": "Thing"})


def test_structured_data_of_a_listing(client: Client, page: ProcedurePage, unit: Unit) -> None:
    make_desk(unit, accessible="yes", latitude="18.34200", longitude="105.90000", email="a@example.org")
    make_listing(unit, page)
    data = structured(client.get("/don-vi/xa-cam-thu/thu-tuc/1.004194/"))
    assert not problems_of(data)
    assert data["provider"]["name"] == "Xã Cẩm Thử"
    assert data["areaServed"]["name"] == "Xã Cẩm Thử"
    in_person, online = data["availableChannel"]
    assert in_person["processingTime"] == "P1D"
    assert in_person["serviceLocation"]["openingHoursSpecification"]
    assert online["serviceUrl"].startswith("https://dichvucong.gov.vn/")
    assert [offer["price"] for offer in data["offers"]] == ["10000", "7000"]


def test_structured_data_of_a_procedure(client: Client, page: ProcedurePage) -> None:
    data = structured(client.get("/thu-tuc/1.004194/"))
    assert not problems_of(data)
    assert data["url"].endswith("/thu-tuc/1.004194/")
    assert data["identifier"]["value"] == "1.004194"


def test_a_procedure_with_nothing_in_it_still_has_sound_data(client: Client) -> None:
    make_procedure(code="1.000001", levels=())
    data = structured(client.get("/thu-tuc/1.000001/"))
    assert all(" lacks " in problem for problem in problems_of(data))


# Lists ---------------------------------------------------------------------------------------------------------------


def build_catalogue() -> dict[str, ProcedurePage]:
    """Names that test order and words; one of another province, one not yet in force."""
    family, land = make_subject("Hộ tịch"), make_subject("Đất đai")
    return {
        "whole": make_procedure("Đăng ký kết hôn", subject=family, audiences=("citizen",), online_level="full"),
        "foreign": make_procedure("Đăng ký kết hôn có yếu tố nước ngoài", subject=family, audiences=("citizen", "foreigner"), levels=("province",)),
        "mobile": make_procedure("Đăng ký kết hôn lưu động", subject=family),
        "inside": make_procedure("Công nhận việc đăng ký kết hôn ở nơi khác", subject=family, scope=Scope.CENTRAL, levels=("ministry",)),
        "scattered": make_procedure("Kết quả đăng ký hôn nhân ký tên", subject=land),
        "honda": make_procedure("Đăng ký xe Honda kết nối", subject=land),
        "everyday": make_procedure("Khai báo quan hệ", everyday_names="giấy lương duyên\nsổ trăm năm", subject=land),
        "elsewhere": make_procedure("Đăng ký kết hôn ở tỉnh khác", scope=Scope.OTHER_PROVINCE),
        "future": make_procedure("Đăng ký kết hôn kiểu mới", in_force_from=timezone.localdate() + timedelta(days=9)),
    }  # fmt: skip


@pytest.fixture
def catalogue(kept: Kept) -> dict[str, ProcedurePage]:
    made: dict[str, ProcedurePage] = kept(build_catalogue)
    return made


def titles(response: Any) -> list[str]:
    return [
        re.sub(r"<[^>]+>", "", t)
        for t in re.findall(r"<li[^>]*><h3><a [^>]*>(.*?)</a></h3>", response.content.decode())
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "Đăng ký kết hôn",
        "dang ky ket hon",
        "ĐĂNG KÝ  KẾT HÔN",
        unicodedata.normalize("NFD", "Đăng ký kết hôn"),
    ],
)
def test_order_of_what_is_found(client: Client, catalogue: dict[str, ProcedurePage], typed: str) -> None:
    found = titles(client.get("/thu-tuc/", {"q": typed}))
    assert found[:3] == [
        "Đăng ký kết hôn",
        "Đăng ký kết hôn lưu động",
        "Đăng ký kết hôn có yếu tố nước ngoài",
    ]
    assert "Công nhận việc đăng ký kết hôn ở nơi khác" in found


def test_words_are_whole(client: Client, catalogue: dict[str, ProcedurePage]) -> None:
    assert "Đăng ký xe Honda kết nối" not in titles(client.get("/thu-tuc/?q=hon"))
    assert titles(client.get("/thu-tuc/?q=xe honda"))[0] == "Đăng ký xe Honda kết nối"


def test_everyday_names_find_and_say_so(client: Client, catalogue: dict[str, ProcedurePage]) -> None:
    response = client.get("/thu-tuc/?q=giay luong duyen")
    assert titles(response)[0] == "Khai báo quan hệ"
    assert "Còn gọi là: <mark>giấy lương duyên</mark>" in response.content.decode()


def test_found_words_are_marked_together(client: Client, catalogue: dict[str, ProcedurePage]) -> None:
    assert (
        "<mark>Đăng ký kết hôn</mark> lưu động" in client.get("/thu-tuc/?q=dang ky ket hon").content.decode()
    )


@pytest.mark.parametrize("way", ["{0}", "{1}", "{0}.000.00.00.H27", "thủ tục {0}", " {1} "])
def test_a_code_in_any_way_comes_first(client: Client, catalogue: dict[str, ProcedurePage], way: str) -> None:
    code = catalogue["mobile"].code
    for address in ("/thu-tuc/", "/tim-kiem/"):
        html = client.get(address, {"q": way.format(code, code.replace(".", ""))}).content.decode()
        best = re.search(r'<article class="best".*?</article>', html, re.DOTALL)
        assert best, address
        assert "lưu động" in best[0]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 7),
        ("linh-vuc=ho-tich", 0),
        ("cap=xa", 5),
        ("cap=commune", 5),
        ("cap=tinh", 1),
        ("cap=bo", 1),
        ("doi-tuong=cong-dan", 2),
        ("doi-tuong=nguoi-nuoc-ngoai", 1),
        ("truc-tuyen=toan-trinh", 1),
        ("cap=xa&doi-tuong=cong-dan&truc-tuyen=toan-trinh&q=hon", 1),
        # Unknown and absurd values are as if not said.
        ("cap=huyen&doi-tuong=%00&truc-tuyen=1&trang=-1&don-vi=khong-co", 7),
        ("trang=99999999999999999999", 7),
        ("trang=٣", 7),
        ("linh-vuc=../../etc&cap[]=xa", 7),
        ("linh-vuc=khong-co", 7),
    ],
)  # fmt: skip
def test_filters(client: Client, catalogue: dict[str, ProcedurePage], query: str, count: int) -> None:
    if query.startswith("linh-vuc=ho-tich"):
        subject = subject_of(catalogue["whole"])
        query, count = f"linh-vuc={subject.slug}", 4
    response = client.get(f"/thu-tuc/?{query}")
    assert response.status_code == 200
    assert len(titles(response)) == count


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "a" * 5000,
        "q=%00%ff",
        "q=%27%22%3C%3E%25_%5C",
        "q=" + "+".join("abcdefghijklmnop"),
        "q=((((",
        "q=.*",
    ],
)
@pytest.mark.parametrize("address", ["/thu-tuc/", "/tim-kiem/"])
def test_hostile_words_find_nothing_and_break_nothing(
    client: Client, catalogue: dict[str, ProcedurePage], address: str, query: str
) -> None:
    response = client.get(f"{address}?{query}")
    assert response.status_code == 200
    assert not titles(response)
    assert "Chưa tìm thấy thủ tục nào" in words(response)


def facet_counts(response: Any) -> dict[str, int]:
    """Label → count of every filter that is not on."""
    rows = re.findall(
        r'<li><a href="\?([^"]*)"(?: aria-current="true")?><span>(.*?)</span> <span class="num">(\d+)',
        response.content.decode(),
    )
    return {f"{label}|{query}".replace("&amp;", "&"): int(number) for query, label, number in rows}


@pytest.mark.parametrize(
    "start", ["", "q=dang ky", "cap=xa", "doi-tuong=cong-dan&q=ket hon", "truc-tuyen=toan-trinh"]
)
def test_counts_of_filters_are_what_they_lead_to(
    client: Client, catalogue: dict[str, ProcedurePage], start: str
) -> None:
    response = client.get(f"/thu-tuc/?{start}")
    counts = facet_counts(response)
    assert counts
    for key, number in counts.items():
        query = key.partition("|")[2]
        current = f'href="?{query}" aria-current'.replace("&", "&amp;") in response.content.decode()
        if not current:
            assert len(titles(client.get(f"/thu-tuc/?{query}"))) == number, key


def test_pages_are_honest_in_number(client: Client) -> None:
    for n in range(53):
        make_procedure(f"Thủ tục số {n:02}")
    first, last = client.get("/thu-tuc/"), client.get("/thu-tuc/?trang=3")
    assert "53 thủ tục" in words(first)
    assert len(titles(first)) == 25
    assert len(titles(last)) == 3
    assert 'start="51"' in last.content.decode()
    seen = [t for n in (1, 2, 3) for t in titles(client.get(f"/thu-tuc/?trang={n}"))]
    assert len(set(seen)) == 53
    assert titles(client.get("/thu-tuc/?trang=9")) == titles(last)


def test_what_a_unit_lists(client: Client, catalogue: dict[str, ProcedurePage], unit: Unit) -> None:
    for name in ("whole", "mobile", "scattered"):
        make_listing(unit, catalogue[name])
    make_listing(unit, catalogue["honda"], live=False)
    make_listing(make_unit(), catalogue["foreign"])
    response = client.get("/don-vi/xa-cam-thu/thu-tuc/")
    assert titles(response) == [
        "Kết quả đăng ký hôn nhân ký tên",
        "Đăng ký kết hôn",
        "Đăng ký kết hôn lưu động",
    ]
    assert f'href="/don-vi/xa-cam-thu/thu-tuc/{catalogue["whole"].code}/"' in response.content.decode()
    subject = subject_of(catalogue["whole"])
    assert len(titles(client.get(f"/don-vi/xa-cam-thu/thu-tuc/?linh-vuc={subject.slug}"))) == 2
    assert titles(client.get("/don-vi/xa-cam-thu/thu-tuc/?q=luu dong")) == ["Đăng ký kết hôn lưu động"]
    assert titles(client.get("/thu-tuc/?don-vi=xa-cam-thu&q=luu dong")) == ["Đăng ký kết hôn lưu động"]


def test_a_unit_that_lists_nothing_says_so(client: Client, unit: Unit) -> None:
    assert "Xã Cẩm Thử chưa niêm yết thủ tục nào" in words(client.get("/don-vi/xa-cam-thu/thu-tuc/"))


def test_search_finds_procedures_and_units_together(
    client: Client, catalogue: dict[str, ProcedurePage], unit: Unit
) -> None:
    make_procedure("Cấp phép tại Thạch Thử")
    response = client.get("/tim-kiem/?q=thach thu")
    assert sorted(titles(response)) == ["Cấp phép tại Thạch Thử", "Xã Cẩm Thử"]
    assert 'href="/don-vi/xa-cam-thu/"' in response.content.decode()
    assert titles(client.get("/tim-kiem/?q=thach thu&loai=don-vi")) == ["Xã Cẩm Thử"]
    assert (
        'href="/don-vi/xa-cam-thu/"' not in client.get("/tim-kiem/?q=thach thu&loai=thu-tuc").content.decode()
    )


def test_search_without_words_offers_fields(client: Client, catalogue: dict[str, ProcedurePage]) -> None:
    assert "Hộ tịch" in words(client.get("/tim-kiem/"))


# Forms ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def form() -> FormVersion:
    content = b"%PDF-1.7 a form"
    sha256 = hashlib.sha256(content).hexdigest()
    form = ControlledForm.objects.create(title="Tờ khai thử")
    return FormVersion.objects.create(
        form=form, file=ContentFile(content, "x"), sha256=sha256, name="to-khai.pdf", size=len(content), content_type="application/pdf"
    )  # fmt: skip


def test_a_form_is_served_for_ever(client: Client, form: FormVersion) -> None:
    response = client.get(form.get_absolute_url())
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == b"%PDF-1.7 a form"  # type: ignore[attr-defined]  # a stream
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="to-khai.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    again = client.get(form.get_absolute_url(), headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304


def test_what_a_browser_could_run_is_handed_over_as_bytes(client: Client, form: FormVersion) -> None:
    FormVersion.objects.update(content_type="text/html")
    assert client.get(form.get_absolute_url())["Content-Type"] == "application/octet-stream"


def test_unknown_and_lost_forms_are_not_there(client: Client, form: FormVersion) -> None:
    assert client.get(f"/tep/{'0' * 64}/to-khai.pdf").status_code == 404
    assert client.get("/tep/../to-khai.pdf").status_code == 404
    assert client.get(f"/tep/{form.sha256}/khac.pdf")["Location"] == form.get_absolute_url()
    form.file.storage.delete(str(form.file.name))
    assert client.get(form.get_absolute_url()).status_code == 404


def test_a_paper_links_the_newest_version_of_its_form(client: Client, form: FormVersion) -> None:
    (page,) = publish(make_record(code="1.000001"))
    raw = list(page.cases.raw_data)
    raw[0]["value"]["papers"][0]["value"]["form"] = form.form_id
    page.cases = page.cases.stream_block.to_python(raw)
    page.save()
    html = client.get("/thu-tuc/1.000001/").content.decode()
    assert f'href="{form.get_absolute_url()}"' in html
    assert "(PDF, 1 kB)" in html


# Queries -------------------------------------------------------------------------------------------------------------


def fill(unit: Unit, number: int) -> None:
    for n in range(number):
        page = make_procedure(
            f"Thủ tục đông {n:02}", subject=make_subject(f"Lĩnh vực {n % 7}"), audiences=("citizen",)
        )
        make_listing(unit, page)


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/thu-tuc/", 7),
        ("/thu-tuc/?don-vi=xa-cam-thu", 8),
        ("/don-vi/xa-cam-thu/thu-tuc/", 8),
    ],
)
@pytest.mark.parametrize("number", [1, 50])
def test_lists_ask_the_same_for_one_and_fifty(
    client: Client,
    unit: Unit,
    django_assert_num_queries: Callable[..., Any],
    address: str,
    queries: int,
    number: int,
) -> None:
    fill(unit, number)
    client.get(address)
    with django_assert_num_queries(queries):
        client.get(address)


@pytest.mark.parametrize("address", ["/thu-tuc/?q=dong", "/tim-kiem/?q=dong", "/tim-kiem/"])
@pytest.mark.parametrize("number", [1, 30])
def test_a_search_asks_little_however_much_is_found(
    client: Client,
    unit: Unit,
    django_assert_max_num_queries: Callable[..., Any],
    address: str,
    number: int,
) -> None:
    fill(unit, number)
    client.get(address)
    with django_assert_max_num_queries(14):
        client.get(address)


def test_a_page_asks_at_most_twelve_times(
    client: Client, unit: Unit, form: FormVersion, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    (page,) = publish(monster_record(code="1.000001"))
    raw = list(page.cases.raw_data)
    raw[0]["value"]["papers"][0]["value"]["form"] = form.form_id
    page.cases = page.cases.stream_block.to_python(raw)
    page.save()
    desk = make_desk(unit)
    for n in range(9):
        make_counter(desk, name=f"Quầy {n}", subjects=(subject_of(page),))
    make_listing(unit, page)
    for _n in range(30):
        make_listing(make_unit(), page)
    for address in ("/don-vi/xa-cam-thu/thu-tuc/1.000001/", "/thu-tuc/1.000001/"):
        client.get(address)
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200


# Previews ------------------------------------------------------------------------------------------------------------


def test_previews_show_drafts(rf: Any, unit: Unit, page: ProcedurePage) -> None:
    page.purpose = "Câu nháp"
    assert "Câu nháp" in page.make_preview_request().content.decode()
    listing = Listing(unit=unit, procedure=page, notes="Ghi chú nháp")
    assert "Ghi chú nháp" in listing.make_preview_request().content.decode()


# Words ---------------------------------------------------------------------------------------------------------------


def duration(amount: str, unit: str = "working_day") -> Duration:
    return Duration(Decimal(amount), unit)


@pytest.mark.parametrize(
    ("channels", "time", "fee"),
    [
        ((), "", ""),
        ((Channel("in_person"),), "", ""),
        ((Channel("in_person", duration("5")), Channel("online", duration("3"))), "5 ngày làm việc, trực tuyến 3 ngày làm việc", ""),
        ((Channel("in_person", duration("16.5")), Channel("in_person", duration("19"))), "16,5 đến 19 ngày làm việc", ""),
        ((Channel("in_person", duration("5")), Channel("in_person", duration("1", "month"))), "Tùy trường hợp", ""),
        ((Channel("online", duration("0", "day")),), "Trong ngày", ""),
        ((Channel("online", duration_text="Ngay sau khi nhận"),), "Ngay sau khi nhận", ""),
        ((Channel("online", duration_text="Rất dài " * 20),), "Tùy trường hợp", ""),
        ((Channel("in_person", fees=(Fee(Decimal(0)),)),), "", "Miễn"),
        ((Channel("in_person", fees=(Fee(Decimal(0), label="Lệ phí"), Fee(Decimal(8000), label="Bản sao trích lục"))),), "", "Miễn"),
        ((Channel("in_person", fees=(Fee(Decimal(50000), label="Phí"), Fee(Decimal(9000), label="Lệ phí"))),), "", "50.000 đồng và 1 khoản khác"),
        ((Channel("in_person", fees=(Fee(text="Theo quy định của Bộ Tài chính về mức thu phí thẩm định"),)),), "", "Tùy trường hợp"),
        ((Channel("in_person", fees=(Fee(Decimal(0), text="Miễn với người nghèo"),)),), "", "Thường được miễn"),
    ],
)  # fmt: skip
def test_facts_in_few_words(channels: tuple[Channel, ...], time: str, fee: str) -> None:
    from procedures.presenters.times_and_fees import fee_fact, time_fact

    assert time_fact(channels) == time
    assert fee_fact(channels) == fee


def test_equal_notes_are_said_once() -> None:
    from procedures.presenters.times_and_fees import times_and_fees

    note = "<p>Như nhau</p>"
    table = times_and_fees(
        [Channel(kind, duration("5"), note_html=note) for kind in ("in_person", "online", "postal")]
    )
    assert len(table.rows) == 1
    assert table.rows[0].kinds == "Trực tiếp, trực tuyến, qua dịch vụ bưu chính"
    assert [n.kinds for n in table.notes] == ["Trực tiếp, trực tuyến, qua dịch vụ bưu chính"]


@pytest.mark.parametrize(
    ("cases", "papers", "folded"), [(1, 12, False), (1, 13, True), (2, 3, False), (3, 1, True), (2, 7, True)]
)
def test_papers_fold(cases: int, papers: int, folded: bool) -> None:
    from procedures.presenters.papers import papers_view

    view = papers_view(
        tuple(PaperCase("Trường hợp", (Paper("Giấy"),) * papers) for _ in range(cases)), forms={}
    )
    assert view.is_folded is folded
    assert [case.is_open for case in view.cases] == [True] + [False] * (cases - 1)
