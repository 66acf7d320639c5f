"""A checked decision in words, for the command line and for the log of what applying did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.utils.translation import gettext as _

from procedures.decisions.applying import PART_SEPARATOR
from procedures.decisions.checking import Check
from procedures.decisions.matching import MatchedLine
from procedures.decisions.proposal import CountClaim, Question
from procedures.decisions.wording import ACTION_WORDS
from procedures.models import AnnouncementDecision
from procedures.text.short_title import sentence_case

NAME_WIDTH = 70


def preview_lines(found: Check) -> Iterator[str]:
    proposal = found.proposal
    yield _("Quyết định số %(number)s ngày %(day)s") % {
        "number": proposal.number or "?",
        "day": _day(proposal.signed_on),
    }
    for label, value in (
        (_("Trích yếu"), proposal.title),
        (_("Cơ quan ban hành"), proposal.issuer),
        (_("Người ký"), proposal.signer),
        (_("Hiệu lực"), _day(proposal.effective_on) if proposal.effective_on else ""),
        (_("Hạn niêm yết"), f"{_day(found.due)} ({found.deadline.source})" if found.due else ""),
    ):
        if value:
            yield f"  {label}: {' '.join(value.split())}"
    yield ""
    yield from _table(found.lines)
    yield ""
    for claim in proposal.counts:
        same = _("khớp") if claim.stated == claim.read else _("KHÁC")
        yield _("%(what)s: văn bản ghi %(stated)s thủ tục, đọc được %(read)s dòng (%(same)s).") % {
            "what": counted_words(claim),
            "stated": claim.stated,
            "read": claim.read,
            "same": same,
        }
    for item in found.tasks:
        days = _("%(n)s ngày làm việc, hạn %(due)s") % {"n": item.task.days, "due": _day(item.due)}
        yield _("Nhiệm vụ (%(article)s): %(who)s: %(what)s%(due)s") % {
            "article": item.task.article,
            "who": item.task.who,
            "what": " ".join(item.task.what.split()),
            "due": f" ({days})" if item.task.days else "",
        }
    for held in found.repeals:
        yield _("%(verb)s (%(article)s): Quyết định %(number)s%(aim)s: %(met)s") % {
            "verb": _("Thay thế") if held.repeal.replaces else _("Bãi bỏ"),
            "article": held.repeal.article,
            "number": held.repeal.number,
            "aim": "".join(
                f", {words} {value}"
                for words, value in (
                    (_("phần"), held.repeal.part),
                    (_("lĩnh vực"), held.repeal.field),
                    (_("số thứ tự"), ", ".join(held.repeal.ordinals)),
                )
                if value
            ),
            "met": _("%(n)s dòng đang giữ") % {"n": held.rows} if held.decision else _("cổng chưa có"),
        }
    for skipped in proposal.skipped_tables:
        yield _("Bỏ qua: %(what)s") % {"what": skipped}


def counted_words(claim: CountClaim) -> str:
    """Of what a stated number speaks: "Thủ tục mới ban hành ở mục «Lĩnh vực Hộ tịch»", "Tất cả thủ tục"."""
    action = ACTION_WORDS.get(claim.action, "")
    head = _("Thủ tục %(action)s") % {"action": action} if action else _("Tất cả thủ tục")
    part = sentence_case(claim.part.rsplit(PART_SEPARATOR, 1)[-1]) if claim.part else ""
    return _("%(head)s ở mục «%(part)s»") % {"head": head, "part": part} if part else head


def _day(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else "?"


def _table(lines: Iterable[MatchedLine]) -> Iterator[str]:
    rows = [
        (
            str(item.line.position),
            item.action_label or "?",
            item.line.code or item.line.code_text or "?",
            item.level_label,
            _state(item),
            _short(item.line.name),
            item.line.where,
        )
        for item in lines
    ]
    head = (_("Dòng"), _("Nội dung"), _("Mã"), _("Cấp"), _("Ở cổng"), _("Tên"), _("Trong tệp"))
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _state(item: MatchedLine) -> str:
    if item.skipped:
        return _("bỏ")
    if item.procedure is None:
        return _("chưa có") if item.line.code else _("chưa rõ")
    if item.procedure.is_ended:
        return _("đã hết hiệu lực")
    return _("có") if item.procedure.live else _("chưa xuất bản")


def _short(name: str) -> str:
    words = " ".join(name.split())
    return words if len(words) <= NAME_WIDTH else words[: NAME_WIDTH - 1] + "…"


def question_lines(questions: Iterable[Question]) -> Iterator[str]:
    for question in questions:
        mark = _("BẮT BUỘC") if question.blocking else _("không bắt buộc")
        where = f" [{question.where}]" if question.where else ""
        yield f"{question.key} ({mark}){where}: {' '.join(question.text.split())}"


def applied_words(decision: AnnouncementDecision) -> str:
    before = decision.before
    return _(
        "Đã áp dụng Quyết định số %(number)s: %(lines)s dòng, %(created)s thủ tục lập mới (chưa xuất bản),"
        " %(changed)s thủ tục đổi hiệu lực."
    ) % {
        "number": decision.number,
        "lines": decision.lines.count(),
        "created": len(before.get("created") or {}),
        "changed": len(before.get("states") or {}),
    }
