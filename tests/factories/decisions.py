"""Announcing decisions of our own: proposals without a file, and drafts of them."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from procedures.decisions.applying import apply_decision
from procedures.decisions.proposal import (
    Proposal,
    ProposedLine,
    ProposedRepeal,
    ProposedTask,
    to_json,
)
from procedures.models import AnnouncementDecision, DecisionDraft

SIGNED = date(2026, 4, 1)
TODAY = date(2026, 6, 1)

_numbers = count(100)


def line(code: str = "7.900001", **fields: Any) -> ProposedLine:
    """A line that announces; `position` and `ordinal` are given out by `proposal`."""
    values: dict[str, Any] = {
        "position": 0,
        "part": "",
        "ordinal": "",
        "action": "new",
        "code": code,
        "code_text": code,
        "name": f"Thủ tục thử {code}",
    }
    return ProposedLine(**values | fields)


def repeal(number: str, **fields: Any) -> ProposedRepeal:
    values: dict[str, Any] = {
        "article": "Điều 3",
        "number": number,
        "signed": None,
        "part": "",
        "field": "",
        "ordinals": (),
        "replaces": False,
        "sentence": f"bãi bỏ Danh mục kèm theo Quyết định số {number}",
    }
    return ProposedRepeal(**values | fields)


def task(**fields: Any) -> ProposedTask:
    values: dict[str, Any] = {
        "article": "Điều 2",
        "who": "Sở Mẫu",
        "what": "Xây dựng quy trình điện tử.",
        "days": 3,
        "orders_listing": False,
        "sentence": "Giao Sở Mẫu trong thời hạn 03 ngày làm việc xây dựng quy trình điện tử.",
    }
    return ProposedTask(**values | fields)


def proposal(*lines: ProposedLine, **fields: Any) -> Proposal:
    placed = tuple(
        ProposedLine(
            **{
                **{name: getattr(item, name) for name in ProposedLine.__slots__},
                "position": item.position or n,
                "ordinal": item.ordinal or str(n),
                "where": item.where or f"bảng 1, dòng {n + 1}",
            }
        )
        for n, item in enumerate(lines, start=1)
    )
    values: dict[str, Any] = {
        "number": f"{next(_numbers)}/QĐ-UBND",
        "signed_on": SIGNED,
        "signer": "Nguyễn Văn Mẫu",
        "issuer": "Ủy ban nhân dân tỉnh",
        "title": "Công bố danh mục thủ tục hành chính",
        "effective_on": None,
        "lines": placed,
        "tasks": (),
        "repeals": (),
        "counts": (),
        "questions": (),
        "skipped_tables": (),
        "source_name": "",
        "source_sha256": "",
    }
    return Proposal(**values | fields)


def make_draft(given: Proposal, **answers: str) -> DecisionDraft:
    return DecisionDraft.objects.create(proposal=to_json(given), answers=answers)


def make_decision(
    *lines: ProposedLine,
    user: Any = None,
    today: date = TODAY,
    answers: dict[str, str] | None = None,
    **fields: Any,
) -> AnnouncementDecision:
    """Applied, as a controller would."""
    draft = make_draft(proposal(*lines, **fields), **(answers or {}))
    return apply_decision(draft=draft, user=user, today=today)
