"""Choices that the search stores. Values are stored, so they never change."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from search.vocabulary.entries import EntryKind


class VocabularyKind(models.TextChoices):
    """`search.vocabulary.entries.EntryKind`, in words."""

    EVERYDAY = EntryKind.EVERYDAY.value, _("Lời nói hằng ngày")
    ABBREVIATION = EntryKind.ABBREVIATION.value, _("Viết tắt")
    OLD = EntryKind.OLD.value, _("Tên gọi cũ")
    NEAR = EntryKind.NEAR.value, _("Gần nghĩa")


class NoteState(models.TextChoices):
    OPEN = "open", _("Chờ xử lý")
    DONE = "done", _("Đã xử lý")
