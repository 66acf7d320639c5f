"""What the search keeps in the database: which documents changed, what is asked (never who asks), and what curators add."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import RevisionMixin

from search.enums import NoteState, VocabularyKind
from search.vocabulary.entries import Entry, EntryKind, Meaning, Problem
from search.vocabulary.reading import problems_of_new


class OutboxChange(models.Model):
    """One document whose content changed, written in the transaction of the change (`search.outbox`).

    It doesn't say what changed: whoever brings an index up to date reads the content as it is then.
    """

    transaction = models.BigIntegerField(default=0)
    """PostgreSQL: number of the transaction that wrote it; SQLite, where writers come one after the other: 0."""
    kind = models.CharField(_("loại"), max_length=40)
    """Empty: a mark that only gives a place its number."""
    key = models.CharField(_("khóa"), max_length=255)
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("thay đổi chờ lập chỉ mục")
        verbose_name_plural = _("thay đổi chờ lập chỉ mục")
        ordering: ClassVar[list[str]] = ["transaction", "id"]
        indexes = [models.Index(fields=["transaction", "id"], name="search_outbox_place")]

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}"


# What is asked ----------------------------------------------------------------------------------------------------------

QUERY_LENGTH = 100
"""Characters of a query's normal form; longer ones are not counted (`search.privacy`)."""


class QueryDay(models.Model):
    """How often a query was asked on a day. Nothing about who, and no time but the day (`search.usage`)."""

    normal = models.CharField(_("câu hỏi"), max_length=QUERY_LENGTH)
    """`search.query.Query.normal`: folded, without question words."""
    day = models.DateField(_("ngày"))
    asked = models.PositiveIntegerField(_("số lần hỏi"), default=0)
    unfound = models.PositiveIntegerField(_("số lần không thấy"), default=0)
    results = models.PositiveIntegerField(_("số kết quả lần cuối"), default=0)
    opened = models.PositiveIntegerField(_("số lần mở kết quả"), default=0)

    class Meta:
        verbose_name = _("câu hỏi trong ngày")
        verbose_name_plural = _("câu hỏi theo ngày")
        constraints = [models.UniqueConstraint(fields=["normal", "day"], name="search_query_once_a_day")]
        # Holds all that lists of a period read, so that a million rows are not gone to one by one.
        indexes = [
            models.Index(
                fields=["day", "normal", "asked", "unfound", "opened", "results"], name="search_query_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.normal} {self.day}"


class QueryOpened(models.Model):
    """How often a result was opened after a query on a day, and at which places it stood."""

    normal = models.CharField(_("câu hỏi"), max_length=QUERY_LENGTH)
    kind = models.CharField(_("loại"), max_length=40)
    key = models.CharField(_("khóa"), max_length=255)
    day = models.DateField(_("ngày"))
    times = models.PositiveIntegerField(_("số lần mở"), default=0)
    positions = models.PositiveIntegerField(_("tổng vị trí"), default=0)
    """Sum of the places (1: first), so that the mean is known."""

    class Meta:
        verbose_name = _("kết quả được mở trong ngày")
        verbose_name_plural = _("kết quả được mở theo ngày")
        constraints = [
            models.UniqueConstraint(fields=["normal", "kind", "key", "day"], name="search_opened_once_a_day")
        ]
        indexes = [
            models.Index(
                fields=["day", "normal", "kind", "key", "times", "positions"], name="search_opened_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.normal} → {self.kind}/{self.key} {self.day}"


class LearnedQuery(models.Model):
    """What a search may use of the counts, worked out by the worker: one row a query, one look-up a search."""

    normal = models.CharField(_("câu hỏi"), max_length=QUERY_LENGTH, unique=True)
    asked = models.PositiveIntegerField(_("số lần hỏi"))
    suggested = models.BooleanField(_("được gợi ý"), default=False)
    """Asked often enough, by people who then opened something: offered to who types its beginning."""
    shares = models.JSONField(_("kết quả hay được mở"), default=dict)
    """Kind → key → 0…1 (`search.learning`)."""

    class Meta:
        verbose_name = _("câu hỏi đã học")
        verbose_name_plural = _("câu hỏi đã học")

    def __str__(self) -> str:
        return self.normal


# What curators add ------------------------------------------------------------------------------------------------------


class VocabularyEntry(RevisionMixin, models.Model):
    """What people write and what is meant by it, beside the entries that are shipped."""

    write = models.CharField(
        _("người dân viết"),
        max_length=400,
        help_text=_("Các cách viết cách nhau bằng dấu phẩy, có dấu tiếng Việt: sổ đỏ, sổ hồng, bìa đỏ."),
    )
    mean = models.CharField(
        _("nghĩa là"),
        max_length=400,
        help_text=_(
            "Chữ dùng trong tên thủ tục; nhiều nghĩa cách nhau bằng dấu phẩy: giấy chứng nhận quyền sử dụng đất."
        ),
    )
    kind = models.CharField(_("loại"), max_length=20, choices=VocabularyKind, default=VocabularyKind.EVERYDAY)
    both = models.BooleanField(
        _("dùng cả hai chiều"),
        default=False,
        help_text=_("Tìm chữ chính thức cũng ra nơi viết theo lời người dân."),
    )
    company = models.CharField(
        _("chỉ khi đi cùng"),
        max_length=200,
        blank=True,
        help_text=_(
            "Với chữ ngắn, nhiều nghĩa: câu hỏi phải có một trong các chữ này, trừ khi hỏi trống không. Cách nhau bằng dấu phẩy."
        ),
    )
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)
    active = models.BooleanField(_("đang dùng"), default=True)
    changed_at = models.DateTimeField(_("sửa lúc"), auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người sửa"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("từ đồng nghĩa")
        verbose_name_plural = _("từ đồng nghĩa")
        ordering: ClassVar[list[str]] = ["write"]

    def __str__(self) -> str:
        return f"{self.write} → {self.mean}"

    def clean(self) -> None:
        super().clean()
        if not self.active or not (self.write and self.mean):
            return
        others = [row.as_entry() for row in VocabularyEntry.objects.filter(active=True).exclude(pk=self.pk)]
        found: dict[str, list[str]] = {}
        for problem in problems_of_new(self.as_entry(), others):
            found.setdefault(self._field_of(problem), []).append(sentence(problem.message))
        if found:
            raise ValidationError(found)

    def _field_of(self, problem: Problem) -> str:
        """Where the words that it is about were typed."""
        for field in ("company", "mean"):
            if any(f"“{text}”" in problem.message for text in phrases(getattr(self, field))):
                return field
        return "write"

    def as_entry(self) -> Entry:
        return Entry(
            write=phrases(self.write),
            mean=tuple(Meaning(text) for text in phrases(self.mean)),
            kind=EntryKind(self.kind),
            both=self.both,
            company=phrases(self.company),
            note=self.note,
            place=str(_("từ đồng nghĩa số %(n)s") % {"n": self.pk}) if self.pk else "",
        )


def phrases(text: str) -> tuple[str, ...]:
    """ "sổ đỏ, sổ hồng" as its parts, without what is empty."""
    return tuple(
        part for part in (" ".join(part.split()) for part in text.replace(";", ",").split(",")) if part
    )


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


class UnsuggestedQuery(models.Model):
    """What curators want nobody to be offered, however often it is asked; it is counted as before."""

    normal = models.CharField(_("câu hỏi"), max_length=QUERY_LENGTH, unique=True)
    since = models.DateTimeField(_("từ lúc"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người bỏ"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("câu hỏi không gợi ý")
        verbose_name_plural = _("câu hỏi không gợi ý")

    def __str__(self) -> str:
        return self.normal


class SearchNote(models.Model):
    """From whoever tends the search to the controller of procedures: what people ask for and a text lacks."""

    query = models.CharField(_("người dân hỏi"), max_length=QUERY_LENGTH)
    code = models.CharField(
        _("mã thủ tục"), max_length=40, blank=True, help_text=_("Nếu là về một thủ tục đã có: 1.004194.")
    )
    text = models.TextField(_("cần xem lại điều gì"), max_length=1000)
    state = models.CharField(_("tình trạng"), max_length=10, choices=NoteState, default=NoteState.OPEN)
    answer = models.TextField(_("đã xử lý thế nào"), max_length=1000, blank=True)
    created_at = models.DateTimeField(_("ghi lúc"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người ghi"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("ghi chú từ tìm kiếm")
        verbose_name_plural = _("ghi chú từ tìm kiếm")
        ordering: ClassVar[list[str]] = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "-created_at"], name="search_note_open")]

    def __str__(self) -> str:
        return self.query
