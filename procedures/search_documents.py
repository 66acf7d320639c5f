"""What the search finds of the catalogue: each published procedure once, with the units that list it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from home.models import Subject, Unit
from procedures import search_priors
from procedures.catalogue_filters import AUDIENCES, LEVELS, ONLINE
from procedures.competence.table import CurrentTable, current, facts_of
from procedures.enums import Audience, Level
from procedures.mapping import channels_of, raw_items, raw_values
from procedures.models import Listing, ProcedureBasis, ProcedurePage
from procedures.presenters.bodies import competent_bodies
from procedures.presenters.hits import level_words
from procedures.record import Channel
from procedures.search_priors import prior
from procedures.short_facts import short_fee, short_time
from search.documents import DocumentId, Part, Passage, SearchDocument
from search.passages import lines_of, passages
from search.query import Hint
from search.registry import Kind, exclude, register, register_facet, register_shortcut

KIND = "thu-tuc"
BATCH = 200
_LEVEL_WORDS = {stored: word for word, stored in LEVELS.items()}
_AUDIENCE_WORDS = {stored: word for word, stored in AUDIENCES.items()}
_ONLINE_WORDS = {stored: word for word, stored in ONLINE.items()}
_UNIT, _CODE = "don-vi-nao", "1.000000"

_COLUMNS = (
    "code", "title", "full_name", "subject__name", "subject__slug", "decision_number", "issuing_body", "scope", "levels",
    "audiences", "bodies", "purpose", "steps", "channels", "cases", "copies_text", "results", "conditions", "online_level",
    "everyday_names", "state", "in_force_from", "in_force_until", "end_reason", "last_published_at", "live",
    "replaced_by__code", "replaced_by__title",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Addresses:
    """Asked of the router once, not for each of thousands."""

    procedure: str
    listing: str

    @classmethod
    def known(cls) -> _Addresses:
        return cls(reverse("procedure", args=[_CODE]), reverse("listing", args=[_UNIT, _CODE]))

    def of(self, code: str) -> tuple[str, str, str]:
        """The procedure's own address, at a unit, and its own for a reader of a unit."""
        url = self.procedure.replace(_CODE, code)
        listing = self.listing.replace(_CODE, code).replace(_UNIT, "{unit}")
        return url, listing, f"{url}?don-vi={{unit}}"


@dataclass(frozen=True, slots=True)
class _Around:
    """What belongs to a batch besides its rows."""

    units: Mapping[int, tuple[str, ...]]
    basis: Mapping[int, tuple[str, ...]]
    competence: CurrentTable
    addresses: _Addresses
    today: date
    headings: Mapping[str, str]
    """Anchor → heading."""
    audiences: Mapping[str, str]


class ProcedureSource:
    """Provincial and central ones; ended ones too, which are only found by their code. Four queries a batch."""

    def count(self) -> int:
        return self._rows().count()

    def all(self) -> Iterator[SearchDocument]:
        last = 0
        while batch := list(self._rows().filter(pk__gt=last).order_by("pk")[:BATCH]):
            last = batch[-1].pk
            yield from self._documents(batch)

    def some(self, keys: Sequence[str]) -> Iterator[SearchDocument]:
        for start in range(0, len(keys), BATCH):
            yield from self._documents(
                list(self._rows().filter(code__in=keys[start : start + BATCH]).order_by("pk"))
            )

    @staticmethod
    def _rows() -> Any:
        return ProcedurePage.objects.public().select_related("subject", "replaced_by").only(*_COLUMNS)

    @staticmethod
    def _documents(pages: Sequence[ProcedurePage]) -> Iterator[SearchDocument]:
        if not pages:
            return
        keys = [page.pk for page in pages]
        around = _Around(
            units=_listing_units(keys),
            basis=_basis(keys),
            competence=current(),
            addresses=_Addresses.known(),
            today=timezone.localdate(),
            headings={anchor: str(words) for anchor, words in HEADINGS.items()},
            audiences={who.value: str(who.label) for who in Audience},
        )
        for page in pages:
            yield document(page, around)


def document(page: ProcedurePage, around: _Around) -> SearchDocument:
    channels = channels_of(page, with_notes=False)
    url, unit_url, reader_url = around.addresses.of(page.code)
    dated = page.in_force_from or _day(page.last_published_at)
    units = around.units.get(page.pk, ())
    return SearchDocument(
        id=DocumentId(KIND, page.code),
        title=page.title,
        url=url,
        names=_unlike(page.full_name, page.title),
        everyday=page.everyday_name_list,
        codes=(page.code,),
        passages=tuple(_passages(page, channels, around)),
        facets=_facets(page, units, dated),
        meta=_meta(page, channels),
        prior=prior(page.code, scope=page.scope, levels=page.levels, audiences=page.audiences),
        dated=dated,
        unit_url=unit_url,
        reader_url=reader_url,
        ended=_ended(page, around.today),
    )


def _unlike(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _day(moment: Any) -> date | None:
    return timezone.localtime(moment).date() if moment else None


def _facets(page: ProcedurePage, units: tuple[str, ...], dated: date | None) -> dict[str, tuple[str, ...]]:
    facets = {
        "linh-vuc": (page.subject.slug,) if page.subject else (),
        "cap": tuple(_LEVEL_WORDS[level] for level in page.levels if level in _LEVEL_WORDS),
        "doi-tuong": tuple(_AUDIENCE_WORDS[who] for who in page.audiences if who in _AUDIENCE_WORDS),
        "truc-tuyen": (_ONLINE_WORDS[page.online_level],) if page.online_level in _ONLINE_WORDS else (),
        "don-vi": units,
        "nam": (str(dated.year),) if dated else (),
    }
    return {name: values for name, values in facets.items() if values}


def _meta(page: ProcedurePage, channels: Sequence[Channel]) -> tuple[str, ...]:
    fee = short_fee(channels)
    said = (
        level_words(page),
        short_time(channels),
        fee[:1].upper() + fee[1:],
        page.subject.name if page.subject else "",
    )
    return tuple(words for words in said if words)


def _ended(page: ProcedurePage, today: date) -> str:
    """As `ProcedureQuerySet.in_force`: what is out of the lists says why."""
    if page.is_ended:
        words = (
            _("Hết hiệu lực từ %(day)s") % {"day": _next_day(page.in_force_until).strftime("%d/%m/%Y")}
            if page.in_force_until
            else _("Đã hết hiệu lực")
        )
        if page.replaced_by:
            words += _(", được thay bằng %(code)s %(title)s") % {
                "code": page.replaced_by.code,
                "title": page.replaced_by.title,
            }
        return words
    if page.in_force_from and page.in_force_from > today:
        return _("Có hiệu lực từ %(day)s") % {"day": page.in_force_from.strftime("%d/%m/%Y")}
    return ""


def _next_day(day: date) -> date:
    return date.fromordinal(min(day.toordinal() + 1, date.max.toordinal()))


# Passages -----------------------------------------------------------------------------------------------------------------

FIELD, PURPOSE, AUDIENCE = "linh-vuc", "de-lam-gi", "ai-lam"
PLACE, PAPERS, STEPS, FEES, RESULTS = "nop-o-dau", "mang-gi", "cac-buoc", "thoi-gian-phi", "ket-qua"
CONDITIONS, BASIS, DECISION = "dieu-kien", "can-cu", "cong-bo"
HEADINGS: Mapping[str, Any] = {
    FIELD: gettext_lazy("Lĩnh vực"),
    PURPOSE: gettext_lazy("Để làm gì"),
    AUDIENCE: gettext_lazy("Ai được làm"),
    PLACE: gettext_lazy("Cơ quan giải quyết"),
    PAPERS: gettext_lazy("Cần mang theo gì"),
    STEPS: gettext_lazy("Các bước"),
    FEES: gettext_lazy("Thời gian và lệ phí"),
    RESULTS: gettext_lazy("Kết quả"),
    CONDITIONS: gettext_lazy("Điều kiện"),
    BASIS: gettext_lazy("Căn cứ pháp lý"),
    DECISION: gettext_lazy("Quyết định công bố"),
}
ANCHORS = {FIELD: "", AUDIENCE: PURPOSE}
"""Where a place isn't itself an anchor of templates/procedures/document.html (a test holds them against it)."""


def _passages(page: ProcedurePage, channels: Sequence[Channel], around: _Around) -> Iterator[Passage]:
    bodies = competent_bodies(
        facts_of(page), table=around.competence.table, names=around.competence.unit_names
    )
    audiences = [around.audiences[who] for who in page.audiences if who in around.audiences]
    results = (value["name"] for value in raw_values(page.results))
    parts: list[tuple[Part, str, Iterable[str]]] = [
        (Part.FIELD, FIELD, (page.subject.name,) if page.subject else ()),
        (Part.PURPOSE, PURPOSE, page.purpose.splitlines()),
        (Part.AUDIENCE, AUDIENCE, _sentence(audiences, ", ")),
        (Part.BODIES, PLACE, _sentence(bodies, "; ")),
        *((Part.PAPERS, PAPERS, lines) for lines in _papers(page)),
        *((Part.STEPS, STEPS, lines) for lines in _steps(page)),
        (Part.TEXT, FEES, _fees(channels)),
        (Part.RESULTS, RESULTS, _closed(results)),
        (Part.CONDITIONS, CONDITIONS, lines_of(page.conditions)),
        (Part.BASIS, BASIS, _closed(around.basis.get(page.pk, ()))),
        (Part.TEXT, DECISION, _announced(page)),
    ]
    for part, place, lines in parts:
        yield from passages(part, ANCHORS.get(place, place), around.headings[place], lines)


def _sentence(words: Sequence[str], mark: str) -> tuple[str, ...]:
    return (f"{mark.join(words)}.",) if words else ()


def _closed(lines: Iterable[str], mark: str = ";") -> Iterator[str]:
    """Lines of a list are read in a row: each ends somehow."""
    for line in lines:
        words = " ".join(line.split())
        if words:
            yield words if words[-1] in ".;:!?…" else words + mark


def _papers(page: ProcedurePage) -> Iterator[list[str]]:
    """Each case in passages of its own: what one needs for another is no answer."""
    for case in raw_values(page.cases):
        title = " ".join((case.get("title") or "").split())
        lines = [f"{title.rstrip(':')}:"] if title else []
        for paper in raw_items(case.get("papers") or []):
            lines += _closed([" ".join([*lines_of(paper.get("name")), paper.get("note") or ""])])
        yield [*lines, *lines_of(case.get("note"))]
    if page.copies_text:
        yield [_("Số bộ hồ sơ: %(copies)s") % {"copies": page.copies_text}]


def _steps(page: ProcedurePage) -> Iterator[list[str]]:
    for step in raw_values(page.steps):
        title = (step.get("title") or "").strip().rstrip(":")
        yield [*_closed([title], "."), *lines_of(step.get("text"))]


def _fees(channels: Sequence[Channel]) -> Iterator[str]:
    """Words only; how long and how much stands in the row of facts."""
    said = chain.from_iterable(
        (channel.duration_text, *chain.from_iterable((fee.label, fee.text) for fee in channel.fees))
        for channel in channels
    )
    return _closed(dict.fromkeys(words for words in said if words))


def _announced(page: ProcedurePage) -> tuple[str, ...]:
    if page.decision_number and page.issuing_body:
        return (_("%(number)s của %(body)s") % {"number": page.decision_number, "body": page.issuing_body},)
    return tuple(words for words in (page.decision_number, page.issuing_body) if words)


# Around a batch ------------------------------------------------------------------------------------------------------------


def _listing_units(keys: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Procedure → slugs of the living units that list it."""
    held: defaultdict[int, list[str]] = defaultdict(list)
    active = Q(unit__in=Unit.objects.active())
    rows = Listing.objects.live().filter(active, procedure__in=keys).order_by("unit__slug")
    for procedure, slug in rows.values_list("procedure", "unit__slug"):
        held[procedure].append(slug)
    return {procedure: tuple(slugs) for procedure, slugs in held.items()}


def _basis(keys: Sequence[int]) -> dict[int, tuple[str, ...]]:
    held: defaultdict[int, list[str]] = defaultdict(list)
    rows = ProcedureBasis.objects.filter(procedure__in=keys).order_by("procedure", "sort_order", "pk")
    for procedure, number, title in rows.values_list("procedure", "reference__number", "reference__title"):
        held[procedure].append(f"{number} {title}".strip())
    return {procedure: tuple(laws) for procedure, laws in held.items()}


# What the registry is told -------------------------------------------------------------------------------------------------


def _subjects(slugs: Sequence[str]) -> dict[str, str]:
    return dict(Subject.objects.filter(slug__in=slugs).values_list("slug", "name"))


def _levels(words: Sequence[str]) -> dict[str, str]:
    return {word: str(Level(LEVELS[word]).label) for word in words if word in LEVELS}


def _audiences(words: Sequence[str]) -> dict[str, str]:
    return {word: str(Audience(AUDIENCES[word]).label) for word in words if word in AUDIENCES}


def _online(words: Sequence[str]) -> dict[str, str]:
    labels = {
        "toan-trinh": _("Toàn trình"),
        "mot-phan": _("Một phần"),
        "khong": _("Không nhận trực tuyến"),
    }
    return {word: labels[word] for word in words if word in labels}


register(
    Kind(
        KIND,
        api_name="procedure",
        label=gettext_lazy("Thủ tục"),
        order=1,
        pages=("procedures.ProcedurePage",),
        files=(Path(search_priors.__file__), search_priors.NEEDED_FILE),
    ),
    ProcedureSource(),
)
register_facet("linh-vuc", gettext_lazy("Lĩnh vực"), _subjects)
register_facet("cap", gettext_lazy("Cấp thực hiện"), _levels)
register_facet("doi-tuong", gettext_lazy("Người làm thủ tục"), _audiences)
register_facet("truc-tuyen", gettext_lazy("Dịch vụ trực tuyến"), _online)
for hint, anchor, label in (
    (Hint.PAPERS, PAPERS, HEADINGS[PAPERS]),
    (Hint.FEE, FEES, HEADINGS[FEES]),
    (Hint.TIME, FEES, HEADINGS[FEES]),
    (Hint.STEPS, STEPS, HEADINGS[STEPS]),
    (Hint.PLACE, PLACE, gettext_lazy("Nộp ở đâu")),
    (Hint.ONLINE, PLACE, gettext_lazy("Nộp ở đâu")),
):
    register_shortcut(KIND, hint, anchor, label)
# Its public face is the catalogue, whose procedures are found themselves.
exclude("procedures.CatalogueIndexPage")
