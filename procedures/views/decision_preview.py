"""What the preview of a decision shows: its questions and their answers, lines by part, what applying would do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.http import HttpRequest

from procedures.decisions.applying import PART_SEPARATOR
from procedures.decisions.checking import Check
from procedures.decisions.matching import MatchedLine
from procedures.models import AnnouncementDecision, DecisionDraft, Listing
from procedures.models.decisions import LineAction
from procedures.text.short_title import sentence_case

ANSWER, OTHER = "tl:", "tlk:"
"""Names of the inputs of a question: its choices, and the free text beside them."""
OTHER_VALUE = "__khac__"
MAX_ANSWER = 500
PER_PAGE = 100
"""Questions, and lines, on one page: with both full it stays below half a megabyte."""
QUESTIONS_PAGE, LINES_PAGE, WHICH_LINES = "trang-cau", "trang-dong", "xem"
ALL_LINES = "tat-ca"


def given_answers(request: HttpRequest) -> dict[str, str]:
    """Key → answer of the questions that were shown; "" takes one back."""
    given: dict[str, str] = {}
    for name in request.POST:
        if name.startswith(ANSWER):
            key = name.removeprefix(ANSWER)
            value = request.POST[name]
            if value == OTHER_VALUE:
                value = request.POST.get(OTHER + key, "")
            given[key] = value.replace("\x00", "").strip()[:MAX_ANSWER]
        elif name.startswith(OTHER) and ANSWER + name.removeprefix(OTHER) not in request.POST:
            given[name.removeprefix(OTHER)] = request.POST[name].replace("\x00", "").strip()[:MAX_ANSWER]
    return given


def fingerprint(draft: DecisionDraft) -> str:
    """What was seen: applying asks for a second look when it is no longer that."""
    last = AnnouncementDecision.objects.order_by("-pk").values_list("pk", flat=True).first()
    text = json.dumps([draft.proposal, draft.answers, last], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def in_order(found: Check) -> list[Any]:
    """What stops first, then what is open, then what has been answered."""
    return sorted(found.questions, key=lambda q: (q.answer is not None, not q.blocking))


def suggested(found: Check) -> list[Any]:
    return [q for q in found.open if q.suggested and not q.blocking]


def question_page(questions: Sequence[Any], request: HttpRequest) -> Page[Any]:
    return Paginator(questions, PER_PAGE).get_page(request.GET.get(QUESTIONS_PAGE))


def question_rows(page: Page[Any], answers: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"place": n, **question_row(q, answers)}
        for n, q in enumerate(page.object_list, start=page.start_index())
    ]


def lines_asked(found: Check) -> tuple[MatchedLine, ...]:
    """Lines that an open question is about."""
    positions = {question.position for question in found.open}
    return tuple(item for item in found.lines if item.line.position in positions)


def line_page(found: Check, request: HttpRequest) -> tuple[Page[Any], bool]:
    """The lines to show, and whether these are some of all.

    Of a long decision first those that wait for a person.
    """
    asked = lines_asked(found)
    some = bool(asked) and len(found.lines) > PER_PAGE and request.GET.get(WHICH_LINES) != ALL_LINES
    page = Paginator(asked if some else found.lines, PER_PAGE).get_page(request.GET.get(LINES_PAGE))
    return page, some


def addresses_of_lines(found: Check, shown: Sequence[MatchedLine]) -> dict[int, str]:
    """Position → where the line is to be seen: here, or on the page of all lines that has it."""
    here = {item.line.position for item in shown}
    return {
        item.line.position: f"#dong-{item.line.position}"
        if item.line.position in here
        else f"?{WHICH_LINES}={ALL_LINES}&{LINES_PAGE}={place // PER_PAGE + 1}#dong-{item.line.position}"
        for place, item in enumerate(found.lines)
    }


def question_row(question: Any, answers: dict[str, str]) -> dict[str, Any]:
    given = answers.get(question.key, "")
    offered = {choice.value for choice in question.choices}
    return {
        "question": question,
        "name": ANSWER + question.key,
        "other_name": OTHER + question.key,
        "other_value": OTHER_VALUE,
        "given": given,
        "other": given if given and given not in offered else "",
        "is_open": question.answer is None,
        "can_answer": bool(question.choices or question.free),
        "unusable": bool(given) and question.answer is None,
    }


def by_part(lines: Sequence[MatchedLine]) -> list[tuple[tuple[str, str], list[MatchedLine]]]:
    return [(headings(part), list(items)) for part, items in groupby(lines, key=lambda item: item.line.part)]


def headings(part: str) -> tuple[str, str]:
    outer, _separator, inner = part.rpartition(PART_SEPARATOR)
    return outer, sentence_case(inner)


def summary(found: Check) -> dict[str, Any]:
    taken = found.taken
    announced = [item for item in taken if item.line.action != LineAction.ABOLISHED]
    ended = [item for item in taken if item.procedure and item.line.action == LineAction.ABOLISHED]
    return {
        "lines": len(taken),
        "skipped": len(found.lines) - len(taken),
        "created": found.creates,
        "ended": ended,
        "last_day": found.effective_on - timedelta(days=1) if found.effective_on else None,
        "listed_by": Listing.objects.live()
        .filter(procedure__in={item.procedure.pk for item in ended if item.procedure})
        .aggregate(units=Count("unit", distinct=True))["units"]
        if ended
        else 0,
        "revived": [item for item in announced if item.procedure and item.procedure.is_ended],
        "endings": found.endings,
        "actions": _actions(taken),
    }


def _actions(taken: tuple[MatchedLine, ...]) -> list[tuple[str, int]]:
    counted: dict[str, int] = {}
    for item in taken:
        counted[item.action_label] = counted.get(item.action_label, 0) + 1
    return list(counted.items())
