"""Forms of the screens "Quyết định công bố": uploading a file, typing a decision in, mending what was read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from procedures.decisions.proposal import Proposal, ProposedLine, ProposedRepeal, ProposedTask
from procedures.editing.upload_rules import MAX_SIZE
from procedures.enums import Level
from procedures.models.decisions import LineAction
from procedures.text.codes import normalise_code

EXTRA_ROWS = 3
MOST_LINES = 600
LONG_TEXT = 20_000
ARTICLE = 40


class DecisionFileForm(forms.Form):
    file = forms.FileField(
        label=_("Tệp quyết định (.docx, .xlsx)"), widget=forms.FileInput(attrs={"accept": ".docx,.xlsx"})
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_SIZE:
            raise ValidationError(gettext("Tệp lớn hơn %(n)s MB.") % {"n": MAX_SIZE // 1024 // 1024})
        return file


class HeaderForm(forms.Form):
    number = forms.CharField(label=_("Số, ký hiệu"), max_length=100, help_text=_("Ví dụ: 2873/QĐ-UBND."))
    signed_on = forms.DateField(label=_("Ngày ký"), widget=AdminDateInput)
    effective_on = forms.DateField(
        label=_("Có hiệu lực từ"),
        widget=AdminDateInput,
        required=False,
        help_text=_("Để trống nếu có hiệu lực từ ngày ký."),
    )
    title = forms.CharField(
        label=_("Trích yếu"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    issuer = forms.CharField(label=_("Cơ quan ban hành"), required=False, max_length=300)
    signer = forms.CharField(label=_("Người ký"), required=False, max_length=200)


def _text(label: Any, rows: int = 2) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=LONG_TEXT, widget=forms.Textarea(attrs={"rows": rows})
    )


class LineForm(forms.Form):
    position = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    action = forms.ChoiceField(label=_("Nội dung"), choices=LineAction.choices, initial=LineAction.NEW.value)
    code_text = forms.CharField(label=_("Mã"), required=False, max_length=60)
    name = _text(_("Tên thủ tục"))
    level = forms.ChoiceField(
        label=_("Cấp"), required=False, choices=[("", _("Như trang thủ tục")), *Level.choices]
    )
    field = forms.CharField(label=_("Lĩnh vực"), required=False, max_length=255)
    part = forms.CharField(label=_("Phần, mục"), required=False, max_length=300)
    ordinal = forms.CharField(label=_("Số thứ tự"), required=False, max_length=20)
    time = _text(_("Thời hạn giải quyết"))
    fee = _text(_("Phí, lệ phí"))
    place = _text(_("Địa điểm thực hiện"))
    basis = _text(_("Căn cứ pháp lý"))
    note = _text(_("Ghi chú"))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.has_changed() and not (data.get("code_text") or data.get("name")):
            raise ValidationError(gettext("Dòng này chưa có mã và tên thủ tục."))
        return data


class TaskForm(forms.Form):
    article = forms.CharField(label=_("Điều"), required=False, max_length=ARTICLE)
    who = forms.CharField(label=_("Cơ quan được giao"), max_length=500)
    what = forms.CharField(label=_("Nhiệm vụ"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}))
    days = forms.IntegerField(label=_("Số ngày làm việc"), required=False, min_value=1, max_value=365)
    orders_listing = forms.BooleanField(label=_("Là hạn niêm yết công khai tại đơn vị"), required=False)
    sentence = forms.CharField(required=False, max_length=2_000, widget=forms.HiddenInput)


class RepealForm(forms.Form):
    article = forms.CharField(label=_("Điều"), required=False, max_length=ARTICLE)
    number = forms.CharField(label=_("Số của quyết định trước"), max_length=100)
    signed = forms.DateField(label=_("Ngày ký"), required=False, widget=AdminDateInput)
    part = forms.CharField(label=_("Phần, mục"), required=False, max_length=300)
    field = forms.CharField(label=_("Lĩnh vực"), required=False, max_length=300)
    ordinals = forms.CharField(
        label=_("Các số thứ tự"),
        required=False,
        max_length=2_000,
        help_text=_("Để trống là toàn bộ danh mục."),
    )
    replaces = forms.BooleanField(label=_("Thay thế (không chỉ bãi bỏ)"), required=False)
    sentence = forms.CharField(required=False, max_length=2_000, widget=forms.HiddenInput)


def _formset(form: type[forms.Form], extra: int, most: int) -> Any:
    return forms.formset_factory(
        form, extra=extra, can_delete=True, max_num=most, absolute_max=most + 50, validate_max=True
    )


class DecisionForm:
    """The header and three sets of rows as one; what was typed is shown again whatever is wrong with it."""

    MORE = gettext_lazy("Thêm dòng")

    def __init__(self, proposal: Proposal, data: Mapping[str, Any] | None = None, *, more: str = "") -> None:
        self.proposal = proposal
        lines, tasks, repeals = proposal.lines, proposal.tasks, proposal.repeals
        extra = {"dong": 0 if lines else EXTRA_ROWS, "viec": 0, "bai-bo": 0}
        if more in extra:
            extra[more] += EXTRA_ROWS
        self.header = HeaderForm(data, initial=_header(proposal), prefix="dau")
        self.lines = _formset(LineForm, extra["dong"], MOST_LINES)(
            data, initial=[_line(line) for line in lines], prefix="dong"
        )
        self.tasks = _formset(TaskForm, extra["viec"], 50)(
            data, initial=[_task(task) for task in tasks], prefix="viec"
        )
        self.repeals = _formset(RepealForm, extra["bai-bo"], 100)(
            data, initial=[_repeal(repeal) for repeal in repeals], prefix="bai-bo"
        )

    @property
    def parts(self) -> tuple[Any, ...]:
        return (self.header, self.lines, self.tasks, self.repeals)

    @property
    def media(self) -> Any:
        media = self.header.media
        for part in self.parts[1:]:
            media += part.media
        return media

    def is_valid(self) -> bool:
        found = [part.is_valid() for part in self.parts]  # all of them: each shows its own errors
        return all(found)

    def result(self) -> Proposal:
        """Call after `is_valid`. Questions about lines that were changed here are settled by the change."""
        before = {line.position: line for line in self.proposal.lines}
        lines = tuple(_read_lines(_rows(self.lines), before))
        kept = {line.position for line in lines if before.get(line.position) == line}
        header = self.header.cleaned_data
        changed_header = any(_header(self.proposal)[name] != value for name, value in header.items())
        return replace(
            self.proposal,
            number=header["number"],
            signed_on=header["signed_on"],
            effective_on=header["effective_on"],
            title=header["title"],
            issuer=header["issuer"],
            signer=header["signer"],
            lines=lines,
            tasks=tuple(_read_task(row) for row in _rows(self.tasks)),
            repeals=tuple(_read_repeal(row) for row in _rows(self.repeals)),
            questions=tuple(
                q
                for q in self.proposal.questions
                if q.position in kept or (q.position is None and not changed_header)
            ),
        )


def with_more_rows(data: Any, prefix: str) -> Any:
    """The submitted rows and a few empty ones: adding without a script."""
    copy = data.copy()
    key = f"{prefix}-TOTAL_FORMS"
    try:
        total = int(copy.get(key, "0"))
    except ValueError:
        total = 0
    copy[key] = str(total + EXTRA_ROWS)
    return copy


def _rows(formset: Any) -> Iterable[dict[str, Any]]:
    for form in formset.forms:
        data = getattr(form, "cleaned_data", None)
        if data and not data.get("DELETE") and (form.has_changed() or form.initial):
            yield data


def _header(proposal: Proposal) -> dict[str, Any]:
    return {
        "number": proposal.number,
        "signed_on": proposal.signed_on,
        "effective_on": proposal.effective_on,
        "title": proposal.title,
        "issuer": proposal.issuer,
        "signer": proposal.signer,
    }


_LINE_FIELDS = ("name", "level", "field", "part", "ordinal", "time", "fee", "place", "basis", "note")


def _line(line: ProposedLine) -> dict[str, Any]:
    return {
        "position": line.position,
        "action": line.action,
        "code_text": line.code or line.code_text,
        **{name: getattr(line, name) for name in _LINE_FIELDS},
    }


def _read_lines(rows: Iterable[dict[str, Any]], before: Mapping[int, ProposedLine]) -> Iterable[ProposedLine]:
    """A row that was there keeps its place; new ones come after the last: answers hang on it."""
    last = max(before, default=0)
    for row in rows:
        position = row.get("position")
        old = before.get(position or 0)
        values = {name: _one_spelling(row[name]) for name in _LINE_FIELDS}
        if old is None:
            last += 1
        if old is not None and row["code_text"] == (old.code or old.code_text):
            code, code_text = old.code, old.code_text
        else:
            code, code_text = normalise_code(row["code_text"]) or "", row["code_text"]
        yield ProposedLine(
            position=old.position if old else last,
            action=row["action"],
            code=code,
            code_text=code_text,
            where=old.where if old else gettext("dòng %(n)s") % {"n": last},
            **values,
        )


def _one_spelling(text: str) -> str:
    """Browsers send line ends of their own."""
    return text.replace("\r\n", "\n").strip()


def _task(task: ProposedTask) -> dict[str, Any]:
    return {
        "article": task.article,
        "who": task.who,
        "what": task.what,
        "days": task.days,
        "orders_listing": task.orders_listing,
        "sentence": task.sentence,
    }


def _read_task(row: Mapping[str, Any]) -> ProposedTask:
    return ProposedTask(
        article=row["article"],
        who=row["who"],
        what=_one_spelling(row["what"]),
        days=row["days"],
        orders_listing=row["orders_listing"],
        sentence=row["sentence"],
    )


def _repeal(repeal: ProposedRepeal) -> dict[str, Any]:
    return {
        "article": repeal.article,
        "number": repeal.number,
        "signed": repeal.signed,
        "part": repeal.part,
        "field": repeal.field,
        "ordinals": ", ".join(repeal.ordinals),
        "replaces": repeal.replaces,
        "sentence": repeal.sentence,
    }


def _read_repeal(row: Mapping[str, Any]) -> ProposedRepeal:
    return ProposedRepeal(
        article=row["article"],
        number=row["number"],
        signed=row["signed"],
        part=row["part"],
        field=row["field"],
        ordinals=tuple(re.findall(r"[\w.]+", row["ordinals"])),
        replaces=row["replaces"],
        sentence=row["sentence"],
    )
