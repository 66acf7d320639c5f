"""The official catalogue taken over in bulk: resumable, repeatable, one revision per changed record.

A batch is one transaction and the unit of restart. Pages are written past treebeard and Wagtail's editor path, which
would take minutes (docs/decisions); what these would do besides is done here, once per batch and inside its
transaction: tree paths, revisions, log entries, the reference and search indexes.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import COMMENTS_RELATION_NAME, Locale, Page
from wagtail.search.backends import get_search_backend

from guidance.references import cited_key, ensure_references
from home.models import Subject
from procedures.enums import Scope
from procedures.importing.citations import bases_of, basis_rows
from procedures.importing.merging import (
    SECTIONS,
    Fingerprint,
    content_hash,
    fingerprint,
    merge,
    take_sections,
)
from procedures.importing.page_rows import insert_pages, write_history, write_revisions
from procedures.importing.reference_rows import write_references
from procedures.ledger.clock import now
from procedures.ledger.versions import record_versions
from procedures.mapping import RichTexts, held_forms, page_values, record_of, stream_values
from procedures.models import CatalogueIndexPage, ImportedProcedure, ProcedureBasis, ProcedurePage
from procedures.record import ProcedureRecord
from procedures.text.codes import slug_of

BATCH = 500


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that was not taken: where it stands and why, in Vietnamese."""

    place: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Sections in which a correction made here stands against a newer text from outside."""

    code: str
    sections: tuple[str, ...]
    draft_left: bool
    """False where a draft of the controller's own already waits; the incoming text is then only reported."""


@dataclass(slots=True)
class ImportReport:
    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0
    kept: list[Kept] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    """Codes imported before that this snapshot does not name: reported, never removed."""


Incoming = tuple[str, ProcedureRecord]
"""(place in the source, record)."""


def import_records(
    incoming: Iterable[Incoming],
    *,
    report: ImportReport | None = None,
    user: Any = None,
    dry_run: bool = False,
    batch_size: int = BATCH,
    advance: Callable[[int], object] = lambda _n: None,
) -> ImportReport:
    """Take over records; `advance(n)` is called after each batch. Everything valid of an interrupted run is kept."""
    result = report or ImportReport()
    parent = catalogue_index()
    seen: set[str] = set()
    stream = iter(once_each(incoming, seen=seen, refused=result.refused))
    with _fewer_collections():
        while batch := list(islice(stream, batch_size)):
            with transaction.atomic():
                _import_batch(parent, batch, user=user, report=result)
                if dry_run:
                    transaction.set_rollback(True)
            advance(len(batch))
    imported = ImportedProcedure.objects.values_list("procedure__code", flat=True)
    result.absent = sorted(set(imported) - seen - {r.code for r in result.refused})
    return result


@contextmanager
def _fewer_collections() -> Iterator[None]:
    """A batch makes many objects that all live to its end: looking through them for cycles took an eighth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], 100_000), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class MissingTree(Exception):
    """The portal has not been set up; the message is for people."""


def catalogue_index() -> CatalogueIndexPage:
    index = CatalogueIndexPage.objects.first()
    if index is None:
        raise MissingTree("Chưa có trang danh mục: hãy chạy `manage.py bootstrap` trước.")
    return index


def once_each(incoming: Iterable[Incoming], *, seen: set[str], refused: list[Refusal]) -> Iterator[Incoming]:
    """The first record of each code; later ones are refused."""
    for place, record in incoming:
        if record.code in seen:
            refused.append(
                Refusal(place, record.code, "Mã này đã có ở một bản ghi trước trong cùng lần nhập.")
            )
            continue
        seen.add(record.code)
        yield place, record


def _import_batch(
    parent: CatalogueIndexPage, batch: list[Incoming], *, user: Any, report: ImportReport
) -> None:
    """Write one batch inside the caller's transaction."""
    prints = {record.code: fingerprint(record) for _place, record in batch}
    known = dict(
        ProcedurePage.objects.filter(code__in=list(prints)).values_list("code", "imported__source_hash")
    )
    fresh = [record for _place, record in batch if record.code not in known]
    changed = {
        record.code: record
        for _place, record in batch
        if record.code in known and known[record.code] != prints[record.code].source
    }
    report.unchanged += len(batch) - len(fresh) - len(changed)
    if not fresh and not changed:
        return
    pages = ProcedurePage.objects.filter(code__in=list(changed)).select_related("subject", "imported")
    subjects = Subject.objects.ensure(record.field for record in (*fresh, *changed.values()))
    writer = PageWriter(parent=parent, subjects=subjects, user=user, prints=prints)
    report.created += [p.code for p in writer.create(fresh)]
    report.changed += [
        p.code for p in writer.update([(page, changed[page.code]) for page in pages], report=report)
    ]


class PageWriter:
    """Writes pages of one batch. Holds what all of them share, so that nothing is queried per page."""

    def __init__(
        self,
        *,
        parent: CatalogueIndexPage,
        subjects: dict[str, Subject],
        user: Any,
        prints: dict[str, Fingerprint],
        source: str = "import",
    ) -> None:
        self.parent = parent
        self.source = source
        self.prints = prints
        self.subjects = subjects
        self.user = user
        self.now = now()
        self.rich_texts = RichTexts()
        self.content_type = ContentType.objects.get_for_model(ProcedurePage)

    def create(self, records: list[ProcedureRecord], *, publish: bool = True) -> list[ProcedurePage]:
        if not records:
            return []
        # The lock keeps two importers from giving out the same tree path.
        parent = Page.objects.select_for_update().get(pk=self.parent.pk)
        last = (
            Page.objects.filter(path__startswith=parent.path, depth=parent.depth + 1)
            .order_by("-path")
            .first()
        )
        step = Page._str2int(last.path[-Page.steplen :]) if last else 0
        locale = Locale.get_default()
        pages = []
        for i, record in enumerate(records, start=1):
            slug = slug_of(record.code)
            page = ProcedurePage(
                path=Page._get_path(parent.path, parent.depth + 1, step + i),
                depth=parent.depth + 1,
                numchild=0,
                slug=slug,
                url_path=f"{parent.url_path}{slug}/",
                content_type=self.content_type,
                locale=locale,
                owner=self.user,
                live=publish and record.scope != Scope.OTHER_PROVINCE,
                latest_revision_created_at=self.now,
            )
            page.first_published_at = page.last_published_at = self.now if page.live else None
            page.has_unpublished_changes = not page.live
            self._fill(page, record, content=self.prints[record.code].content)
            if page.is_public:
                page.version = page.material_version = 1
            pages.append(page)
        insert_pages(pages)
        Page.objects.filter(pk=parent.pk).update(numchild=parent.numchild + len(pages))
        self._write_basis(pages, records, fresh=True)
        self._write_revisions(pages, actions=("wagtail.create", "wagtail.publish"))
        self._remember([(page, self.prints[page.code].sections) for page in pages])
        self._index(pages, fresh=True)
        record_versions(pages, user=self.user, at=self.now, texts=self._texts(pages))
        return pages

    def update(
        self, pairs: list[tuple[ProcedurePage, ProcedureRecord]], *, report: ImportReport
    ) -> list[ProcedurePage]:
        """Bulk for what only takes over; pages where a correction or a draft stands are few and go one by one."""
        if not pairs:
            return []
        bases = bases_of([page.pk for page, _r in pairs])
        plain: list[tuple[ProcedurePage, ProcedureRecord]] = []
        one_by_one: list[ProcedurePage] = []
        remembered: list[tuple[ProcedurePage, dict[str, str]]] = []
        for page, incoming in pairs:
            ours = record_of(page, basis=bases.get(page.pk, ()))
            imported = getattr(page, "imported", None)
            # A page that was never imported (typed in here) counts as corrected wherever it differs.
            last = imported.part_hashes if imported else {}
            theirs = self.prints[incoming.code].sections
            merged = merge(ours, incoming, last, theirs=theirs)
            remembered.append(
                (page, {n: last.get(n, "") if n in merged.kept else theirs[n] for n in SECTIONS})
            )
            if merged.kept:
                report.kept.append(Kept(page.code, merged.kept, draft_left=not page.has_unpublished_changes))
            if page.has_unpublished_changes or merged.kept:
                if merged.taken or merged.kept:
                    self._update_beside_draft(page, merged.record, incoming, merged.taken, merged.kept)
                    one_by_one.append(page)
            elif merged.taken or merged.record != ours:
                plain.append((page, merged.record))
        self._bulk_update(plain)
        self._remember(remembered)
        return [page for page, _record in plain] + one_by_one

    def _bulk_update(self, plain: list[tuple[ProcedurePage, ProcedureRecord]]) -> None:
        if not plain:
            return
        pages = [page for page, _record in plain]
        for page, record in plain:
            self._fill(page, record)
            page.latest_revision_created_at = self.now
            if page.live:
                page.last_published_at = self.now
        ProcedureBasis.objects.filter(procedure__in=pages).delete()
        self._write_basis(pages, [record for _page, record in plain])
        page_fields = ["title", "draft_title"]
        own_fields = [f.name for f in ProcedurePage._meta.local_concrete_fields if not f.primary_key]
        self.rewrite(pages, [*page_fields, *own_fields], texts=self._texts(pages))

    def rewrite(
        self,
        pages: list[ProcedurePage],
        fields: list[str],
        *,
        texts: dict[int, ProcedureRecord] | None = None,
    ) -> None:
        """Pages without a waiting draft, changed in memory: rows, revisions, log, indexes and versions."""
        ProcedurePage.objects.bulk_update(
            pages, [*fields, "last_published_at", "latest_revision_created_at"], batch_size=100
        )
        self._write_revisions(pages, actions=("wagtail.edit", "wagtail.publish"))
        self._index(pages, fresh=False)
        record_versions(pages, user=self.user, at=self.now, texts=texts)

    def _texts(self, pages: list[ProcedurePage]) -> dict[int, ProcedureRecord]:
        """What they say, out of memory: their children are there, too."""
        return {page.pk: record_of(page, clean=self.rich_texts.clean) for page in pages}

    @staticmethod
    def _index(pages: list[ProcedurePage], *, fresh: bool) -> None:
        """What Wagtail's signals would have done: the admin's usage and search indexes, in the batch's transaction."""
        write_references(pages, fresh=fresh)
        get_search_backend().add_bulk(ProcedurePage, pages)

    def _update_beside_draft(
        self,
        page: ProcedurePage,
        merged: ProcedureRecord,
        incoming: ProcedureRecord,
        taken: tuple[str, ...],
        kept: tuple[str, ...],
    ) -> None:
        """The live text takes over what it may; a draft that waits is carried along, or the incoming text becomes one."""
        draft = (
            page.latest_revision.as_object()
            if page.has_unpublished_changes and page.latest_revision
            else None
        )
        if taken:
            self._fill(page, merged)
            page.basis.set(basis_rows(merged.basis))
            revision = page.save_revision(user=self.user, clean=False)
            if page.live:
                # Past the gate of the editor: an official text is published as it is, gaps shown.
                PublishPageRevisionAction(revision, user=self.user).execute(skip_permission_checks=True)
            page.refresh_from_db()
        if draft is not None:
            # The controller's own words in the draft stay; sections taken over above are carried into it.
            untouched = record_of(draft)
            self._fill(draft, take_sections(untouched, incoming, taken))
            draft.basis.set(basis_rows(take_sections(untouched, incoming, taken).basis))
            draft.save_revision(user=self.user, clean=False)
        elif kept:
            text = take_sections(merged, incoming, kept)
            waiting = page.latest_revision.as_object() if page.latest_revision else page
            self._fill(waiting, text)
            waiting.basis.set(basis_rows(text.basis))
            waiting.save_revision(user=self.user, clean=False)

    def _fill(self, page: ProcedurePage, record: ProcedureRecord, *, content: str = "") -> None:
        for name, value in page_values(record, stored=self.rich_texts.stored).items():
            setattr(page, name, value)
        streams = stream_values(record, form_ids=held_forms(page), stored=self.rich_texts.stored)
        for name, raw in streams.items():
            setattr(page, name, ProcedurePage._meta.get_field(name).stream_block.to_python(raw))
        page.draft_title = page.title
        page.subject = self.subjects.get(record.field) if record.field else None
        page.content_hash = content or content_hash(record)
        page.search_key = page.folded_names()

    def _write_basis(
        self, pages: list[ProcedurePage], records: list[ProcedureRecord], *, fresh: bool = False
    ) -> None:
        no_comments: dict[str, list[Any]] = {COMMENTS_RELATION_NAME: []}
        references = ensure_references(b for record in records for b in record.basis)
        rows = []
        for page, record in zip(pages, records, strict=True):
            mine = [
                ProcedureBasis(procedure_id=page.pk, reference=references[key], sort_order=i)
                for i, key in enumerate(dict.fromkeys(map(cited_key, record.basis)))
            ]
            rows += mine
            # In memory too: the revision holds its children. A new page has no comment; asking would cost a query each.
            page._cluster_related_objects = {"basis": mine} | (no_comments if fresh else {})
        ProcedureBasis.objects.bulk_create(rows, batch_size=500)

    def _write_revisions(self, pages: list[ProcedurePage], *, actions: tuple[str, str]) -> None:
        write_revisions(pages, user=self.user, at=self.now, content_type=self.content_type)
        write_history(
            pages,
            actions=actions,
            user=self.user,
            at=self.now,
            content_type=self.content_type,
            source=self.source,
        )

    def _remember(self, rows: list[tuple[ProcedurePage, dict[str, str]]]) -> None:
        ImportedProcedure.objects.bulk_create(
            [
                ImportedProcedure(
                    procedure=page,
                    source_hash=self.prints[page.code].source,
                    part_hashes=parts,
                    imported_at=self.now,
                )
                for page, parts in rows
            ],
            batch_size=500,
            update_conflicts=True,
            unique_fields=["procedure"],
            update_fields=["source_hash", "part_hashes", "imported_at"],
        )
