"""Superseded rows that nobody announced again: whether their procedures ended is for a person to say.

Both ways round: a decision that repeals rows of one that is held, and an earlier one that is entered later and meets a
repeal that is held already.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from guidance.numbers import normalise_number
from procedures.completeness.standing import Decision, Line, Repeal, repealed_lines
from procedures.decisions.matching import KEEP, MatchedLine
from procedures.decisions.proposal import Choice, Proposal, ProposedRepeal, Question
from procedures.models import AnnouncementDecision, DecisionLine, DecisionRepeal, ProcedurePage
from procedures.models.decisions import DecisionKind, LineAction

END = "end"
_DAY = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})")


def same_document(number: str, signed: date | None, other: str, other_signed: date | None) -> bool:
    """Numbers begin anew every year; a day that is cited wrongly within the year still means the same document."""
    if not number or normalise_number(number) != normalise_number(other):
        return False
    return signed is None or other_signed is None or signed.year == other_signed.year


def read_day(text: str) -> date | None:
    """1/12/2025 or 2025-12-01"""
    match = _DAY.fullmatch(text.strip())
    try:
        if match:
            return date(int(match[3]), int(match[2]), int(match[1]))
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class HeldDecision:
    pk: int
    number: str
    signed_on: date
    effective_on: date

    def is_same(self, number: str, signed: date | None) -> bool:
        return same_document(number, signed, self.number, self.signed_on)

    def with_lines(self, lines: Iterable[Line]) -> Decision:
        return Decision(self.pk, self.signed_on, self.signed_on, tuple(lines), number=self.number)


def _aim(repeal: ProposedRepeal, decision: HeldDecision) -> Repeal:
    return Repeal(decision.number, decision.signed_on, repeal.part, repeal.field, repeal.ordinals)


@dataclass(frozen=True)
class Ending:
    """What a person says of a superseded row: its first day out of force (None: it goes on), and by which document."""

    procedure: ProcedurePage
    from_day: date | None
    because: str
    decision: int | None = None
    """The held decision that repealed it; None: the one that is being applied."""
    level: str = ""


@dataclass(frozen=True)
class Unannounced:
    """A superseded row whose procedure no later line names."""

    key: str
    procedure: ProcedurePage
    because: str
    earliest: date
    """The repealed row's decision: nothing ends before it."""
    by: int | None = None
    level: str = ""

    def ending(self, answer: str | None, effective: date | None) -> Ending | None:
        """None where nobody has said anything yet."""
        day = ending_day(answer, effective, self.earliest)
        if day is None and answer != KEEP:
            return None
        return Ending(self.procedure, day, self.because, self.by, self.level)


@dataclass(frozen=True)
class RepealedRows:
    """One article beside what it meets. `decision` None: not held, an open question that stops nothing."""

    repeal: ProposedRepeal
    decision: HeldDecision | None
    rows: int = 0
    unannounced: tuple[Unannounced, ...] = ()


def held_decisions() -> tuple[HeldDecision, ...]:
    rows = AnnouncementDecision.objects.filter(
        kind=DecisionKind.ANNOUNCEMENT, applied_at__isnull=False
    ).order_by("signed_on", "pk")
    return tuple(
        HeldDecision(pk, number, signed, effective or signed)
        for pk, number, signed, effective in rows.values_list("pk", "number", "signed_on", "effective_on")
    )


def ending_day(answer: str | None, effective: date | None, earliest: date) -> date | None:
    """The first day out of force that an answer names; None for "still in force" and for what can't be read."""
    if not answer or answer == KEEP:
        return None
    if answer == END:
        return effective
    day = read_day(answer)
    return day if day and day > earliest else None


def endings_asked(
    proposal: Proposal,
    announced: set[int],
    held: tuple[HeldDecision, ...],
    answers: Mapping[str, str],
) -> tuple[tuple[RepealedRows, ...], tuple[Question, ...]]:
    """`announced`: procedures of its own lines. Three queries, whatever the number of articles."""
    met = [
        (repeal, next((d for d in reversed(held) if d.is_same(repeal.number, repeal.signed)), None))
        for repeal in proposal.repeals
    ]
    rows = _rows_of({decision.pk for _repeal, decision in met if decision})
    aimed = [
        repealed_lines(_aim(repeal, decision), decision.with_lines(rows[decision.pk])) if decision else ()
        for repeal, decision in met
    ]
    meant = {line.procedure for lines_ in aimed for line in lines_}
    named_later = _named_after(meant, held)
    pages = _pages(meant - announced)
    effective = proposal.effective_on or proposal.signed_on
    found: list[RepealedRows] = []
    questions: list[Question] = []
    for place, (repeal, decision) in enumerate(met):
        if decision is None:
            found.append(RepealedRows(repeal, None))
            questions.append(_not_held(repeal, answers))
            continue
        mine = {line.procedure: line.level for line in aimed[place]}
        left = [
            Unannounced(
                f"superseded:{pages[pk].code}",
                pages[pk],
                _document(proposal.number, proposal.signed_on),
                decision.signed_on,
                level=mine[pk],
            )
            for pk in sorted(mine.keys() & pages.keys(), key=lambda p: pages[p].code)
            if named_later.get(pk, decision.pk) == decision.pk and not pages[pk].is_ended
        ]
        found.append(RepealedRows(repeal, decision, len(aimed[place]), tuple(left)))
        if not aimed[place]:
            questions.append(_no_such_rows(repeal, decision, answers))
        for item in left:
            text = _(
                "%(code)s «%(name)s»: dòng trong Quyết định %(number)s bị %(verb)s mà không được công bố lại."
            ) % {
                "code": item.procedure.code,
                "name": item.procedure.title,
                "number": decision.number,
                "verb": _("thay thế") if repeal.replaces else _("bãi bỏ"),
            }
            questions.append(_still_in_force(item, text, effective, answers, where=repeal.article))
    return tuple(found), tuple(questions)


def announced_earlier(
    proposal: Proposal,
    lines: Iterable[MatchedLine],
    held: tuple[HeldDecision, ...],
    answers: Mapping[str, str],
) -> tuple[tuple[Ending, ...], tuple[Question, ...]]:
    """Repeals that are held already and mean rows of this decision, which is older and entered only now."""
    signed = proposal.signed_on
    if signed is None:
        return (), ()
    by_pk = {decision.pk: decision for decision in held}
    aims: defaultdict[int, list[Repeal]] = defaultdict(list)
    for repeal in DecisionRepeal.objects.filter(decision__in=list(by_pk)).order_by("pk"):
        if by_pk[repeal.decision_id].signed_on >= signed and same_document(
            repeal.number, repeal.signed_on, proposal.number, signed
        ):
            aims[repeal.decision_id].append(
                Repeal(proposal.number, signed, repeal.part, repeal.field, tuple(repeal.ordinals))
            )
    if not aims:
        return (), ()
    mine = {
        item.line.position: item
        for item in lines
        if item.procedure and not item.skipped and item.line.action != LineAction.ABOLISHED
    }
    rows = tuple(
        Line(
            position, "new", "", position, item.line.part, item.line.ordinal, item.line.field, item.line.code
        )
        for position, item in mine.items()
    )
    this = Decision(0, signed, signed, rows, number=proposal.number)
    met = {
        (line.id, pk) for pk, wanted in aims.items() for aim in wanted for line in repealed_lines(aim, this)
    }
    pages = {position: mine[position].procedure for position, _pk in met}
    named_later = _named_after({page.pk for page in pages.values() if page}, held)
    endings: list[Ending] = []
    questions: list[Question] = []
    for position, pk in sorted(met):
        page, later = pages[position], by_pk[pk]
        last = by_pk.get(named_later.get(page.pk, 0)) if page else None
        if page is None or page.is_ended or (last and last.signed_on >= later.signed_on):
            continue
        item = Unannounced(
            f"superseded:{page.code}", page, _document(later.number, later.signed_on), signed, later.pk
        )
        text = _(
            "%(code)s «%(name)s»: dòng này đã bị Quyết định %(number)s bãi bỏ hoặc thay thế mà không được công bố lại."
        ) % {"code": page.code, "name": page.title, "number": later.number}
        question = _still_in_force(item, text, later.effective_on, answers, where=mine[position].line.where)
        questions.append(question)
        if ending := item.ending(question.answer, later.effective_on):
            endings.append(ending)
    return tuple(endings), tuple(questions)


def _rows_of(decisions: set[int]) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = {pk: [] for pk in decisions}
    if not decisions:
        return found
    lines = DecisionLine.objects.filter(decision__in=decisions, by_person=False)
    lines = lines.exclude(action=LineAction.ABOLISHED).order_by("pk")
    columns = (
        "procedure", "action", "level", "pk", "part", "ordinal_text", "field", "procedure__code"
    )  # fmt: skip
    for decision, *values in lines.values_list("decision", *columns):
        found[decision].append(Line(*values))
    return found


def _named_after(procedures: set[int], held: tuple[HeldDecision, ...]) -> dict[int, int]:
    """Procedure → the decision that names it last by day."""
    if not procedures:
        return {}
    order = {decision.pk: place for place, decision in enumerate(held)}
    last: dict[int, int] = {}
    lines = DecisionLine.objects.filter(procedure__in=procedures, decision__in=list(order), by_person=False)
    for procedure, decision in lines.values_list("procedure", "decision"):
        if procedure not in last or order[decision] > order[last[procedure]]:
            last[procedure] = decision
    return last


def _pages(ids: set[int]) -> dict[int, ProcedurePage]:
    columns = ("code", "title", "full_name", "levels", "live", "state", "in_force_until")
    return {page.pk: page for page in ProcedurePage.objects.filter(pk__in=ids).only(*columns)} if ids else {}


def _document(number: str, signed: date | None) -> str:
    return (
        _("Quyết định số %(number)s ngày %(day)s") % {"number": number, "day": signed.strftime("%d/%m/%Y")}
        if signed
        else _("Quyết định số %(number)s") % {"number": number}
    )


def _not_held(repeal: ProposedRepeal, answers: Mapping[str, str]) -> Question:
    key = f"not-held:{repeal.number}"
    return Question(
        key=key,
        kind="not-held",
        blocking=False,
        text=_(
            "Cổng chưa có %(document)s nên chưa biết những dòng nào bị %(verb)s. Nhập quyết định đó sau cũng được."
        )
        % {
            "document": _document(repeal.number, repeal.signed),
            "verb": _("thay thế") if repeal.replaces else _("bãi bỏ"),
        },
        where=repeal.article,
        choices=(Choice("later", _("Để ngỏ, nhập quyết định đó sau")),),
        suggested="later",
        answer="later" if answers.get(key) == "later" else None,
    )


def _no_such_rows(repeal: ProposedRepeal, decision: HeldDecision, answers: Mapping[str, str]) -> Question:
    aim = ", ".join(
        filter(
            None,
            (
                _("phần %(part)s") % {"part": repeal.part} if repeal.part else "",
                _("lĩnh vực %(field)s") % {"field": repeal.field} if repeal.field else "",
                _("số thứ tự %(n)s") % {"n": ", ".join(repeal.ordinals)} if repeal.ordinals else "",
            ),
        )
    )
    key = f"no-rows:{repeal.number}:{repeal.part}:{repeal.field}"
    return Question(
        key=key,
        kind="no-rows",
        blocking=False,
        text=_("Quyết định %(number)s mà cổng đang giữ không có dòng nào khớp với «%(aim)s».")
        % {"number": decision.number, "aim": aim or _("toàn bộ danh mục")},
        where=repeal.article,
        choices=(Choice("noted", _("Đã biết")),),
        suggested="noted",
        answer="noted" if answers.get(key) == "noted" else None,
    )


def _still_in_force(
    item: Unannounced, text: str, effective: date | None, answers: Mapping[str, str], *, where: str
) -> Question:
    given = answers.get(item.key, "").strip()
    readable = given in (KEEP, END) or ending_day(given, effective, item.earliest) is not None
    last = effective - timedelta(days=1) if effective else None
    ended = _("Hết hiệu lực, làm được đến hết ngày %(day)s") % {
        "day": last.strftime("%d/%m/%Y") if last else "…"
    }
    return Question(
        key=item.key,
        kind="superseded",
        # An answer that can't be read must not pass for "still in force".
        blocking=bool(given) and not readable,
        text=text,
        where=where,
        choices=(Choice(KEEP, _("Còn hiệu lực")), Choice(END, ended)),
        suggested=KEEP,
        free=True,
        answer=given if readable else None,
    )
