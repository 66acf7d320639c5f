"""A proposal against the database: everything that the file alone cannot tell, as questions of the same kind.

Reads only, in a number of queries that does not grow with the lines. Applying asks here again, inside its transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from guidance.numbers import normalise_number
from home.desk_hours import portal_calendar
from home.models import Unit
from home.unit_finding import Fit, best_fit, wanted
from procedures.decisions.answers import with_answers
from procedures.decisions.deadlines import Deadline, listing_deadline
from procedures.decisions.endings import (
    Ending,
    HeldDecision,
    RepealedRows,
    announced_earlier,
    endings_asked,
    held_decisions,
)
from procedures.decisions.likeness import differs_strongly, likeness
from procedures.decisions.matching import MatchedLine, match_lines
from procedures.decisions.proposal import Choice, Proposal, ProposedTask, Question
from procedures.models import AnnouncementDecision, ProcedurePage
from procedures.models.decisions import DecisionKind
from procedures.text.codes import normalise_code
from procedures.text.short_title import readable_name

NOTED = Choice("noted", "")
CODE_QUESTIONS = ("code", "missing_code")
"""What the reading asks about a code that it can't make out."""


@dataclass(frozen=True)
class CheckedTask:
    task: ProposedTask
    unit: Unit | None
    due: date | None


@dataclass(frozen=True)
class Check:
    """What applying would do, with all questions, answered or open."""

    proposal: Proposal
    """With the answers given."""
    lines: tuple[MatchedLine, ...]
    tasks: tuple[CheckedTask, ...]
    repeals: tuple[RepealedRows, ...]
    concluded: tuple[Ending, ...]
    """What a person said of superseded rows that no line announces again."""
    questions: tuple[Question, ...]
    deadline: Deadline
    due: date | None
    is_reference: bool
    """Older than the opening catalogue, which holds its outcome: kept on record, without effect."""

    @property
    def open(self) -> tuple[Question, ...]:
        return tuple(q for q in self.questions if q.answer is None)

    @property
    def blocking(self) -> tuple[Question, ...]:
        return tuple(q for q in self.open if q.blocking)

    @property
    def endings(self) -> tuple[Ending, ...]:
        """Procedures that a person says are no longer in force though no line abolishes them."""
        return tuple(ending for ending in self.concluded if ending.from_day)

    @property
    def taken(self) -> tuple[MatchedLine, ...]:
        return tuple(item for item in self.lines if not item.skipped)

    @property
    def creates(self) -> tuple[MatchedLine, ...]:
        once = {item.line.code: item for item in reversed(self.taken) if item.creates}
        return tuple(sorted(once.values(), key=lambda item: item.line.position))

    @property
    def effective_on(self) -> date | None:
        return self.proposal.effective_on or self.proposal.signed_on

    @property
    def may_apply(self) -> bool:
        return not self.blocking and bool(self.taken or self.repeals or self.tasks)


def check(proposal: Proposal, answers: Mapping[str, str], *, today: date | None = None) -> Check:
    given = {key: str(value) for key, value in answers.items() if str(value).strip()}
    answered = _with_names(with_answers(proposal, given))
    day = today or timezone.localdate()
    opening = AnnouncementDecision.objects.filter(kind=DecisionKind.OPENING).first()
    held = held_decisions()
    matching = match_lines(
        answered.lines,
        given,
        asked={
            q.position
            for q in answered.questions
            if q.position is not None and q.kind in CODE_QUESTIONS and q.answer is None
        },
    )
    repeals, from_repeals = endings_asked(
        answered,
        {item.procedure.pk for item in matching.lines if item.procedure and not item.skipped},
        held,
        given,
    )
    earlier, from_later = announced_earlier(answered, matching.lines, held, given)
    is_reference = bool(opening and answered.signed_on and answered.signed_on < opening.signed_on)
    questions = (
        *answered.questions,
        *_about_header(answered, held, opening, day, given),
        *matching.questions,
        *from_repeals,
        *from_later,
    )
    deadline = listing_deadline(answered)
    calendar = portal_calendar()
    signed = answered.signed_on
    units = _units(signed or day) if answered.tasks else []
    return Check(
        proposal=answered,
        lines=matching.lines,
        tasks=tuple(
            CheckedTask(
                task,
                _unit_named(task.who, units),
                calendar.add_working_days(signed, task.days) if signed and task.days else None,
            )
            for task in answered.tasks
        ),
        repeals=repeals,
        concluded=_once((*_endings(from_repeals, repeals, answered), *earlier)),
        questions=_each_once(questions),
        deadline=deadline,
        due=calendar.add_working_days(signed, deadline.days) if signed else None,
        is_reference=is_reference,
    )


def _endings(
    questions: tuple[Question, ...], repeals: tuple[RepealedRows, ...], proposal: Proposal
) -> tuple[Ending, ...]:
    effective = proposal.effective_on or proposal.signed_on
    rows = {row.key: row for repeal in repeals for row in repeal.unannounced}
    return tuple(
        ending
        for question in questions
        if question.key in rows and (ending := rows[question.key].ending(question.answer, effective))
    )


def _once(endings: tuple[Ending, ...]) -> tuple[Ending, ...]:
    return tuple({ending.procedure.pk: ending for ending in reversed(endings)}.values())


def _each_once(questions: tuple[Question, ...]) -> tuple[Question, ...]:
    return tuple({question.key: question for question in reversed(questions)}.values())[::-1]


def _with_names(proposal: Proposal) -> Proposal:
    """What a code that can't be made out might be, told by name; the one of that name is suggested."""
    asked = [q for q in proposal.questions if q.kind in CODE_QUESTIONS and q.answer is None]
    if not asked:
        return proposal
    codes = {code for q in asked for choice in q.choices if (code := normalise_code(choice.value))}
    names = dict(ProcedurePage.objects.filter(code__in=codes).values_list("code", "full_name"))
    written = {line.position: line.name for line in proposal.lines}
    told = {q.key: _told(q, names, written.get(q.position or 0, "")) for q in asked}
    return replace(proposal, questions=tuple(told.get(q.key, q) for q in proposal.questions))


def _told(question: Question, names: Mapping[str, str], name: str) -> Question:
    known = [c for c in question.choices if c.value in names]
    rest = [c for c in question.choices if c.value not in names]
    known.sort(key=lambda c: -likeness(names[c.value], name))
    alike = [c for c in known if not differs_strongly(names[c.value], name)]
    return replace(
        question,
        choices=(
            *(replace(c, label=f"{c.value}: {readable_name(names[c.value])}") for c in known),
            *(
                replace(c, label=_("%(code)s (cổng chưa có)") % {"code": c.value})
                if normalise_code(c.value)
                else c
                for c in rest
            ),
        ),
        suggested=alike[0].value if len(alike) == 1 else question.suggested,
    )


# The header -----------------------------------------------------------------------------------------------------------


def _about_header(
    proposal: Proposal,
    held: tuple[HeldDecision, ...],
    opening: AnnouncementDecision | None,
    today: date,
    answers: Mapping[str, str],
) -> tuple[Question, ...]:
    found: list[Question] = []
    asked = {q.kind for q in proposal.questions}
    signed = proposal.signed_on
    if not normalise_number(proposal.number) and "number" not in asked:
        found.append(_stop("no-number", _("Chưa có số, ký hiệu của quyết định.")))
    if signed is None:
        if "signed_on" not in asked:
            found.append(_stop("no-date", _("Chưa có ngày ký của quyết định.")))
        return tuple(found)
    found += [
        _stop(
            "already-applied",
            _("Quyết định số %(number)s ngày %(day)s đã được áp dụng.")
            % {"number": other.number, "day": other.signed_on.strftime("%d/%m/%Y")},
        )
        for other in held
        if other.is_same(proposal.number, signed)
    ]
    if signed > today:
        found.append(
            _stop("in-future", _("Ngày ký %(day)s chưa tới.") % {"day": signed.strftime("%d/%m/%Y")})
        )
    if opening is None:
        found.append(
            _note(
                "no-opening",
                _("Chưa xác nhận danh mục đầu kỳ: các thủ tục ngoài quyết định này chưa tạo nghĩa vụ nào."),
                answers,
            )
        )
    elif signed < opening.signed_on:
        found.append(
            _note(
                "before-opening",
                _(
                    "Quyết định ký trước ngày đầu kỳ %(day)s. Danh mục đầu kỳ đã gồm kết quả của nó,"
                    " nên áp dụng chỉ để lưu và để đối chiếu với các điều bãi bỏ, thay thế."
                )
                % {"day": opening.signed_on.strftime("%d/%m/%Y")},
                answers,
            )
        )
    return tuple(found)


def _stop(key: str, text: str) -> Question:
    """Nothing answers it but changing the decision itself."""
    return Question(key=key, kind=key, blocking=True, text=text)


def _note(key: str, text: str, answers: Mapping[str, str]) -> Question:
    choice = replace(NOTED, label=_("Đã biết"))
    return Question(
        key=key,
        kind=key,
        blocking=False,
        text=text,
        choices=(choice,),
        suggested=choice.value,
        answer=choice.value if answers.get(key) == choice.value else None,
    )


# Who is given a task --------------------------------------------------------------------------------------------------


def _units(day: date) -> list[Unit]:
    return list(Unit.objects.active(day).order_by("pk"))


def _unit_named(who: str, units: list[Unit]) -> Unit | None:
    """Only where the words are one unit's name; "UBND các xã, phường" is nobody's alone."""
    query = wanted(who)
    if query.is_empty:
        return None
    fitting = [unit for unit in units if best_fit(query, unit.search_key)[0] is Fit.SAME]
    return fitting[0] if len(fitting) == 1 else None
