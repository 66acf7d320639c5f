"""ProcedurePage: one entry of the official catalogue, with every part that the law asks for and its explicit state."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable, Page, PageManager, PageQuerySet, Revision

from guidance.models import LegalReference
from home.model_fields import ChoiceSetField, lines, needle
from home.models import Subject
from procedures.blocks import TEXT_FEATURES, ChannelBlock, PaperCaseBlock, ResultBlock, StepBlock
from procedures.editing.panels import EDIT_HANDLER
from procedures.editing.publishing import ensure_publishable
from procedures.enums import Absence, Audience, Level, OnlineLevel, Part, ProcedureState, Scope
from procedures.forms import ProcedureForm
from procedures.mapping import PROCEDURE_PARTS, part_is_entered
from procedures.text.codes import code_of_slug
from search.text import fold


class CatalogueIndexPage(Page):
    """Where all procedures hang in the page tree. Its public face is the catalogue view."""

    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = ["procedures.ProcedurePage"]
    max_count = 1

    class Meta:
        verbose_name = _("danh mục thủ tục")
        verbose_name_plural = _("danh mục thủ tục")


class ProcedureQuerySet(PageQuerySet):
    def in_force(self, on: date | None = None) -> ProcedureQuerySet:
        day = on or timezone.localdate()
        return self.filter(
            models.Q(in_force_from__isnull=True) | models.Q(in_force_from__lte=day),
            models.Q(in_force_until__isnull=True) | models.Q(in_force_until__gte=day),
            state=ProcedureState.IN_FORCE,
        )

    def listed_publicly(self) -> ProcedureQuerySet:
        """What catalogue and home count: live, in force, not another province's."""
        return self.live().in_force().exclude(scope=Scope.OTHER_PROVINCE)

    def public(self) -> ProcedureQuerySet:
        """Everything with a page of its own: ended ones too."""
        return self.live().exclude(scope=Scope.OTHER_PROVINCE)

    def of_level(self, level: str) -> ProcedureQuerySet:
        return self.filter(levels__contains=needle(level))

    def for_audience(self, audience: str) -> ProcedureQuerySet:
        return self.filter(audiences__contains=needle(audience))

    def without_texts(self) -> ProcedureQuerySet:
        """For lists: leaves the long columns in the database."""
        return self.defer("steps", "cases", "channels", "results", "conditions", "search_description")


class ProcedureManager(PageManager.from_queryset(ProcedureQuerySet)):  # type: ignore[misc] # dynamic base class
    pass


def _absence(part: Part) -> models.CharField:
    return models.CharField(
        _("nếu để trống"),
        max_length=20,
        choices=Absence,
        blank=True,
        default=Absence.NOT_ENTERED,
        help_text=_("Để trống không có nghĩa là không có. Hãy chọn lý do khi %(part)s không có nội dung.")
        % {"part": part.label.lower()},
    )


class ProcedurePage(Page):
    code = models.CharField(_("mã thủ tục"), max_length=30, unique=True, help_text=_("Dạng 1.004194."))
    full_name = models.TextField(
        _("tên đầy đủ"), help_text=_("Đúng như quyết định công bố. Tiêu đề của trang là dạng rút gọn.")
    )
    subject = models.ForeignKey(
        Subject, models.PROTECT, null=True, blank=True, related_name="procedures", verbose_name=_("lĩnh vực")
    )
    decision_number = models.CharField(_("số quyết định công bố"), max_length=120, blank=True)
    issuing_body = models.CharField(_("cơ quan công bố"), max_length=300, blank=True)
    scope = models.CharField(_("phạm vi"), max_length=20, choices=Scope, default=Scope.PROVINCE)
    levels = ChoiceSetField(_("cấp thực hiện"), choices=Level)
    audiences = ChoiceSetField(_("ai được làm"), choices=Audience)
    bodies = models.TextField(_("cơ quan thực hiện"), blank=True, help_text=_("Mỗi dòng một cơ quan."))
    purpose = models.TextField(_("để làm gì"), blank=True, help_text=_("Một hai câu dễ hiểu cho người dân."))

    steps = StreamField([("step", StepBlock())], verbose_name=_("trình tự thực hiện"), blank=True)
    channels = StreamField([("channel", ChannelBlock())], verbose_name=_("cách thức thực hiện"), blank=True)
    cases = StreamField([("case", PaperCaseBlock())], verbose_name=_("thành phần hồ sơ"), blank=True)
    copies_text = models.CharField(
        _("số lượng hồ sơ"), max_length=300, blank=True, help_text=_("Ví dụ: 01 bộ.")
    )
    results = StreamField([("result", ResultBlock())], verbose_name=_("kết quả"), blank=True)
    conditions = RichTextField(_("yêu cầu, điều kiện"), blank=True, features=TEXT_FEATURES)

    steps_absence = _absence(Part.STEPS)
    channels_absence = _absence(Part.CHANNELS)
    papers_absence = _absence(Part.PAPERS)
    copies_absence = _absence(Part.COPIES)
    time_absence = _absence(Part.TIME)
    audience_absence = _absence(Part.AUDIENCE)
    bodies_absence = _absence(Part.BODIES)
    results_absence = _absence(Part.RESULTS)
    fee_absence = _absence(Part.FEE)
    forms_absence = _absence(Part.FORMS)
    conditions_absence = _absence(Part.CONDITIONS)
    basis_absence = _absence(Part.BASIS)

    online_level = models.CharField(_("mức độ trực tuyến"), max_length=10, choices=OnlineLevel, blank=True)
    online_reason = models.TextField(_("vì sao chỉ một phần"), blank=True)
    national_url = models.URLField(_("địa chỉ trên Cổng Dịch vụ công quốc gia"), max_length=500, blank=True)
    anywhere = models.BooleanField(
        _("nộp tại bất kỳ trung tâm nào trong tỉnh"),
        null=True,
        blank=True,
        help_text=_("NĐ 118/2025/NĐ-CP. Để trống nếu chưa rõ."),
    )
    anywhere_note = models.CharField(_("ngoại lệ khi nộp nơi khác"), max_length=500, blank=True)
    everyday_names = models.TextField(
        _("tên thường gọi"), blank=True, help_text=_("Mỗi dòng một cách gọi; giúp người dân tìm thấy.")
    )

    state = models.CharField(
        _("hiệu lực"), max_length=10, choices=ProcedureState, default=ProcedureState.IN_FORCE
    )
    in_force_from = models.DateField(_("có hiệu lực từ"), null=True, blank=True)
    in_force_until = models.DateField(_("có hiệu lực đến hết"), null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name=_("được thay bằng"),
    )
    end_reason = models.CharField(_("lý do hết hiệu lực"), max_length=500, blank=True)

    content_hash = models.CharField(max_length=64, editable=False, blank=True)
    """SHA-256 of the published official content: two with the same are one version."""
    version = models.PositiveIntegerField(_("bản số"), default=0, editable=False)
    """Number of the official version in force (`ProcedureVersion`); 0: none was published yet."""
    material_version = models.PositiveIntegerField(default=0, editable=False)
    """The last version with a change that units have to confirm."""
    search_key = models.TextField(editable=False, blank=True)
    """Folded name, code and everyday names."""

    objects = ProcedureManager()

    parent_page_types: ClassVar[list[str]] = ["procedures.CatalogueIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "procedures/procedure.html"
    base_form_class = ProcedureForm
    edit_handler = EDIT_HANDLER

    class Meta:
        verbose_name = _("thủ tục hành chính")
        verbose_name_plural = _("thủ tục hành chính")
        indexes = [models.Index(fields=["scope", "state"])]

    # Addresses: the slug holds no dot, the public address does (design: /thu-tuc/1.004194/).

    def get_url_parts(self, request: HttpRequest | None = None) -> Any:
        parts = super().get_url_parts(request)
        if not parts or not parts[2]:
            return parts
        site_id, root_url, path = parts
        return site_id, root_url, path.replace(f"/{self.slug}/", f"/{code_of_slug(self.slug) or self.slug}/")

    @property
    def body_list(self) -> tuple[str, ...]:
        return lines(self.bodies)

    @property
    def everyday_name_list(self) -> tuple[str, ...]:
        return lines(self.everyday_names)

    @property
    def is_ended(self) -> bool:
        return self.state == ProcedureState.ENDED or bool(
            self.in_force_until and self.in_force_until < timezone.localdate()
        )

    @property
    def is_public(self) -> bool:
        """As `ProcedureQuerySet.public`."""
        return self.live and self.scope != Scope.OTHER_PROVINCE

    @property
    def issuing_decision(self) -> str:
        return self.decision_number

    def part_states(self) -> dict[str, str]:
        """Part → "entered", or one of `Absence` ("" = not entered: the only one that counts as missing)."""
        return {
            part: "entered"
            if part_is_entered(self, part)
            else getattr(self, f"{part}_absence", Absence.NOT_ENTERED)
            for part in PROCEDURE_PARTS
        }

    def missing_parts(self) -> list[Part]:
        return [Part(part) for part, state in self.part_states().items() if state == Absence.NOT_ENTERED]

    def folded_names(self) -> str:
        names = (self.full_name, self.title, *self.everyday_name_list, self.code)
        return " | ".join(dict.fromkeys(fold(n) for n in names if n))

    published_by: Any = None
    """Who publishes now, while they do; nobody when a schedule does."""

    def with_content_json(self, content: Any) -> ProcedurePage:
        """A revision holds the text; which version stands in force is a fact of the row."""
        page: ProcedurePage = super().with_content_json(content)
        page.version, page.material_version = self.version, self.material_version
        page.published_by = self.published_by
        return page

    def publish(self, revision: Revision, user: Any = None, **options: Any) -> None:
        """The gate of every way to publish in the admin; raises PublishRefused. The official import goes past it.

        Wagtail publishes outside a transaction; the version that is recorded commits with it or not at all.
        """
        ensure_publishable(revision.as_object())
        self.published_by = user
        with transaction.atomic():
            super().publish(revision, user=user, **options)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Only reached by the tree's own address (/thu-tuc/1-004194/); the canonical one has a route of its own."""
        from django.shortcuts import redirect

        return redirect(self.get_url(request), permanent=True)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        from procedures.views.procedure import render_procedure

        return render_procedure(request, self, preview=True)


class ProcedureBasis(Orderable):
    procedure = ParentalKey(ProcedurePage, on_delete=models.CASCADE, related_name="basis")
    reference = models.ForeignKey(
        LegalReference, models.PROTECT, related_name="cited_by", verbose_name=_("văn bản")
    )

    class Meta(Orderable.Meta):
        verbose_name = _("căn cứ pháp lý")
        verbose_name_plural = _("căn cứ pháp lý")
