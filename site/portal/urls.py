"""All addresses of the portal. Each app brings its own public ones; the page tree answers last."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.documents import urls as wagtaildocs_urls

from home.guarded_pages import ChosenPagesView, confirm_move
from home.views.icons import favicon
from portal import health
from portal.sitemaps import robots, sitemap_index, sitemap_part


def not_here(request: HttpRequest, *_args: object, **_kwargs: object) -> HttpResponse:
    raise Http404


urlpatterns = [
    # Wagtail's test of the page for errors: an alarm that every login could ring.
    path("admin/failwhale/", not_here),
    # These two name pages before they ask for the right to them.
    path(
        "admin/pages/<int:page_to_move_id>/move/<int:destination_id>/confirm/",
        require_admin_access(confirm_move),
    ),
    path("admin/choose-page/chosen-multiple/", require_admin_access(ChosenPagesView.as_view())),
    # Its English sign-in page; there is one door.
    path("_util/login/", RedirectView.as_view(pattern_name="wagtailadmin_login", query_string=True)),
    # Its screens of promoted results need scripts in the page; ours stand at tim-kiem/ghim/ (search.curation).
    re_path(r"^admin/searchpicks/", not_here),
    path("admin/", include(wagtailadmin_urls)),
    path("tai-lieu/", include(wagtaildocs_urls)),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("robots.txt", robots),
    path("sitemap.xml", sitemap_index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemap_part, name="sitemap_part"),
    path("favicon.ico", favicon),
    path("", include("search.urls")),
    path("", include("home.urls")),
    path("", include("procedures.urls")),
    path("", include(wagtail_urls)),
]

handler400 = "home.views.errors.bad_request"
handler403 = "home.views.errors.permission_denied"
handler404 = "home.views.errors.page_not_found"
handler500 = "home.views.errors.server_error"
