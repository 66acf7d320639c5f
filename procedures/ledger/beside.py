"""What stands beside the ledger and is bound by it: conclusions of inspections, figures of days, keys of staff. Is it still what
was entered?
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from procedures.ledger.staff import keys_that_changed_hands


def unlike_ledger() -> list[str]:
    """In Vietnamese, one sentence each; nothing as long as all agrees. Raises BodyBroken."""
    # They write to the ledger, so they can't be imported from its modules at start.
    from procedures.inspections.in_ledger import rounds_unlike_ledger
    from procedures.transparency.in_ledger import measures_unlike_ledger

    found = [
        _("Khóa ẩn danh %(key)s trong sổ đã bị chuyển từ tài khoản này sang tài khoản khác.") % {"key": key}
        for key in keys_that_changed_hands()
    ]
    found += [
        _("Kết luận của đợt kiểm tra “%(title)s” khác với kết luận đã ghi trong sổ.") % {"title": title}
        for title in rounds_unlike_ledger()
    ]
    if days := measures_unlike_ledger():
        found.append(
            _("Số đo của %(n)d ngày khác với số đo đã ghi trong sổ: %(days)s.")
            % {"n": len(days), "days": ", ".join(days[:5])}
        )
    return found
