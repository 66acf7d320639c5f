"""An uploaded file on its way into the catalogue: looked through first, applied when the controller says so.

Small files at once, larger ones by the worker. Every step may be run again: the import itself resumes where it stood.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import task

from procedures.divergence.noting import Noting
from procedures.importing.bulk import ImportReport, MissingTree, import_records
from procedures.importing.files import Sources, UnusableFile, open_sources
from procedures.importing.preview import Preview, preview_records
from procedures.importing.report import detail_lines, preview_summary, refusal_lines, summary
from procedures.models import ImportPurpose, ImportRun, ImportState

AT_ONCE = 500
"""Records up to which the request itself does the work."""
SHOWN = 200
"""Changes that the preview names; the summary counts all."""


def receive(
    *, file: File[Any], name: str, user: Any, purpose: ImportPurpose = ImportPurpose.IMPORT
) -> ImportRun:
    run = ImportRun(name=name[:255], created_by=user, purpose=purpose)
    run.file.save("danh-muc.xlsx", file, save=False)
    run.save()
    if _is_large(run):
        transaction.on_commit(lambda: look_through_later.using(backend="background").enqueue(run.pk))
    else:
        look_through(run)
    return run


def apply(*, run: ImportRun) -> bool:
    """False where somebody else has begun it, or where the file was only to be compared."""
    begun = ImportRun.objects.filter(
        pk=run.pk, state=ImportState.PREVIEWED, purpose=ImportPurpose.IMPORT
    ).update(state=ImportState.APPLYING, done=0)
    if not begun:
        return False
    run.refresh_from_db()
    if run.preview["total"] > AT_ONCE:
        transaction.on_commit(lambda: take_over_later.using(backend="background").enqueue(run.pk))
    else:
        take_over(run)
    return True


@contextmanager
def _sources(run: ImportRun) -> Iterator[Sources]:
    """The stored file on the local disk, under the name that it came with."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(run.name).name
        with run.file.open("rb") as stored, path.open("wb") as local:
            for chunk in stored.chunks():
                local.write(chunk)
        yield open_sources([path])


def _is_large(run: ImportRun) -> bool:
    try:
        with _sources(run) as sources:
            return sum(1 for _ in islice(sources.records(), AT_ONCE + 1)) > AT_ONCE
    except UnusableFile:
        return False


def look_through(run: ImportRun) -> None:
    def advance(count: int) -> None:
        ImportRun.objects.filter(pk=run.pk).update(done=F("done") + count)

    ImportRun.objects.filter(pk=run.pk).update(done=0)
    noting = Noting(run.name) if run.purpose == ImportPurpose.COMPARE else None
    try:
        with _sources(run) as sources:
            preview = preview_records(
                sources.records(),
                preview=Preview(refused=sources.refused, notes=sources.notes),
                advance=advance,
                observe=noting or (lambda _batch: None),
            )
    except UnusableFile as error:
        _fail(run, str(error))
        return
    run.preview = {
        "total": preview.total,
        "summary": preview_summary(preview),
        "created": [list(item) for item in preview.created[:SHOWN]],
        "created_count": len(preview.created),
        "changed": [
            {
                "code": change.code,
                "name": change.name,
                "differences": [
                    {"label": d.label, "ours": d.ours, "theirs": d.theirs, "kept": d.kept}
                    for d in change.differences
                ],
            }
            for change in preview.changed[:SHOWN]
        ],
        "changed_count": len(preview.changed),
        "refused": list(refusal_lines(preview)),
        "notes": preview.notes[:SHOWN],
    }
    # What was only to be compared is done when it has been compared.
    run.state = ImportState.PREVIEWED if noting is None else ImportState.DONE
    run.finished_at = None if noting is None else timezone.now()
    run.save(update_fields=["preview", "state", "finished_at"])


def take_over(run: ImportRun) -> None:
    def advance(count: int) -> None:
        ImportRun.objects.filter(pk=run.pk).update(done=F("done") + count)

    ImportRun.objects.filter(pk=run.pk).update(done=0)
    try:
        with _sources(run) as sources:
            report = import_records(
                sources.records(),
                report=ImportReport(refused=sources.refused, notes=sources.notes),
                user=run.created_by,
                advance=advance,
            )
    except (UnusableFile, MissingTree) as error:
        _fail(run, str(error))
        return
    run.result = {
        "summary": summary(report),
        "details": list(detail_lines(report, everything=True))[:SHOWN],
        "refused": list(refusal_lines(report)),
    }
    run.state, run.finished_at = ImportState.DONE, timezone.now()
    run.save(update_fields=["result", "state", "finished_at"])


def _fail(run: ImportRun, words: str) -> None:
    run.state, run.error, run.finished_at = ImportState.FAILED, words, timezone.now()
    run.save(update_fields=["state", "error", "finished_at"])


@contextmanager
def _failing_openly(run_id: int) -> Iterator[ImportRun]:
    """Nobody waits for the worker's exceptions: the page says that it went wrong."""
    run = ImportRun.objects.get(pk=run_id)
    try:
        yield run
    except Exception:
        _fail(run, "Có lỗi khi xử lý tệp; người vận hành xem nhật ký của bộ chạy việc.")
        raise


@task(backend="background")
def look_through_later(run_id: int) -> None:
    with _failing_openly(run_id) as run:
        look_through(run)


@task(backend="background")
def take_over_later(run_id: int) -> None:
    with _failing_openly(run_id) as run:
        take_over(run)
