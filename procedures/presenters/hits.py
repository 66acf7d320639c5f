"""Rows of a list of procedures: title with the found words marked, and what helps to choose."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from home.models import Unit
from procedures.enums import Level, OnlineLevel, Scope
from procedures.finding import Words
from procedures.mapping import channels_of
from procedures.models import ProcedurePage
from procedures.short_facts import short_fee, short_time
from search.text import fold, one_spelling

_WORD = re.compile(r"[^\W_]+(?:[./-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Hit:
    title: SafeString
    url: str
    code: str
    meta: tuple[str, ...]
    also: SafeString | None = None
    """An everyday name that has the words where the title has not."""


def hits(
    procedures: Iterable[ProcedurePage],
    words: Words,
    *,
    unit: Unit | None = None,
    place: Unit | None = None,
    listed: Collection[int] = (),
) -> tuple[Hit, ...]:
    """`place`: the unit that was named beside the procedure; `listed`: what it lists."""
    return tuple(
        hit(page, words, unit=place if page.pk in listed else unit, place=place) for page in procedures
    )


def hit(
    page: ProcedurePage,
    words: Words,
    *,
    unit: Unit | None = None,
    place: Unit | None = None,
    with_fee: bool = False,
) -> Hit:
    """`page` with its subject; `unit`: whose listing the link leads to; `place`: for whom the common page opens."""
    channels = channels_of(page)
    meta = (
        level_words(page),
        short_time(channels),
        _sentence(short_fee(channels)) if with_fee else "",
        online_words(page.online_level) if with_fee else "",
        page.subject.name if page.subject else "",
    )
    return Hit(
        title=marked(page.title, words),
        url=_address(page.code, unit, place),
        code=page.code,
        meta=tuple(said for said in meta if said),
        also=_other_name(page, words),
    )


def _address(code: str, unit: Unit | None, place: Unit | None) -> str:
    if unit is not None:
        return reverse("listing", args=[unit.slug, code])
    return reverse("procedure", args=[code]) + (f"?don-vi={place.slug}" if place else "")


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def level_words(page: ProcedurePage) -> str:
    if page.scope == Scope.CENTRAL:
        return _("Cơ quan trung ương")
    return ", ".join(str(Level(level).label) for level in page.levels if level in Level.values)


def online_words(level: str) -> str:
    return {
        OnlineLevel.FULL: _("Trực tuyến toàn trình"),
        OnlineLevel.PARTIAL: _("Trực tuyến một phần"),
    }.get(level, "")  # type: ignore[call-overload]  # any text may be asked for


def marked(text: str, words: Words) -> SafeString:
    """`text` with the words that were asked for in <mark>; neighbours in one."""
    out: list[str] = []
    end = 0
    run: tuple[int, int] | None = None
    for match in _WORD.finditer(text):
        if not _is_asked(match[0], words):
            continue
        if run and not text[run[1] : match.start()].strip():
            run = (run[0], match.end())
            continue
        if run:
            out += [escape(text[end : run[0]]), f"<mark>{escape(text[run[0] : run[1]])}</mark>"]
            end = run[1]
        run = (match.start(), match.end())
    if run:
        out += [escape(text[end : run[0]]), f"<mark>{escape(text[run[0] : run[1]])}</mark>"]
        end = run[1]
    out.append(escape(text[end:]))
    return mark_safe("".join(out))  # noqa: S308 -- every piece is escaped above


def _is_asked(word: str, words: Words) -> bool:
    if not words.words:
        return False
    folded = one_spelling(fold(word))
    return folded in words.words or (words.last_is_open and folded.startswith(words.words[-1]))


def _other_name(page: ProcedurePage, words: Words) -> SafeString | None:
    """Only where the title alone would not tell why the procedure was found."""
    if words.is_empty or all(_stands_in(page.title, word) for word in words.words):
        return None
    missing = [word for word in words.words if not _stands_in(page.title, word)]
    told = [(sum(_stands_in(name, word) for word in words.words), name) for name in page.everyday_name_list]
    told = [(number, name) for number, name in told if any(_stands_in(name, word) for word in missing)]
    return marked(max(told, key=lambda found: found[0])[1], words) if told else None


def _stands_in(text: str, word: str) -> bool:
    return any(one_spelling(fold(match[0])).startswith(word) for match in _WORD.finditer(text))
