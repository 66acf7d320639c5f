"""What the sections of an official text say, paragraph by paragraph, in the words that readers see."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _

from procedures.boards.comparing import MOST_ROWS, Comparison, compare
from procedures.enums import Absence, Actor, Audience, ChannelKind, Level, OnlineLevel, Part, Scope
from procedures.importing.merging import SECTIONS
from procedures.presenters.times_and_fees import fee_lines
from procedures.record import Basis, Channel, Paper, ProcedureRecord
from procedures.text.measures import word_duration
from procedures.text.sanitising import html_to_text


def section_paragraphs(record: ProcedureRecord, section: str) -> list[str]:
    """One paragraph a thing that may change: a paper, a step, a way of handing in. Absences are said in words."""
    stated = [
        f"{Part(part).label}: {Absence(value).label}"
        for part in SECTIONS[section].parts
        if (value := record.absences.get(part, ""))
    ]
    return [*_READERS[section](record), *stated]


def compare_section(
    old: ProcedureRecord | None, new: ProcedureRecord | None, section: str, *, most: int = MOST_ROWS
) -> Comparison:
    """None: there was no such version, everything is new."""
    before = section_paragraphs(old, section) if old else []
    after = section_paragraphs(new, section) if new else []
    return compare(before, after, most=most)


def _filled(*texts: str) -> list[str]:
    return [text for text in texts if text.strip()]


def _labels(choices: type[Level] | type[Audience], values: Iterable[str]) -> list[str]:
    """In the order of the choices: a set has none of its own."""
    there = set(values)
    return [str(choice.label) for choice in choices if choice.value in there]


def _html(markup: str) -> list[str]:
    return _filled(html_to_text(markup)) if markup else []


def _scope(record: ProcedureRecord) -> list[str]:
    levels = ", ".join(_labels(Level, record.levels))
    return _filled(str(Scope(record.scope).label) if record.scope else "", levels)


def _steps(record: ProcedureRecord) -> list[str]:
    found: list[str] = []
    for step in record.steps:
        who = str(Actor(step.actor).label) if step.actor else ""
        found += _filled(f"{step.title} ({who})" if who and step.title else step.title or who)
        found += _html(step.text_html)
    return found


def _channel(channel: Channel) -> list[str]:
    time = " ".join(channel.duration_text.split())
    if channel.duration:
        words = word_duration(channel.duration)
        time = words if not time or time == words else f"{words} ({time})"
    said = [
        str(ChannelKind(channel.kind).label),
        _("thời hạn %(time)s") % {"time": time} if time else "",
        _fees(channel),
    ]
    return [": ".join((said[0], ", ".join(_filled(*said[1:])))).rstrip(": "), *_html(channel.note_html)]


def _fees(channel: Channel) -> str:
    """Lines that say themselves what they are ("Lệ phí đăng ký: miễn") need no word before them."""
    lines = fee_lines(channel.fees)
    if not lines:
        return ""
    fees = "; ".join(lines)
    if fees.casefold().startswith(("phí", "lệ phí")):
        return fees[0].lower() + fees[1:]
    return _("phí, lệ phí %(fees)s") % {"fees": fees}


def _paper(paper: Paper) -> str:
    details = _filled(
        _("%(n)s bản chính") % {"n": paper.originals} if paper.originals else "",
        _("%(n)s bản sao") % {"n": paper.copies} if paper.copies else "",
        _("mẫu %(name)s") % {"name": paper.form} if paper.form else "",
        " ".join(paper.note.split()),
    )
    name = " ".join(html_to_text(paper.name_html).split())
    return f"{name} ({'; '.join(details)})" if details else name


def _papers(record: ProcedureRecord) -> list[str]:
    found: list[str] = []
    for case in record.cases:
        found += _filled(" ".join(html_to_text(case.title).split()))
        found += [_paper(paper) for paper in case.papers]
        found += _html(case.note_html)
    return found


def _basis(basis: Basis) -> str:
    issued = basis.issued.strftime("%d/%m/%Y") if basis.issued else ""
    facts = ", ".join(_filled(issued, basis.issuer))
    named = ": ".join(_filled(basis.number, basis.title))
    return f"{named} ({facts})" if facts else named


def _online(record: ProcedureRecord) -> list[str]:
    level = str(OnlineLevel(record.online_level).label) if record.online_level else ""
    return _filled(level, record.online_reason, record.national_url)


def _anywhere(record: ProcedureRecord) -> list[str]:
    if record.anywhere is None:
        return []
    return [
        _("Nộp tại bất kỳ trung tâm nào trong tỉnh") if record.anywhere else _("Chỉ nộp tại nơi giải quyết")
    ]


_READERS: dict[str, Callable[[ProcedureRecord], list[str]]] = {
    "name": lambda record: [record.name],
    "field": lambda record: _filled(record.field),
    "decision": lambda record: _filled(record.decision, record.issuing_body),
    "scope": _scope,
    "audience": lambda record: _labels(Audience, record.audiences),
    "bodies": lambda record: list(record.bodies),
    "steps": _steps,
    "channels": lambda record: [text for channel in record.channels for text in _channel(channel)],
    "papers": _papers,
    "copies": lambda record: _filled(record.copies_text),
    "results": lambda record: [
        f"{result.name} ({result.code})" if result.code else result.name for result in record.results
    ],
    "conditions": lambda record: _html(record.conditions_html),
    "basis": lambda record: [_basis(basis) for basis in record.basis],
    "online": _online,
    "anywhere": _anywhere,
}
"""A test ties the table to `SECTIONS`."""
