"""The controller's screens of announcing decisions, by the client: upload, answers, typing in, applying, undoing."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from home.enums import PortalGroup, Role
from home.models import Unit
from procedures.decisions.owing import still_owing
from procedures.decisions.proposal import from_json
from procedures.models import AnnouncementDecision, DecisionDraft, ProcedurePage
from procedures.models.decisions import DraftState
from tests.conftest import Kept
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.decision_files import small_workbook
from tests.factories.decisions import line, make_decision, make_draft, proposal, repeal, task
from tests.factories.opening import make_opening
from tests.factories.people import make_member, make_user
from tests.factories.units import make_unit

pytestmark = pytest.mark.usefixtures("rolled_back")

LIST = "decisions"


def build() -> list[ProcedurePage]:
    pages = [make_procedure(name, code=f"7.10000{n}") for n, name in enumerate(("Kết hôn", "Khai sinh"))]
    make_unit("Xã Một")
    make_opening()
    return pages


@pytest.fixture
def held(kept: Kept) -> list[ProcedurePage]:
    pages: list[ProcedurePage] = kept(build)
    return pages


@pytest.fixture
def controller(client: Client, held: list[ProcedurePage]) -> Client:
    client.force_login(make_user(PortalGroup.CONTROLLER))
    return client


def workbook(*rows: tuple[Any, ...]) -> SimpleUploadedFile:
    return SimpleUploadedFile("quyet-dinh-55.xlsx", small_workbook(*rows))


def draft_url(draft: DecisionDraft) -> str:
    return reverse("decision_draft", args=[draft.pk])


def apply(client: Client, draft: DecisionDraft, **answers: str) -> Any:
    seen = client.get(draft_url(draft)).context["seen"]
    data = {"viec": "ap-dung", "da-xem": seen} | {f"tl:{key}": value for key, value in answers.items()}
    return client.post(draft_url(draft), data, follow=True)


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


# Uploading ------------------------------------------------------------------------------------------------------------


def test_upload_preview_answer_apply_undo(controller: Client, held: list[ProcedurePage]) -> None:
    file = workbook(
        (1, "7.100000", "Kết hôn", "5 ngày", "Không"), (2, "7.1000010", "Khai sinh", "3 ngày", "Không")
    )
    response = controller.post(reverse(LIST), {"file": file}, follow=True)
    draft = DecisionDraft.objects.get()
    assert response.redirect_chain[-1][0] == draft_url(draft)
    found = response.context["found"]
    assert [item.line.code for item in found.lines] == ["7.100000", ""]
    (question,) = found.blocking
    assert question.choices[0].label == "7.100001: Khai sinh"
    assert question.suggested == "7.100001"
    assert not found.may_apply
    assert (
        b"ap-dung"
        not in response.content.split(b"Khi \xc3\xa1p d\xe1\xbb\xa5ng</h2>")[1].split(b"</section>")[0]
    )

    assert "phải trả lời" in said(apply(controller, draft))
    assert not AnnouncementDecision.objects.filter(kind="announcement").exists()

    saved = controller.post(
        draft_url(draft), {"viec": "luu", f"tl:{question.key}": "__khac__", f"tlk:{question.key}": "7.100001"}
    )
    assert saved.status_code == 302
    draft.refresh_from_db()
    assert draft.answers == {question.key: "7.100001"}

    response = apply(controller, draft)
    decision = AnnouncementDecision.objects.get(kind="announcement")
    assert response.redirect_chain[-1][0] == reverse("decision", args=[decision.pk])
    assert (decision.number, decision.applied_by) == ("55/QĐ-UBND", response.wsgi_request.user)
    assert [row.procedure.code for row in decision.lines.all()] == ["7.100000", "7.100001"]
    assert controller.get(draft_url(draft)).status_code == 302
    file_back = controller.get(reverse("decision_file", args=[decision.pk]))
    assert file_back.getvalue()[:2] == b"PK"

    address = reverse("decision", args=[decision.pk])
    asking = controller.post(address, {"viec": "hoan-tac"})
    assert AnnouncementDecision.objects.filter(pk=decision.pk).exists()
    assert "hoan-tac-that" in asking.content.decode()
    controller.post(address, {"viec": "hoan-tac-that"})
    draft.refresh_from_db()
    assert (draft.state, draft.answers) == (DraftState.UNDONE, {question.key: "7.100001"})
    assert not AnnouncementDecision.objects.filter(pk=decision.pk).exists()


def test_the_same_file_finds_its_draft(controller: Client, held: list[ProcedurePage]) -> None:
    rows = ((1, "7.100000", "Kết hôn", "5 ngày", "Không"),)
    first = workbook(*rows).read()
    for _again in range(2):
        controller.post(reverse(LIST), {"file": SimpleUploadedFile("a.xlsx", first)})
    assert DecisionDraft.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", b""),
        ("a.docx", b"khong phai tep nen"),
        ("a.pdf", b"%PDF-1.4\n%%EOF"),
        ("a.xlsx", b"PK\x03\x04" + b"\0" * 200),
        ("a.docx", b"<html><body>QD</body></html>"),
    ],
)
def test_a_bad_file_is_said_and_nothing_is_kept(controller: Client, name: str, content: bytes) -> None:
    waiting = make_draft(proposal(line()))
    response = controller.post(reverse(LIST), {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 422
    assert response.context["form"].errors["file"]
    assert list(DecisionDraft.objects.all()) == [waiting]


# Answers --------------------------------------------------------------------------------------------------------------


def test_changed_answers_ask_for_a_second_look(controller: Client, held: list[ProcedurePage]) -> None:
    draft = make_draft(proposal(line("7.100000", name="Kết hôn"), repeals=(repeal("9/QĐ-UBND"),)))
    response = apply(controller, draft, **{"not-held:9/QĐ-UBND": "later"})
    assert "hãy xem lại" in said(response)
    draft.refresh_from_db()
    assert draft.answers == {"not-held:9/QĐ-UBND": "later"}
    assert AnnouncementDecision.objects.filter(kind="announcement").count() == 0
    apply(controller, draft)
    assert AnnouncementDecision.objects.filter(kind="announcement").count() == 1


def test_suggestions_are_taken_at_once_and_taken_back(controller: Client, held: list[ProcedurePage]) -> None:
    draft = make_draft(proposal(line("7.900001"), repeals=(repeal("9/QĐ-UBND"),)))
    page = controller.get(draft_url(draft)).content.decode()
    shown = re.findall(r'name="cau" value="([^"]+)"', page)
    assert set(shown) == {"not-held:9/QĐ-UBND", "code-unknown:1"}
    # What was not on the screen is not answered for anybody: another answer may have raised it a moment ago.
    controller.post(draft_url(draft), {"viec": "goi-y", "cau": ["not-held:9/QĐ-UBND"]})
    draft.refresh_from_db()
    assert draft.answers == {"not-held:9/QĐ-UBND": "later"}
    controller.post(draft_url(draft), {"viec": "goi-y", "cau": shown})
    draft.refresh_from_db()
    assert draft.answers == {"not-held:9/QĐ-UBND": "later", "code-unknown:1": "create"}
    controller.post(draft_url(draft), {"viec": "luu", "tl:code-unknown:1": ""})
    draft.refresh_from_db()
    assert draft.answers == {"not-held:9/QĐ-UBND": "later"}


def test_hostile_answers_do_no_harm(controller: Client, held: list[ProcedurePage]) -> None:
    draft = make_draft(proposal(line("7.900001")))
    data = {"viec": "luu", "tl:code-unknown:1": "\x00<script>alert(1)</script>", "tl:khong-co": "x" * 5_000}
    controller.post(draft_url(draft), data)
    response = controller.get(draft_url(draft))
    assert response.status_code == 200
    assert "<script>alert(1)" not in response.content.decode()
    draft.refresh_from_db()
    assert max(map(len, draft.answers.values())) <= 500


def test_an_open_question_is_answered_on_the_page_of_the_decision(
    controller: Client, held: list[ProcedurePage]
) -> None:
    make_decision(line("7.100001", name="Khai sinh"), number="9/QĐ-UBND", signed_on=date(2026, 3, 9))
    decision = make_decision(line("7.100000", name="Kết hôn"), repeals=(repeal("9/QĐ-UBND"),))
    address = reverse("decision", args=[decision.pk])
    assert "tl:superseded:7.100001" in controller.get(address).content.decode()
    data = {"viec": "ket-luan", "tl:superseded:7.100001": "__khac__", "tlk:superseded:7.100001": "1/5/2026"}
    controller.post(address, data)
    assert ProcedurePage.objects.get(code="7.100001").in_force_until == date(2026, 4, 30)
    assert "tl:superseded:7.100001" not in controller.get(address).content.decode()


def test_the_preview_says_when_a_procedure_ends_and_who_must_take_it_down(
    controller: Client, held: list[ProcedurePage]
) -> None:
    make_listing(Unit.objects.get(name="Xã Một"), held[0])
    draft = make_draft(
        proposal(line("7.100000", name="Kết hôn", action="abolished"), effective_on=date(2026, 12, 1))
    )
    text = " ".join(controller.get(draft_url(draft)).content.decode().split())
    assert "7.100000; làm được đến hết 30/11/2026; 1 đơn vị đang niêm yết sẽ phải gỡ" in text


def test_only_debts_of_the_decision_itself_stand_on_its_page(
    controller: Client, held: list[ProcedurePage]
) -> None:
    """What it amends is owed by the opening catalogue, whose deadline is long over."""
    amending = make_decision(line("7.100000", name="Kết hôn", action="amended"), number="9/QĐ-UBND")
    assert not still_owing(amending)
    page = controller.get(reverse("decision", args=[amending.pk])).content.decode()
    assert "Không đơn vị nào còn nợ theo quyết định này." in page

    make_procedure("Chuyển trường", code="7.100002")
    new = make_decision(
        line("7.100002", name="Chuyển trường"), line("7.100000", name="Kết hôn", action="amended")
    )
    (debt,) = still_owing(new)
    assert debt.procedures == 1
    assert debt.due is not None
    assert debt.due > new.signed_on


def test_a_draft_can_be_thrown_away(controller: Client, held: list[ProcedurePage]) -> None:
    draft = make_draft(proposal(line("7.100000", name="Kết hôn")))
    controller.post(draft_url(draft), {"viec": "xoa"})
    assert not DecisionDraft.objects.exists()


# Typing in ------------------------------------------------------------------------------------------------------------


def formset(prefix: str, *rows: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    data: dict[str, Any] = {
        f"{prefix}-TOTAL_FORMS": len(rows),
        f"{prefix}-INITIAL_FORMS": initial,
        f"{prefix}-MIN_NUM_FORMS": 0,
        f"{prefix}-MAX_NUM_FORMS": 600,
    }
    for n, row in enumerate(rows):
        data |= {f"{prefix}-{n}-{name}": value for name, value in row.items()}
    return data


HEADER = {"dau-number": "56/QĐ-UBND", "dau-signed_on": "6/4/2026", "dau-title": "Công bố"}
ROW = {"action": "new", "code_text": "7.100000", "name": "Kết hôn", "level": ""}


def test_typing_a_decision_in(controller: Client, held: list[ProcedurePage]) -> None:
    response = controller.post(reverse(LIST), {"viec": "go"})
    draft = DecisionDraft.objects.get()
    edit = reverse("decision_edit", args=[draft.pk])
    assert response.headers["Location"] == edit
    page = controller.get(edit)
    assert page.status_code == 200
    assert len(page.context["form"].lines.forms) == 3

    data = HEADER | formset("dong", ROW, {"action": "new"}) | formset("viec") | formset("bai-bo")
    more = controller.post(edit, data | {"them": "dong"})
    assert len(more.context["form"].lines.forms) == 5
    assert 'value="7.100000"' in more.content.decode()

    data |= formset(
        "viec",
        {"article": "Điều 2", "who": "Sở Mẫu", "what": "Niêm yết", "days": "7", "orders_listing": "on"},
    )
    data |= formset(
        "bai-bo", {"number": "9/QĐ-UBND", "signed": "9/3/2026", "ordinals": "01, 2", "replaces": "on"}
    )
    response = controller.post(edit, data)
    assert response.headers["Location"] == draft_url(draft)
    draft.refresh_from_db()
    kept = from_json(draft.proposal)
    assert (kept.number, str(kept.signed_on), len(kept.lines)) == ("56/QĐ-UBND", "2026-04-06", 1)
    assert (kept.lines[0].code, kept.lines[0].position) == ("7.100000", 1)
    assert (kept.tasks[0].days, kept.tasks[0].orders_listing) == (7, True)
    assert (kept.repeals[0].ordinals, kept.repeals[0].replaces) == (("01", "2"), True)
    apply(controller, draft)
    assert AnnouncementDecision.objects.get(number="56/QĐ-UBND").due_days == 7


def test_what_was_typed_is_shown_again(controller: Client, held: list[ProcedurePage]) -> None:
    draft = make_draft(proposal())
    data = {"dau-number": "", "dau-signed_on": "32/1/2026", "dau-title": "Đã gõ công phu"}
    data |= formset("dong", {"action": "new", "note": "Chỉ có ghi chú"}) | formset("viec") | formset("bai-bo")
    response = controller.post(reverse("decision_edit", args=[draft.pk]), data)
    assert response.status_code == 422
    text = response.content.decode()
    for words in ("Đã gõ công phu", "32/1/2026", "Chỉ có ghi chú", "chưa có mã và tên"):
        assert words in text


def test_mending_a_line_keeps_the_other_answers(controller: Client, held: list[ProcedurePage]) -> None:
    draft = make_draft(
        proposal(line("7.900001", note="Cũ"), line("7.100001", name="Khai sinh")),
        **{"code-unknown:1": "create"},
    )
    rows: list[dict[str, Any]] = [
        {
            "position": 1,
            "action": "new",
            "code_text": "7.900001",
            "name": "Thủ tục thử 7.900001",
            "ordinal": "1",
            "DELETE": "on",
        },
        {"position": 2, "action": "amended", "code_text": "7.100000", "name": "Kết hôn", "ordinal": "2"},
        {"action": "new", "code_text": "7.100001", "name": "Khai sinh"},
    ]
    data = HEADER | formset("dong", *rows, initial=2) | formset("viec") | formset("bai-bo")
    assert controller.post(reverse("decision_edit", args=[draft.pk]), data).status_code == 302
    draft.refresh_from_db()
    lines = from_json(draft.proposal).lines
    assert [(item.position, item.code, item.action) for item in lines] == [
        (2, "7.100000", "amended"),
        (3, "7.100001", "new"),
    ]
    assert draft.answers == {"code-unknown:1": "create"}


# Rights and speed -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("who", ["editor", "approver", "inspector", "curator", "nobody"])
def test_nobody_else_sees_or_does_anything(
    client: Client, held: list[ProcedurePage], who: str, method: str
) -> None:
    decision = make_decision(line("7.100000", name="Kết hôn"))
    draft = make_draft(proposal(line("7.100001", name="Khai sinh")))
    unit = make_unit("Xã Hai")
    people = {
        "editor": lambda: make_member(unit, Role.EDITOR),
        "approver": lambda: make_member(unit, Role.APPROVER),
        "inspector": lambda: make_user(PortalGroup.INSPECTOR),
        "curator": lambda: make_user(PortalGroup.CURATOR),
    }
    if who in people:
        client.force_login(people[who]())
    addresses = [
        reverse(LIST),
        reverse("decision", args=[decision.pk]),
        reverse("decision_file", args=[decision.pk]),
        draft_url(draft),
        reverse("decision_edit", args=[draft.pk]),
        reverse("decision_draft_file", args=[draft.pk]),
    ]
    for address in addresses:
        for work in ("ap-dung", "hoan-tac-that", "xoa", "go"):
            response = getattr(client, method)(address, {"viec": work})
            assert response.status_code in (302, 403)
            assert "55/QĐ" not in response.content.decode()
    assert DecisionDraft.objects.filter(state=DraftState.OPEN).get() == draft
    assert AnnouncementDecision.objects.filter(pk=decision.pk).exists()


def test_administrators_may_too(client: Client, held: list[ProcedurePage]) -> None:
    client.force_login(make_user(PortalGroup.ADMINISTRATOR))
    assert client.get(reverse(LIST)).status_code == 200


def test_queries_of_the_screens(
    controller: Client, held: list[ProcedurePage], django_assert_max_num_queries: Any
) -> None:
    """The same however many decisions, lines and units there are."""
    for n in range(4):
        make_unit(f"Xã Thêm {n}")
        make_decision(line("7.100000", name="Kết hôn"), number=f"{n}/QĐ-UBND", tasks=(task(),))
    decision = AnnouncementDecision.objects.get(number="0/QĐ-UBND")
    draft = make_draft(
        proposal(*(line(f"7.9000{n:02}") for n in range(40)), line("7.100001", name="Khai sinh"))
    )
    controller.get(reverse(LIST))
    with django_assert_max_num_queries(16):
        controller.get(reverse(LIST))
    with django_assert_max_num_queries(37):
        controller.get(reverse("decision", args=[decision.pk]))
    with django_assert_max_num_queries(42):
        controller.get(draft_url(draft))
