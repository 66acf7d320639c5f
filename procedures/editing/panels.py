"""How the editor of a procedure is laid out: every part of the law with the reason for its absence beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    Panel,
    PublishingPanel,
    TabbedInterface,
)

from procedures.editing.publishing import facts_of
from procedures.editing.requirements import REQUIRED, Requirement, anchor_of, unmet
from procedures.enums import Part

if TYPE_CHECKING:
    from procedures.models import ProcedurePage


def missing_context(page: ProcedurePage, *, has_basis: bool | None) -> dict[str, list[Requirement]]:
    missing = unmet(facts_of(page, has_basis=has_basis))
    return {
        "required": [rule for rule in missing if rule.severity == REQUIRED],
        "advised": [rule for rule in missing if rule.severity != REQUIRED],
    }


def _field(name: str, **options: Any) -> FieldPanel:
    """With an anchor that "Còn thiếu" links to."""
    return FieldPanel(name, attrs={"id": anchor_of(name)}, **options)


class MissingPartsPanel(Panel):
    """ "Còn thiếu": what publishing still needs, each with a link to its field."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "procedures/admin/missing_panel.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            context |= missing_context(self.instance, has_basis=self.form.has_basis())
            if self.instance.pk:
                context["address"] = reverse("procedure_missing", args=[self.instance.pk])
            return context


def _part(part: Part, *content: Any, absence: bool = True) -> MultiFieldPanel:
    fields = list(content)
    if absence:
        fields.append(_field(f"{part}_absence"))
    return MultiFieldPanel(fields, heading=part.label)


CONTENT = ObjectList(
    [
        MissingPartsPanel(heading=_("Còn thiếu")),
        MultiFieldPanel(
            [
                _field("code", required_on_save=True),
                _field("full_name"),
                _field(
                    "title",
                    heading=_("Tên ngắn"),
                    help_text=_(
                        "Hiện trong danh sách và trên đầu trang. Để trống thì được rút từ tên đầy đủ."
                    ),
                ),
            ],
            heading=_("Mã và tên"),
        ),
        MultiFieldPanel(
            [
                _field("subject"),
                FieldRowPanel([_field("decision_number"), _field("issuing_body")]),
                _field("levels"),
                _field("purpose"),
                _field("everyday_names"),
            ],
            heading=_("Thông tin chung"),
        ),
        _part(Part.AUDIENCE, _field("audiences")),
        _part(Part.BODIES, _field("bodies")),
        _part(Part.STEPS, _field("steps")),
        _part(Part.RESULTS, _field("results")),
        _part(Part.CONDITIONS, _field("conditions")),
    ],
    heading=_("Nội dung"),
)

TIME_FEE_PAPERS = ObjectList(
    [
        _part(Part.CHANNELS, _field("channels")),
        MultiFieldPanel(
            [_field("time_absence"), _field("fee_absence")],
            heading=_("Thời hạn và phí, lệ phí"),
            help_text=_(
                "Thời hạn và phí được ghi ở từng cách nộp; chỉ chọn ở đây khi không cách nộp nào có."
            ),
        ),
        _part(Part.PAPERS, _field("cases")),
        _part(Part.FORMS),
        _part(Part.COPIES, _field("copies_text")),
    ],
    heading=_("Thời gian, phí, hồ sơ"),
)

BASIS = ObjectList(
    [
        _part(
            Part.BASIS,
            InlinePanel(
                "basis", [FieldPanel("reference")], heading=_("Các văn bản"), label=_("văn bản"), min_num=0
            ),
        ),
    ],
    heading=_("Căn cứ"),
)

ONLINE_AND_FORCE = ObjectList(
    [
        MultiFieldPanel(
            [
                _field("online_level"),
                _field("online_reason"),
                _field("national_url"),
            ],
            heading=_("Nộp trực tuyến"),
        ),
        MultiFieldPanel([_field("anywhere"), _field("anywhere_note")], heading=_("Nơi nộp trong tỉnh")),
        MultiFieldPanel(
            [
                _field("scope"),
                _field("state"),
                FieldRowPanel([_field("in_force_from"), _field("in_force_until")]),
                _field("replaced_by"),
                _field("end_reason"),
            ],
            heading=_("Hiệu lực"),
        ),
        PublishingPanel(),
    ],
    heading=_("Trực tuyến & hiệu lực"),
)

EDIT_HANDLER = TabbedInterface([CONTENT, TIME_FEE_PAPERS, BASIS, ONLINE_AND_FORCE])
