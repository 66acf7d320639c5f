"""What a person must decide about a proposal, asked in Vietnamese with the place in the file. Pure: no Django.

Keys name the line by its position, so that reading the same file again asks the same questions. Questions about counts and
repeated codes follow from the lines, and are asked anew whenever answers have changed those.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from procedures.decisions.lines import BuiltLine
from procedures.decisions.proposal import Choice, CountClaim, ProposedLine, ProposedRepeal, Question
from procedures.decisions.tables import LeftOut
from procedures.decisions.tasks import TaskFound
from procedures.decisions.wording import ACTION_WORDS

DROP = "drop"
KEEP = "keep"
IGNORE = "ignore"
WHOLE = "whole"
DERIVED = ("count", "repeated_code")
"""Kinds that follow from the lines."""

_DROP_CHOICE = Choice(DROP, "Bỏ dòng này, không phải thủ tục")
_ACTION_CHOICES = tuple(
    Choice(action, words[0].upper() + words[1:]) for action, words in ACTION_WORDS.items()
)
_LEVEL_WORDS = {"province": "Cấp tỉnh", "commune": "Cấp xã", "ministry": "Cấp bộ", "other": "Cơ quan khác"}
BY_PROCEDURE = "own"
"""Answer to a question about levels: as the procedure itself says."""
_ROLE_WORDS = {
    "time": "thời hạn giải quyết",
    "place": "địa điểm thực hiện",
    "manner": "cách thức thực hiện",
    "fee": "phí, lệ phí",
    "basis": "căn cứ pháp lý",
    "field": "lĩnh vực",
    "body": "cơ quan thực hiện",
    "note": "ghi chú",
}


def shown(line: ProposedLine) -> str:
    """ "Thủ tục số 3 “Cấp bản sao …”": as the questions name a line."""
    name = line.name if len(line.name) <= 90 else f"{line.name[:88].rstrip()}…"
    number = f"số {line.ordinal} " if line.ordinal else ""
    return f"Thủ tục {number}“{name}”" if name else f"Thủ tục {number}chưa có tên".strip()


# --------------------------------------------------------------------------------------------------------------- header


def header_questions(
    number: str, signed_on: date | None, *, said_number: str, said_on: date | None
) -> Iterator[Question]:
    if not number:
        yield Question(
            key="number",
            kind="number",
            blocking=True,
            text="Không đọc được số, ký hiệu của quyết định. Hãy nhập, ví dụ 1234/QĐ-UBND.",
            where="đầu quyết định",
            choices=(Choice(said_number, f"{said_number} (theo phụ lục)"),) if said_number else (),
            suggested=said_number,
            free=True,
        )
    elif said_number and said_number != number:
        yield Question(
            key="annex_number",
            kind="annex_number",
            blocking=True,
            text=f"Đầu quyết định ghi số {number} nhưng phụ lục ghi kèm theo Quyết định số {said_number}. Số nào đúng?",
            where="đầu phụ lục",
            choices=(
                Choice(number, f"{number} (đầu quyết định)"),
                Choice(said_number, f"{said_number} (phụ lục)"),
            ),
            suggested=number,
        )
    if signed_on is None:
        value = said_on.isoformat() if said_on else ""
        yield Question(
            key="signed_on",
            kind="signed_on",
            blocking=True,
            text="Không đọc được ngày ký quyết định. Hãy nhập theo dạng ngày/tháng/năm.",
            where="đầu quyết định",
            choices=(Choice(value, f"{said_on:%d/%m/%Y} (theo phụ lục)"),) if said_on else (),
            suggested=value,
            free=True,
        )
    elif said_on and said_on != signed_on:
        yield Question(
            key="annex_date",
            kind="annex_date",
            blocking=False,
            text=f"Đầu quyết định ghi ngày {signed_on:%d/%m/%Y} nhưng phụ lục ghi ngày {said_on:%d/%m/%Y}. Ngày nào đúng?",
            where="đầu phụ lục",
            choices=(
                Choice(signed_on.isoformat(), f"{signed_on:%d/%m/%Y} (đầu quyết định)"),
                Choice(said_on.isoformat(), f"{said_on:%d/%m/%Y} (phụ lục)"),
            ),
            suggested=signed_on.isoformat(),
        )


# ---------------------------------------------------------------------------------------------------------------- lines


def line_questions(built: Sequence[BuiltLine]) -> Iterator[Question]:
    for item in built:
        yield from _code_questions(item)
        if not item.line.name:
            yield _about(
                item.line,
                "name",
                blocking=False,
                text=f"Dòng mã {item.line.code_text} không có tên thủ tục.",
                free=True,
            )
        for role in item.unresolved:
            yield _about(
                item.line,
                "same_as_above",
                f"same_as_above:{item.line.position}:{role}",
                blocking=False,
                text=f"{shown(item.line)}: cột {_ROLE_WORDS[role]} ghi “như trên” nhưng phía trên không có nội dung. Hãy nhập nội dung.",
                free=True,
            )
    yield from _runs(built, _action_question, lambda item: not item.line.action)
    yield from _runs(built, _level_question, lambda item: item.level_guessed or item.level_unknown)
    yield from _ordinal_questions(built)


def _about(
    line: ProposedLine,
    kind: str,
    key: str = "",
    *,
    blocking: bool,
    text: str,
    choices: tuple[Choice, ...] = (),
    suggested: str = "",
    free: bool = False,
) -> Question:
    return Question(
        key=key or f"{kind}:{line.position}",
        kind=kind,
        blocking=blocking,
        text=text,
        where=line.where,
        position=line.position,
        choices=choices,
        suggested=suggested,
        free=free,
    )


def _code_questions(item: BuiltLine) -> Iterator[Question]:
    line, found = item.line, item.code
    choices = tuple(Choice(code, code) for code in found.suggestions)
    if found.code and found.spaced:
        yield _about(
            line,
            "code",
            blocking=False,
            text=f"{shown(line)}: mã viết là “{found.text}”, có khoảng trắng bên trong; đọc là {found.code}.",
            choices=(Choice(found.code, found.code), _DROP_CHOICE),
            suggested=found.code,
            free=True,
        )
    elif not found.code and found.text:
        yield _about(
            line,
            "code",
            blocking=True,
            text=f"{shown(line)}: mã “{found.text[:60]}” {_what_is_wrong(found.text)}. Hãy chọn hoặc nhập mã đúng.",
            choices=(*choices, _DROP_CHOICE),
            # Several candidates are all guesses; none is put into a person's mouth.
            suggested=found.suggestions[0] if len(found.suggestions) == 1 else "",
            free=True,
        )
    elif not found.code:
        yield _about(
            line,
            "missing_code",
            blocking=True,
            text=f"{shown(line)} không có mã. Hãy nhập mã, hoặc bỏ dòng nếu đây không phải là thủ tục.",
            choices=(*choices, _DROP_CHOICE),
            free=True,
        )


def _what_is_wrong(text: str) -> str:
    digits = len(re.sub(r"\D", "", text))
    if re.search(r"\d[OoIlQS]|[OoIlQS]\d", text):
        return "lẫn chữ cái với chữ số"
    if digits > 8 and re.search(r"\d\.\d{6}\D+\d\.\d{6}", text):
        return "gồm nhiều mã khác nhau"
    if digits and digits != 7 and digits <= 12:
        return f"có {digits} chữ số, mã đúng có 7 chữ số như 1.012345"
    return "không đúng mẫu như 1.012345"


def _runs(
    built: Sequence[BuiltLine],
    ask: Callable[[Sequence[BuiltLine]], Question],
    doubtful: Callable[[BuiltLine], bool],
) -> Iterator[Question]:
    """One question for neighbouring lines of the same doubt, instead of one each."""
    run: list[BuiltLine] = []
    for item in built:
        if run and not (doubtful(item) and _alike(run[-1], item)):
            yield ask(run)
            run = []
        if doubtful(item):
            run.append(item)
    if run:
        yield ask(run)


def _alike(one: BuiltLine, other: BuiltLine) -> bool:
    return (
        one.line.part == other.line.part
        and one.line.level == other.line.level
        and one.actions_named == other.actions_named
    )


def _span(run: Sequence[BuiltLine]) -> tuple[str, str, int | None]:
    """Key, words and position of a run of lines."""
    first, last = run[0].line, run[-1].line
    if len(run) == 1:
        return f"{first.position}-{first.position}", shown(first), first.position
    return (
        f"{first.position}-{last.position}",
        f"{len(run)} dòng, từ {_lower(shown(first))} đến {_lower(shown(last))}",
        None,
    )


def _lower(words: str) -> str:
    return words[0].lower() + words[1:]


def _action_question(run: Sequence[BuiltLine]) -> Question:
    key, words, position = _span(run)
    named = run[0].actions_named
    choices = tuple(choice for choice in _ACTION_CHOICES if not named or choice.value in named)
    return Question(
        key=f"action:{key}",
        kind="action",
        blocking=True,
        text=f"{words}: không rõ là thủ tục mới ban hành, được sửa đổi, được thay thế hay bị bãi bỏ.",
        where=run[0].line.where,
        position=position,
        choices=choices or _ACTION_CHOICES,
    )


def _level_question(run: Sequence[BuiltLine]) -> Question:
    key, words, position = _span(run)
    level = run[0].line.level
    guess = f" Theo địa điểm thực hiện, tạm hiểu là {_lower(_LEVEL_WORDS[level])}." if level else ""
    otherwise = "" if level else " Nếu không trả lời, lấy theo cấp ghi ở từng thủ tục."
    return Question(
        key=f"level:{key}",
        kind="level",
        blocking=False,
        text=f"{words}: quyết định không ghi cấp thực hiện.{guess}{otherwise}",
        where=run[0].line.where,
        position=position,
        choices=(
            *(Choice(value, label) for value, label in _LEVEL_WORDS.items()),
            Choice(BY_PROCEDURE, "Theo cấp ghi ở từng thủ tục"),
        ),
        suggested=level or BY_PROCEDURE,
    )


def _ordinal_questions(built: Sequence[BuiltLine]) -> Iterator[Question]:
    """Numbers that come twice in one part, or leap: often a row lost or a slip, never a reason to stop."""
    seen: dict[tuple[str, str], ProposedLine] = {}
    before: BuiltLine | None = None
    for item in built:
        line = item.line
        number = int(line.ordinal) if re.fullmatch(r"\d{1,4}", line.ordinal) else None
        if number is not None and not item.ordinal_shared:
            first = seen.setdefault((line.part, str(number)), line)
            if first is not line and number != 1:
                yield _about(
                    line,
                    "repeated_ordinal",
                    blocking=False,
                    text=f"Số thứ tự {line.ordinal} đã có ở {first.where}.",
                    choices=(Choice(KEEP, "Đúng, giữ nguyên"),),
                    suggested=KEEP,
                )
            elif (
                before is not None and (leap := _leap(before.line, number)) and before.line.part == line.part
            ):
                yield _about(
                    line,
                    "ordinal_gap",
                    blocking=False,
                    text=f"Sau số thứ tự {leap} là số {number}: kiểm tra xem có thiếu dòng không.",
                    choices=(Choice(KEEP, "Không thiếu dòng"),),
                    suggested=KEEP,
                )
        before = item


def _leap(before: ProposedLine, number: int) -> int:
    """The number before, where this one doesn't follow it and begins no new count."""
    if not re.fullmatch(r"\d{1,4}", before.ordinal):
        return 0
    return int(before.ordinal) if number > int(before.ordinal) + 1 else 0


# -------------------------------------------------------------------------------------- questions that follow from lines


def derived_questions(lines: Sequence[ProposedLine], counts: Iterable[CountClaim]) -> Iterator[Question]:
    yield from _repeated_codes(lines)
    for claim in counts:
        if claim.stated != claim.read:
            yield _count_question(claim)


def _repeated_codes(lines: Sequence[ProposedLine]) -> Iterator[Question]:
    """The same code twice at one level, or announced and abolished at once."""
    seen: dict[str, list[ProposedLine]] = {}
    for line in lines:
        if not line.code:
            continue
        others = seen.setdefault(line.code, [])
        clash = next((other for other in others if _clashes(other, line)), None)
        if clash:
            same = clash.name == line.name and clash.action == line.action
            yield _about(
                line,
                "repeated_code",
                blocking=not same,
                text=f"{shown(line)}: mã {line.code} đã có ở {clash.where} ({_lower(shown(clash))})."
                + ("" if same else " Một trong hai mã có thể bị ghi nhầm."),
                choices=(Choice(KEEP, "Cả hai dòng đều đúng"), Choice(DROP, "Bỏ dòng này")),
                suggested=KEEP if same else "",
                free=True,
            )
        others.append(line)


def _clashes(one: ProposedLine, other: ProposedLine) -> bool:
    if "abolished" in (one.action, other.action) and one.action != other.action:
        return one.level == other.level or "" in (one.level, other.level)
    return one.level == other.level


def _count_question(claim: CountClaim) -> Question:
    of_part = f" ở mục “{claim.part.rsplit(' › ', 1)[-1][:120]}”" if claim.part else ""
    words = f" {ACTION_WORDS[claim.action]}" if claim.action else ""
    scope = hashlib.sha256(claim.part.encode()).hexdigest()[:8] if claim.part else "all"
    return Question(
        key=f"count:{scope}:{claim.action or 'any'}:{claim.stated}",
        kind="count",
        blocking=True,
        text=f"Quyết định ghi {claim.stated} thủ tục{words}{of_part} nhưng đọc được {claim.read} dòng."
        " Hãy đối chiếu với văn bản.",
        where=claim.sentence if len(claim.sentence) <= 160 else f"{claim.sentence[:158]}…",
        # Confirms this very number: should the lines change, it is asked again.
        choices=(
            Choice(f"rows:{claim.read}", f"Đúng là {claim.read} dòng, số ghi trong văn bản không khớp"),
        ),
    )


# ----------------------------------------------------------------------------------------------------- articles and rest


def article_questions(tasks: Sequence[TaskFound], repeals: Sequence[ProposedRepeal]) -> Iterator[Question]:
    for place, found in enumerate(tasks, start=1):
        if found.calendar_days:
            yield Question(
                key=f"task_days:{place}",
                kind="task_days",
                blocking=False,
                text=f"{found.task.article} ghi “{found.task.days} ngày”, không ghi “ngày làm việc”."
                f" Tạm tính là {found.task.days} ngày làm việc; có thể nhập số khác.",
                where=found.task.article,
                choices=(Choice(str(found.task.days), f"{found.task.days} ngày làm việc"),),
                suggested=str(found.task.days),
                free=True,
            )
    for place, repeal in enumerate(repeals, start=1):
        before = repeals[place - 2] if place > 1 else None
        if repeal.part and before and before.sentence == repeal.sentence and before.part == repeal.part:
            yield Question(
                key=f"repeal_part:{place}",
                kind="repeal_part",
                blocking=False,
                text=f"{repeal.article} {'thay thế' if repeal.replaces else 'bãi bỏ'} phần {repeal.part} của Quyết định số {before.number}; với Quyết định số {repeal.number}, chỉ phần {repeal.part} hay toàn bộ danh mục?",
                where=repeal.article,
                choices=(
                    Choice(repeal.part, f"Chỉ phần {repeal.part} của Quyết định số {repeal.number}"),
                    Choice(WHOLE, f"Toàn bộ danh mục của Quyết định số {repeal.number}"),
                ),
                suggested=repeal.part,
            )


def left_out_questions(left_out: Iterable[LeftOut], lines: Sequence[ProposedLine]) -> Iterator[Question]:
    """Tables that were not read though they name codes that no line has."""
    listed = {line.code for line in lines}
    for place, item in enumerate(left_out, start=1):
        if lost := [code for code in item.codes if code not in listed]:
            named = ", ".join(lost[:5]) + ("…" if len(lost) > 5 else "")
            yield Question(
                key=f"left_out:{place}",
                kind="left_out",
                blocking=True,
                text=f"Không đọc {item.words}, nhưng trong đó có mã không thấy ở danh mục: {named}."
                " Nếu đây là danh mục, hãy sửa dòng tiêu đề cột trong tệp rồi tải lên lại.",
                where=item.words.split(":", 1)[0],
                choices=(Choice(IGNORE, "Không phải danh mục, bỏ qua"),),
            )


def codes_in_text_questions(
    codes: Iterable[tuple[str, str, str]], lines: Sequence[ProposedLine]
) -> Iterator[Question]:
    """Codes that an article names (code, article, sentence) and no line has."""
    listed = {line.code for line in lines}
    for code, article, sentence in codes:
        if code not in listed:
            yield Question(
                key=f"code_in_text:{code}",
                kind="code_in_text",
                blocking=True,
                text=f"{article} nêu thủ tục có mã {code} nhưng danh mục không có: “{sentence[:200]}”",
                where=article,
                choices=(*_ACTION_CHOICES, Choice(IGNORE, "Chỉ nhắc đến, bỏ qua")),
            )
