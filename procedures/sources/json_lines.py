"""The crawled national catalogue (JSON lines) read into records. Pure: no Django.

One object a line, two crawled sources merged. Refused is only what has no name, code or steps; what a record
has no place for, or what was doubtful, stands in the notes of its reading.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from procedures.record import ProcedureRecord, Result
from procedures.sources.basis import read_basis
from procedures.sources.channels import read_channels
from procedures.sources.choices import read_audiences, read_bodies, read_levels
from procedures.sources.papers import read_papers
from procedures.sources.reading import Notes, Reading, absence_in, is_enum_name, says_nothing
from procedures.sources.scope import HOME_PROVINCE, scope_of
from procedures.sources.steps import read_steps
from procedures.text.codes import normalise_code
from procedures.text.sanitising import TextTooLong, clean_text, markdown_to_html
from procedures.text.short_title import readable_name

FIELDS = frozenset(
    {
        "ma",
        "ten",
        "so_quyet_dinh",
        "co_quan_ban_hanh",
        "linh_vuc",
        "cap_thuc_hien",
        "doi_tuong",
        "co_quan_thuc_hien",
        "trinh_tu",
        "cach_thuc_bang",
        "cach_thuc_tu_A",
        "ho_so",
        "ho_so_text",
        "can_cu",
        "can_cu_text",
        "ket_qua",
        "yeu_cau_dieu_kien",
        "url",
        "nguon",
    }
)
MAX_LINE = 8_000_000
"""Longest line in characters; the longest real one has some 120,000."""
MAX_DECISION, MAX_ISSUER, MAX_RESULT_CODE, MAX_URL = 120, 300, 60, 500

_DECISION_WORDS = re.compile(r"^(?:quyết định\s*)?số\s*:?\s*(?=\d)|^quyết định\s+(?=\d)", re.IGNORECASE)
# The search form of the crawled page, run on behind the last field.
_PAGE_FURNITURE = re.compile(
    r"Từ khóa(?P<keywords>.{0,300}?)Mô tả(?P<about>.{0,2000}?)(?:Chọn cơ quan thực hiện.*)?$", re.DOTALL
)
_URL = re.compile(r"https?://[^\s<>\"]+")


def _said(raw: Mapping[str, Any], field: str, notes: Notes, *, keep_lines: bool = False) -> str:
    """A field's text, "" where it says nothing or names a constant of somebody's program."""
    value = raw.get(field)
    if value is None or isinstance(value, (list, dict)):
        return ""
    text = clean_text(value if isinstance(value, str) else str(value), keep_lines=keep_lines).strip()
    if says_nothing(text):
        return ""
    if is_enum_name(text) and not absence_in(text):
        notes.left_over(field, text)
        return ""
    return text


def _bounded(text: str, limit: int, where: str, notes: Notes) -> str:
    if len(text) <= limit:
        return text
    notes.left_over(where, text)
    return ""


def _results(rows: object, notes: Notes) -> tuple[tuple[Result, ...], str]:
    found: dict[tuple[str, str], Result] = {}
    absence = ""
    for row in rows if isinstance(rows, list) else []:
        if not isinstance(row, Mapping):
            continue
        name = _said(row, "ten", notes).lstrip("-+*•– ").rstrip(" ;,")
        code = _bounded(_said(row, "ma", notes), MAX_RESULT_CODE, "Mã kết quả", notes)
        if stated := absence_in(name):
            absence = absence or stated
        elif name:
            found.setdefault((name.lower(), code), Result(name=name, code=code))
        elif code:
            notes.left_over("Kết quả thực hiện: mã không có tên", code)
    return tuple(found.values()), "" if found else absence


def _conditions(raw: Mapping[str, Any], notes: Notes) -> tuple[str, str]:
    """HTML of the conditions, or the absence that the source states ("Không", "Không quy định")."""
    text = raw.get("yeu_cau_dieu_kien")
    if not isinstance(text, str) or says_nothing(text):
        return "", ""
    if match := _PAGE_FURNITURE.search(text):
        for name, words in (("Từ khóa", match["keywords"]), ("Mô tả", match["about"])):
            if not says_nothing(words):
                notes.left_over(name, clean_text(words))
        text = text[: match.start()]
    if absence := absence_in(text):
        return "", absence
    if says_nothing(text):
        return "", ""
    return markdown_to_html(text), ""


def _address(raw: Mapping[str, Any], notes: Notes) -> str:
    text = _said(raw, "url", notes)
    if not text:
        return ""
    if len(text) > MAX_URL or not _URL.fullmatch(text):
        notes.left_over("Địa chỉ trên Cổng quốc gia", text)
        return ""
    return text


def read_record(raw: object, *, home: str = HOME_PROVINCE) -> Reading:
    """One object of the source. Never raises: what can't be read is refused with its reason, in Vietnamese."""
    if not isinstance(raw, Mapping):
        return Reading(None, "Không phải một bản ghi thủ tục (cần một đối tượng JSON).")
    try:
        return _read(raw, home)
    except TextTooLong as error:
        return Reading(None, str(error))


def _read(raw: Mapping[str, Any], home: str) -> Reading:
    notes = Notes()
    code = normalise_code(raw["ma"]) if isinstance(raw.get("ma"), str) else None
    name = readable_name(_said(raw, "ten", notes, keep_lines=True))
    steps = read_steps(raw["trinh_tu"]) if isinstance(raw.get("trinh_tu"), str) else ()
    missing = [
        words for words, value in (("mã", code), ("tên", name), ("trình tự thực hiện", steps)) if not value
    ]
    if code is None or missing:
        which = f" “{clean_text(str(raw.get('ma') or ''))[:60]}”" if raw.get("ma") else ""
        return Reading(
            None, f"Bản ghi{which} thiếu {', '.join(missing)} hoặc ghi không đúng dạng.", notes.as_tuple()
        )
    for field in sorted(raw.keys() - FIELDS):
        if raw[field]:
            notes.left_over(f"Trường “{field}”", str(raw[field]))

    levels = read_levels(_said(raw, "cap_thuc_hien", notes, keep_lines=True), notes)
    bodies = read_bodies(_said(raw, "co_quan_thuc_hien", notes, keep_lines=True), notes)
    issuing_body = _bounded(_said(raw, "co_quan_ban_hanh", notes), MAX_ISSUER, "Cơ quan ban hành", notes)
    channels, absences = read_channels(
        raw.get("cach_thuc_bang"), raw.get("cach_thuc_tu_A"), text=str(raw["trinh_tu"]), notes=notes
    )
    papers_text = raw.get("ho_so_text")
    cases, copies, papers_absence = read_papers(
        raw.get("ho_so"), papers_text if isinstance(papers_text, str) else None, notes
    )
    results, results_absence = _results(raw.get("ket_qua"), notes)
    conditions, conditions_absence = _conditions(raw, notes)
    basis_text = raw.get("can_cu_text")
    basis, basis_absence = read_basis(
        raw.get("can_cu"), basis_text if isinstance(basis_text, str) else None, notes
    )
    absences |= {
        part: absence
        for part, absence in (
            ("papers", papers_absence),
            ("results", results_absence),
            ("conditions", conditions_absence),
            ("basis", basis_absence),
        )
        if absence
    }
    record = ProcedureRecord(
        code=code,
        name=name,
        decision=_bounded(
            _DECISION_WORDS.sub("", _said(raw, "so_quyet_dinh", notes)), MAX_DECISION, "Số quyết định", notes
        ),
        issuing_body=issuing_body,
        field=_said(raw, "linh_vuc", notes),
        levels=levels,
        audiences=read_audiences(_said(raw, "doi_tuong", notes, keep_lines=True), notes),
        bodies=bodies,
        scope=scope_of(issuing_body=issuing_body, levels=levels, bodies=bodies, home=home),
        steps=steps,
        channels=channels,
        cases=cases,
        copies_text=copies,
        results=results,
        conditions_html=conditions,
        basis=basis,
        national_url=_address(raw, notes),
        absences=absences,
    )
    return Reading(record, None, notes.as_tuple())


# ------------------------------------------------------------------------------------------------------ files


def _reading_of_line(line: bytes, home: str) -> Reading:
    if len(line) > MAX_LINE:
        return Reading(None, f"Dòng quá dài (hơn {MAX_LINE:,} byte).".replace(",", "."))
    try:
        raw = json.loads(line)
    except UnicodeDecodeError:
        return Reading(None, "Dòng không phải văn bản UTF-8.")
    except (ValueError, RecursionError):
        # ValueError: also a number of more digits than Python reads.
        return Reading(None, "Dòng không phải JSON đúng cú pháp.")
    return read_record(raw, home=home)


def read_jsonl(path: str | Path, *, home: str = HOME_PROVINCE) -> Iterator[tuple[int, Reading]]:
    """Readings with their line numbers, one by one, of a .jsonl or .jsonl.gz file. A broken line is a
    refusal.

    Raises OSError (also for a file that is no gzip, or ends early) and EOFError, never for what a line holds.
    """
    path = Path(path)
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as stream:
        number = 0
        while line := stream.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                # Skip the rest of it: it may be endless, and the next line may be good.
                while (rest := stream.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                    pass
            elif number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if line.strip():
                yield number, _reading_of_line(line, home)
