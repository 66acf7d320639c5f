"""What the worker does for the ledger."""

from __future__ import annotations

from datetime import time

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from home.jobs import scheduled
from procedures.ledger.roots import write_roots


@scheduled("ledger_roots", label=gettext_lazy("Mã gốc của sổ niêm yết"), at=time(0, 5))
def ledger_roots() -> str:
    """Shortly after midnight; days on which the worker did not run are made up for."""
    written = write_roots()
    if not written:
        return ""
    return _("%(count)d ngày, đến mục %(sequence)d.") % {
        "count": len(written),
        "sequence": written[-1].sequence,
    }
