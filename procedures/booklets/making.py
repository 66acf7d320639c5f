"""Making booklets: noticing what has changed, setting it in the background, keeping the file.

A volume is one row of `Booklet`. Whoever reads it gets the last file that was made; while a new one is being made, or when that
fails, the old one stays.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from home.models import Unit
from home.templatetags.portal_tags import vn_date, vn_number
from procedures.booklets.loading import in_order, load_contents
from procedures.booklets.setting import set_volume
from procedures.booklets.text import volume_text
from procedures.booklets.volumes import FormUse, Volume, complaints_of, fingerprint, volumes_of
from procedures.competence.table import current
from procedures.ledger.reading import Root, current_root
from procedures.models import Booklet, BookletState
from procedures.printing.typesetting import TypesettingFailed

logger = logging.getLogger(__name__)

PATIENT = -50
"""Priority of what the job asks for: after a new text, eighty booklets may wait, an import must not wait for them."""
LOST_AFTER = timedelta(minutes=30)
"""A volume that was asked for or begun so long ago and is still not made: its worker is gone."""


# Noticing ------------------------------------------------------------------------------------------------------------


def changed_volumes(unit: Unit, *, forms: FormUse | None = None) -> list[Volume]:
    """Volumes whose file says something else than the pages, or that have none."""
    held = {
        booklet.subject_id: booklet
        for booklet in Booklet.objects.filter(unit=unit).only("subject_id", "fingerprint", "file", "state")
    }
    changed = []
    table = current()
    for volume in volumes_of(unit):
        booklet = held.get(_key(volume))
        if (
            booklet is None
            or not booklet.file
            or booklet.fingerprint != fingerprint(volume, forms=forms, table=table)
        ):
            changed.append(volume)
    return changed


def refresh_all(units: Iterable[Unit]) -> int:
    """Asks for what has changed; returns the number of units that get a new booklet."""
    forms = FormUse()
    asked = 0
    for unit in units:
        volumes = volumes_of(unit)
        drop_others(unit, volumes)
        if changed_volumes(unit, forms=forms):
            asked += ask(unit)
    return asked


def ask(unit: Unit, *, anew: bool = False) -> bool:
    """Puts the unit's booklet into the queue, `anew` even where nothing has changed. False: it is there already."""
    volumes = volumes_of(unit)
    now = timezone.now()
    with transaction.atomic():
        drop_others(unit, volumes)
        # Of two who ask at once, the second waits here.
        Unit.objects.select_for_update().only("pk").get(pk=unit.pk)
        busy = Booklet.objects.filter(unit=unit).filter(_busy(now))
        if not volumes or busy.exists():
            return False
        for volume in volumes:
            Booklet.objects.update_or_create(
                unit=unit,
                subject=volume.subject,
                defaults={
                    "state": BookletState.WAITING,
                    "asked_at": now,
                    "procedures": volume.procedures,
                    "done": 0,
                    "error": "",
                },
            )
        # A person waits for it, or nobody does: then everything else goes first.
        queued = make_later.using(backend="background", priority=0 if anew else PATIENT)
        transaction.on_commit(lambda: queued.enqueue(unit.pk, anew))
    return True


def _busy(now: datetime) -> Q:
    return Q(state__in=[BookletState.WAITING, BookletState.MAKING], asked_at__gt=now - LOST_AFTER)


def drop_others(unit: Unit, volumes: Iterable[Volume]) -> None:
    """A unit that lists more, or less, than before has other volumes; one that lists nothing has none."""
    wanted = {_key(volume) for volume in volumes}
    for booklet in Booklet.objects.filter(unit=unit):
        if booklet.subject_id not in wanted:
            name = booklet.file.name
            booklet.delete()
            _delete_file(booklet, name)


def _key(volume: Volume) -> int | None:
    return volume.subject.pk if volume.subject else None


# Making --------------------------------------------------------------------------------------------------------------


@task(backend="background")
def make_later(unit_id: int, anew: bool) -> None:
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is not None:
        make(unit, anew=anew)


def make(unit: Unit, *, anew: bool = False) -> int:
    """Makes the volumes that have changed (`anew`: all); returns how many. One that fails does not stop the others."""
    volumes = volumes_of(unit)
    drop_others(unit, volumes)
    forms = FormUse()
    made = 0
    for volume in volumes:
        booklet, _created = Booklet.objects.get_or_create(unit=unit, subject=volume.subject)
        print_of = fingerprint(volume, forms=forms)
        if not anew and booklet.file and booklet.fingerprint == print_of:
            Booklet.objects.filter(pk=booklet.pk).update(state=BookletState.READY, error="")
            continue
        try:
            _make_volume(volume, booklet, print_of)
            made += 1
        except TypesettingFailed as error:
            _fail(booklet, error.message)
        except Exception:
            _fail(booklet, _("Có lỗi khi lập sổ tay; người vận hành xem nhật ký của bộ chạy việc."))
            logger.exception("Booklet %s failed", booklet.pk)
    return made


def _fail(booklet: Booklet, words: str) -> None:
    Booklet.objects.filter(pk=booklet.pk).update(state=BookletState.FAILED, error=words)


def _make_volume(volume: Volume, booklet: Booklet, print_of: str) -> None:
    now = timezone.now()
    row = Booklet.objects.filter(pk=booklet.pk)
    row.update(state=BookletState.MAKING, asked_at=now, done=0, procedures=volume.procedures, error="")
    root = current_root()
    title = _("Sổ tay niêm yết thủ tục hành chính – %(unit)s") % {"unit": volume.unit.name}
    name = _volume_name(volume)
    contents = load_contents(volume.unit, subject=volume.subject, listings=in_order(volume.listings()))
    data = volume_text(
        contents,
        competence=current(),
        complaints=complaints_of(volume.unit),
        made=vn_date(timezone.localdate(now)),
        volume=name,
        root=_root_words(root),
    )
    pdf, pages = set_volume(
        data,
        title=f"{title} – {name}" if name else title,
        made=now,
        advance=lambda done: row.update(done=done),
    )
    booklet.refresh_from_db()
    before = booklet.file.name
    booklet.fingerprint = print_of
    booklet.file.save("so-tay.pdf", ContentFile(pdf), save=False)
    booklet.state, booklet.error, booklet.made_at = BookletState.READY, "", now
    booklet.size, booklet.pages = len(pdf), pages
    booklet.procedures = booklet.done = len(contents.listings)
    booklet.root_hash = root.hash if root else ""
    booklet.save()
    if before != booklet.file.name:
        _delete_file(booklet, before)


def _volume_name(volume: Volume) -> str:
    if volume.subject is not None:
        return volume.subject.name
    return _("Lĩnh vực khác") if volume.is_rest else ""


def _root_words(root: Root | None) -> dict[str, str] | None:
    if root is None:
        return None
    said = _("Mục %(number)s của nhật ký niêm yết, ngày %(day)s.") % {
        "number": vn_number(root.sequence),
        "day": vn_date(root.day),
    }
    return {"hash": root.hash, "said": said}


def _delete_file(booklet: Booklet, name: str | None) -> None:
    """Readers who have it open read on; storage takes the rest."""
    if name:
        storage = booklet.file.storage
        transaction.on_commit(lambda: storage.delete(name))
