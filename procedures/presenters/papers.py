"""Section 3, what to bring: cases, papers with originals and copies, forms to take along."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procedures.models import FormVersion
from procedures.presenters.rich_text import rich
from procedures.record import Paper, PaperCase
from search.text import fold

FOLD_FROM_CASES = 3
FOLD_FROM_PAPERS = 13
_COMMON = re.compile(
    r"(?:moi truong hop|giay to chung|thanh phan ho so chung|ho so chung|tat ca cac truong hop)\b"
)
_FILE_NAME = re.compile(r"\.[A-Za-z]{3,4}$")
"""What the source gives for a form is often the name of a file ("to-khai_01.doc"): it tells a reader nothing."""
SHORT_NOTE = 40
"""A longer note stands below the paper's name, not beside it."""


@dataclass(frozen=True, slots=True)
class FormLink:
    """A form to download; without `url` the portal has no file, without `name` its name was no more than a file's."""

    name: str
    url: str = ""
    facts: str = ""
    """ "DOC, 46 kB" """


@dataclass(frozen=True, slots=True)
class PaperView:
    name: SafeString
    number: str
    """ "1 bản chính, 2 bản sao"; empty where the source counts none."""
    is_uncounted: bool
    """The source does not say how many."""
    note: str = ""
    long_note: str = ""
    form: FormLink | None = None


@dataclass(frozen=True, slots=True)
class CaseView:
    title: str
    note: SafeString
    papers: tuple[PaperView, ...]
    count: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class PapersView:
    cases: tuple[CaseView, ...] = field(default=())
    is_folded: bool = False
    number_of_cases: int = 0
    has_common: bool = False
    """The first case holds what everybody needs; the others come on top."""


def papers_view(
    cases: tuple[PaperCase, ...],
    *,
    forms: Mapping[tuple[int, int], FormVersion],
    all_open: bool = False,
) -> PapersView:
    """`forms`: the newest version of the form of a paper, by the places of case and paper."""
    number = sum(len(case.papers) for case in cases)
    is_folded = len(cases) >= FOLD_FROM_CASES or number >= FOLD_FROM_PAPERS
    views = tuple(
        CaseView(
            title=case.title or (_("Giấy tờ cần có") if is_folded else ""),
            note=rich(case.note_html),
            papers=tuple(_paper(paper, forms.get((i, j))) for j, paper in enumerate(case.papers)),
            count=_count(len(case.papers)),
            is_open=i == 0 or all_open,
        )
        for i, case in enumerate(cases)
    )
    return PapersView(
        cases=views,
        is_folded=is_folded,
        number_of_cases=len(cases),
        has_common=bool(cases) and is_common(cases[0].title),
    )


def is_common(title: str) -> bool:
    return bool(_COMMON.match(fold(title)))


def _count(number: int) -> str:
    if not number:
        return _("không thêm giấy tờ")
    return ngettext("%(number)d giấy tờ", "%(number)d giấy tờ", number) % {"number": number}


def _paper(paper: Paper, version: FormVersion | None) -> PaperView:
    number = ", ".join(
        words
        for words in (
            _("%(number)d\u00a0bản\u00a0chính") % {"number": paper.originals} if paper.originals else "",
            _("%(number)d\u00a0bản\u00a0sao") % {"number": paper.copies} if paper.copies else "",
        )
        if words
    )
    is_short = len(paper.note) <= SHORT_NOTE
    return PaperView(
        name=rich(paper.name_html),
        number=number,
        is_uncounted=paper.originals is None and paper.copies is None and not paper.note,
        note=paper.note if is_short else "",
        long_note="" if is_short else paper.note,
        form=_form(paper, version),
    )


def _form(paper: Paper, version: FormVersion | None) -> FormLink | None:
    if version is not None:
        kind = version.name.rpartition(".")[2].upper() if "." in version.name else ""
        facts = ", ".join(filter(None, (kind, size_words(version.size))))
        return FormLink(name=str(version.form), url=version.get_absolute_url(), facts=facts)
    return FormLink(name="" if _FILE_NAME.search(paper.form) else paper.form) if paper.form else None


def size_words(size: int) -> str:
    """46080 → "45 kB"; 1,5 MB"""
    if size < 1_000_000:
        return f"{max(1, round(size / 1024))} kB"
    return f"{size / 1024 / 1024:.1f} MB".replace(".", ",")
