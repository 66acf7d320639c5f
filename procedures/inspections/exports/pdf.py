"""A paper as a tagged PDF: data for the press, which draws them with a template of ours."""

from __future__ import annotations

from typing import Any

from procedures.inspections.exports.paper import (
    COUNTRY,
    MOTTO,
    Block,
    Facts,
    Grid,
    Heading,
    Paper,
    Words,
    shown,
)
from procedures.printing.typesetting import typeset


def write_pdf(paper: Paper, *, template: str) -> bytes:
    """Raises TypesettingFailed. `template`: "inspection-report.typ" or "inspection-ranking.typ"."""
    return typeset(template, printable_paper(paper), title=paper.title, seconds=60, megabytes=1500, wait=60)


def printable_paper(paper: Paper) -> dict[str, Any]:
    return {
        "authority": paper.authority.upper(),
        "council": paper.council.upper(),
        "number": paper.number,
        "country": COUNTRY,
        "motto": MOTTO,
        "place_and_day": paper.place_and_day,
        "kind": paper.kind,
        "about": paper.about,
        "draft": paper.draft,
        "blocks": [_block(block) for block in paper.blocks],
        "signatures": [{"role": one.role, "note": one.note} for one in paper.signatures],
        "proof": [list(pair) for pair in paper.proof],
    }


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading(text):
            return {"is": "heading", "text": text}
        case Words(text):
            return {"is": "words", "lines": [line for line in text.split("\n") if line.strip()]}
        case Facts(rows):
            return {"is": "facts", "rows": [[label, shown(value)] for label, value in rows]}
        case Grid():
            return {
                "is": "grid",
                "name": block.name,
                "columns": [
                    {"label": column.label, "width": column.width, "number": column.number}
                    for column in block.columns
                ],
                "rows": [[shown(value) for value in row] for row in block.rows],
                "empty": block.empty,
            }
