"""Versions of an official text in the admin: when, who, what changed, and which of it units have to confirm."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page

from home.permissions import sees_everything
from procedures.boards.changes import change_of
from procedures.importing.section_texts import SECTION_LABELS
from procedures.ledger.versions import mark_material
from procedures.models import Listing, ProcedurePage, ProcedureVersion
from procedures.text.short_title import short_title

SHORT = 90
LONGEST = 400
"""Changed sentences of one section; the rest is counted."""


def may_mark(user: Any, page: ProcedurePage) -> bool:
    return bool(page.permissions_for_user(user).can_publish())


def version_url(version: ProcedureVersion) -> str:
    return reverse("procedure_version", args=[version.procedure_id, version.number])


class VersionScreen(WagtailAdminTemplateMixin, View):
    """Official texts are public, so everybody in the admin reads their versions; a text never published has none."""

    header_icon = "history"
    page: ProcedurePage

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        pages = ProcedurePage.objects.without_texts()
        if not request.user.is_authenticated:
            raise Http404
        self.page = get_object_or_404(pages.filter(versions__isnull=False).distinct(), pk=kwargs["page_id"])

    def get_page_title(self) -> Any:
        return gettext("Các bản: %(title)s") % {"title": self.short_title}

    @property
    def short_title(self) -> str:
        return short_title(self.page.title, SHORT)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("procedure_versions", args=[self.page.pk]), "label": _("Các bản")},
        ]


class VersionsView(VersionScreen):
    template_name = "procedures/admin/board_versions.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        versions = self.page.versions.select_related("published_by").order_by("-number")
        waiting = dict(
            Listing.objects.filter(procedure=self.page, live=True)
            .order_by()
            .values_list("confirmed_version")
            .annotate(n=Count("pk"))
        )
        rows = [
            {
                "version": version,
                "url": version_url(version),
                "sections": [
                    {"label": SECTION_LABELS[name], "material": name in version.material}
                    for name in version.changed
                    if name in SECTION_LABELS
                ],
                "by": version.published_by if sees_everything(request.user) else None,
                "confirmed": waiting.get(version.number, 0),
            }
            for version in versions
        ]
        context = self.get_context_data(
            procedure=self.page,
            rows=rows,
            shows_people=sees_everything(request.user),
            edit_url=reverse("wagtailadmin_pages:edit", args=[self.page.pk])
            if self.page.permissions_for_user(request.user).can_edit()
            else "",
        )
        return self.render_to_response(context)


class VersionView(VersionScreen):
    """One version against the one before it; whoever publishes procedures says what of it is material."""

    template_name = "procedures/admin/board_version.html"
    version: ProcedureVersion

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.version = get_object_or_404(
            self.page.versions.select_related("published_by", "marked_by"), number=kwargs["number"]
        )

    def get_page_title(self) -> Any:
        return gettext("Bản số %(n)s: %(title)s") % {"n": self.version.number, "title": self.short_title}

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.get_page_title()}]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        change = change_of(self.version, most=LONGEST)
        context = self.get_context_data(
            procedure=self.page,
            version=self.version,
            change=change,
            marks=[
                {"name": name, "label": SECTION_LABELS[name], "material": name in self.version.material}
                for name in self.version.changed
                if name in SECTION_LABELS
            ],
            may=may_mark(request.user, self.page) and bool(self.version.changed),
            shows_people=sees_everything(request.user),
            touched=self._touched(),
        )
        return self.render_to_response(context)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_mark(request.user, self.page):
            raise PermissionDenied
        chosen = [name for name in self.version.changed if name in set(request.POST.getlist("phan"))]
        mark_material(self.version, chosen, request.user)
        touched = self._touched()
        if chosen:
            said = gettext("Đã lưu. %(n)s đơn vị đang niêm yết phải xác nhận lại.") % {"n": touched}
        else:
            said = gettext("Đã lưu. Các đơn vị không phải xác nhận lại vì bản này.")
        messages.success(request, said)
        return redirect(version_url(self.version))

    def _touched(self) -> int:
        """Units that list it and have not confirmed this version."""
        behind = Q(confirmed_version__lt=self.version.number)
        return Listing.objects.filter(behind, procedure=self.page, live=True).count()


def tell_marks(request: HttpRequest, page: Page) -> None:
    """After publishing an edit: which parts units will have to confirm, and where to say otherwise."""
    if not isinstance(page.specific_deferred, ProcedurePage):
        return
    version = ProcedureVersion.objects.filter(procedure=page.pk).order_by("-number").first()
    row = ProcedurePage.objects.filter(pk=page.pk).values_list("last_published_at", flat=True).first()
    if version is None or not version.changed or version.marked_at is not None or row is None:
        return
    if abs((version.published_at - row).total_seconds()) > JUST_NOW:
        return
    labels = [str(SECTION_LABELS[name]) for name in version.material if name in SECTION_LABELS]
    said = (
        gettext("Đơn vị đang niêm yết phải xác nhận lại vì đã đổi: %(parts)s.") % {"parts": ", ".join(labels)}
        if labels
        else gettext("Chỗ vừa đổi không bắt đơn vị xác nhận lại.")
    )
    messages.info(
        request,
        format_html(
            '{} <a href="{}">{}</a>', said, version_url(version), gettext("So với bản trước và chọn lại")
        ),
    )


JUST_NOW = 120
"""Seconds between a version and the publication that made it; an older one was made by something else."""
