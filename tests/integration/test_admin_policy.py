"""The admin keeps to its Content-Security-Policy: no inline script, no event attribute on any screen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.admin.widgets import AdminPageChooser, AdminTimeInput
from wagtail.admin.widgets.workflows import AdminTaskChooser

from procedures.models import CatalogueIndexPage
from tests.factories.catalogue import make_listing
from tests.factories.inspections import make_sent_unit
from tests.factories.people import make_user
from tests.factories.units import make_counter, make_desk, make_unit

pytestmark = pytest.mark.django_db

INLINE_SCRIPT = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*\btype=\"(?:application/(?:ld\+)?json|text/x-[\w-]+)\")[^>]*>[^<]",
    re.IGNORECASE,
)
HANDLER = re.compile(r"<[a-z][^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE)


def screens() -> list[str]:
    unit = make_unit()
    desk = make_desk(unit)
    listing = make_listing(unit)
    procedure = listing.procedure
    inspected = make_sent_unit(unit, words="Chữ thử")
    catalogue = CatalogueIndexPage.objects.get()
    return [
        "/admin/",
        reverse("wagtailsnippets_procedures_listing:list"),
        reverse("wagtailsnippets_procedures_listing:add"),
        reverse("wagtailsnippets_procedures_listing:edit", args=[listing.pk]),
        reverse("wagtailsnippets_procedures_listing:history", args=[listing.pk]),
        reverse("wagtailsnippets_procedures_listing:inspect", args=[listing.pk]),
        reverse("wagtailsnippets_home_desk:list"),
        reverse("wagtailsnippets_home_desk:edit", args=[desk.pk]),
        reverse("wagtailsnippets_home_counter:edit", args=[make_counter(desk).pk]),
        reverse("wagtailsnippets_home_unit:list"),
        reverse("wagtailsnippets_home_unit:edit", args=[unit.pk]),
        reverse("wagtailsnippets_home_calendarday:add"),
        reverse("membership:index"),
        reverse("membership:add"),
        reverse("wagtailusers_users:index"),
        reverse("wagtailusers_groups:add"),
        reverse("wagtailadmin_explore", args=[catalogue.pk]),
        reverse("wagtailadmin_pages:edit", args=[procedure.pk]),
        reverse("wagtailadmin_pages:edit", args=[catalogue.get_parent().pk]),
        reverse("wagtailadmin_reports:site_history"),
        reverse("wagtailadmin_workflows:add"),
        reverse("wagtailsites:add"),
        reverse("wagtailredirects:add"),
        reverse("wagtailsettings:edit", args=["home", "portalsettings"]),
        reverse("wagtailadmin_account"),
        reverse("wagtailimages:index"),
        reverse("wagtaildocs:index"),
        reverse("search_curation"),
        reverse("wagtailsnippets_search_vocabularyentry:add"),
        reverse("search_promotion:add"),
        reverse("search_note:add"),
        reverse("inspection_rounds"),
        reverse("inspection_round_add"),
        reverse("inspection_round", args=[inspected.round_id]),
        reverse("inspection_log", args=[inspected.round_id]),
        *(
            reverse(name, args=[inspected.pk])
            for name in ("inspected_unit", "inspection_explain", "inspection_conclude", "inspection_compare")
        ),
    ]


def test_no_screen_holds_an_inline_script() -> None:
    client = Client()
    client.force_login(make_user(is_superuser=True))
    found = {}
    for url in screens():
        response = client.get(url, follow=True)
        assert response.status_code == 200, url
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        assert (
            "'unsafe-inline'"
            not in response.headers["Content-Security-Policy"].split("script-src")[1].split(";")[0]
        )
        text = response.content.decode()
        if bad := INLINE_SCRIPT.findall(text) + HANDLER.findall(text):
            found[url] = bad
    assert found == {}


@pytest.mark.parametrize(
    ("html", "refused"),
    [
        ("<script>go()</script>", True),
        ('<script type="text/javascript">go()</script>', True),
        ('<script src="/static/a.js"></script>', False),
        ('<script type="application/json" id="a">{}</script>', False),
    ],
)
def test_the_search_finds_inline_scripts(html: str, *, refused: bool) -> None:
    assert bool(INLINE_SCRIPT.search(html)) is refused


@pytest.mark.parametrize(
    ("widget", "call"),
    [
        (AdminPageChooser, "PageChooser"),
        (AdminTimeInput, "initTimeChooser"),
        (AdminTaskChooser, "createTaskChooser"),
    ],
)
def test_widgets_start_by_data_not_by_script(widget: Any, call: str) -> None:
    html = widget().render("field", None, attrs={"id": "id_field"})
    assert "<script" not in html
    assert f'data-p-init-call-value="{call}"' in html
    assert "id_field" in html.split("data-p-init-args-value")[1]
