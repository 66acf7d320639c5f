"""Schemes of points in the admin: who reads and who edits, the form's words for what is wrong, copies, locks, examples."""

from __future__ import annotations

import html as markup
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from home.enums import PortalGroup
from procedures.completeness.scheme import read_scheme, to_json
from procedures.completeness.yearly_schemes import ensure_example, example
from procedures.models import InspectionRound, ScoringScheme
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db

SCHEMES = "wagtailsnippets_procedures_scoringscheme"
YEAR = timezone.localdate().year


@pytest.fixture
def scheme() -> ScoringScheme:
    ensure_example()
    return ScoringScheme.objects.get()


def client_of(group: PortalGroup) -> Client:
    client = Client()
    client.force_login(make_user(group))
    return client


@pytest.fixture
def curator() -> Client:
    return client_of(PortalGroup.CURATOR)


def listed(prefix: str, items: list[dict[str, Any]], kind: str = "item") -> dict[str, Any]:
    """As the browser sends a list block, or a stream of one type."""
    data: dict[str, Any] = {f"{prefix}-count": len(items)}
    for n, item in enumerate(items):
        data |= {
            f"{prefix}-{n}-id": "",
            f"{prefix}-{n}-type": kind,
            f"{prefix}-{n}-order": n,
            f"{prefix}-{n}-deleted": "",
        }
        for name, value in item.items():
            place = f"{prefix}-{n}-value-{name}"
            if isinstance(value, list):
                data |= listed(place, value)
            else:
                data[place] = "" if value is None else value
    return data


def posted(content: dict[str, Any], **fields: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "title": "Bộ tiêu chí thử",
        "year": YEAR,
        "in_use": "on",
        "source": "Quyết định thử",
    }
    for name, deadline in content["deadlines"].items():
        data |= {f"{name}_days": deadline["days"], f"{name}_source": deadline["source"]}
    rows = [{name: value for name, value in row.items() if name != "key"} for row in content["criteria"]]
    return data | listed("criteria", rows, "criterion") | fields


def content() -> dict[str, Any]:
    return to_json(example()[2])


@pytest.mark.parametrize(
    ("group", "reads", "edits"),
    [
        (PortalGroup.ADMINISTRATOR, True, True),
        (PortalGroup.CURATOR, True, True),
        (PortalGroup.CONTROLLER, True, False),
        (PortalGroup.INSPECTOR, True, False),
    ],
)
def test_who_reads_and_who_edits(
    scheme: ScoringScheme, group: PortalGroup, *, reads: bool, edits: bool
) -> None:
    client = client_of(group)
    assert (client.get(reverse(f"{SCHEMES}:list")).status_code == 200) is reads
    assert (client.get(reverse(f"{SCHEMES}:inspect", args=[scheme.pk])).status_code == 200) is reads
    for name, args in (("add", []), ("edit", [scheme.pk]), ("copy", [scheme.pk]), ("delete", [scheme.pk])):
        assert (client.get(reverse(f"{SCHEMES}:{name}", args=args)).status_code == 200) is edits, name


def test_reading_shows_rules_deadlines_and_samples(scheme: ScoringScheme) -> None:
    html = (
        client_of(PortalGroup.CONTROLLER)
        .get(reverse(f"{SCHEMES}:inspect", args=[scheme.pk]))
        .content.decode()
    )
    for words in (
        "Đây là bộ tiêu chí ví dụ",
        "Niêm yết đủ thủ tục thuộc thẩm quyền",
        "Theo tỷ lệ đã niêm yết: từ 100%: 2,00; từ 95%: 1,50",
        "mỗi thủ tục quá hạn gỡ trừ 0,05, nhiều nhất 0,5",
        "Ghi đủ nơi tiếp nhận, giờ làm việc, điện thoại",
        "Đơn vị còn thiếu nhiều",
        "340 thủ tục phải niêm yết",
    ):
        assert words in html


def test_the_form_holds_the_scheme_and_saves_it_unchanged(curator: Client, scheme: ScoringScheme) -> None:
    url = reverse(f"{SCHEMES}:edit", args=[scheme.pk])
    form = curator.get(url).context["form"]
    assert "content" not in form.fields, "nobody edits JSON"
    assert [block.value["label"] for block in form["criteria"].value()] == [
        c.label for c in example()[2].criteria
    ]
    assert form["list_days"].value() == 5
    response = curator.post(url, posted(content(), is_example="on"))
    assert response.status_code == 302, response.context["form"].errors
    scheme.refresh_from_db()
    assert read_scheme(scheme.content).criteria[0].bands == example()[2].criteria[0].bands
    assert [c.points for c in read_scheme(scheme.content).criteria] == [
        c.points for c in example()[2].criteria
    ]
    assert scheme.changed_by is not None


def test_a_new_one_in_use_takes_over_from_the_one_before(curator: Client, scheme: ScoringScheme) -> None:
    response = curator.post(reverse(f"{SCHEMES}:add"), posted(content()))
    assert response.status_code == 302, response.context["form"].errors
    new = ScoringScheme.objects.get(title="Bộ tiêu chí thử")
    assert new.in_use
    scheme.refresh_from_db()
    assert not scheme.in_use


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("criteria", 0, "bands", 0, "points"), "3", "Điểm của bậc không được lớn hơn điểm tối đa"),
        (("criteria", 0, "points"), "2.5", "Bậc cao nhất phải được đủ điểm tối đa"),
        (("criteria", 0, "bands", 1, "at_least"), "100", "Hai bậc bắt đầu từ cùng một tỷ lệ"),
        (("criteria", 0, "bands"), [], "ít nhất một bậc"),
        (("criteria", 3, "deductions"), [], "ít nhất một mức trừ"),
        (("criteria", 1, "points"), "0", "Điểm tối đa phải lớn hơn 0"),
        (("deadlines", "list", "days"), "999", "365"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    curator: Client, scheme: ScoringScheme, path: tuple[Any, ...], value: Any, words: str
) -> None:
    data = content()
    node: Any = data
    for name in path[:-1]:
        node = node[name]
    node[path[-1]] = value
    response = curator.post(reverse(f"{SCHEMES}:edit", args=[scheme.pk]), posted(data))
    assert response.status_code == 200
    # Errors within blocks travel as JSON in an attribute.
    told = markup.unescape(response.content.decode())
    assert words in told or json.dumps(words)[1:-1] in told
    before = scheme.content
    scheme.refresh_from_db()
    assert scheme.content == before


def test_a_copy_is_a_new_one_not_in_use(curator: Client, scheme: ScoringScheme) -> None:
    url = reverse(f"{SCHEMES}:copy", args=[scheme.pk])
    html = curator.get(url).content.decode()
    assert f"{scheme.title} (bản sao)" in html
    data = posted(content(), title="Bản sao")
    del data["in_use"]
    assert curator.post(url, data).status_code == 302
    assert ScoringScheme.objects.count() == 2
    scheme.refresh_from_db()
    assert scheme.title != "Bản sao"
    assert scheme.in_use


def test_once_used_by_an_opened_round_it_is_locked(scheme: ScoringScheme) -> None:
    InspectionRound.objects.create(
        title="Đợt thử",
        year=YEAR,
        scheme=scheme,
        as_of=timezone.localdate(),
        seed="1",
        opened_at=timezone.now(),
    )
    client = client_of(PortalGroup.ADMINISTRATOR)
    before = dict(scheme.content)
    edit = reverse(f"{SCHEMES}:edit", args=[scheme.pk])
    for response in (client.get(edit), client.post(edit, posted(content(), title="Khác"))):
        assert response.status_code == 302
        assert response.headers["Location"] == reverse(f"{SCHEMES}:inspect", args=[scheme.pk])
    bulk = reverse("wagtail_bulk_action", args=["procedures", "scoringscheme", "delete"])
    client.post(reverse(f"{SCHEMES}:delete", args=[scheme.pk]))
    client.post(f"{bulk}?id={scheme.pk}")
    scheme.refresh_from_db()
    assert (scheme.content, scheme.title) == (before, example()[0])
    assert "khóa lại" in client.get(reverse(f"{SCHEMES}:inspect", args=[scheme.pk])).content.decode()
    assert client.get(reverse(f"{SCHEMES}:copy", args=[scheme.pk])).status_code == 200


@pytest.mark.parametrize(("mode", "words"), [("fair", "còn thiếu một ít"), ("poor", "còn thiếu nhiều")])
def test_the_example_follows_the_form_before_it_is_saved(
    curator: Client, scheme: ScoringScheme, mode: str, words: str
) -> None:
    url = reverse(f"{SCHEMES}:preview_on_edit", args=[scheme.pk])
    data = content()
    data["criteria"] = data["criteria"][:1]
    answer = curator.post(url, posted(data)).json()
    assert answer["is_valid"], answer
    html = curator.get(url, {"mode": mode}).content.decode()
    assert words in html
    assert "Niêm yết đủ thủ tục thuộc thẩm quyền" in html
    assert "Gỡ kịp thời" not in html, "as in the form, not as saved"
    scheme.refresh_from_db()
    assert len(scheme.content["criteria"]) == 5
