"""The extract of one unit: all headers, its bodies, a page of one day, and the script that verifies them."""

from __future__ import annotations

import ast
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from home.models import Unit
from procedures.ledger.chain import body_hash
from procedures.ledger.clock import now
from procedures.ledger.composing import UnitDay, compose, needed_subjects, render
from procedures.ledger.reading import load_texts
from procedures.ledger.verify_script import BODIES, HEADERS, ROOT, ROOTS, compact
from procedures.ledger.verifying import headers
from procedures.models import LedgerRoot

PARTS = ("chain.py", "composing.py", "verify_script.py")
HERE = Path(__file__).parent


class NoLedger(Exception):
    """Nothing can be proved yet: no entry was ever written."""


@dataclass(frozen=True)
class Evidence:
    shown: UnitDay
    sequence: int
    root: str
    files: dict[str, str]
    """Name → text."""


def gather_evidence(unit: Unit, day: date) -> Evidence:
    """Everything of the extract, in memory. Raises NoLedger."""
    chain = list(headers())
    if not chain:
        raise NoLedger
    needed = needed_subjects(chain, unit.slug)
    bodies = load_texts(header.body_hash for header in chain if header.subject in needed)
    shown = compose(chain, bodies, unit.slug, day.isoformat())
    last = chain[-1]
    roots = _lines(
        [day.isoformat(), sequence, name]
        for day, sequence, name in LedgerRoot.objects.order_by("day").values_list("day", "sequence", "hash")
    )
    root = {
        "unit": unit.slug,
        "day": day.isoformat(),
        "sequence": last.sequence,
        "hash": last.hash,
        "roots": body_hash(roots),
    }
    files = {
        HEADERS: _lines(
            [h.sequence, h.kind, h.subject, h.body_hash, h.actor, h.at, h.previous, h.hash] for h in chain
        ),
        BODIES: "".join(f"{name} {text}\n" for name, text in sorted(bodies.items())),
        ROOT: compact(root) + "\n",
        ROOTS: roots,
        f"ngay-{day.isoformat()}.html": render(shown),
        "verify.py": verify_source(),
    }
    files["DOC-TRUOC.txt"] = render_to_string(
        "procedures/ledger/evidence_readme.txt",
        {
            "unit": unit,
            "day": day,
            "shown": shown,
            "root": root,
            "portal": settings.WAGTAIL_SITE_NAME,
            "address": settings.PORTAL_BASE_URL,
            "made_at": timezone.localtime(now()),
            "verify_hash": verify_hash(),
        },
    )
    return Evidence(shown, last.sequence, last.hash, files)


def write_evidence(evidence: Evidence, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in evidence.files.items():
        (folder / name).write_bytes(text.encode("utf-8"))


def zip_evidence(evidence: Evidence, name: str) -> bytes:
    """All files in one folder of that name."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, text in evidence.files.items():
            archive.writestr(f"{name}/{file}", text.encode("utf-8"))
    return target.getvalue()


def evidence_name(unit: Unit, day: date) -> str:
    return f"niem-yet-{unit.slug}-{day.isoformat()}"


@cache
def verify_source() -> str:
    """One script out of the portal's own modules, so that both verify by the same code."""
    bodies = [_without_own_imports((HERE / name).read_text(encoding="utf-8")) for name in PARTS]
    doc = ast.get_docstring(ast.parse((HERE / PARTS[-1]).read_text(encoding="utf-8")), clean=False)
    return f'#!/usr/bin/env python3\n"""{doc}"""\n\nfrom __future__ import annotations\n\n' + "\n\n".join(
        bodies
    )


@cache
def verify_hash() -> str:
    """SHA-256 of `verify.py`, published: a program that came with an extract may be somebody else's."""
    return sha256(verify_source().encode("utf-8")).hexdigest()


def _without_own_imports(source: str) -> str:
    """The module without its docstring, future imports, and imports of its neighbours (which stand above it)."""
    tree = ast.parse(source)
    lines = source.splitlines()
    for node in tree.body:
        is_doc = node is tree.body[0] and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_own = isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            ("procedures.", "__future__")
        )
        if is_doc or is_own:
            for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[number] = ""
    return "\n".join(lines).strip() + "\n"


def _lines(rows: Iterable[list[Any]]) -> str:
    return "".join(compact(row) + "\n" for row in rows)
