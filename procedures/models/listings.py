"""Listing (niêm yết): one unit's public page of one procedure. An ordinary model with Wagtail's mixins, not a page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
)

from home.model_fields import validate_phone
from home.models import Counter, Desk, Unit
from home.models.logs import BaseUnitLogEntry
from procedures.models.catalogue import ProcedurePage


class ListingQuerySet(models.QuerySet["Listing"]):
    def live(self) -> ListingQuerySet:
        return self.filter(live=True)

    def of_units(self, units: Any) -> ListingQuerySet:
        return self.filter(unit__in=units)

    def outdated(self) -> ListingQuerySet:
        """Live listings whose unit has not confirmed the last material change of the official text."""
        return self.filter(live=True, confirmed_version__lt=models.F("procedure__material_version"))

    def withdrawn(self) -> ListingQuerySet:
        return self.filter(live=False, withdrawn_at__isnull=False)

    def drafts(self) -> ListingQuerySet:
        return self.filter(
            models.Q(has_unpublished_changes=True) | models.Q(live=False, withdrawn_at__isnull=True)
        )


class Listing(WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, PreviewableMixin, models.Model):
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="listings", verbose_name=_("đơn vị"))
    procedure = models.ForeignKey(
        ProcedurePage, models.PROTECT, related_name="listings", verbose_name=_("thủ tục")
    )
    desk = models.ForeignKey(
        Desk, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("bộ phận một cửa")
    )
    counter = models.ForeignKey(
        Counter, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("quầy")
    )
    phone = models.CharField(_("điện thoại riêng"), max_length=40, blank=True, validators=[validate_phone])
    hours_note = models.CharField(
        _("giờ riêng"), max_length=200, blank=True, help_text=_("Chỉ ghi khi khác giờ của bộ phận một cửa.")
    )
    notes = models.TextField(
        _("ghi chú của đơn vị"),
        blank=True,
        help_text=_(
            "Chữ thường, xuống dòng được, không định dạng (thẻ HTML hiện nguyên như đã gõ)."
            " Không được thay thời hạn, phí, giấy tờ, các bước."
        ),
    )

    confirmed_version = models.PositiveIntegerField(_("bản đã xác nhận"), default=0, editable=False)
    """Number of the official version that the unit confirmed."""
    confirmed_at = models.DateTimeField(_("xác nhận lúc"), null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    withdrawn_at = models.DateTimeField(_("gỡ lúc"), null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField(_("lý do gỡ"), max_length=300, blank=True, editable=False)

    was_live = False
    """Of an object read from a revision: whether the listing was public then."""
    published_by: Any = None
    """Who publishes now, while they do; nobody when a schedule does."""

    FACTS = (
        "unit_id",
        "procedure_id",
        "confirmed_version",
        "confirmed_at",
        "confirmed_by_id",
        "withdrawn_at",
        "withdrawn_reason",
    )

    # Wagtail's own relations, with a name to query back by.
    _workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="listing",
        for_concrete_model=False,
    )
    _revisions = GenericRelation(
        "wagtailcore.Revision",
        content_type_field="content_type",
        object_id_field="object_id",
        related_query_name="listing",
        for_concrete_model=False,
    )

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = _("niêm yết")
        verbose_name_plural = _("niêm yết")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["unit", "procedure"], name="listing_once")]
        indexes = [models.Index(fields=["unit", "live"]), models.Index(fields=["procedure", "live"])]

    def __str__(self) -> str:
        return f"{self.procedure} · {self.unit}"

    def get_absolute_url(self) -> str:
        return reverse("listing", args=[self.unit.slug, self.procedure.code])

    @property
    def is_outdated(self) -> bool:
        return self.live and self.confirmed_version < self.procedure.material_version

    @property
    def official_since(self) -> datetime | None:
        """Of an outdated listing: since when the official version that the unit has not confirmed stands."""
        since = self.procedure.last_published_at if self.is_outdated else None
        return since if since and (self.confirmed_at is None or since > self.confirmed_at) else None

    def save_revision(self, *args: Any, **kwargs: Any) -> Any:
        """Listings made in bulk have no revision: keep the state before the first edit as a baseline."""
        with transaction.atomic():
            if self.pk and self.latest_revision_id is None:
                before = type(self).objects.filter(pk=self.pk, latest_revision=None).first()
                if before is not None:
                    baseline = super(Listing, before).save_revision(changed=False)
                    self.latest_revision = baseline
                    if before.live:
                        type(self).objects.filter(pk=self.pk).update(live_revision=baseline)
                        self.live_revision = baseline
            return super().save_revision(*args, **kwargs)

    def with_content_json(self, content: Any) -> Listing:
        """A revision holds what the unit writes. Whose listing it is, what it confirmed and when, are facts of the row."""
        draft = super().with_content_json(content)
        for name in self.FACTS:
            setattr(draft, name, getattr(self, name))
        # Publishing overwrites `live`; what records the change asks what it was (procedures.listings.receivers).
        draft.was_live = self.live
        draft.published_by = self.published_by
        return draft

    # Wagtail publishes outside a transaction; what records a publish must commit with it or not at all.

    def publish(self, revision: Any, user: Any = None, **kwargs: Any) -> Any:
        """Who brings a listing up confirms the official version in force (procedures.listings.receivers).

        An edit of one that is public already confirms nothing: that is done on purpose, beside what has changed.
        """
        self.published_by = user
        with transaction.atomic():
            return super().publish(revision, user=user, **kwargs)

    def unpublish(self, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            return super().unpublish(*args, **kwargs)

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "procedures/listing.html"

    def serve_preview(self, request: HttpRequest, mode_name: str) -> Any:
        from procedures.views.listing import render_listing

        return render_listing(request, self, preview=True)


class ListingLogEntry(BaseUnitLogEntry):
    """The site history shows a person only their units' entries."""

    class Meta(BaseUnitLogEntry.Meta):
        verbose_name = _("nhật ký niêm yết")
        verbose_name_plural = _("nhật ký niêm yết")
