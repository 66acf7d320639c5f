"""A listing confirms the number of a version, no longer a hash. What stands in force becomes version 1."""

from typing import Any

from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery


def number(apps: Any, schema_editor: Any) -> None:
    """A listing that had confirmed another text than the one in force stays to be confirmed."""
    procedures = apps.get_model("procedures", "ProcedurePage")
    listings = apps.get_model("procedures", "Listing")
    procedures.objects.filter(live=True).update(version=1, material_version=1)
    in_force = procedures.objects.filter(pk=OuterRef("procedure"), live=True).values("content_hash")[:1]
    listings.objects.filter(confirmed_hash=Subquery(in_force)).update(confirmed_version=1)


def unnumber(apps: Any, schema_editor: Any) -> None:
    procedures = apps.get_model("procedures", "ProcedurePage")
    listings = apps.get_model("procedures", "Listing")
    content = procedures.objects.filter(pk=OuterRef("procedure")).values("content_hash")[:1]
    confirmed = listings.objects.filter(confirmed_version__gte=F("procedure__material_version"))
    confirmed.filter(confirmed_version__gt=0).update(confirmed_hash=Subquery(content))


class Migration(migrations.Migration):
    dependencies = [("procedures", "0001_initial")]
    operations = [
        migrations.AddField(
            "procedurepage",
            "version",
            models.PositiveIntegerField(default=0, editable=False, verbose_name="bản số"),
        ),
        migrations.AddField(
            "procedurepage", "material_version", models.PositiveIntegerField(default=0, editable=False)
        ),
        migrations.AddField(
            "listing",
            "confirmed_version",
            models.PositiveIntegerField(default=0, editable=False, verbose_name="bản đã xác nhận"),
        ),
        migrations.RunPython(number, unnumber),
        migrations.RemoveField("listing", "confirmed_hash"),
    ]
