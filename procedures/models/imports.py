"""What was last imported, part by part: so that a controller's correction is never overwritten."""

from __future__ import annotations

from django.db import models

from procedures.models.catalogue import ProcedurePage


class ImportedProcedure(models.Model):
    procedure = models.OneToOneField(ProcedurePage, models.CASCADE, related_name="imported")
    source_hash = models.CharField(max_length=64, db_index=True)
    """Over the cleaned record: equal means that nothing has to be looked at."""
    part_hashes = models.JSONField(default=dict)
    """Part → SHA-256 of the value that was last taken over from outside."""
    imported_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.procedure_id)
