"""A year and more of the sample province, replayed day by day with an injected clock.

So that boards, charts, past days and rounds have something to show: units that list early and late, sample decisions, a
withdrawal, a round of last year from opening to conclusion. Everything goes the way it goes in service; only the clock
is another one, which a production portal refuses. Once: what stands is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from zlib import crc32

from django.contrib.auth import get_user_model
from django.utils import timezone

from home.desk_hours import portal_calendar
from home.models import Unit
from procedures.completeness.yearly_schemes import ensure_example
from procedures.decisions.applying import apply_decision
from procedures.decisions.proposal import Proposal, ProposedLine, to_json
from procedures.importing.bulk import import_records
from procedures.inspections.checking import Judgement, Typed, judgement_of, record_verdicts
from procedures.inspections.concluding import conclude_round, take_proposed
from procedures.inspections.explaining import (
    answer_explanation,
    explain,
    finish_explaining,
    send_findings,
)
from procedures.inspections.opening import open_round
from procedures.inspections.preparing import assign_inspectors, save_round
from procedures.ledger.clock import now, ticking
from procedures.ledger.roots import write_roots
from procedures.listings.opening import confirm_opening
from procedures.listings.services import confirm_listings, publish_listings, relist, withdraw_listings
from procedures.listings.state import unit_states
from procedures.models import DecisionDraft, ProcedurePage
from procedures.models.inspections import Verdict
from procedures.models.scoring import ScoringScheme
from procedures.record import ProcedureRecord
from procedures.transparency.measuring import measure

Say = Callable[[str], None]

PACES: tuple[tuple[int, tuple[int, ...]], ...] = (
    (55, (100,)),
    (85, (70, 88, 100)),
    (100, (40, 55, 70, 82, 92, 100)),
)
"""(up to this per cent of the units, per cent listed at the opening and each time they get to it again)."""

FIRST, LATER, LATEST = ("1.003677", "2.001159"), ("1.014063", "1.013227"), ("1.004363", "2.001263")
"""Announced as new by the sample decisions: after six weeks, a month ago, two days ago."""
AMENDED_LATELY = ("1.004837", "1.004359")
"""Announced as amended with the last of them."""

WITHDRAWN_BY, WITHDRAWN = "xa-thach-ha", "1.001266"
INSPECTED = ("xa-cam-binh", "xa-ky-xuan", "phuong-thanh-sen", "so-tu-phap", "so-noi-vu")
EXPLAINS = "xa-cam-binh"


@dataclass
class History:
    """What the replay rests on. `gaps`: units that leave the last ones out, and do not heed the latest decisions."""

    records: Sequence[ProcedureRecord]
    older: dict[str, ProcedureRecord]
    gaps: dict[str, int]
    slow: frozenset[str]
    today: date = field(default_factory=timezone.localdate)

    @property
    def year(self) -> int:
        """The last one whose round is over: rounds are opened in January and concluded by March."""
        return self.today.year - (1 if (self.today.month, self.today.day) >= (3, 15) else 2)

    @property
    def opening(self) -> date:
        """1 September: a quarter before the day that the round looks at."""
        return date(self.year, 9, 1)

    @property
    def round_day(self) -> date:
        return date(self.year, 12, 31)

    def units(self) -> list[Unit]:
        return list(Unit.objects.active().listing_units().order_by("pk"))


def at(day: date, hour: int = 9, minute: int = 0) -> Any:
    """The clock stands at that moment, Vietnamese time."""
    return ticking(timezone.make_aware(datetime.combine(day, time(hour, minute))))


def replay(history: History, *, make_desks: Callable[[], int], say: Say) -> None:
    held_back = {*FIRST, *LATER, *LATEST}
    day = history.opening
    with at(day, 8):
        desks = make_desks()
        import_records(
            (f"demo/{r.code}", history.older.get(r.code, r))
            for r in history.records
            if r.code not in held_back
        )
        confirm_opening(user=person("kiem-soat"), day=day)
    say(f"Bộ phận một cửa mẫu: {desks} mới.")
    # In the order of their days: the ledger only goes forward.
    for when, step in sorted(story(history), key=lambda item: item[0]):
        with at(when):
            step()
    write_roots()
    days = _measured_days(history)
    for measured in days:
        measure(measured)
    say(f"Lịch sử mẫu: từ {day:%d/%m/%Y}, {len(days)} lần đo.")


def story(history: History) -> list[tuple[date, Callable[[], None]]]:
    """What happens on which day, in no order."""
    opening, today = history.opening, history.today
    return [
        *_waves(history),
        (_days(opening, 44), partial(_announce, history, FIRST, "9001/QĐ-UBND")),
        (_days(opening, 49), partial(_catch_up, history, heeding=True)),
        (_days(opening, 61), _withdraw),
        (_days(opening, 78), _relist),
        (_days(history.round_day, 14), partial(_inspect, history)),
        (_days(today, -36), partial(_announce, history, LATER, "9002/QĐ-UBND")),
        (_days(today, -30), partial(_catch_up, history, heeding=True)),
        (_days(today, -26), partial(_amend, history)),
        (_days(today, -20), partial(_confirm, history)),
        (_days_back(today, 2), partial(_announce, history, LATEST, "9003/QĐ-UBND", AMENDED_LATELY)),
        (_days_back(today, 1), partial(_catch_up, history, heeding=False)),
    ]


def _days_back(day: date, working_days: int) -> date:
    """So many working days before, so that the deadlines of then are not over today."""
    found = day
    while portal_calendar().working_days_between(found, day) < working_days:
        found -= timedelta(days=1)
    return found


def _days(day: date, days: int) -> date:
    """Some days on, moved to a working day."""
    return portal_calendar().next_working_day(day + timedelta(days=days))


def _measured_days(history: History) -> list[date]:
    """The end of every month, and yesterday."""
    yesterday = history.today - timedelta(days=1)
    ends = []
    month = history.opening
    while True:
        following = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
        if following > yesterday:
            break
        ends.append(following - timedelta(days=1))
        month = following
    return [*ends, yesterday] if not ends or ends[-1] != yesterday else ends


def person(login: str) -> Any:
    return get_user_model().objects.filter(username=login).first()


# Listing ----------------------------------------------------------------------------------------------------------------


def _pace(slug: str) -> tuple[int, ...]:
    place = crc32(slug.encode()) % 100
    return next(shares for up_to, shares in PACES if place < up_to)


def _waves(history: History) -> list[tuple[date, Callable[[], None]]]:
    longest = max(len(shares) for _up_to, shares in PACES)
    first = portal_calendar().add_working_days(history.opening, 3)
    # The slowest have caught up before the decisions of the last weeks.
    apart = ((history.today - history.opening).days - 60) // longest
    days = [first, *(_days(history.opening, apart * wave) for wave in range(1, longest))]
    return [(day, partial(_wave, history, wave)) for wave, day in enumerate(days)]


def _wave(history: History, wave: int) -> None:
    """Every unit lists as much of what stood at the opening as it has got to by then."""
    fresh = _announced()
    for state in _states(history):
        shares = _pace(state.unit.slug)
        if wave >= len(shares):
            continue
        owed = sorted(set(state.owed) - fresh)
        wanted = owed[: len(owed) * shares[wave] // 100]
        wanted = wanted[: max(0, len(owed) - history.gaps.get(state.unit.slug, 0))]
        _list(state.unit, [pk for pk in wanted if pk in state.never_listed])


def _catch_up(history: History, *, heeding: bool) -> None:
    """What decisions made new is listed: by nearly all in time, by those with gaps not at all."""
    fresh = _announced()
    for state in _states(history):
        eager = crc32(state.unit.slug[::-1].encode()) % 100 < (92 if heeding else 35)
        if state.unit.slug in history.gaps or not eager:
            continue
        _list(state.unit, sorted(state.never_listed & fresh))


def _announced() -> set[int]:
    codes = (*FIRST, *LATER, *LATEST)
    return set(ProcedurePage.objects.filter(code__in=codes).values_list("pk", flat=True))


def _states(history: History) -> Iterable[Any]:
    return unit_states(history.units(), timezone.localdate(now()))


def _list(unit: Unit, procedures: Sequence[int]) -> None:
    if procedures:
        publish_listings(unit=unit, procedures=procedures, user=_clerk(unit))


def _clerk(unit: Unit) -> Any:
    return person("phe-duyet") if unit.slug == "xa-cam-binh" else None


def _withdraw() -> None:
    unit, procedure = _withdrawn()
    withdraw_listings(
        unit=unit, procedures=[procedure], reason="Ghi nhầm quầy tiếp nhận, đang sửa lại.", user=None
    )


def _relist() -> None:
    unit, procedure = _withdrawn()
    relist(unit=unit, procedures=[procedure], user=None)


def _withdrawn() -> tuple[Unit, int]:
    return Unit.objects.get(slug=WITHDRAWN_BY), ProcedurePage.objects.get(code=WITHDRAWN).pk


# Decisions and texts ----------------------------------------------------------------------------------------------------


def _announce(history: History, new: Sequence[str], number: str, amended: Sequence[str] = ()) -> None:
    """A sample decision: the national text stands first, then the province announces it."""
    by_code = {record.code: record for record in history.records}
    import_records((f"demo/{code}", by_code[code]) for code in new)
    lines = [
        ProposedLine(
            position=position,
            part="Danh mục thủ tục hành chính mới ban hành"
            if code in new
            else "Danh mục thủ tục hành chính được sửa đổi, bổ sung",
            ordinal=str(position),
            action="new" if code in new else "amended",
            code=code,
            code_text=code,
            name=by_code[code].name,
            field=by_code[code].field,
        )
        for position, code in enumerate((*new, *amended), start=1)
    ]
    signed = timezone.localdate(now())
    proposal = Proposal(
        number=number,
        signed_on=signed,
        signer="",
        issuer="Ủy ban nhân dân tỉnh Hà Tĩnh",
        title="Về việc công bố danh mục thủ tục hành chính (quyết định mẫu, chỉ để minh họa)",
        effective_on=signed,
        lines=tuple(lines),
        tasks=(),
        repeals=(),
        counts=(),
        questions=(),
        skipped_tables=(),
        source_name="",
        source_sha256="",
    )
    draft = DecisionDraft.objects.create(proposal=to_json(proposal), created_by=person("kiem-soat"))
    apply_decision(draft=draft, user=person("kiem-soat"))


def _amend(history: History) -> None:
    """The newer text of some procedures arrives."""
    import_records((f"demo/{r.code}", r) for r in history.records if r.code in history.older)


def _confirm(history: History) -> None:
    changed = set(ProcedurePage.objects.filter(code__in=list(history.older)).values_list("pk", flat=True))
    for state in _states(history):
        if (outdated := state.outdated & changed) and state.unit.slug not in history.slow:
            confirm_listings(unit=state.unit, procedures=outdated, user=_clerk(state.unit))


# Last year's round ------------------------------------------------------------------------------------------------------


def _inspect(history: History) -> None:
    """From the opening in January to the conclusion five weeks later."""
    council, inspector = person("so-noi-vu"), person("tham-dinh")
    year = history.round_day.year
    ensure_example(year)
    started = _days(history.round_day, 14)
    with at(started, 9):
        round_ = save_round(
            values={
                "title": f"Kiểm tra niêm yết thủ tục hành chính năm {year} (mẫu)",
                "year": year,
                "scheme": ScoringScheme.objects.filter(year__lte=year, in_use=True).latest("year"),
                "as_of": history.round_day,
                "sample_size": 6,
                "seed": f"mau-{year}",
            },
            units=Unit.objects.filter(slug__in=INSPECTED),
            user=council,
        )
        assign_inspectors(round_=round_, inspected=round_.units.all(), people=[inspector], user=council)
        round_ = open_round(round_=round_, user=council)
    with at(_days(started, 5), 14):
        for inspected in round_.units.select_related("unit"):
            _judge(inspected, inspector)
    with at(_days(started, 8), 10):
        send_findings(round_=round_, inspected=round_.units.all(), until=_days(started, 20), user=council)
    with at(_days(started, 14), 15):
        told = round_.units.get(unit__slug=EXPLAINS)
        failed = told.items.filter(verdict=Verdict.FAILED).first()
        explanation = explain(
            inspected=told,
            text="Đơn vị đã bổ sung số điện thoại của quầy và niêm yết lại ngay trong ngày nhận kết quả.",
            user=person("phe-duyet"),
            item=failed,
        )
        finish_explaining(inspected=told, user=person("phe-duyet"))
    with at(_days(started, 22), 9):
        answer_explanation(
            explanation=explanation,
            accepted=False,
            answer="Việc sửa sau ngày chốt không đổi kết quả tại ngày chốt; ghi nhận đơn vị khắc phục nhanh.",
            user=council,
        )
    with at(_days(started, 36), 9):
        take_proposed(round_=round_, inspected=round_.units.all(), user=council)
        conclude_round(
            round_=round_,
            conclusion="Các đơn vị được kiểm tra niêm yết cơ bản đầy đủ; một số đơn vị còn chậm những tháng đầu.",
            user=council,
        )


def _judge(inspected: Any, inspector: Any) -> None:
    typed: dict[int, Typed] = {}
    for item in inspected.items.order_by("place"):
        failed = item.place == 2 and inspected.unit.slug == EXPLAINS
        judgement = (
            Judgement(Verdict.FAILED, "Trang niêm yết không ghi số điện thoại của quầy.", Decimal("0.10"))
            if failed
            else Judgement(Verdict.PASSED, "", Decimal(0))
        )
        typed[item.pk] = Typed(judgement, judgement_of(item).mark)
    record_verdicts(inspected=inspected, typed=typed, user=inspector)
