"""A decision of thousands of lines on the screen: small pages, what stops first, every line and question within reach."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from home.enums import PortalGroup
from procedures.decisions.checking import check
from procedures.decisions.proposal import Choice, Proposal, Question, from_json
from procedures.models import DecisionDraft
from procedures.views.decision_preview import PER_PAGE
from tests.factories.catalogue import make_procedure
from tests.factories.decisions import line, make_decision, make_draft, proposal
from tests.factories.opening import make_opening
from tests.factories.people import make_user
from tests.factories.units import make_unit

pytestmark = pytest.mark.django_db

LINES, STOPPING, NOTED = 350, 150, 60
MEGABYTE = 1_000_000


@pytest.fixture
def controller(client: Client) -> Client:
    make_procedure("Kết hôn", code="7.100000")
    make_unit("Xã Một")
    make_opening()
    client.force_login(make_user(PortalGroup.CONTROLLER))
    return client


def question(position: int, *, blocking: bool) -> Question:
    return Question(
        key=f"{'must' if blocking else 'may'}-{position}",
        kind="repeated",
        blocking=blocking,
        text=f"Dòng {position} trùng số thứ tự với dòng trước; giữ cả hai chứ?",
        choices=(Choice("keep", "Giữ cả hai"), Choice("drop", "Bỏ dòng này")),
        suggested="keep",
        position=position,
        where=f"bảng 1, dòng {position}",
    )


def long_proposal(count: int = LINES) -> Proposal:
    """What is asked stands at the end of the list, what stops after what does not.

    Besides, the portal knows none of these codes and asks about each.
    """
    lines = [
        line(
            f"7.9{n:05}",
            name=f"Thủ tục thử số {n} về việc cấp, cấp lại, điều chỉnh giấy phép của tổ chức, cá nhân trên địa bàn tỉnh",
            time="15 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ",
            basis="Luật Thử nghiệm; Nghị định số 1/2025/NĐ-CP của Chính phủ; Thông tư số 2/2025/TT-BTN",
            part=f"Phần {n // 500}",
        )
        for n in range(count)
    ]
    made = proposal(*lines)
    first = count - STOPPING
    asked = [question(n, blocking=False) for n in range(first - NOTED, first)]
    return replace(made, questions=(*asked, *(question(n, blocking=True) for n in range(first, count))))


@pytest.fixture
def draft(controller: Client) -> DecisionDraft:
    return make_draft(long_proposal())


def page(client: Client, draft: DecisionDraft, query: str = "") -> str:
    response = client.get(reverse("decision_draft", args=[draft.pk]) + query)
    assert response.status_code == 200
    assert len(response.content) < MEGABYTE
    return response.content.decode()


def test_small_and_what_stops_first(controller: Client, django_assert_max_num_queries: Any) -> None:
    count = 3000
    draft = make_draft(long_proposal(count))
    with django_assert_max_num_queries(42):
        shown = page(controller, draft)
    everything = count + STOPPING + NOTED
    assert f"Còn {everything} câu chưa trả lời, trong đó {STOPPING} câu phải trả lời" in shown
    assert f"Chưa áp dụng được: còn {STOPPING} câu phải trả lời" in shown
    assert shown.count("qd__mark--must") == PER_PAGE
    assert "<details" not in shown.split('id="cau-hoi"')[1].split("</section>")[0]
    assert f"Danh mục ({count} dòng)" in shown
    assert len(re.findall(r'id="dong-', shown)) == PER_PAGE


def test_every_question_and_every_line_is_on_some_page(controller: Client, draft: DecisionDraft) -> None:
    asked: list[str] = []
    for n in range(1, 7):
        asked += re.findall(r'name="cau" value="([^"]+)"', page(controller, draft, f"?trang-cau={n}"))
    own = {q.key for q in long_proposal().questions}
    assert own <= set(asked)
    assert len(set(asked)) == len(asked) == LINES + STOPPING + NOTED
    assert {key for key in asked if key.startswith("must")} == set(asked[:STOPPING])
    positions: list[str] = []
    for n in range(1, 5):
        positions += re.findall(r'id="dong-(\d+)"', page(controller, draft, f"?xem=tat-ca&trang-dong={n}"))
    assert positions == [str(n) for n in range(1, LINES + 1)]


def test_of_a_long_list_first_what_waits_for_a_person(controller: Client, draft: DecisionDraft) -> None:
    said = {
        q.key: q.suggested
        for q in check(from_json(draft.proposal), {}).questions
        if q.key.startswith("code-unknown")
    }
    DecisionDraft.objects.filter(pk=draft.pk).update(answers=said)
    answered = check(from_json(draft.proposal), said)
    waiting = len({q.position for q in answered.open})
    shown = page(controller, draft)
    assert waiting < LINES
    assert f"Đang xem {waiting} dòng có câu hỏi còn mở" in shown
    assert int(re.findall(r'id="dong-(\d+)"', shown)[0]) == LINES - STOPPING - NOTED
    assert f"Xem cả {LINES} dòng" in shown


def test_a_question_leads_to_its_line(controller: Client, draft: DecisionDraft) -> None:
    shown = page(controller, draft)
    first = LINES - STOPPING
    address = re.search(rf'href="([^"]*#dong-{first})"', shown)
    assert address is not None
    query, _hash, anchor = address[1].replace("&amp;", "&").partition("#")
    assert f'id="{anchor}"' in page(controller, draft, query)


def test_answers_of_one_page_are_kept_and_others_stay(controller: Client, draft: DecisionDraft) -> None:
    first = LINES - STOPPING
    address = reverse("decision_draft", args=[draft.pk])
    answers = {f"tl:must-{n}": "keep" for n in range(first, first + PER_PAGE)}
    controller.post(address, {"viec": "luu", **answers})
    shown = page(controller, draft)
    assert f"trong đó {STOPPING - PER_PAGE} câu phải trả lời" in shown
    assert f'name="tl:must-{first + PER_PAGE}"' in shown
    # Suggestions only for what the person has had on the screen.
    keys = re.findall(r'name="cau" value="([^"]+)"', shown)
    offered = [key for key in keys if not key.startswith("must")]
    assert 0 < len(offered) < PER_PAGE
    assert f"Chọn gợi ý cho {len(offered)} câu không bắt buộc" in shown
    controller.post(address, {"viec": "goi-y", "cau": keys})
    draft.refresh_from_db()
    assert set(draft.answers) == {*offered, *(name.removeprefix("tl:") for name in answers)}
    last = page(controller, draft, "?trang-cau=6")
    assert "Đã trả lời" in last


def test_a_short_decision_stands_on_one_page(controller: Client) -> None:
    draft = make_draft(proposal(*(line(f"7.9{n:05}") for n in range(PER_PAGE))))
    shown = page(controller, draft)
    assert "trang-dong=" not in shown
    assert "xem=tat-ca" not in shown
    assert len(re.findall(r'id="dong-', shown)) == PER_PAGE


def test_an_applied_decision_has_pages_too(controller: Client) -> None:
    decision = make_decision(*(line(f"7.9{n:05}") for n in range(PER_PAGE + 5)), number="9/QĐ-UBND")
    response = controller.get(reverse("decision", args=[decision.pk]))
    shown = response.content.decode()
    assert f"Danh mục ({PER_PAGE + 5} dòng)" in shown
    assert response.context["waiting"] == PER_PAGE + 5
    assert len(response.context["line_page"].object_list) == PER_PAGE
    assert "trang-dong=2" in shown
    second = controller.get(reverse("decision", args=[decision.pk]) + "?trang-dong=2")
    assert sum(len(rows) for _part, rows in second.context["groups"]) == 5
