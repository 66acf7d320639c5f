"""Tasks of a unit's board in words: what, why, until when, and what the button says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures.boards.figures import days_left, full_day
from procedures.boards.naming import NamedLine, Names
from procedures.boards.tasks import Task, TaskKind
from procedures.completeness.findings import Finding
from procedures.completeness.words import DETAIL_LABELS, GONE_WORDS

SHORT_PART = 60


def title(task: Task, today: date) -> str:
    n = task.count
    match task.kind:
        case TaskKind.LATE:
            days = task.overdue_days(today)
            if n == 1:
                return _("1 thủ tục quá hạn niêm yết %(days)s ngày") % {"days": days}
            return _("%(n)s thủ tục quá hạn niêm yết, lâu nhất %(days)s ngày") % {"n": n, "days": days}
        case TaskKind.MISSING:
            return _("%(n)s thủ tục chưa niêm yết, còn hạn") % {"n": n}
        case TaskKind.RELIST:
            return _("%(n)s thủ tục phải niêm yết mà đã gỡ") % {"n": n}
        case TaskKind.OUTDATED:
            return _("%(n)s thủ tục có nội dung đã cũ") % {"n": n}
        case TaskKind.GONE:
            return _("%(n)s thủ tục phải gỡ") % {"n": n}
        case TaskKind.DETAILS:
            return _("%(n)s thủ tục chưa ghi đủ nơi nộp hồ sơ") % {"n": n}


def note(task: Task, names: Names, today: date) -> str:
    """Where it comes from and until when, in one line."""
    match task.kind:
        case TaskKind.LATE | TaskKind.MISSING | TaskKind.RELIST:
            said = source(task, names)
        case TaskKind.OUTDATED:
            changed = max(f.since for f in task.findings)
            said = _("Nội dung gốc đổi, gần nhất ngày %(day)s; so chỗ khác rồi xác nhận") % {
                "day": full_day(changed)
            }
        case TaskKind.GONE:
            why = _counted(Counter(f.details[0] for f in task.findings if f.details), GONE_WORDS)
            said = source(task, names) if _one_decision(task) else why[:1].upper() + why[1:]
        case TaskKind.DETAILS:
            missing = Counter(detail for f in task.findings for detail in f.details)
            said = _("Thiếu %(what)s; điền một lần cho tất cả") % {"what": _counted(missing, DETAIL_LABELS)}
    due = min((f.due for f in task.findings if f.due is not None and f.due >= today), default=None)
    if due is None:
        return said
    until = _("hạn gần nhất %(day)s, %(left)s") % {"day": full_day(due), "left": days_left(due, today)}
    return f"{said}; {until}" if said else until[:1].upper() + until[1:]


def button(task: Task) -> str:
    n = task.count
    every = _("cả %(n)s") % {"n": n} if n > 1 else ""
    match task.kind:
        case TaskKind.LATE | TaskKind.MISSING:
            return " ".join((_("Niêm yết"), every)).rstrip()
        case TaskKind.RELIST:
            return " ".join((_("Niêm yết lại"), every)).rstrip()
        case TaskKind.OUTDATED:
            return _("So và xác nhận")
        case TaskKind.GONE:
            return " ".join((_("Gỡ"), every)).rstrip()
        case TaskKind.DETAILS:
            return _("Điền nơi nộp")


DEADLINE_VERBS: dict[TaskKind, Any] = {
    TaskKind.LATE: gettext_lazy("Niêm yết"),
    TaskKind.MISSING: gettext_lazy("Niêm yết"),
    TaskKind.RELIST: gettext_lazy("Niêm yết lại"),
    TaskKind.OUTDATED: gettext_lazy("Xác nhận lại"),
    TaskKind.GONE: gettext_lazy("Gỡ"),
    TaskKind.DETAILS: gettext_lazy("Ghi nơi nộp cho"),
}


def what_falls_due(findings: tuple[Finding, ...], names: Names) -> str:
    """ "3 thủ tục Hộ tịch" where all are of one field, else "3 thủ tục"; one alone by its name."""
    named = [name for f in findings if (name := names.of(f)) is not None]
    if len(named) == 1 and len(named[0].title) <= SHORT_PART:
        return f"“{named[0].title}”"
    subjects = {name.subject for name in named}
    subject = subjects.pop() if len(subjects) == 1 else ""
    counted = _("%(n)s thủ tục") % {"n": len({f.procedure for f in findings})}
    return (
        _("%(counted)s lĩnh vực %(subject)s") % {"counted": counted, "subject": subject}
        if subject
        else counted
    )


def source(task: Task, names: Names) -> str:
    """The decisions that order it; of a single one also part and rows."""
    decisions = [names.decisions[pk] for pk in sorted(task.decisions) if pk in names.decisions]
    if not decisions:
        return ""
    if len(decisions) > 2:
        newest = max(decisions, key=lambda d: d.signed_on)
        return _("Theo %(n)s quyết định, mới nhất là %(newest)s") % {
            "n": len(decisions),
            "newest": newest.words[:1].lower() + newest.words[1:] if newest.is_opening else newest.words,
        }
    if len(decisions) == 2:
        return " và ".join(decision.words for decision in decisions)
    decision = decisions[0]
    lines = [line for f in task.findings if (line := names.line_of(f)) is not None]
    place = "" if decision.is_opening else _place(lines)
    return f"{decision.words}, {place}" if place else decision.words


def _one_decision(task: Task) -> bool:
    return len(task.decisions) == 1 and all(f.decision is not None for f in task.findings)


def _place(lines: list[NamedLine]) -> str:
    if not lines:
        return ""
    parts = {line.part for line in lines}
    part = parts.pop() if len(parts) == 1 else ""
    ordinals = sorted({line.ordinal for line in lines})
    first, last = ordinals[0], ordinals[-1]
    if len(ordinals) == 1:
        rows = _("dòng %(n)s") % {"n": first}
    elif last - first + 1 == len(ordinals):
        rows = _("dòng %(first)s đến %(last)s") % {"first": first, "last": last}
    else:
        rows = _("%(n)s dòng") % {"n": len(ordinals)}
    return f"{part}, {rows}" if part and len(part) <= SHORT_PART else rows


def _counted(counts: Counter[str], words: Mapping[str, Any]) -> str:
    if len(counts) == 1:
        return str(words.get(next(iter(counts)), ""))
    return ", ".join(f"{words[key]} ({n})" for key, n in counts.most_common() if key in words)
