"""The editor of procedures: drafts with gaps are kept, nothing with gaps goes public by any way of the admin."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import (
    GroupApprovalTask,
    PageLogEntry,
    Revision,
    TaskState,
    Workflow,
    WorkflowTask,
)

from guidance.models import LegalReference
from home.enums import PortalGroup
from procedures import checks
from procedures.demo.reading import CATALOGUE, read_file
from procedures.editing import requirements
from procedures.editing.publishing import PublishRefused, facts_of, unmet_requirements
from procedures.editing.requirements import EXEMPT, REQUIRED, REQUIREMENTS, Facts, blocking, unmet
from procedures.enums import Part
from procedures.importing.bulk import import_records
from procedures.importing.merging import content_hash
from procedures.mapping import record_of
from procedures.models import CatalogueIndexPage, ProcedurePage
from tests.factories.editor import editor_data
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
CODE = "1.004222"


@pytest.fixture
def page() -> ProcedurePage:
    """A complete procedure, imported and live."""
    record = read_file(CATALOGUE / f"{CODE}.yaml").record
    import_records([("demo", record)])
    return ProcedurePage.objects.get(code=CODE)


@pytest.fixture
def controller(client: Client) -> Any:
    user = make_user(PortalGroup.CONTROLLER)
    client.force_login(user, backend="home.authentication.MembershipBackend")
    return user


def edit_address(page: ProcedurePage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def with_gap(page: ProcedurePage) -> ProcedurePage:
    """A newer draft that lacks its results; the live text has them."""
    draft = page.get_latest_revision_as_object()
    draft.results = []
    draft.save_revision(clean=False)
    return ProcedurePage.objects.get(pk=page.pk)


def assert_still_whole(page: ProcedurePage) -> None:
    now = ProcedurePage.objects.get(pk=page.pk)
    assert len(now.results) > 0
    assert now.content_hash == page.content_hash
    assert now.live_revision_id == page.live_revision_id


# The editor ---------------------------------------------------------------------------------------------------------


def test_an_imported_procedure_opens(client: Client, controller: Any, page: ProcedurePage) -> None:
    answer = client.get(edit_address(page))
    assert answer.status_code == 200
    text = answer.content.decode()
    for tab in ("Nội dung", "Thời gian, phí, hồ sơ", "Căn cứ", "Trực tuyến &amp; hiệu lực"):
        assert tab in text
    for rule in REQUIREMENTS:
        assert f'id="{rule.anchor}"' in text, f"{rule.code} leads nowhere"


def test_publishing_unchanged_makes_no_new_version(
    client: Client, controller: Any, page: ProcedurePage
) -> None:
    answer = client.post(
        edit_address(page), editor_data(page.get_latest_revision_as_object()) | {"action-publish": "1"}
    )
    assert answer.status_code == 302, answer.context["form"].errors
    now = ProcedurePage.objects.get(pk=page.pk)
    assert now.content_hash == page.content_hash
    assert now.live_revision_id != page.live_revision_id


def test_a_real_change_makes_a_new_version(client: Client, controller: Any, page: ProcedurePage) -> None:
    data = editor_data(page) | {"copies_text": "03 bộ", "copies_absence": "", "action-publish": "1"}
    assert client.post(edit_address(page), data).status_code == 302
    now = ProcedurePage.objects.get(pk=page.pk)
    assert now.copies_text == "03 bộ"
    assert now.content_hash != page.content_hash
    assert now.content_hash == content_hash(record_of(now))


def test_a_draft_changes_no_version(client: Client, controller: Any, page: ProcedurePage) -> None:
    data = editor_data(page) | {"copies_text": "03 bộ", "copies_absence": ""}
    assert client.post(edit_address(page), data).status_code == 302
    now = ProcedurePage.objects.get(pk=page.pk)
    assert now.has_unpublished_changes
    assert now.content_hash == page.content_hash


def test_a_draft_with_gaps_is_kept(client: Client, controller: Any, page: ProcedurePage) -> None:
    data = editor_data(page, basis=[]) | {
        "full_name": "",
        "bodies": "",
        "audiences": [],
        "results-count": "0",
        "channels-count": "0",
    }
    assert client.post(edit_address(page), data).status_code == 302
    draft = ProcedurePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert draft.full_name == ""
    assert {"part-results", "part-channels", "part-bodies"} <= {r.code for r in unmet_requirements(draft)}
    assert_still_whole(page)


def test_publishing_with_gaps_names_them_and_keeps_what_was_typed(
    client: Client, controller: Any, page: ProcedurePage
) -> None:
    data = editor_data(page, basis=[]) | {
        "results-count": "0",
        "purpose": "Câu vừa gõ xong",
        "action-publish": "1",
    }
    answer = client.post(edit_address(page), data)
    assert answer.status_code == 200
    errors = answer.context["form"].errors
    assert "results" in errors
    assert "basis_absence" in errors
    text = answer.content.decode()
    assert "Chưa có kết quả thực hiện." in text
    assert 'href="#muc-results"' in text
    assert "Câu vừa gõ xong" in text
    assert_still_whole(page)


def test_a_stated_absence_is_enough(client: Client, controller: Any, page: ProcedurePage) -> None:
    data = editor_data(page) | {
        "results-count": "0",
        "results_absence": "not_applicable",
        "action-publish": "1",
    }
    answer = client.post(edit_address(page), data)
    assert answer.status_code == 302, answer.context["form"].errors


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"results_absence": "not_regulated"}, "results_absence", "đã có nội dung"),
        ({"online_level": "partial", "online_reason": "", "action-publish": "1"}, "online_reason", "vì sao"),
        ({"in_force_from": "02/01/2026", "in_force_until": "01/01/2026"}, "in_force_until", "đứng trước"),
        ({"full_name": "x" * 2001}, "full_name", "vượt giới hạn"),
        ({"state": "ended", "end_reason": "", "action-publish": "1"}, "end_reason", "lý do"),
    ],
)
def test_errors_stand_at_their_field(
    client: Client, controller: Any, page: ProcedurePage, changes: dict[str, str], field: str, says: str
) -> None:
    answer = client.post(edit_address(page), editor_data(page) | changes)
    assert answer.status_code == 200
    assert says in " ".join(answer.context["form"].errors[field])


def test_a_procedure_does_not_replace_itself(client: Client, controller: Any, page: ProcedurePage) -> None:
    answer = client.post(edit_address(page), editor_data(page) | {"replaced_by": str(page.pk)})
    assert answer.status_code == 200
    assert answer.context["form"].errors["replaced_by"]


def test_the_code_of_a_published_procedure_stays(
    client: Client, controller: Any, page: ProcedurePage
) -> None:
    client.post(edit_address(page), editor_data(page) | {"code": "9.999999"})
    assert ProcedurePage.objects.get(pk=page.pk).get_latest_revision_as_object().code == CODE


# A new one ----------------------------------------------------------------------------------------------------------


def create(client: Client, **fields: Any) -> Any:
    index = CatalogueIndexPage.objects.get()
    address = reverse("wagtailadmin_pages:add", args=["procedures", "procedurepage", index.pk])
    return client.post(address, editor_data(ProcedurePage()) | fields)


def test_a_new_draft_needs_only_its_code(client: Client, controller: Any) -> None:
    answer = create(client, code="1.234567.000.00.00.H27")
    assert answer.status_code == 302, answer.context["form"].errors
    page = ProcedurePage.objects.get(code="1.234567")
    assert page.slug == "1-234567"
    assert not page.live
    assert page.title


def test_the_short_title_is_made_from_the_name(client: Client, controller: Any) -> None:
    name = "Cấp giấy phép xây dựng công trình; " * 20
    answer = create(client, code="1.234568", full_name=name)
    assert answer.status_code == 302, answer.context["form"].errors
    page = ProcedurePage.objects.get(code="1.234568")
    assert page.full_name == name.strip()
    assert page.title.startswith("Cấp giấy phép xây dựng")
    assert len(page.title) <= 160


@pytest.mark.parametrize(("code", "says"), [("1.0125010", "có dạng"), ("abc", "có dạng"), ("", "")])
def test_a_wrong_code(client: Client, controller: Any, code: str, says: str) -> None:
    answer = create(client, code=code, full_name="Tên")
    assert answer.status_code == 200
    assert says in " ".join(answer.context["form"].errors["code"])


def test_a_code_is_given_once(client: Client, controller: Any, page: ProcedurePage) -> None:
    answer = create(client, code=CODE, full_name="Tên")
    assert "đã có" in " ".join(answer.context["form"].errors["code"])


def test_a_new_procedure_with_gaps_is_not_published(client: Client, controller: Any) -> None:
    answer = create(client, **{"code": "1.234569", "full_name": "Tên", "action-publish": "1"})
    assert answer.status_code == 200
    assert not ProcedurePage.objects.filter(code="1.234569").exists()


def test_a_copy_is_refused_in_words(client: Client, controller: Any, page: ProcedurePage) -> None:
    address = reverse("wagtailadmin_pages:copy", args=[page.pk])
    answer = client.post(
        address,
        {"new_title": "x", "new_slug": "x", "new_parent_page": page.get_parent().pk, "publish_copies": "on"},
        follow=True,
    )
    assert answer.status_code == 200
    assert ProcedurePage.objects.count() == 1


# Every other way to publish -----------------------------------------------------------------------------------------


def test_publish_itself_refuses(page: ProcedurePage) -> None:
    page = with_gap(page)
    with pytest.raises(PublishRefused, match="kết quả"):
        page.get_latest_revision().publish()
    assert_still_whole(page)


def test_bulk_publishing_takes_what_is_whole(client: Client, controller: Any, page: ProcedurePage) -> None:
    page = with_gap(page)
    other = read_file(CATALOGUE / "1.000656.yaml").record
    import_records([("demo", other)])
    whole = ProcedurePage.objects.get(code=other.code)
    draft = whole.get_latest_revision_as_object()
    draft.everyday_names = "tên gọi mới"
    draft.save_revision()
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    answer = client.post(f"{address}?id={page.pk}&id={whole.pk}&next=/admin/", follow=True)
    assert CODE in " ".join(str(m) for m in answer.context["messages"])
    assert_still_whole(page)
    assert ProcedurePage.objects.get(pk=whole.pk).everyday_names == "tên gọi mới"


def test_bulk_publishing_of_descendants(client: Client, controller: Any, page: ProcedurePage) -> None:
    page = with_gap(page)
    page.unpublish()
    parent = page.get_parent()
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    client.post(f"{address}?id={parent.pk}&next=/admin/", {"include_descendants": "on"})
    assert not ProcedurePage.objects.get(pk=page.pk).live


def test_scheduling_with_gaps_is_refused(client: Client, controller: Any, page: ProcedurePage) -> None:
    tomorrow = (timezone.localtime() + timedelta(days=1)).strftime("%d/%m/%Y %H:%M")
    data = editor_data(page) | {"results-count": "0", "go_live_at": tomorrow, "action-publish": "1"}
    answer = client.post(edit_address(page), data)
    assert answer.status_code == 200
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()


def test_the_scheduler_publishes_what_is_whole_and_stops_what_is_not(page: ProcedurePage) -> None:
    other = read_file(CATALOGUE / "1.000656.yaml").record
    import_records([("demo", other)])
    whole = ProcedurePage.objects.get(code=other.code)
    page = with_gap(page)
    past = timezone.now() - timedelta(minutes=5)
    for item in (page, whole):
        draft = item.get_latest_revision_as_object()
        draft.everyday_names = "tên gọi mới"
        revision = draft.save_revision()
        Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=past)
    call_command("run_jobs", "--once", stdout=StringIO())
    assert_still_whole(page)
    assert ProcedurePage.objects.get(pk=whole.pk).everyday_names == "tên gọi mới"
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()
    assert PageLogEntry.objects.filter(page=page.pk, action="procedures.publish.refused").count() == 1


def start_workflow(page: ProcedurePage, user: Any) -> TaskState:
    workflow = Workflow.objects.create(name="Duyệt")
    approval = GroupApprovalTask.objects.create(name="Duyệt")
    approval.groups.set(user.groups.all())
    WorkflowTask.objects.create(workflow=workflow, task=approval, sort_order=1)
    state = workflow.start(page, user)
    return state.current_task_state


@pytest.mark.parametrize("ajax", [False, True])
def test_approval_does_not_publish_gaps(
    client: Client, controller: Any, page: ProcedurePage, ajax: bool
) -> None:
    page = with_gap(page)
    state = start_workflow(page, controller)
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    headers = {"x-requested-with": "XMLHttpRequest"} if ajax else {}
    answer = client.post(address, {"comment": ""}, headers=headers)
    if ajax:
        assert answer.json()["redirect"] == edit_address(page)
    else:
        assert answer["Location"] == edit_address(page)
    assert "kết quả" in " ".join(str(m) for m in client.get(edit_address(page)).context["messages"])
    assert_still_whole(page)
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_IN_PROGRESS


def test_approval_within_the_editor(client: Client, controller: Any, page: ProcedurePage) -> None:
    page = with_gap(page)
    start_workflow(page, controller)
    data = editor_data(page.get_latest_revision_as_object()) | {
        "action-workflow-action": "true",
        "workflow-action-name": "approve",
    }
    answer = client.post(edit_address(page), data)
    assert answer.status_code == 200
    assert "results" in answer.context["form"].errors
    assert_still_whole(page)


def test_approval_publishes_what_is_whole(client: Client, controller: Any, page: ProcedurePage) -> None:
    draft = page.get_latest_revision_as_object()
    draft.everyday_names = "tên gọi mới"
    draft.save_revision()
    state = start_workflow(ProcedurePage.objects.get(pk=page.pk), controller)
    client.post(
        reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk]), {"comment": ""}
    )
    assert ProcedurePage.objects.get(pk=page.pk).everyday_names == "tên gọi mới"


# The list of what is missing ----------------------------------------------------------------------------------------


def test_the_list_follows_the_saved_draft(client: Client, controller: Any, page: ProcedurePage) -> None:
    address = reverse("procedure_missing", args=[page.pk])
    assert "Đã đủ các phần" in client.get(address).content.decode()
    with_gap(page)
    assert "Chưa có kết quả thực hiện." in client.get(address).content.decode()


def test_the_list_is_for_those_who_edit(client: Client, page: ProcedurePage) -> None:
    client.force_login(make_user(PortalGroup.INSPECTOR), backend="home.authentication.MembershipBackend")
    assert client.get(reverse("procedure_missing", args=[page.pk])).status_code in (302, 403)


@pytest.mark.parametrize("part", [part for part in Part.values if part != "name"])
def test_every_part_is_asked_for(page: ProcedurePage, part: str) -> None:
    whole = facts_of(page)
    assert not blocking(whole)
    absences = {name: why for name, why in whole.absences.items() if name != part}
    gap = Facts(entered=whole.entered - {part}, absences=absences)
    assert [rule.part for rule in blocking(gap)] == [part]
    stated = Facts(entered=whole.entered - {part}, absences=absences | {part: "not_regulated"})
    assert not blocking(stated)


def test_nothing_at_all_lacks_everything() -> None:
    missing = {rule.part for rule in unmet(Facts(has_level=False)) if rule.severity == REQUIRED}
    assert set(Part.values) <= missing | set(EXEMPT)


def test_what_was_forgotten_fails_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.check_requirements(None) == []
    without_fee = tuple(rule for rule in REQUIREMENTS if rule.part != "fee")
    monkeypatch.setattr(checks, "REQUIREMENTS", without_fee)
    assert [problem.id for problem in checks.check_requirements(None)] == ["procedures.E001"]
    silent = requirements.Requirement("x", "", "no_such_field", " ", lambda _f: True, lambda _f: True)
    monkeypatch.setattr(checks, "REQUIREMENTS", (*REQUIREMENTS, silent))
    assert {problem.id for problem in checks.check_requirements(None)} == {
        "procedures.E002",
        "procedures.E003",
    }


def test_references_are_chosen_not_typed(page: ProcedurePage) -> None:
    assert LegalReference.objects.filter(cited_by__procedure=page).exists()
