"""Printable booklets: the file for everybody, and the screen where a unit's staff see it being made."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_safe
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from home.models import Unit
from home.succession import for_living_unit
from procedures.booklets.making import ask
from procedures.booklets.shown import REST, busy, shown_booklets
from procedures.listings.units import ListingRights, rights_in, visible_units
from procedures.models import Booklet

REFRESH_SECONDS = "3"


@require_safe
@for_living_unit  # type: ignore[arg-type]  # a file is a response as well
def whole(request: HttpRequest, unit: Unit) -> HttpResponseBase:
    """/don-vi/<slug>/bang-niem-yet/so-tay/: the file; of a large unit, the volumes to choose from."""
    booklets = shown_booklets(unit)
    if len(booklets) == 1:
        return _file(booklets[0].booklet)
    context = {
        "page_title": _("Sổ tay niêm yết của %(unit)s") % {"unit": unit.name},
        "noindex": True,
        "unit": unit,
        "booklets": booklets,
        "crumbs": [(_("Đơn vị"), reverse("units")), (unit.name, unit.get_absolute_url())],
    }
    return render(request, "procedures/booklets.html", context, status=200 if booklets else 404)


@require_safe
@for_living_unit  # type: ignore[arg-type]  # a file is a response as well
def volume(request: HttpRequest, unit: Unit, subject: str) -> HttpResponseBase:
    """/don-vi/<slug>/bang-niem-yet/so-tay/<linh-vuc>/"""
    made = Booklet.objects.filter(unit=unit).exclude(file="").select_related("subject")
    found = made.filter(subject=None) if subject == REST else made.filter(subject__slug=subject)
    booklet = found.first()
    if booklet is None:
        raise Http404
    return _file(booklet)


def _file(booklet: Booklet) -> HttpResponseBase:
    try:
        content = booklet.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    day = timezone.localdate(booklet.made_at)
    name = "-".join(
        filter(None, ("so-tay", booklet.unit.slug, booklet.subject.slug if booklet.subject else ""))
    )
    response = FileResponse(content, filename=f"{name}-{day:%Y-%m-%d}.pdf", content_type="application/pdf")
    response["ETag"] = f'"{booklet.fingerprint[:32]}-{booklet.made_at:%Y%m%d%H%M%S}"'
    response["Cache-Control"] = "public, max-age=300"
    return response


class BookletsView(WagtailAdminTemplateMixin, View):
    """A foreign unit does not exist: 404."""

    header_icon = "doc-full"
    page_title = gettext_lazy("Sổ tay niêm yết")
    template_name = "procedures/admin/booklets.html"
    unit: Unit
    rights: ListingRights

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        found = visible_units(request.user).filter(slug=kwargs["slug"]).first()
        if found is None:
            raise Http404
        self.unit, self.rights = found, rights_in(request.user, found)

    def get_page_subtitle(self) -> Any:
        return self.unit.name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("unit_listings_choice"), "label": _("Niêm yết")},
            {"url": reverse("unit_listings", args=[self.unit.slug]), "label": self.unit.name},
            {"url": "", "label": self.page_title},
        ]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        booklets = list(
            Booklet.objects.filter(unit=self.unit).select_related("subject").order_by("subject__name")
        )
        is_busy = busy(booklets)
        response = self.render_to_response(
            self.get_context_data(
                unit=self.unit, rights=self.rights, booklets=booklets, is_busy=is_busy, rest=REST
            )
        )
        if is_busy:
            # Progress without a script of its own.
            response["Refresh"] = REFRESH_SECONDS
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.rights.any:
            raise PermissionDenied
        if ask(self.unit, anew=True):
            messages.success(request, _("Đã đưa vào hàng đợi; sổ tay sẽ được lập lại trong ít phút."))
        else:
            messages.warning(
                request,
                _("Sổ tay đang được lập, hoặc đơn vị chưa niêm yết thủ tục nào nên chưa có gì để in."),
            )
        return redirect("unit_booklets", slug=self.unit.slug)
