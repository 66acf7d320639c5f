"""Sets a document: a template of ours and data become a tagged, searchable PDF (PDF/UA-1) in Vietnamese.

    pdf = typeset("inspection-report.typ", {"unit": …}, title=_("Biên bản kiểm tra …"))

The press is another process (`press.py`), because typst takes 3 MB for each procedure of a booklet and can't be interrupted: it
ends with the document, its memory goes back to the system, and when it fails the portal goes on. One runs at a time, however
many workers and servers of this machine ask. A large document is set in pieces (`joining.py`). Data travel as JSON: what people wrote is text in the template, never markup.

A template stands in `procedures/printing/templates/`, reads `data` from "frame.typ" and draws rich text with its `rich`
(see `procedures.printing.rich_text`).
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from procedures.printing import press

logger = logging.getLogger(__name__)

PRESS = Path(press.__file__)
WAIT_SECONDS = 600
"""How long one waits for others' documents."""
_POLL_SECONDS = 0.1


class TypesettingFailed(Exception):
    """The words are for whoever asked for the document; the reasons are in the log."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def typeset(
    template: str,
    data: Mapping[str, Any],
    *,
    title: str,
    seconds: int = 120,
    megabytes: int = 3000,
    wait: float = WAIT_SECONDS,
    made: datetime | None = None,
) -> bytes:
    """The PDF. `template`: a file in `templates/`; `data`: what JSON can say; `title`: of the document, for readers' programs.

    `megabytes` of address space; `seconds` of setting, `wait` seconds before it for others' documents. Raises
    TypesettingFailed.
    """
    if "/" in template or not (press.TEMPLATE_FOLDER / template).is_file():
        raise ValueError(f"No template {template!r} in {press.TEMPLATE_FOLDER}")
    order: press.Order = {
        "template": template,
        "data": json.dumps(data, ensure_ascii=False, separators=(",", ":")),
        "title": title,
        "made": int((made or timezone.now()).timestamp()),
        "seconds": seconds,
        "megabytes": megabytes,
    }
    with _alone(wait):
        return _press(order)


def _press(order: press.Order) -> bytes:
    # Nothing of the portal's environment (keys, addresses of databases) goes along. Fewer arenas: less address space reserved.
    environment = {"LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2", "PATH": os.defpath}
    try:
        done = subprocess.run(  # noqa: S603 -- our own program; what people wrote goes to its standard input
            [sys.executable, "-I", str(PRESS)],
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=order["seconds"],
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        logger.error("Typesetting %s took longer than %s s", order["template"], order["seconds"])  # noqa: TRY400 -- the trace says nothing more
        raise TypesettingFailed(
            _("Dàn trang mất hơn %(seconds)s giây nên đã dừng.") % {"seconds": order["seconds"]}
        ) from None
    if done.returncode == 0 and done.stdout.startswith(b"%PDF-"):
        return done.stdout
    said = done.stderr.decode("utf-8", "replace").strip()
    logger.error("Typesetting %s failed (%s): %s", order["template"], done.returncode, said[-2000:])
    if done.returncode == press.REFUSED:
        raise TypesettingFailed(_("Không dàn trang được; người vận hành xem nhật ký."))
    if done.returncode == -signal.SIGXCPU:
        raise TypesettingFailed(_("Dàn trang mất quá nhiều thời gian nên đã dừng."))
    raise TypesettingFailed(
        _("Dàn trang bị dừng giữa chừng, thường vì thiếu bộ nhớ (giới hạn %(megabytes)s MB).")
        % {"megabytes": order["megabytes"]}
    )


@contextmanager
def _alone(wait: float) -> Iterator[None]:
    """One press at a time on this machine: a lock that the system takes back when its holder dies."""
    path = Path(settings.MEDIA_ROOT) / ".typesetting.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + wait
    with path.open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise TypesettingFailed(
                        _("Máy đang dàn trang tài liệu khác; hãy thử lại sau ít phút.")
                    ) from None
                time.sleep(_POLL_SECONDS)
        yield
