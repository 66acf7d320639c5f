"""The demo as `make run` lays it: whole, repeatable, and with the gaps that boards are to show."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Workflow

from home.models import Desk, HomePage, Membership, Unit
from portal.bootstrap import lay_foundation
from portal.demo import AMENDED, DEMO_PASSWORD, GAPS, PEOPLE, SLOW, load_demo, sample_history
from portal.demo_history import (
    FIRST,
    INSPECTED,
    LATER,
    LATEST,
    WITHDRAWN,
    WITHDRAWN_BY,
    History,
    story,
)
from portal.demo_questions import QUESTIONS, lay_questions
from procedures.completeness.reports import unit_report
from procedures.ledger.reading import listed
from procedures.ledger.verifying import verify_ledger
from procedures.listings.state import unit_states
from procedures.models import InspectionRound, LedgerRoot, Listing, ProcedurePage
from procedures.models.inspections import RoundState
from procedures.transparency.measuring import monthly
from search import engines, vocabulary
from search.documents import DocumentId
from search.models import LearnedQuery, QueryDay, QueryOpened
from search.outbox import catch_up
from search.privacy import may_keep
from search.reading import read
from search.said import answered, known
from search.text import fold
from search.usage import learn
from tests.integration.found_links import links

pytestmark = [pytest.mark.whole, pytest.mark.usefixtures("rolled_back")]

JUDGED = {
    "ket hon": "1.000894",
    "dang ki ket hon": "1.000894",
    "kết hôn ở cẩm bình": "1.000894",
    "khai sinh": "1.001193",
    "lam giay khai sinh": "1.001193",
    "dang ki khai sinh": "1.001193",
    "ho kinh doanh": "1.001612",
    "so do": "1.013978",
    "tam tru": "1.004194",
    "1,000894": "1.000894",
    "1．000894": "1.000894",
}


def lay() -> None:
    lay_foundation(say=lambda _line: None)
    load_demo(say=lambda _line: None)


@pytest.fixture(scope="module")
def demo(module_db: None) -> None:
    with override_settings(PORTAL_DEMO=True):
        lay()


def test_the_whole_province_lists_with_the_gaps_left_on_purpose(demo: None) -> None:
    fresh = set(ProcedurePage.objects.filter(code__in=(*FIRST, *LATER, *LATEST)).values_list("pk", flat=True))
    states = unit_states(Unit.objects.active().listing_units())
    for state in states:
        slug = state.unit.slug
        old = set(state.owed) - fresh
        assert len(state.missing - fresh) == min(GAPS.get(slug, 0), len(old)), slug
        outdated = {p.code for p in ProcedurePage.objects.filter(pk__in=state.outdated)}
        assert outdated <= AMENDED.keys()
        if state.unit.is_commune and slug not in GAPS:
            assert bool(outdated) == (slug in SLOW), slug
    # Something is late somewhere, and something is due in the next days.
    assert any(state.late for state in states)
    assert any(state.missing - state.late for state in states)
    assert Page.find_problems() == ([], [], [], [], [])
    assert not any(page.missing_parts() for page in ProcedurePage.objects.all())

    # Where to go is known for every unit that lists: a desk of its own or one that serves it.
    listing_units = Unit.objects.filter(listings__live=True).distinct()
    assert not listing_units.filter(desks=None, shared_desks=None).exists()
    assert Desk.objects.filter(is_sample=False).count() == 0

    home = HomePage.objects.get()
    assert len(home.life_events) == 12
    assert len(home.most_needed) == 12


def test_laying_it_again_changes_nothing(demo: None) -> None:
    before = (
        ProcedurePage.objects.count(),
        Listing.objects.count(),
        Listing.objects.outdated().count(),
        Desk.objects.count(),
        Membership.objects.count(),
        list(ProcedurePage.objects.order_by("pk").values_list("latest_revision", "content_hash")),
    )
    lay()
    after = (
        ProcedurePage.objects.count(),
        Listing.objects.count(),
        Listing.objects.outdated().count(),
        Desk.objects.count(),
        Membership.objects.count(),
        list(ProcedurePage.objects.order_by("pk").values_list("latest_revision", "content_hash")),
    )
    assert after == before


def test_its_history_can_be_asked_and_proved(demo: None) -> None:
    history = sample_history()
    assert verify_ledger().intact
    unit = Unit.objects.get(slug="xa-cam-binh")
    then = unit_report(unit, history.round_day)
    assert not then.no_ledger
    assert 0 < then.score.listed < then.score.owed
    before = listed(unit, history.opening - timedelta(days=1))
    assert before.no_ledger

    # Withdrawn for a while, and back: on the days between it was not there.
    withdrawn = Unit.objects.get(slug=WITHDRAWN_BY)

    def shown(days: int) -> bool:
        items = listed(withdrawn, history.opening + timedelta(days=days)).items
        return WITHDRAWN in {item.code for item in items}

    assert (shown(55), shown(70), shown(90)) == (True, False, True)

    inspection = InspectionRound.objects.get()
    assert inspection.state == RoundState.CONCLUDED
    assert inspection.as_of == history.round_day
    points = dict(inspection.units.values_list("unit__slug", "final_points"))
    assert len(points) == len(INSPECTED)
    assert None not in points.values()

    months = monthly([withdrawn])[withdrawn.pk]
    assert len(months) >= 8
    assert {month.listed_share for month in months} != {months[0].listed_share}
    assert LedgerRoot.objects.count() >= (months[-1].day - history.opening).days


@pytest.mark.parametrize(
    "today", [date(2026, 1, 2), date(2026, 3, 14), date(2026, 3, 15), date(2026, 12, 31)]
)
def test_whatever_day_it_is_the_story_lies_before_it(today: date) -> None:
    history = History(records=[], older={}, gaps={}, slow=frozenset(), today=today)
    days = [day for day, _step in story(history)]
    assert min(days) > history.opening
    assert max(days) < today
    assert history.round_day + timedelta(days=70) < today


def test_everybody_of_the_demo_can_log_in_and_nothing_of_wagtails_samples_is_left(
    demo: None, settings: Any
) -> None:
    settings.PORTAL_DEMO = True
    for login, *_rest in PEOPLE:
        assert authenticate(username=login, password=DEMO_PASSWORD) is not None, login
    assert not get_user_model().objects.filter(is_superuser=True).exists()
    assert not Group.objects.filter(name__in=["Editors", "Moderators"]).exists()
    assert not Workflow.objects.filter(name="Moderators approval").exists()


def test_what_people_type_finds_what_they_want_first(demo: None) -> None:
    client = Client()
    firsts = {text: links(client.get("/tim-kiem/", {"q": text})) for text in JUDGED}
    assert {
        text: JUDGED[text] in (urls[0] if urls else "") for text, urls in firsts.items()
    } == dict.fromkeys(JUDGED, True)
    # With the commune typed beside it, the procedure opens for this commune.
    assert "xa-cam-binh" in firsts["kết hôn ở cẩm bình"][0]
    # No department stands above the procedures for words in the middle of a former name.
    text = client.get("/tim-kiem/?q=so do").content.decode()
    assert "don-vi-thay" not in text or text.index("don-vi-thay") > text.index('id="ket-qua"')


def test_sample_logins_are_worth_nothing_outside_demo_mode(demo: None, settings: Any) -> None:
    settings.PORTAL_DEMO = True
    administrator = get_user_model().objects.get(username="quan-tri")
    client = Client()
    client.force_login(administrator)
    assert client.get(reverse("wagtailadmin_home")).status_code == 200
    settings.PORTAL_DEMO = False
    assert client.get(reverse("wagtailadmin_home")).status_code == 302, "a session of theirs ends too"
    for login, *_rest in PEOPLE:
        assert authenticate(username=login, password=DEMO_PASSWORD) is None, login


def test_its_curators_see_what_a_page_of_questions_is_for(demo: None, client: Client, settings: Any) -> None:
    catch_up(engines.embedded())
    today = timezone.localdate()
    asked = lay_questions(today)
    assert asked > 1_000
    assert lay_questions(today) == 0, "once"
    rows = sorted(QueryDay.objects.values_list("normal", "day", "asked", "opened"))
    assert {day < today for _normal, day, *_counts in rows} == {True}
    assert all(opened <= times for *_query, times, opened in rows)
    neighbours = known()
    for question in QUESTIONS:
        assert may_keep(question.text, read(question.text, vocabulary.current()).normal, neighbours), question
    QueryDay.objects.all().delete()
    QueryOpened.objects.all().delete()
    lay_questions(today)
    again = sorted(QueryDay.objects.values_list("normal", "day", "asked", "opened"))
    assert again == rows, "the same each time"

    settings.PORTAL_DEMO = True
    client.force_login(get_user_model().objects.get(username="so-noi-vu"))
    for tab, line in (("", "đăng ký kết hôn"), ("khong-thay", "bay flycam"), ("khong-mo", "hộ chiếu")):
        page = client.get(reverse("search_curation"), {"loc": tab}).content.decode()
        assert line in page or fold(line) in page, tab
        assert "số liệu mẫu" in page
    settings.PORTAL_REAL_DATA = True
    assert "số liệu mẫu" not in client.get(reverse("search_curation")).content.decode()

    # What is learned of it is only what the search puts first by itself, and only whole names are suggested.
    learn(today)
    learned = LearnedQuery.objects.filter(suggested=True)
    assert learned.count() > 10
    for query in learned:
        judged = answered(query.normal)
        assert judged is not None
        assert judged.said, query.normal
        assert [
            judged.places[DocumentId(kind, key)] for kind, keys in query.shares.items() for key in keys
        ] == [1]


def test_samples_are_not_mixed_with_what_people_asked(demo: None) -> None:
    QueryDay.objects.create(normal="ket hon", day=timezone.localdate(), asked=1)
    assert lay_questions() == 0
    assert QueryDay.objects.count() == 1


def test_demo_is_refused_outside_demo_mode(settings: Any) -> None:
    settings.PORTAL_DEMO = False
    with pytest.raises(CommandError, match="PORTAL_DEMO"):
        call_command("bootstrap", "--demo")
