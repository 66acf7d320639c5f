"""The database refuses to change the ledger: see `procedures.ledger.triggers`, which also puts them up after every
migration that would lose them."""

from typing import Any

from django.db import migrations


def install(apps: Any, schema_editor: Any) -> None:
    from procedures.ledger import triggers

    triggers.install(schema_editor.connection)


def drop(apps: Any, schema_editor: Any) -> None:
    from procedures.ledger import triggers

    triggers.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("procedures", "0003_completeness")]
    operations = [migrations.RunPython(install, drop)]
