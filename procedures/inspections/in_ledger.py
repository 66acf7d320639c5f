"""What the ledger says of a concluded round: one entry for the round, one for each of its units.

The hash of a conclusion stands beside what it covers, so whoever can write the database could make both anew. In the ledger it is
part of the chain whose roots have left the machine. The first entry of a subject holds: nothing is concluded twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from procedures.inspections.freezing import exact
from procedures.ledger.composing import inspection_subject
from procedures.ledger.reading import load_texts
from procedures.ledger.recording import BATCH, Record
from procedures.models import InspectedUnit, InspectionRound, LedgerEntry, LedgerKind, RoundState


def conclusion_records(round_: InspectionRound, rows: Iterable[InspectedUnit], user: Any) -> list[Record]:
    """To be appended when the round ends, with the hashes already made."""
    own = {
        "title": round_.title,
        "year": round_.year,
        "as_of": round_.as_of,
        "ledger_root": round_.ledger_root,
    }
    units = list(rows)
    whole = {
        **own,
        "units": len(units),
        "frozen_hash": round_.frozen_hash,
        "concluded_hash": round_.concluded_hash,
    }
    return [
        Record(LedgerKind.INSPECTION, inspection_subject(round_.pk), exact(whole), user, always=True),
        *(
            Record(
                LedgerKind.INSPECTION,
                inspection_subject(round_.pk, row.unit.slug),
                exact(
                    {
                        **own,
                        "unit": row.unit.slug,
                        "points": row.points,
                        "final_points": row.final_points,
                        "frozen_hash": row.frozen_hash,
                        "concluded_hash": row.concluded_hash,
                    }
                ),
                user,
                always=True,
            )
            for row in units
        ),
    ]


def entered(subjects: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Subject → number of its first entry and the concluding hash in it. Raises BodyBroken."""
    wanted = list(subjects)
    first: dict[str, tuple[int, str]] = {}
    for start in range(0, len(wanted), BATCH):
        rows = LedgerEntry.objects.filter(subject__in=wanted[start : start + BATCH]).order_by("-sequence")
        first |= {
            subject: (sequence, body)
            for subject, sequence, body in rows.values_list("subject", "sequence", "body_hash")
        }
    texts = load_texts(body for _sequence, body in first.values())
    return {
        subject: (sequence, json.loads(texts[body])["concluded_hash"])
        for subject, (sequence, body) in first.items()
    }


def rounds_unlike_ledger() -> list[str]:
    """Titles of rounds whose conclusion is another one than the ledger has, or is gone though the ledger has it."""
    held: dict[str, tuple[str, str]] = {}
    for pk, title, name in InspectionRound.objects.filter(state=RoundState.CONCLUDED).values_list(
        "pk", "title", "concluded_hash"
    ):
        held[inspection_subject(pk)] = (title, name)
    units = InspectedUnit.objects.filter(round__state=RoundState.CONCLUDED)
    for pk, slug, title, name in units.values_list("round", "unit__slug", "round__title", "concluded_hash"):
        held[inspection_subject(pk, slug)] = (title, name)
    written = LedgerEntry.objects.filter(kind=LedgerKind.INSPECTION).values_list("subject", flat=True)
    found = {
        held.get(subject, (subject, ""))[0]
        for subject, (_sequence, name) in entered(written.distinct()).items()
        if held.get(subject, ("", ""))[1] != name
    }
    return sorted(found)
