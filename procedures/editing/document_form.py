"""Documents that editors upload beside pages are held to the same rules as forms for citizens."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.documents.forms import BaseDocumentForm

from procedures.editing.upload_rules import RefusedFile, accept


class CheckedDocumentForm(BaseDocumentForm):
    """WAGTAILDOCS_DOCUMENT_FORM_BASE: for the upload, the multiple upload and the chooser alike."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and "file" in self.changed_data:
            try:
                accept(file, file.name)
            except RefusedFile as error:
                raise ValidationError(str(error)) from error
        return file
