"""All addresses of the portal. Each app brings its own public ones; the page tree answers last."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    path("tai-lieu/", include(wagtaildocs_urls)),
    path("sitemap.xml", sitemap),
    path("", include("home.urls")),
    path("", include("procedures.urls")),
    path("", include(wagtail_urls)),
]
