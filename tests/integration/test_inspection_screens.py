"""The screens of rounds: who opens what, what is kept when something is wrong, how many queries, what is downloaded."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from home.enums import PortalGroup
from home.models import Membership
from procedures.inspections.checking import judgement_of, keep_files
from procedures.inspections.evidence_files import examine
from procedures.inspections.explaining import answer_explanation, explain, finish_explaining
from procedures.inspections.explanation_rows import finding_label
from procedures.inspections.exports.paper import Grid
from procedures.inspections.papers import unit_paper
from procedures.models import (
    Explanation,
    InspectedUnit,
    InspectionFile,
    InspectionItem,
    InspectionRound,
    RoundState,
    Verdict,
)
from tests.conftest import Kept
from tests.factories.inspections import (
    AS_OF,
    InspectionWorld,
    make_inspections,
    make_round,
    make_scheme,
    photo,
)
from tests.factories.people import make_user
from tests.factories.units import make_unit
from tests.integration.test_inspection_steps import SOON, concluded_world, judge, sent_world

pytestmark = pytest.mark.usefixtures("rolled_back")

Assert = Callable[..., Any]


@pytest.fixture(autouse=True)
def _media(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def client(user: Any) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def address(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def form_data(world: InspectionWorld, **changes: Any) -> dict[str, Any]:
    """What the page of a unit posts when nothing was touched; `changes` by "ket_qua_0" (place from nought)."""
    data: dict[str, Any] = {}
    for n, item in enumerate(world.items()):
        stands = judgement_of(item)
        for field, value in (
            ("ket-qua", stands.verdict),
            ("nhan-xet", stands.note),
            ("diem-tru", f"{stands.deduction:f}".replace(".", ",")),
            ("thay", stands.mark),
        ):
            data[f"{field}-{item.pk}"] = changes.get(f"{field.replace('-', '_')}_{n}", value)
    return data


# Rights ---------------------------------------------------------------------------------------------------------------

PEOPLE = ("council", "inspector", "other inspector", "editor", "other editor", "controller", "nobody")


def people_of(world: InspectionWorld) -> dict[str, Any]:
    return {
        "council": world.council,
        "inspector": world.inspector,
        "other inspector": make_user(PortalGroup.INSPECTOR),
        "editor": world.editor,
        "other editor": world.other_editor,
        "controller": make_user(PortalGroup.CONTROLLER),
    }


def addresses_of(world: InspectionWorld) -> dict[str, str]:
    row, round_ = world.inspected, world.round
    return {
        "new": address("inspection_round_add"),
        "edit": address("inspection_round_edit", round_.pk),
        "round": address("inspection_round", round_.pk),
        "log": address("inspection_log", round_.pk),
        "ranking": address("inspection_ranking", round_.pk, "xlsx"),
        "unit": address("inspected_unit", row.pk),
        "compare": address("inspection_compare", row.pk),
        "explain": address("inspection_explain", row.pk),
        "conclude": address("inspection_conclude", row.pk),
        "report": address("inspection_report", row.pk, "xlsx"),
        "file": address("inspection_file", InspectionFile.objects.get().pk),
    }


def with_file(world: InspectionWorld) -> InspectionWorld:
    keep = examine(io.BytesIO(photo()), "ảnh.jpg")
    InspectionFile.objects.all().delete()
    if world.inspected.sent_at is None:
        keep_files(inspected=world.inspected, evidence=[keep], user=world.inspector)
    else:
        explain(inspected=world.inspected, text="x", user=world.editor, evidence=[keep])
    return world


OPEN = {
    "council": {"new": 200, "edit": 302, "round": 200, "log": 200, "ranking": 200, "unit": 200, "compare": 200,
                "conclude": 200, "report": 200, "file": 200},
    "inspector": {"round": 200, "log": 200, "unit": 200, "compare": 200, "report": 200, "file": 200},
    "other inspector": {}, "editor": {}, "other editor": {}, "controller": {},
}  # fmt: skip
SENT = {
    **OPEN,
    "council": {**OPEN["council"], "explain": 200},
    "inspector": {**OPEN["inspector"], "explain": 200},
    "editor": {"unit": 302, "compare": 200, "explain": 200, "report": 200, "file": 200},
}


@pytest.mark.parametrize(("make", "allowed"), [(make_inspections, OPEN), (sent_world, SENT)])
def test_who_opens_what(
    kept: Kept, make: Callable[[], InspectionWorld], allowed: dict[str, dict[str, int]]
) -> None:
    """What one may not see does not exist."""
    world = with_file(kept(make))
    found = {
        who: {
            name: status
            for name, url in addresses_of(world).items()
            if (status := client(person).get(url).status_code) != 404
        }
        for who, person in people_of(world).items()
    }
    assert found == allowed


def test_without_an_account_nothing_opens(kept: Kept) -> None:
    world = with_file(kept(make_inspections))
    for url in [*addresses_of(world).values(), address("inspection_rounds")]:
        assert Client().get(url).status_code == 302


def test_an_inspector_who_left_the_council_sees_nothing(kept: Kept) -> None:
    world = kept(make_inspections)
    world.inspector.groups.clear()
    world.inspector.groups.add(*world.editor.groups.all())
    url = address("inspected_unit", world.inspected.pk)
    assert client(world.inspector).get(url).status_code in (302, 403, 404)
    assert Client().get(url).status_code == 302


def test_staff_of_the_successor_answer_for_a_unit_that_ended(kept: Kept) -> None:
    world = kept(sent_world)
    url = address("inspection_explain", world.inspected.pk)
    assert client(world.other_editor).get(url).status_code == 404
    world.unit.active_until = timezone.localdate() - timedelta(days=1)
    world.unit.successors.add(world.other_unit)
    world.unit.save()
    page = client(world.other_editor)
    assert page.get(url).status_code == 200
    page.post(url, {"viec": "explain", "ve": "tat-ca", "giai-trinh": "Kế tục"})
    assert Explanation.objects.get().created_by == world.other_editor


def posts(world: InspectionWorld) -> list[tuple[str, dict[str, Any]]]:
    row, item = world.inspected, world.items()[0]
    return [
        (address("inspection_round_add"), {"title": "Lạ", "don-vi": [world.unit.pk]}),
        (address("inspection_round_edit", world.round.pk), {"title": "Lạ"}),
        *(
            (
                address("inspection_round", world.round.pk),
                {"viec": work, "muc": [row.pk], "nguoi": world.inspector.pk, "den-ngay": f"{SOON:%d/%m/%Y}",
                 "xac-nhan-mo": "co", "xac-nhan-ket-luan": "co"},
            )
            for work in ("assign", "unassign", "open", "send", "take-proposed", "conclude")
        ),
        (address("inspected_unit", row.pk), form_data(world, ket_qua_0="failed", nhan_xet_0="Lạ")),
        (address("inspection_add_item", row.pk), {"noi-dung": "Lạ"}),
        (address("inspection_explain", row.pk), {"viec": "explain", "ve": f"item:{item.pk}", "giai-trinh": "Lạ"}),
        (address("inspection_explain", row.pk), {"viec": "done"}),
        (address("inspection_conclude", row.pk), {"viec": "final", "diem": "1", "ket-luan": "Lạ"}),
        (address("inspection_conclude", row.pk), {"viec": "answer", "ve": "1", "chap-nhan": "co"}),
        (address("inspection_file", 1), {}),
    ]  # fmt: skip


def everything() -> list[Any]:
    return [
        list(model.objects.order_by("pk").values_list())
        for model in (InspectionRound, InspectedUnit, InspectionItem, Explanation, InspectionFile)
    ] + [sorted(InspectedUnit.inspectors.through.objects.values_list("inspectedunit", "user"))]


@pytest.mark.parametrize("make", [make_inspections, sent_world, concluded_world])
def test_strangers_change_nothing(kept: Kept, make: Callable[[], InspectionWorld]) -> None:
    world = kept(make)
    before = everything()
    for who, person in people_of(world).items():
        if who in ("other inspector", "other editor", "controller"):
            for url, data in posts(world):
                assert client(person).post(url, data).status_code in (403, 404, 405), (who, url)
    assert everything() == before


def test_an_inspector_may_not_do_the_councils_work_and_the_unit_not_the_inspectors(kept: Kept) -> None:
    world = kept(sent_world)
    before = everything()
    for person, names in (
        (world.inspector, ("inspection_round", "inspection_conclude", "inspection_explain")),
        (world.editor, ("inspection_round", "inspection_conclude", "inspected_unit", "inspection_add_item")),
        (world.council, ("inspected_unit", "inspection_add_item", "inspection_explain")),
    ):
        roots = tuple(
            address(name, world.round.pk if name == "inspection_round" else world.inspected.pk)
            for name in names
        )
        for url, data in posts(world):
            if url in roots:
                assert client(person).post(url, data).status_code in (302, 403, 404, 422), url
        after = everything()
        changed = [n for n, rows in enumerate(after) if rows != before[n]]
        # The council's own work on the round is its own.
        assert changed == [], (person, changed)


def test_foreign_ids_in_a_post_do_nothing(kept: Kept) -> None:
    world = kept(sent_world)
    foreign = InspectionItem.objects.filter(inspected=world.other_inspected).first()
    assert foreign is not None
    page = client(world.editor)
    url = address("inspection_explain", world.inspected.pk)
    assert (
        page.post(url, {"viec": "explain", "ve": f"item:{foreign.pk}", "giai-trinh": "x"}).status_code == 404
    )
    assert page.get(f"{url}?ve=item:{foreign.pk}").context["subject"] is None
    theirs = explain(inspected=world.other_inspected, text="của xã khác", user=world.other_editor)
    council = client(world.council)
    answer = {"viec": "answer", "ve": theirs.pk, "chap-nhan": "co"}
    assert council.post(address("inspection_conclude", world.inspected.pk), answer).status_code == 404
    other = make_round([make_unit()], title="Đợt khác", scheme=world.round.scheme)
    data = {"viec": "take-proposed", "muc": [world.inspected.pk]}
    assert council.post(address("inspection_round", other.pk), data).status_code == 422
    assert world.inspected.final_points is None


@pytest.mark.parametrize("key", ["99999999999999999999", "0"])
def test_senseless_keys_are_not_found(key: str) -> None:
    page = client(make_user(PortalGroup.ADMINISTRATOR))
    for name in (
        "inspection_round",
        "inspected_unit",
        "inspection_explain",
        "inspection_file",
        "inspection_log",
    ):
        assert page.get(address(name, key)).status_code == 404


def test_the_menu_shows_rounds_to_those_who_take_part(kept: Kept) -> None:
    world = kept(make_inspections)
    shown = address("inspection_rounds")
    for who, person in people_of(world).items():
        page = client(person).get("/admin/", follow=True).content.decode()
        assert (f'href="{shown}"' in page or f'"{shown}"' in page) is (
            who in ("council", "inspector", "other inspector")
        ), who
    assert client(world.editor).get(shown).status_code == 404


# The round ------------------------------------------------------------------------------------------------------------


def round_data(units: list[Any], scheme: Any, **changes: Any) -> dict[str, Any]:
    return {
        "title": "Đợt mới",
        "year": "2025",
        "scheme": scheme.pk,
        "as_of": "31/12/2025",
        "sample_size": "3",
        "seed": "",
        "authority": "UBND tỉnh",
        "council": "Hội đồng",
        "place": "Hà Tĩnh",
        "don-vi": [unit.pk for unit in units],
    } | changes


def test_a_round_is_made_and_changed() -> None:
    unit, scheme = make_unit(), make_scheme()
    page = client(make_user(PortalGroup.CURATOR))
    made = page.post(address("inspection_round_add"), round_data([unit], scheme))
    round_ = InspectionRound.objects.get()
    assert made.headers["Location"] == address("inspection_round", round_.pk)
    assert (round_.as_of, round_.units.get().unit) == (AS_OF, unit)
    edit = address("inspection_round_edit", round_.pk)
    assert 'value="31/12/2025"' in page.get(edit).content.decode()
    page.post(edit, round_data([unit], scheme, title="Tên khác"))
    assert InspectionRound.objects.get().title == "Tên khác"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"don-vi": []}, "Chọn ít nhất một đơn vị"),
        ({"as_of": "31/12/2199"}, "Chỉ chốt được số liệu của một ngày đã hết"),
        ({"sample_size": "0"}, "Từ 1 đến 200"),
        ({"year": "20"}, "ngoài khoảng"),
        ({"title": ""}, "Trường này là bắt buộc"),
    ],
)
def test_a_senseless_round_is_refused_and_kept_as_typed(changes: dict[str, Any], words: str) -> None:
    unit, scheme = make_unit(), make_scheme()
    data = round_data([unit], scheme, place="Chữ đã gõ", **changes)
    response = client(make_user(PortalGroup.CURATOR)).post(address("inspection_round_add"), data)
    text = response.content.decode()
    assert response.status_code == 422
    assert words in text
    assert "Chữ đã gõ" in text
    assert not InspectionRound.objects.exists()


def test_the_councils_way_through_a_round() -> None:
    world = make_inspections(opened=False)
    page = client(world.council)
    url = address("inspection_round", world.round.pk)
    everybody = [world.inspected.pk, world.other_inspected.pk]

    def post(**data: Any) -> int:
        return page.post(url, {key.replace("_", "-"): value for key, value in data.items()}).status_code

    assert post(viec="open") == 422, "not without the tick"
    assert post(viec="open", xac_nhan_mo="co") == 302
    assert world.inspected.frozen
    assert post(viec="assign", muc=everybody) == 422, "nobody chosen"
    assert post(viec="assign", muc=everybody, nguoi=world.inspector.pk) == 302
    assert post(viec="send", muc=everybody, den_ngay=f"{SOON:%d/%m/%Y}") == 422, "not judged"
    for row in (world.inspected, world.other_inspected):
        for item in row.items.all():
            judge(world, item, Verdict.PASSED)
    assert post(viec="send", muc=everybody, den_ngay="31/31/2031") == 422
    assert post(viec="send", muc=[], den_ngay=f"{SOON:%d/%m/%Y}") == 422
    assert post(viec="send", muc=everybody, den_ngay=f"{SOON:%d/%m/%Y}") == 302
    for row, person in ((world.inspected, world.editor), (world.other_inspected, world.other_editor)):
        client(person).post(address("inspection_explain", row.pk), {"viec": "done"})
    assert post(viec="conclude", xac_nhan_ket_luan="co") == 422, "no points yet"
    assert post(viec="take-proposed", muc=everybody) == 302
    assert post(viec="conclude") == 422, "not without the tick"
    assert post(viec="conclude", xac_nhan_ket_luan="co", ket_luan="Xong") == 302
    world.round.refresh_from_db()
    assert (world.round.state, world.round.conclusion) == (RoundState.CONCLUDED, "Xong")
    text = page.get(url).content.decode()
    assert world.round.concluded_hash in text
    assert "<form" not in text.split("<main", 1)[-1].split('class="nl ir"', 1)[1]


def test_every_step_is_on_the_page_of_the_log(kept: Kept) -> None:
    world = kept(concluded_world)
    text = client(world.council).get(address("inspection_log", world.round.pk)).content.decode()
    for words in (
        "Mở đợt, chốt số liệu và chọn mẫu",
        "Ghi kết quả một mục",
        "Đơn vị giải trình",
        "Kết luận đợt",
    ):
        assert words in text


# Checking -------------------------------------------------------------------------------------------------------------


def test_one_page_saves_all_items_at_once(kept: Kept) -> None:
    world = kept(make_inspections)
    url = address("inspected_unit", world.inspected.pk)
    first = world.items()[0]
    data = form_data(
        world, ket_qua_0="failed", diem_tru_0="1,5", nhan_xet_0="Thiếu giờ\r\nvà quầy", ket_qua_1="passed"
    )
    data[f"tep-{first.pk}"] = SimpleUploadedFile("ảnh.jpg", photo(), "image/jpeg")
    assert client(world.inspector).post(url, data).status_code == 302
    items = world.items()
    assert (items[0].verdict, items[0].deduction, items[0].note) == (
        "failed",
        Decimal("1.5"),
        "Thiếu giờ\nvà quầy",
    )
    assert [item.verdict for item in items] == ["failed", "passed", "", ""]
    assert InspectionFile.objects.get().item == first
    assert world.round.steps.filter(action="verdict").count() == 2
    before = everything()
    assert client(world.inspector).post(url, form_data(world)).status_code == 302
    assert everything() == before, "saving again without a change changes nothing"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ket_qua_0": "failed", "diem_tru_0": "một điểm"}, "Ghi số điểm từ 0 trở lên"),
        ({"ket_qua_0": "failed", "diem_tru_0": "-1"}, "Ghi số điểm từ 0 trở lên"),
        ({"ket_qua_0": "failed", "diem_tru_0": "1,555"}, "Ghi số điểm từ 0 trở lên"),
        ({"ket_qua_0": "failed", "diem_tru_0": "NaN"}, "Ghi số điểm từ 0 trở lên"),
        ({"ket_qua_0": "passed", "diem_tru_0": "1"}, "Chỉ trừ điểm ở mục không đạt"),
        (
            {"ket_qua_0": "failed", "diem_tru_0": "1", "nhan_xet_0": " "},
            "Ghi lý do trừ điểm vào nhận xét",
        ),
        ({"ket_qua_0": "hay", "diem_tru_0": ""}, "Chọn lại kết quả"),
        ({"nhan_xet_0": "x" * 5001}, "Nhận xét dài quá"),
    ],
)
def test_one_bad_field_loses_nothing(kept: Kept, changes: dict[str, str], words: str) -> None:
    world = kept(make_inspections)
    data = form_data(
        world, **{"nhan_xet_0": "Chữ tôi đã gõ", **changes}, ket_qua_1="passed", nhan_xet_1="Tốt"
    )
    response = client(world.inspector).post(address("inspected_unit", world.inspected.pk), data)
    text = response.content.decode()
    assert response.status_code == 422
    assert words in text
    assert ("Chữ tôi đã gõ" in text) or "nhan_xet_0" in changes
    first, second = world.items()[:2]
    assert (first.verdict, first.note) == ("", "")
    assert (second.verdict, second.note) == ("passed", "Tốt"), "what was right is saved"


def test_two_inspectors_at_once_lose_nothing(kept: Kept) -> None:
    world = kept(make_inspections)
    other = make_user(PortalGroup.INSPECTOR)
    world.inspected.inspectors.add(other)
    url = address("inspected_unit", world.inspected.pk)
    mine = form_data(world, ket_qua_0="passed", nhan_xet_0="Của tôi", ket_qua_1="passed")
    theirs = form_data(world, ket_qua_0="failed", nhan_xet_0="Của người kia", ket_qua_2="passed")
    assert client(other).post(url, theirs).status_code == 302
    response = client(world.inspector).post(url, mine)
    assert response.status_code == 422
    text = response.content.decode()
    assert "Của tôi" in text
    assert "Của người kia" in text
    assert f"{other.get_full_name()} đã ghi lúc" in text
    assert [item.verdict for item in world.items()] == ["failed", "passed", "passed", ""]
    # Saving what the page now holds is done knowingly.
    again = form_data(world, ket_qua_0="passed", nhan_xet_0="Của tôi")
    assert again[f"thay-{world.items()[0].pk}"] in text
    assert client(world.inspector).post(url, again).status_code == 302
    assert world.items()[0].note == "Của tôi"


def test_a_refused_file_leaves_the_rest_saved(kept: Kept) -> None:
    world = kept(make_inspections)
    first = world.items()[0]
    data = form_data(world, ket_qua_0="passed")
    data[f"tep-{first.pk}"] = [
        SimpleUploadedFile("virus.jpg", b"MZ" + b"\0" * 500, "image/jpeg"),
        SimpleUploadedFile("trang.png", photo(kind="PNG"), "text/html"),
    ]
    response = client(world.inspector).post(address("inspected_unit", world.inspected.pk), data)
    assert response.status_code == 422
    assert "virus.jpg: Chỉ nhận tệp" in response.content.decode()
    stored = InspectionFile.objects.get()
    assert (stored.name, stored.content_type) == ("trang.png", "image/png")
    assert world.items()[0].verdict == "passed"


def test_evidence_is_never_public_and_never_runs(kept: Kept) -> None:
    world = kept(make_inspections)
    for name, content in (("ảnh.jpg", photo()), ("công văn.pdf", b"%PDF-1.4\n%%EOF\n")):
        keep_files(
            inspected=world.inspected, evidence=[examine(io.BytesIO(content), name)], user=world.inspector
        )
    picture, document = InspectionFile.objects.order_by("pk")
    shown = client(world.inspector).get(address("inspection_file", picture.pk))
    assert shown.headers["Content-Disposition"].startswith("inline")
    handed = client(world.inspector).get(address("inspection_file", document.pk))
    assert handed.headers["Content-Disposition"].startswith("attachment")
    for response in (shown, handed):
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in response.headers["Cache-Control"]
        assert "private" in response.headers["Cache-Control"]
    for file in (picture, document):
        for url in (f"/media/{file.file.name}", f"/tep/{file.sha256}/{file.name}"):
            assert Client().get(url).status_code in (301, 404)
            assert client(world.council).get(url).status_code in (301, 404)


def test_items_are_added_by_code_or_in_words(kept: Kept) -> None:
    world = kept(make_inspections)
    url = address("inspection_add_item", world.inspected.pk)
    undrawn = next(page for page in world.pages if page.code not in {i.code for i in world.items()})
    page = client(world.inspector)
    assert page.post(url, {"ma": f" {undrawn.code} "}).status_code == 302
    page.post(url, {"noi-dung": "Bảng tin"})
    page.post(url, {"ma": "9.999999"})
    page.post(url, {})
    assert [item.title for item in world.items()[4:]] == [undrawn.title, "Bảng tin"]
    assert page.get(url).status_code == 405


# Queries --------------------------------------------------------------------------------------------------------------


def grow(world: InspectionWorld, units: int) -> None:
    rows = [
        InspectedUnit(
            round=world.round, unit=make_unit(), frozen=world.inspected.frozen, points=50, frozen_hash="x"
        )
        for _n in range(units)
    ]
    made = InspectedUnit.objects.bulk_create(rows)
    InspectionItem.objects.bulk_create(
        InspectionItem(inspected=row, title=f"Mục {n}", place=n, verdict="failed", deduction=1)
        for row in made
        for n in range(30)
    )


def queries(browser: Client, url: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(url).status_code == 200
    return len(captured)


def test_lists_take_the_same_queries_however_long(kept: Kept) -> None:
    world = kept(sent_world)
    council = client(world.council)
    urls = [
        address("inspection_rounds"),
        address("inspection_round", world.round.pk),
        address("inspection_log", world.round.pk),
        address("inspected_unit", world.inspected.pk),
        address("inspection_conclude", world.inspected.pk),
        address("inspection_explain", world.inspected.pk),
        address("inspection_compare", world.inspected.pk),
        address("inspection_ranking", world.round.pk, "xlsx"),
        address("inspection_report", world.inspected.pk, "xlsx"),
    ]
    explain(inspected=world.inspected, text="a", user=world.editor, item=world.items()[0])
    before = [queries(council, url) for url in urls]
    grow(world, 12)
    make_round([world.unit], title="Khác", scheme=world.round.scheme)
    for item in world.items():
        keep_rows = [
            InspectionItem(inspected=item.inspected, title="Thêm", place=item.place + 100, verdict="failed")
        ]
        InspectionItem.objects.bulk_create(keep_rows)
        explain(inspected=world.inspected, text="b", user=world.editor, item=item)
    assert [queries(council, url) for url in urls] == before
    assert max(before) < 45


# Papers ---------------------------------------------------------------------------------------------------------------


def hostile_world() -> InspectionWorld:
    """Formulas, markup and control signs wherever somebody can type."""
    world = sent_world(unit_name='=HYPERLINK("http://x","Xã")')
    item = world.items()[0]
    InspectionItem.objects.filter(pk=item.pk).update(
        note="=cmd|' /C calc'!A0\x0b<b>#strong[x]</b> $x$ @a \\", title="+1+1"
    )
    explain(inspected=world.inspected, text="-2+3 =1+1\n＝1", user=world.editor, item=item)
    return world


def test_the_workbook_is_readable_and_safe() -> None:
    world = hostile_world()
    for url in (
        address("inspection_report", world.inspected.pk, "xlsx"),
        address("inspection_ranking", world.round.pk, "xlsx"),
    ):
        response = client(world.council).get(url)
        book = load_workbook(io.BytesIO(response.content))
        cells = [
            cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None
        ]
        assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
        risky = [c for c in cells if isinstance(c.value, str) and c.value.startswith(("=", "+", "@", "-"))]
        assert risky
        assert all(cell.quotePrefix for cell in risky)
    names = load_workbook(
        io.BytesIO(
            client(world.council).get(address("inspection_report", world.inspected.pk, "xlsx")).content
        )
    ).sheetnames
    assert names == ["Tổng hợp", "Điểm máy tính", "Phát hiện", "Mục kiểm tra", "Giải trình"]


def test_points_are_numbers_in_the_workbook(kept: Kept) -> None:
    world = kept(concluded_world)
    book = load_workbook(
        io.BytesIO(client(world.council).get(address("inspection_ranking", world.round.pk, "xlsx")).content)
    )
    sheet = book["Xã, phường"]
    head = [cell.value for cell in sheet[1]]
    rows = [dict(zip(head, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=2)]
    assert [row["Hạng"] for row in rows] == [1, 2]
    assert {row["Đơn vị"] for row in rows} == {world.unit.name, world.other_unit.name}
    finals = [Decimal(str(row["Kết luận"])) for row in rows]
    assert finals == sorted(finals, reverse=True)
    assert finals[0] == max(world.inspected.final_points or 0, world.other_inspected.final_points or 0)


def docx_text(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    lines = [paragraph.text for paragraph in document.paragraphs]
    lines += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(lines)


def test_the_document_keeps_to_the_form_of_official_papers(kept: Kept) -> None:
    world = kept(concluded_world)
    content = client(world.council).get(address("inspection_report", world.inspected.pk, "docx")).content
    text = docx_text(content)
    today = timezone.localdate()
    month = f"{today.month:02}" if today.month <= 2 else str(today.month)
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "ỦY BAN NHÂN DÂN TỈNH HÀ TĨNH",
        "HỘI ĐỒNG THẨM ĐỊNH",
        f"Hà Tĩnh, ngày {today.day:02} tháng {month} năm {today.year}",
        "BIÊN BẢN",
        world.inspected.concluded_hash,
        world.round.ledger_root,
        "Không thấy ở bảng",
        "Đã dán lại",
        "TM. HỘI ĐỒNG",
    ):
        assert words in text, words
    assert "DỰ THẢO" not in text
    document = Document(io.BytesIO(content))
    section: Any = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert round(section.left_margin.mm) == 30
    assert document.styles["Normal"].font.name == "Times New Roman"


def test_before_the_end_every_paper_says_draft(kept: Kept) -> None:
    world = kept(sent_world)
    for name, key in (("inspection_report", world.inspected.pk), ("inspection_ranking", world.round.pk)):
        content = client(world.council).get(address(name, key, "docx")).content
        assert "DỰ THẢO" in docx_text(content)


@pytest.mark.slow
@pytest.mark.parametrize("make", [concluded_world, hostile_world])
def test_the_pdf_is_tagged_and_says_the_same(make: Callable[[], InspectionWorld]) -> None:
    world = make()
    for name, key in (("inspection_report", world.inspected.pk), ("inspection_ranking", world.round.pk)):
        response = client(world.council).get(address(name, key, "pdf"))
        assert response.headers["Content-Type"] == "application/pdf"
        reader = PdfReader(io.BytesIO(response.content))
        root: Any = reader.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"] == "vi-VN"
        text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
        assert world.unit.name in text
        hashed = world.inspected.concluded_hash if name == "inspection_report" else world.round.concluded_hash
        assert hashed in text.replace(" ", "") or not hashed


@pytest.mark.slow
def test_the_dossier_holds_what_the_hashes_cover(kept: Kept) -> None:
    world = kept(concluded_world)
    response = client(world.inspector).get(address("inspection_dossier", world.inspected.pk))
    archive = zipfile.ZipFile(io.BytesIO(response.content))
    assert archive.testzip() is None
    row = world.inspected
    assert sha256(archive.read("so-lieu-da-chot.json")).hexdigest() == row.frozen_hash
    assert sha256(archive.read("ket-luan.json")).hexdigest() == row.concluded_hash
    assert [step["action"] for step in json.loads(archive.read("nhat-ky.json"))][-1] == "final"
    names = archive.namelist()
    assert {"bien-ban.pdf", "bien-ban.docx", "bien-ban.xlsx"} <= set(names)
    assert any(name.startswith("so-niem-yet/") and name.endswith("verify.py") for name in names)
    assert client(world.editor).get(address("inspection_dossier", row.pk)).status_code == 404


@pytest.mark.parametrize("kind", ["exe", "html"])
def test_other_formats_do_not_exist(kept: Kept, kind: str) -> None:
    world = kept(make_inspections)
    for name, key in (("inspection_report", world.inspected.pk), ("inspection_ranking", world.round.pk)):
        assert client(world.council).get(address(name, key, kind)).status_code == 404


def test_a_paper_waits_for_the_opening() -> None:
    world = make_inspections(opened=False)
    for name, key in (("inspection_report", world.inspected.pk), ("inspection_ranking", world.round.pk)):
        assert client(world.council).get(address(name, key, "xlsx")).status_code == 404
    assert Membership.objects.exists()


# Words ----------------------------------------------------------------------------------------------------------------


def test_the_journal_says_what_was_explained(kept: Kept) -> None:
    world = kept(sent_world)
    finding = world.inspected.frozen["findings"][0]
    about_item = explain(inspected=world.inspected, text="a", user=world.editor, item=world.items()[0])
    explain(inspected=world.inspected, text="b", user=world.editor, finding_key=finding["key"])
    answer_explanation(explanation=about_item, accepted=True, answer="", user=world.council)
    text = client(world.council).get(address("inspection_log", world.round.pk)).content.decode()
    assert text.count(escape(f"Mục 1: {world.items()[0].title}")) == 2
    assert escape(finding_label(finding)) in text


def test_a_day_before_the_ledger_is_refused_at_the_field() -> None:
    world = make_inspections(opened=False)
    data = round_data([world.inspected.unit], world.round.scheme, as_of="01/01/2020")
    response = client(world.council).post(address("inspection_round_add"), data)
    assert response.status_code == 422
    assert "Sổ niêm yết mở ngày 01/12/2025" in response.content.decode()


def test_nobody_is_silent_while_there_is_time(kept: Kept) -> None:
    world = kept(sent_world)
    said = {grid.name: grid.empty for grid in unit_paper(world.inspected).blocks if isinstance(grid, Grid)}
    assert said["Giải trình"] == f"Đơn vị chưa giải trình (hạn đến hết ngày {SOON:%d/%m/%Y})."
    finish_explaining(inspected=world.inspected, user=world.editor)
    said = {grid.name: grid.empty for grid in unit_paper(world.inspected).blocks if isinstance(grid, Grid)}
    assert said["Giải trình"] == "Đơn vị không giải trình."
