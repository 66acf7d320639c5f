"""Answers to the questions of a proposal, applied to its lines. Pure: no Django.

Answers are kept by the question's key and applied to the proposal as it was read, each time anew: the order in which they
were given never matters, and an answer taken back leaves no trace.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

from procedures.decisions.counts import counted
from procedures.decisions.header import date_in, number_in
from procedures.decisions.proposal import ACTIONS, LEVELS, Proposal, ProposedLine, ProposedRepeal, Question
from procedures.decisions.questions import BY_PROCEDURE, DERIVED, DROP, WHOLE, derived_questions
from procedures.text.codes import normalise_code
from procedures.text.sanitising import clean_text

MAX_ANSWER = 20_000


def answer_problem(question: Question, value: str) -> str:
    """Why `value` answers nothing, in Vietnamese; "" where it does."""
    text = clean_text(value, keep_lines=True).strip()
    if not text:
        return "Chưa trả lời."
    if any(choice.value == text for choice in question.choices):
        return ""
    if not question.free:
        return "Hãy chọn một trong các câu trả lời."
    if len(text) > MAX_ANSWER:
        return "Câu trả lời quá dài."
    check = _CHECKS.get(question.kind)
    return check(text) if check else ""


def _code_problem(text: str) -> str:
    return (
        "" if normalise_code(text) else "Mã thủ tục phải có dạng 1.012345 (một chữ số, dấu chấm, sáu chữ số)."
    )


def _number_problem(text: str) -> str:
    return "" if number_in(text) else "Số, ký hiệu phải có dạng 1234/QĐ-UBND."


def _day_problem(text: str) -> str:
    return "" if _day(text) else "Hãy nhập ngày theo dạng ngày/tháng/năm, ví dụ 19/11/2025."


def _days_problem(text: str) -> str:
    return "" if re.fullmatch(r"\d{1,3}", text) else "Hãy nhập số ngày làm việc."


_CHECKS: Mapping[str, Callable[[str], str]] = {
    "code": _code_problem,
    "missing_code": _code_problem,
    "repeated_code": _code_problem,
    "number": _number_problem,
    "signed_on": _day_problem,
    "task_days": _days_problem,
}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date_in(text)


def with_answers(proposal: Proposal, answers: Mapping[str, str]) -> Proposal:
    """The proposal under these answers: lines, header, tasks and repeals as answered, counts taken anew.

    Every question that is answered validly carries its `answer`; an invalid or unknown one changes nothing. Questions that
    follow from the lines (counts, repeated codes) are asked of the lines as answered: some go away, some come up.
    """
    applied = proposal
    # Positions name lines in answers and never change: added ones begin after all that the file has.
    position = max((line.position for line in proposal.lines), default=0)
    # First what is known from the file, then what only comes up once lines have changed.
    for question in proposal.questions:
        position += question.kind == "code_in_text"
        if question.kind in DERIVED or (value := _valid(question, answers)) is None:
            continue
        if question.kind == "code_in_text":
            added = (_line_of_text(question, value, position),) if value in ACTIONS else ()
            applied = replace(applied, lines=(*applied.lines, *added))
        else:
            applied = _applied(applied, question, value)
    applied = _with_repeated_codes(applied, answers)
    counts = tuple(
        replace(claim, read=counted(claim.action, claim.part, applied.lines)) for claim in applied.counts
    )
    derived = list(derived_questions(applied.lines, counts))
    kept = [question for question in proposal.questions if question.kind not in DERIVED]
    # A repeated line that was dropped or corrected is no more asked about, but its answer stays to be seen.
    seen = {question.key for question in derived}
    settled = [
        question
        for question in _repeats(proposal)
        if question.key not in seen and _valid(question, answers) not in (None, "")
    ]
    marked = (replace(question, answer=_valid(question, answers)) for question in [*kept, *settled, *derived])
    return replace(applied, counts=counts, questions=tuple(marked))


def open_questions(
    proposal: Proposal, answers: Mapping[str, str], *, blocking_only: bool = False
) -> tuple[Question, ...]:
    """What is still to be answered, given these answers; `blocking_only`: what stands in the way of applying."""
    return tuple(
        question
        for question in with_answers(proposal, answers).questions
        if question.answer is None and (question.blocking or not blocking_only)
    )


def _valid(question: Question, answers: Mapping[str, str]) -> str | None:
    value = answers.get(question.key)
    if value is None or answer_problem(question, value):
        return None
    return clean_text(value, keep_lines=True).strip()


def _repeats(proposal: Proposal) -> Iterable[Question]:
    return (question for question in proposal.questions if question.kind == "repeated_code")


def _with_repeated_codes(proposal: Proposal, answers: Mapping[str, str]) -> Proposal:
    """One repeat after the other, for each answer may settle or raise the next."""
    done: set[str] = set()
    while True:
        following = next(
            (
                q
                for q in derived_questions(proposal.lines, ())
                if q.key not in done and _valid(q, answers) is not None
            ),
            None,
        )
        if following is None:
            return proposal
        done.add(following.key)
        proposal = _applied(proposal, following, _valid(following, answers) or "")


# ------------------------------------------------------------------------------------------------------------- one answer


def _applied(proposal: Proposal, question: Question, value: str) -> Proposal:
    kind = question.kind
    if kind in ("number", "annex_number"):
        return replace(proposal, number=number_in(value) or value)
    if kind in ("signed_on", "annex_date"):
        signed = _day(value)
        # "Có hiệu lực kể từ ngày ký" goes with the day of signing; so does a decision that names no day.
        same = proposal.effective_on == proposal.signed_on
        return replace(proposal, signed_on=signed, effective_on=signed if same else proposal.effective_on)
    if kind == "task_days":
        return _with_task_days(proposal, question, value)
    if kind == "repeal_part":
        return _with_repeal(
            proposal, question, lambda repeal: replace(repeal, part="" if value == WHOLE else value)
        )
    return replace(proposal, lines=tuple(_answered_lines(proposal.lines, question, value)))


def _answered_lines(lines: Iterable[ProposedLine], question: Question, value: str) -> Iterable[ProposedLine]:
    for line in lines:
        if not _concerns(question, line):
            yield line
        elif value != DROP:
            yield _answered_line(line, question, value)


def _concerns(question: Question, line: ProposedLine) -> bool:
    if match := re.fullmatch(r"(?:action|level):(\d+)-(\d+)", question.key):
        return int(match[1]) <= line.position <= int(match[2])
    return question.position == line.position


def _answered_line(line: ProposedLine, question: Question, value: str) -> ProposedLine:
    match question.kind:
        case "code" | "missing_code" | "repeated_code":
            code = normalise_code(value)
            return replace(line, code=code) if code else line
        case "name":
            return replace(line, name=clean_text(value))
        case "action":
            return replace(line, action=value)
        case "level":
            return replace(
                line, level=value if value in LEVELS else "" if value == BY_PROCEDURE else line.level
            )
        case "same_as_above":
            return _with_cell(line, question.key.rsplit(":", 1)[-1], value)
        case _:
            return line


def _with_cell(line: ProposedLine, role: str, value: str) -> ProposedLine:
    match role:
        case "time":
            return replace(line, time=value)
        case "fee":
            return replace(line, fee=value)
        case "basis":
            return replace(line, basis=value)
        case "place" | "manner":
            return replace(line, place=value)
        case "field":
            return replace(line, field=value)
        case _:
            return replace(line, note="\n".join(filter(None, (line.note, value))))


def _place(question: Question) -> int:
    """The number, from 0, of the task or repeal that a question is about."""
    return int(question.key.rsplit(":", 1)[-1]) - 1


def _with_task_days(proposal: Proposal, question: Question, value: str) -> Proposal:
    place = _place(question)
    tasks = [
        replace(task, days=int(value)) if number == place else task
        for number, task in enumerate(proposal.tasks)
    ]
    return replace(proposal, tasks=tuple(tasks))


def _with_repeal(
    proposal: Proposal, question: Question, changed: Callable[[ProposedRepeal], ProposedRepeal]
) -> Proposal:
    place = _place(question)
    repeals = [
        changed(repeal) if number == place else repeal for number, repeal in enumerate(proposal.repeals)
    ]
    return replace(proposal, repeals=tuple(repeals))


def _line_of_text(question: Question, action: str, position: int) -> ProposedLine:
    """A procedure that only an article names, as a line of its own after all others."""
    code = question.key.split(":", 1)[1]
    return ProposedLine(
        position=position,
        part="",
        ordinal="",
        action=action,
        code=code,
        code_text=code,
        name="",
        where=question.where,
    )
