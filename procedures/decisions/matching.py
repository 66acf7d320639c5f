"""Lines of a proposal beside the portal's own procedures: which one each means, where they differ, what must be asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from procedures.decisions.likeness import Names, changed_words, differs_strongly, hardly_alike
from procedures.decisions.proposal import Choice, ProposedLine, Question
from procedures.enums import Level, ProcedureState
from procedures.mapping import channels_of
from procedures.models import ProcedurePage
from procedures.models.decisions import LineAction
from procedures.short_facts import short_fee, short_time
from procedures.text.codes import normalise_code
from procedures.text.measures import amounts_in, says_free, units_named
from procedures.text.short_title import readable_name

CREATE, SKIP, KEEP, OURS = "create", "skip", "keep", "ours"
_COLUMNS = (
    "code", "title", "full_name", "levels", "live", "state", "in_force_until", "end_reason", "replaced_by",
    "channels", "subject__name", "scope",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Differing:
    label: str
    ours: str
    theirs: str


@dataclass(frozen=True)
class MatchedLine:
    """`line` carries the code and level that answers settled; `procedure` is None where one will be made."""

    line: ProposedLine
    procedure: ProcedurePage | None
    differences: tuple[Differing, ...] = ()
    skipped: bool = False

    @property
    def creates(self) -> bool:
        return not self.skipped and self.procedure is None and bool(self.line.code)

    @property
    def action_label(self) -> str:
        return str(LineAction(self.line.action).label) if self.line.action in LineAction.values else ""

    @property
    def level_label(self) -> str:
        return str(Level(self.line.level).label) if self.line.level in Level.values else ""

    @property
    def name(self) -> str:
        return readable_name(self.line.name)


@dataclass(frozen=True)
class Matching:
    lines: tuple[MatchedLine, ...]
    questions: tuple[Question, ...]


def match_lines(
    lines: Sequence[ProposedLine], answers: Mapping[str, str], *, asked: Collection[int] = ()
) -> Matching:
    """Two queries; a third one where a code is unknown and near ones are to be named.

    `asked`: positions of lines about whose code the reading asks already.
    """
    answered = {line.position: _answered_code(line, answers) for line in lines}
    codes = {line.code for line in lines} | {code for code, _skip in answered.values()}
    held = held_procedures(codes)
    unknown = [line for line in lines if line.code not in held]
    names = _all_names() if unknown else Names({}, {})
    questions: list[Question] = []
    matched: list[MatchedLine] = []
    for line in lines:
        if line.code not in held and line.position not in asked:
            questions.append(_unknown(line, names, answers))
        code, skipped = answered[line.position]
        settled = replace(line, code=code)
        page = held.get(code)
        if page is None or skipped:
            matched.append(MatchedLine(settled, page, skipped=skipped))
            continue
        about = list(_about_known(settled, page, answers))
        questions += about
        given = {(q.kind, q.answer) for q in about}
        if ("level-differs", OURS) in given:
            settled = replace(settled, level="")
        skipped = any(answer == SKIP for _kind, answer in given)
        matched.append(MatchedLine(settled, page, tuple(_differences(settled, page)), skipped))
    return Matching(tuple(matched), tuple(questions))


def held_procedures(codes: Iterable[str]) -> dict[str, ProcedurePage]:
    wanted = sorted(code for code in codes if code)
    pages = ProcedurePage.objects.filter(code__in=wanted).select_related("subject").only(*_COLUMNS)
    return {page.code: page for page in pages}


def _all_names() -> Names:
    rows = list(ProcedurePage.objects.order_by("code").values_list("code", "full_name", "search_key"))
    return Names(
        {code: name for code, name, _key in rows},
        # The folded full name stands first in the key.
        {code: key.split(" | ", 1)[0] for code, _name, key in rows},
    )


def code_key(line: ProposedLine) -> str:
    return f"code-unknown:{line.position}"


def _answered_code(line: ProposedLine, answers: Mapping[str, str]) -> tuple[str, bool]:
    """(code, left out) after the answer to "this code is unknown"; an answer that is no code changes nothing."""
    answer = (answers.get(code_key(line)) or "").strip()
    if answer == SKIP:
        return line.code, True
    return normalise_code(answer) or line.code, False


def _unknown(line: ProposedLine, names: Names, answers: Mapping[str, str]) -> Question:
    near = names.near(line.code or line.code_text, line.name)
    choices = [Choice(code, f"{code}: {readable_name(names.names[code])}") for code in near]
    if line.code:
        made = (
            _("Lập trang thủ tục chưa xuất bản, ghi là đã hết hiệu lực")
            if line.action == LineAction.ABOLISHED
            else _("Lập trang thủ tục chưa xuất bản từ dòng này; xuất bản rồi thì đơn vị có nghĩa vụ")
        )
        choices.insert(0, Choice(CREATE, made))
    choices.append(Choice(SKIP, _("Bỏ dòng này, không ghi nhận")))
    text = (
        _("Cổng chưa có mã %(code)s «%(name)s».") % {"code": line.code, "name": readable_name(line.name)}
        if line.code
        else _("Dòng «%(name)s» không có mã đọc được. Chọn thủ tục của cổng hoặc gõ mã đúng.")
        % {"name": readable_name(line.name)}
    )
    answer = answers.get(code_key(line), "").strip()
    offered = {choice.value for choice in choices}
    usable = answer in offered or bool(normalise_code(answer))
    return Question(
        key=code_key(line),
        kind="code-unknown",
        # What can be made from the line is made; a line without any code cannot.
        blocking=not line.code,
        text=text,
        where=line.where,
        position=line.position,
        choices=tuple(choices),
        suggested=CREATE if line.code else "",
        free=True,
        answer=answer if usable else None,
    )


def _chosen(key: str, choices: Iterable[Choice], answers: Mapping[str, str]) -> str | None:
    answer = answers.get(key, "")
    return answer if any(choice.value == answer for choice in choices) else None


def _about_known(line: ProposedLine, page: ProcedurePage, answers: Mapping[str, str]) -> Iterable[Question]:
    if line.name and differs_strongly(page.full_name, line.name):
        yield _asked(
            f"name-differs:{line.position}",
            "name-differs",
            _(
                "Mã %(code)s ở cổng là «%(ours)s», trong quyết định là «%(theirs)s»."
                " Nếu mã ghi sai, sửa mã của dòng rồi xem lại."
            )
            % {"code": page.code, "ours": page.title, "theirs": readable_name(line.name)},
            line,
            (Choice(KEEP, _("Đúng là thủ tục này, tên đã thay đổi")), Choice(SKIP, _("Bỏ dòng này"))),
            KEEP,
            answers,
            blocking=hardly_alike(page.full_name, line.name),
        )
    if line.level and page.levels and line.level not in page.levels:
        yield _asked(
            f"level-differs:{line.position}",
            "level-differs",
            _("Quyết định xếp %(code)s vào %(theirs)s, trang của cổng ghi %(ours)s.")
            % {
                "code": page.code,
                "theirs": _level_words((line.level,)),
                "ours": _level_words(tuple(page.levels)),
            },
            line,
            (Choice(KEEP, _("Theo quyết định")), Choice(OURS, _("Theo trang của cổng"))),
            KEEP,
            answers,
        )
    if page.is_ended and line.action != LineAction.ABOLISHED:
        yield _asked(
            f"ended:{line.position}",
            "ended",
            _("%(code)s «%(name)s» đang ghi là đã hết hiệu lực; áp dụng thì có hiệu lực trở lại.")
            % {"code": page.code, "name": page.title},
            line,
            (Choice(KEEP, _("Có hiệu lực trở lại")), Choice(SKIP, _("Bỏ dòng này"))),
            KEEP,
            answers,
        )
    if page.scope == "other_province" and line.action != LineAction.ABOLISHED:
        yield _asked(
            f"foreign:{line.position}",
            "foreign",
            _("%(code)s ở cổng ghi là thủ tục của tỉnh khác nên không đơn vị nào phải niêm yết.")
            % {"code": page.code},
            line,
            (Choice(KEEP, _("Đã biết, sẽ sửa phạm vi trên trang thủ tục")),),
            KEEP,
            answers,
        )


def _asked(
    key: str,
    kind: str,
    text: str,
    line: ProposedLine,
    choices: tuple[Choice, ...],
    suggested: str,
    answers: Mapping[str, str],
    *,
    blocking: bool = False,
) -> Question:
    return Question(
        key=key,
        kind=kind,
        blocking=blocking,
        text=text,
        where=line.where,
        position=line.position,
        choices=choices,
        suggested=suggested,
        answer=_chosen(key, choices, answers),
    )


def _level_words(levels: Sequence[str]) -> str:
    return ", ".join(str(Level(level).label).lower() if level in Level.values else level for level in levels)


def _differences(line: ProposedLine, page: ProcedurePage) -> Iterable[Differing]:
    """Only what can be told apart at a glance; the page itself is changed by a person, never from a row of a list."""
    if line.name and changed_words(page.full_name, line.name):
        yield Differing(_("Tên"), page.full_name, readable_name(line.name))
    if line.field and page.subject and changed_words(page.subject.name, line.field):
        yield Differing(_("Lĩnh vực"), page.subject.name, line.field)
    channels = channels_of(page)
    ours = {(c.duration.amount, c.duration.unit) for c in channels if c.duration}
    theirs = {(amount, unit) for amount, units in units_named(line.time).items() for unit in units}
    if ours and theirs and ours.isdisjoint(theirs):
        yield Differing(_("Thời hạn"), short_time(channels), line.time)
    paid = {fee.amount for c in channels for fee in c.fees if fee.amount is not None}
    asked = {amount for amount, _currency in amounts_in(line.fee)} or (
        {Decimal(0)} if says_free(line.fee) else set()
    )
    if paid and asked and paid.isdisjoint(asked):
        yield Differing(_("Phí, lệ phí"), short_fee(channels) or _("khác"), line.fee)
    if page.state == ProcedureState.ENDED and line.action != LineAction.ABOLISHED:
        yield Differing(_("Hiệu lực"), _("đã hết hiệu lực"), _("có hiệu lực"))
