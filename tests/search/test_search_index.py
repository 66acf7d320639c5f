"""`manage.py search_index`: builds, brings up to date, compares, and says with its exit code whether all is well."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from home.jobs import all_jobs
from home.models import JobRun
from portal.bootstrap import update_search
from portal.worker import PortalWorker
from procedures.models import ProcedurePage
from search import engines, outbox, registry
from search.documents import DocumentId
from search.engines.contract import EngineUnavailable, IndexReport, Place, Refused
from search.jobs import IndexDiffered
from search.models import OutboxChange
from tests.factories.catalogue import make_listing, make_procedure
from tests.factories.records import make_record, publish
from tests.factories.units import make_unit

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("search_index", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def keys() -> set[str]:
    return set(engines.embedded().keys("thu-tuc"))


def test_the_first_run_builds_and_the_next_has_nothing_to_do() -> None:
    page = make_procedure()
    code, out, err = run("--rebuild")
    assert (code, err) == (0, "")
    assert f"lập lại toàn bộ, {registry.total()} tài liệu" in out
    assert keys() == {page.code}
    assert run()[1].startswith("sqlite: chỉ mục đã đủ")


def test_changes_are_applied_and_compared() -> None:
    page, other = make_procedure(), make_procedure()
    run("--rebuild")
    new = make_procedure()
    code, out, _err = run("--compare")
    assert code == 1
    assert f"thu-tuc/{new.code} chưa có trong chỉ mục" in out
    make_listing(make_unit(slug="xa-moi"), page)
    other.unpublish()
    _code, out, _err = run("--compare")
    assert f"thu-tuc/{page.code} khác với cơ sở dữ liệu: facets" in out
    assert f"thu-tuc/{other.code} không còn công khai mà vẫn trong chỉ mục" in out
    assert "don-vi/xa-moi chưa có" in out
    assert run()[0] == 0
    code, out, _err = run("--compare")
    assert (code, "khớp với cơ sở dữ liệu" in out) == (0, True)
    assert keys() == {page.code, new.code}


def test_everything_that_a_document_holds_comes_back_from_the_index() -> None:
    publish(make_record(), make_record(levels=("province",)))
    make_procedure(state="ended")
    run("--rebuild")
    assert run("--compare")[0] == 0


def test_refused_documents_are_listed_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = Refused(DocumentId("thu-tuc", "1.000001"), "quá dài")
    monkeypatch.setattr(
        type(engines.embedded()), "rebuild", lambda *_a, **_k: IndexReport(5, refused=(refused,))
    )
    code, out, err = run("--rebuild")
    assert code == 1
    assert "1 tài liệu không nhận được" in out
    assert err == "sqlite: thu-tuc/1.000001: quá dài\n"


def test_an_engine_that_is_away_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: Any, **_kwargs: Any) -> None:
        raise EngineUnavailable("không nối được")

    run("--rebuild")
    make_procedure()
    monkeypatch.setattr(type(engines.embedded()), "index", away)
    code, _out, err = run()
    assert (code, err) == (1, "sqlite: không trả lời: không nối được\n")
    said: list[str] = []
    update_search(say=said.append)
    assert said == ["Tìm kiếm (sqlite): chưa lập được chỉ mục: không nối được"]


@pytest.mark.parametrize("arguments", [["--engine", "solr"], ["--rebuild", "--compare"], ["--khong-co"]])
def test_unusable_arguments(arguments: list[str]) -> None:
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    if arguments[0] == "--engine":
        assert refused.value.returncode == 2


def test_an_edit_is_found_by_the_next_search_without_the_worker() -> None:
    (page,) = publish(make_record())
    engine = engines.embedded()
    assert outbox.catch_up(engine)
    page.title = "Tên mới"
    page.save_revision(clean=False).publish()
    assert outbox.catch_up(engine)
    (document,) = engine.fetch([DocumentId("thu-tuc", page.code)])
    assert document.title == "Tên mới"


def test_an_interrupted_rebuild_leaves_the_old_index(monkeypatch: pytest.MonkeyPatch) -> None:
    page = make_procedure()
    run("--rebuild")
    make_procedure()

    def killed(*_args: Any) -> Any:
        yield from ()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(registry, "all_documents", killed)
        with pytest.raises(KeyboardInterrupt):
            run("--rebuild")
    assert keys() == {page.code}
    assert run()[0] == 0
    assert run("--compare")[0] == 0


def test_an_index_whose_changes_were_pruned_is_built_anew() -> None:
    make_procedure()
    run("--rebuild")
    ProcedurePage.objects.update(title="Đổi mà không ai ghi")
    OutboxChange.objects.all().delete()
    assert "lập lại toàn bộ" in run()[1]
    assert run("--compare")[0] == 0
    assert engines.embedded().place() not in (None, Place())


def test_the_worker_has_the_jobs_of_the_search() -> None:
    jobs = {job.name: job for job in all_jobs()}
    waits = jobs["search_changes"].sooner
    assert waits is not None
    run("--rebuild")
    assert not waits()
    make_procedure()
    assert waits()
    assert jobs["search_changes"].run() == "sqlite: cập nhật 1 tài liệu, bỏ 0"
    assert not waits()
    assert jobs["search_changes"].run() == ""
    assert jobs["search_pruned"].run() == ""
    assert {"search_units_turned", "search_procedures_turned"} <= jobs.keys()


def test_the_worker_runs_a_job_before_its_time_when_there_is_something_to_do() -> None:
    worker = PortalWorker(keep=False)
    worker.jobs = [job for job in all_jobs() if job.name == "search_changes"]
    assert worker.run_due_jobs() == 1, "it never ran"
    assert worker.run_due_jobs() == 0
    page = make_procedure()
    assert worker.run_due_jobs() == 1
    assert keys() == {page.code}
    JobRun.objects.update(failures=1)
    make_procedure()
    assert worker.run_due_jobs() == 0, "what failed waits for its own time"


def test_at_night_an_index_that_differs_is_put_right_and_told() -> None:
    page = make_procedure()
    run("--rebuild")
    jobs = {job.name: job for job in all_jobs()}
    assert jobs["search_compared"].run() == "Chỉ mục khớp với cơ sở dữ liệu."
    # Past everything that notes a change.
    ProcedurePage.objects.filter(pk=page.pk).update(code="7.999999")
    with pytest.raises(IndexDiffered, match="sqlite: 2 tài liệu khác"):
        jobs["search_compared"].run()
    assert outbox.catch_up()
    assert keys() == {"7.999999"}
    assert run("--compare")[0] == 0
