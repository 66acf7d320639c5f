"""Subject: a field of administration (lĩnh vực), e.g. Hộ tịch. Counters serve fields; procedures belong to one."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from home.slugs import slugify_vi
from home.unit_details import RecordedDetails


class SubjectQuerySet(models.QuerySet["Subject"]):
    def ensure(self, names: Iterable[str]) -> dict[str, Subject]:
        """Name → field for all of `names`; makes the missing ones under slugs of their own. One or two queries when none is."""
        wanted = {name for name in names if name}
        held: dict[str, Subject] = {s.name: s for s in self.filter(name__in=wanted)}
        missing = sorted(wanted - held.keys())
        taken = set(self.values_list("slug", flat=True)) if missing else set()
        for name in missing:
            base = slugify_vi(name)[:110] or "linh-vuc"
            slug, n = base, 2
            while slug in taken:
                slug, n = f"{base}-{n}", n + 1
            taken.add(slug)
            held[name] = self.create(name=name, slug=slug)
        return held


class Subject(RecordedDetails):
    name = models.CharField(_("tên"), max_length=255, unique=True)
    slug = models.SlugField(_("đường dẫn"), max_length=120, unique=True)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("lĩnh vực")
        verbose_name_plural = _("lĩnh vực")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('catalogue')}?linh-vuc={self.slug}"
