"""A new version of a controlled form: the bytes decide, and stay for ever."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.core.files.base import File
from django.db import transaction
from wagtail.log_actions import log

from home.slugs import slugify_vi
from procedures.editing.upload_rules import AcceptedFile
from procedures.models import ControlledForm, FormVersion

MAX_STEM = 100


def safe_name(name: str, kind: str) -> str:
    """Lower case without accents, with the extension that the content has."""
    return f"{slugify_vi(PurePath(name).stem)[:MAX_STEM].strip('-') or 'bieu-mau'}.{kind}"


def same_bytes(accepted: AcceptedFile) -> FormVersion | None:
    """The version that these bytes already are, of whichever form."""
    return FormVersion.objects.filter(sha256=accepted.sha256).select_related("form").first()


@transaction.atomic
def add_version(
    *, form: ControlledForm, file: File[Any], accepted: AcceptedFile, uploaded_by: Any = None
) -> FormVersion:
    version = FormVersion(
        form=form,
        sha256=accepted.sha256,
        name=safe_name(file.name or "", accepted.kind),
        size=accepted.size,
        content_type=accepted.content_type,
        uploaded_by=uploaded_by,
    )
    version.file.save(version.name, file, save=False)
    version.save()
    log(
        form,
        "procedures.form.version",
        user=uploaded_by,
        data={"name": version.name, "sha256": version.sha256},
    )
    return version
