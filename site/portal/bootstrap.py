"""Everything a fresh database needs before the portal can serve; safe to run again."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import transaction
from wagtail.models import Collection, GroupApprovalTask, Page, Site, Workflow

from home.admin_words import name_permissions
from home.groups import ensure_groups
from home.models import HomePage
from home.unit_csv import shipped_units
from home.unit_import import import_unit_records
from procedures.competence.table import load_shipped
from procedures.completeness.yearly_schemes import ensure_example
from procedures.ledger.recording import open_ledger
from procedures.listings.approval import ensure_approval_workflow
from procedures.models import CatalogueIndexPage
from search.engines.contract import EngineUnavailable
from search.indexing import bring_up_to_date, known_engines
from search.jobs import words

Say = Callable[[str], None]


def bootstrap(*, say: Say = lambda _line: None) -> None:
    """Migrate, then everything that `lay_foundation` makes."""
    call_command("migrate", interactive=False, verbosity=0)
    lay_foundation(say=say)


def lay_foundation(*, say: Say = lambda _line: None) -> None:
    """Page tree, units, groups, table of competence, approval workflow, in a database that has its tables."""
    ensure_tree()
    tidy_wagtail_rows()
    report = import_unit_records(shipped_units())
    say(f"Đơn vị: {len(report.created)} mới, {len(report.changed)} thay đổi, {report.unchanged} giữ nguyên.")
    table = load_shipped()
    say(
        f"Bảng thẩm quyền: {table.created} dòng mới, {table.changed} thay đổi, {table.unchanged} giữ nguyên, "
        f"{len(table.kept)} giữ bản sửa tại cổng."
    )
    for problem in table.problems:
        say(problem)
    if (scheme := ensure_example()) is not None:
        say(f"Bộ tiêu chí: chưa có nên dùng bộ mẫu cho năm {scheme.year}.")
    ensure_groups()
    ensure_approval_workflow()
    if written := open_ledger():
        say(f"Sổ niêm yết: ghi {written} mục đang có.")


def update_search(*, say: Say = lambda _line: None) -> None:
    """The indexes of the search, built where there is none. A cluster that is away gets its own from the worker later."""
    for engine in known_engines():
        try:
            say(f"Tìm kiếm ({engine.name}): {words(bring_up_to_date(engine))}.")
        except EngineUnavailable as error:
            say(f"Tìm kiếm ({engine.name}): chưa lập được chỉ mục: {error}")


@transaction.atomic
def ensure_tree() -> HomePage:
    """Home page at the root, the catalogue below it, one site. Wagtail's welcome page gives way."""
    root = Page.get_first_root_node()
    home = HomePage.objects.first()
    if home is None:
        Page.objects.filter(depth=2, content_type__model="page").delete()
        root = Page.objects.get(pk=root.pk)
        # treebeard counts children itself; a deleted queryset leaves the count behind.
        root.numchild = root.get_children().count()
        root.save(update_fields=["numchild"])
        home = root.add_child(instance=HomePage(title=settings.WAGTAIL_SITE_NAME, slug="trang-dau"))
    if not CatalogueIndexPage.objects.exists():
        home.add_child(
            instance=CatalogueIndexPage(title="Thủ tục hành chính", slug="thu-tuc", show_in_menus=True)
        )
    hostname, port = _site_address()
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "root_page": home,
            "hostname": hostname,
            "port": port,
            "site_name": settings.WAGTAIL_SITE_NAME,
        },
    )
    return home


@transaction.atomic
def tidy_wagtail_rows() -> None:
    """What Wagtail's own migrations leave behind: groups and a workflow that nobody here uses, English names."""
    unused = Group.objects.filter(name__in=["Editors", "Moderators"], user=None)
    Workflow.objects.filter(name="Moderators approval").delete()
    GroupApprovalTask.objects.filter(name="Moderators approval", workflow_tasks=None).delete()
    unused.delete()
    Page.objects.filter(depth=1, title="Root").update(title="Gốc", draft_title="Gốc")
    Collection.objects.filter(depth=1, name="Root").update(name="Tất cả")
    name_permissions()


def _site_address() -> tuple[str, int]:
    parts = urlsplit(settings.PORTAL_BASE_URL)
    return parts.hostname or "localhost", parts.port or (443 if parts.scheme == "https" else 80)
