"""/api/v1/: search, suggestions, their description, and what a browser needs to add the search to its own."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from django.conf import settings
from django.test import Client, override_settings

from search.engines.contract import EngineUnavailable
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.units import make_subject, make_unit

pytestmark = pytest.mark.django_db

SEARCH = "/api/v1/search"
SUGGEST = "/api/v1/suggest"


@pytest.fixture(autouse=True)
def world() -> None:
    unit = make_unit("Xã Cẩm Thử", slug="xa-cam-thu")
    family = make_subject("Hộ tịch")
    make_listing(unit, make_procedure("Đăng ký cưới", code="7.900001", subject=family))
    make_procedure("Đăng ký cưới có người nước ngoài", code="7.900002", subject=family, levels=("province",))
    make_procedure("Cấp thẻ nhà báo", code="7.900003", everyday_names="thẻ phóng viên")


def checked(client: Client, response: Any, path: str) -> Any:
    """The answer, if it is one that the description promises."""
    described = client.get("/api/v1/openapi.json").json()
    promised = described["paths"][path]["get"]["responses"][str(response.status_code)]
    if "$ref" in promised:
        promised = described["components"]["responses"][promised["$ref"].rpartition("/")[2]]
    kind = response["Content-Type"].partition(";")[0]
    schema = {**promised["content"][kind]["schema"], "components": described["components"]}
    jsonschema.Draft202012Validator(schema).validate(response.json())
    return response.json()


def test_what_was_found(client: Client) -> None:
    found = checked(client, client.get(SEARCH, {"q": "dang ky cuoi"}), SEARCH)
    assert set(found) == {"total", "results", "facets", "suggestion"}
    first = found["results"][0]
    assert set(first) == {"type", "code", "title", "url", "score"}
    assert (first["type"], first["code"], first["title"], first["url"]) == (
        "procedure",
        "7.900001",
        "Đăng ký cưới",
        "/thu-tuc/7.900001/",
    )
    assert found["total"] == len(found["results"]) == 2
    assert found["suggestion"] is None
    assert {one["label"]: one["count"] for one in found["facets"]["field"]} == {"Hộ tịch": 2}
    assert [one["value"] for one in found["facets"]["type"]] == ["procedure"]


def test_the_readers_unit_and_types(client: Client) -> None:
    here = client.get(SEARCH, {"q": "cưới", "unit": "xa-cam-thu"}).json()
    assert [one["url"] for one in here["results"]] == ["/don-vi/xa-cam-thu/thu-tuc/7.900001/"]
    units = client.get(SEARCH, {"q": "cẩm thử", "type": "unit"}).json()
    assert [(one["type"], one["title"]) for one in units["results"]] == [("unit", "Xã Cẩm Thử")]


def test_a_code_and_an_end(client: Client) -> None:
    make_procedure("Cũ", code="7.900009", state="ended")
    assert [one["code"] for one in client.get(SEARCH, {"q": "7900009"}).json()["results"]] == ["7.900009"]


def test_another_way_to_write_it_is_named(client: Client) -> None:
    response = client.get(SEARCH, {"q": "ddawng kys cuwowsi"})
    found = checked(client, response, SEARCH)
    assert found["results"][0]["code"] == "7.900001"
    assert found["suggestion"].casefold() == "đăng ký cưới"
    assert client.get(response["Content-Location"]).json()["results"] == found["results"]


def test_pages(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.views.api.PER_PAGE", 1)
    pages = [client.get(SEARCH, {"q": "cưới", "page": str(n)}).json() for n in (1, 2, 3)]
    assert [page["total"] for page in pages] == [2, 2, 2]
    assert [len(page["results"]) for page in pages] == [1, 1, 0]
    assert pages[0]["results"] != pages[1]["results"]


def test_suggestions(client: Client) -> None:
    found = checked(client, client.get(SUGGEST, {"q": "dang ky cu"}), SUGGEST)["suggestions"]
    assert [one["title"] for one in found] == ["Đăng ký cưới", "Đăng ký cưới có người nước ngoài"]
    assert found[0]["url"] == "/thu-tuc/7.900001/"
    assert client.get(SUGGEST, {"q": ""}).json() == {"suggestions": []}
    units = client.get(SUGGEST, {"q": "cam th", "type": "unit"}).json()["suggestions"]
    assert [one["title"] for one in units] == ["Xã Cẩm Thử"]


def test_suggestions_for_browsers(client: Client) -> None:
    response = client.get(SUGGEST, {"q": "dang ky cu", "format": "opensearch"})
    text, titles, facts, addresses = checked(client, response, SUGGEST)
    assert text == "dang ky cu"
    assert titles[0] == "Đăng ký cưới"
    assert len(titles) == len(facts) == len(addresses)
    assert addresses[0] == f"{settings.PORTAL_BASE_URL}/thu-tuc/7.900001/"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"{SEARCH}?type=thing", 400),
        (f"{SEARCH}?unit=xa-khong-co", 400),
        (f"{SEARCH}?unit=../../etc", 400),
        (f"{SEARCH}?page=0", 400),
        (f"{SEARCH}?page=-1", 400),
        (f"{SEARCH}?page=٣", 400),
        (f"{SEARCH}?page=99999999999999999999", 400),
        (f"{SUGGEST}?type=thing", 400),
        (f"{SUGGEST}?format=xml", 400),
        ("/api/v1/", 404),
        ("/api/v1/nothing", 404),
    ],
)
def test_problems_are_documents_in_two_languages(client: Client, address: str, status: int) -> None:
    response = client.get(address)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["detail"].isascii()
    assert not problem["detail_vi"].isascii()
    assert response["Access-Control-Allow-Origin"] == "*"
    if status == 400:
        checked(client, response, address.partition("?")[0])


def test_only_reading(client: Client) -> None:
    response = Client(enforce_csrf_checks=True).post(SEARCH, {"q": "x"})
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
    assert response["Content-Type"] == "application/problem+json"
    assert client.head(SEARCH).status_code == 200


def test_an_engine_that_is_away_is_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: Any, **_named: Any) -> None:
        raise EngineUnavailable

    for name in ("search.views.api.find", "search.views.api.suggest", "search.views.page.find"):
        monkeypatch.setattr(name, away)
    for address in (SEARCH, SUGGEST):
        response = client.get(address, {"q": "x"})
        assert (response.status_code, response["Retry-After"]) == (503, "60")
        checked(client, response, address)
    page = client.get("/tim-kiem/?q=cuoi")
    assert page.status_code == 503
    assert "Công cụ tìm kiếm chưa trả lời được" in page.content.decode()


@pytest.mark.parametrize("q", ["a" * 10_000, '"*NEAR(', "\x00", "🙂", "-", "((", "x AND y OR"])
@pytest.mark.parametrize("path", [SEARCH, SUGGEST])
def test_words_are_never_refused(client: Client, path: str, q: str) -> None:
    response = client.get(path, {"q": q})
    assert response.status_code == 200
    checked(client, response, path)


def test_answers_may_be_kept_and_asked_from_anywhere(client: Client) -> None:
    response = client.get(SEARCH, {"q": "cưới"})
    assert response["Cache-Control"] == "public, max-age=60"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")
    again = client.get(SEARCH, {"q": "cưới"}, headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304


def test_what_it_costs(client: Client, django_assert_max_num_queries: Any) -> None:
    client.get(SEARCH, {"q": "cưới"})
    with django_assert_max_num_queries(7):
        client.get(SEARCH, {"q": "cưới"})
    with django_assert_max_num_queries(4):
        client.get(SUGGEST, {"q": "cướ"})


def test_a_browser_can_add_the_search(client: Client) -> None:
    assert 'rel="search" type="application/opensearchdescription+xml" href="/opensearch.xml"' in (
        client.get("/tim-kiem/").content.decode()
    )
    with override_settings(PORTAL_BASE_URL="https://cong.example.vn"):
        response = client.get("/opensearch.xml")
    assert response["Content-Type"].startswith("application/opensearchdescription+xml")
    root = ET.fromstring(response.content)
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    addresses = {node.get("type"): node.get("template") or "" for node in root.iter(f"{space}Url")}
    assert addresses["text/html"] == "https://cong.example.vn/tim-kiem/?q={searchTerms}"
    assert addresses["application/x-suggestions+json"] == (
        "https://cong.example.vn/api/v1/suggest?q={searchTerms}&format=opensearch"
    )
    short = root.findtext(f"{space}ShortName") or ""
    assert 0 < len(short) <= 16
