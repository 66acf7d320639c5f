"""What the worker does for the ledger."""

from __future__ import annotations

from datetime import time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from home.jobs import scheduled
from procedures.ledger import triggers
from procedures.ledger.beside import unlike_ledger
from procedures.ledger.clock import now
from procedures.ledger.roots import write_roots
from procedures.ledger.staff import enter_staff
from procedures.ledger.verifying import told, verify_ledger


@scheduled("ledger_roots", label=gettext_lazy("Mã gốc của sổ niêm yết"), at=time(0, 5))
def ledger_roots() -> str:
    """Shortly after midnight; days on which the worker did not run are made up for."""
    written = write_roots()
    enter_staff()
    if not written:
        return ""
    return _("%(count)d ngày, đến mục %(sequence)d.") % {
        "count": len(written),
        "sequence": written[-1].sequence,
    }


class LedgerBroken(RuntimeError):
    """The nightly look at the ledger found something: the job fails until it is put right."""


@scheduled("ledger_verified", label=gettext_lazy("Kiểm tra sổ niêm yết"), at=time(0, 45))
def ledger_verified() -> str:
    """After the roots: the whole chain, with a root for every day that is over."""
    verdict = verify_ledger(rooted_until=timezone.localdate(now()) - timedelta(days=1))
    if not verdict.intact:
        raise LedgerBroken(told(verdict))
    if lost := triggers.missing():
        raise LedgerBroken(
            _("Cơ sở dữ liệu thiếu khóa của sổ niêm yết: %(names)s.") % {"names": ", ".join(lost)}
        )
    if other := unlike_ledger():
        raise LedgerBroken(" ".join(other))
    return _("%(count)d mục, nguyên vẹn.") % {"count": verdict.count}
