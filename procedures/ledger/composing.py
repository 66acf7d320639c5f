"""One unit's day out of headers and bodies, and as a page to read. Standard library only: part of every extract.

The portal writes the page of an extract with this code, and `verify.py` writes it again and compares: what one reads is
what the chain holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from html import escape
from typing import Any

from procedures.ledger.chain import Header

VIETNAM = timezone(timedelta(hours=7))


@dataclass(frozen=True)
class DayItem:
    code: str
    procedure: dict[str, Any]
    listing: dict[str, Any]
    since: str


@dataclass(frozen=True)
class UnitDay:
    """What the public saw at one unit at the end of one day. `sequence` 0: there was no ledger yet."""

    slug: str
    day: str
    sequence: int
    hash: str
    unit: dict[str, Any] | None
    items: tuple[DayItem, ...]


def inspection_subject(number: int, slug: str = "") -> str:
    """Of a concluded round, or of one unit in it."""
    return f"inspection/{number}/{slug}" if slug else f"inspection/{number}"


def is_inspection_of(subject: str, slug: str) -> bool:
    return subject.startswith("inspection/") and subject.split("/")[2:] == [slug]


def needed_subjects(headers: Iterable[Header], slug: str) -> set[str]:
    """Subjects whose bodies belong to an extract of this unit."""
    prefix = f"listing/{slug}/"
    subjects = {header.subject for header in headers}
    mine = {subject for subject in subjects if subject.startswith(prefix)}
    judged = {subject for subject in subjects if is_inspection_of(subject, slug)}
    own = {f"unit/{slug}", "ledger"}
    return mine | judged | {f"procedure/{subject[len(prefix) :]}" for subject in mine} | own


def end_of(day: str) -> str:
    """The first moment after the day, as entries write moments. Raises ValueError."""
    midnight = datetime.combine(date.fromisoformat(day) + timedelta(days=1), datetime.min.time(), VIETNAM)
    return midnight.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def compose(headers: Iterable[Header], bodies: Mapping[str, str], slug: str, day: str) -> UnitDay:
    """Walk the entries up to the end of the day (Vietnam's time)."""
    end = end_of(day)
    prefix = f"listing/{slug}/"
    sequence, last_hash = 0, ""
    last: dict[str, str] = {}
    since: dict[str, str] = {}
    for header in headers:
        if header.at >= end:
            break
        sequence, last_hash = header.sequence, header.hash
        if header.body_hash not in bodies:
            continue
        last[header.subject] = header.body_hash
        if header.subject.startswith(prefix):
            body = json.loads(bodies[header.body_hash])
            if body["state"] != "live":
                since.pop(header.subject, None)
            else:
                since.setdefault(header.subject, body.get("since") or header.at)
    items = []
    for subject in sorted(since):
        code = subject[len(prefix) :]
        if f"procedure/{code}" in last:
            procedure = json.loads(bodies[last[f"procedure/{code}"]])
            if procedure["public"]:
                items.append(DayItem(code, procedure, json.loads(bodies[last[subject]]), since[subject]))
    unit = json.loads(bodies[last[f"unit/{slug}"]]) if f"unit/{slug}" in last else None
    return UnitDay(slug, day, sequence, last_hash, unit, tuple(items))


# The page ----------------------------------------------------------------------------------------------------------------

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #999;padding:.3rem .5rem;text-align:left;"
    "vertical-align:top}code{overflow-wrap:anywhere}h3{margin-bottom:0}section{border-top:1px solid #999}"
)
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
KINDS = {"in_person": "Trực tiếp", "online": "Trực tuyến", "postal": "Qua bưu chính"}
UNITS = {
    "hour": "giờ",
    "working_hour": "giờ làm việc",
    "day": "ngày",
    "working_day": "ngày làm việc",
    "month": "tháng",
    "year": "năm",
}
ABSENT = {
    "not_regulated": "Pháp luật không quy định",
    "not_applicable": "Không áp dụng",
    "": "Chưa có thông tin",
}


def render(shown: UnitDay) -> str:
    """A whole HTML document that needs nothing else."""
    day = day_words(shown.day)
    unit = shown.unit or {}
    name = escape(unit.get("name") or shown.slug)
    parts = [
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">',
        f"<title>{name}: niêm yết cuối ngày {day}</title><style>{STYLE}</style></head><body>",
        f"<h1>{name}: niêm yết cuối ngày {day}</h1>",
    ]
    if not shown.sequence:
        parts.append("<p>Ngày này chưa có sổ niêm yết.</p></body></html>")
        return "\n".join(parts)
    parts.append(
        f"<p>Trích từ sổ niêm yết đến mục {shown.sequence}. Mã của mục ấy: <code>{shown.hash}</code></p>"
    )
    parts += _unit(unit)
    parts.append(f"<h2>{len(shown.items)} thủ tục đang niêm yết</h2>")
    if shown.items:
        parts.append(
            "<table><thead><tr><th>Mã</th><th>Tên</th><th>Lĩnh vực</th><th>Niêm yết từ</th><th>Bản đã xác nhận</th>"
            "<th>Bản chính thức</th></tr></thead><tbody>"
        )
        parts += [_row(item) for item in shown.items]
        parts.append("</tbody></table>")
        parts += [_text(item) for item in shown.items]
    parts.append("</body></html>")
    return "\n".join(parts)


def day_words(day: str) -> str:
    return "/".join(reversed(day[:10].split("-")))


def moment_day(at: str) -> str:
    moment = datetime.strptime(at, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    return moment.astimezone(VIETNAM).strftime("%d/%m/%Y")


def _row(item: DayItem) -> str:
    text = item.procedure["text"]
    cells = (
        f'<a href="#{escape(item.code)}">{escape(item.code)}</a>',
        escape(text["name"]),
        escape(text["field"]),
        moment_day(item.since),
        str(item.listing["confirmed_version"]),
        str(item.procedure["version"]),
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _unit(unit: Mapping[str, Any]) -> list[str]:
    if not unit:
        return []
    facts = (
        ("Thư điện tử", unit["email"]),
        ("Trang thông tin", unit["website"]),
        ("Nơi nhận phản ánh, kiến nghị", unit["complaints_address"]),
        ("Hoạt động đến hết", day_words(unit["active_until"]) if unit["active_until"] else ""),
    )
    found = [f"<p>{label}: {escape(value)}</p>" for label, value in facts if value]
    for desk in unit["desks"]:
        if desk["only_named"]:
            continue
        found.append(f"<h3>{escape(desk['name'])}</h3>")
        found += [
            f"<p>{label}: {escape(value)}</p>"
            for label, value in (
                ("Địa chỉ", desk["address"]),
                ("Điện thoại", desk["phone"]),
                ("Thư điện tử", desk["email"]),
            )
            if value
        ]
        if desk["hours"]:
            found.append(
                "<p>Giờ làm việc: "
                + escape(
                    "; ".join(f"{WEEKDAYS[day]} {opens}–{closes}" for day, opens, closes in desk["hours"])
                )
                + "</p>"
            )
        for first, last, opens, closes, note in desk["exceptions"]:
            hours = f"{opens}–{closes}" if opens else "nghỉ"
            found.append(f"<p>{day_words(first)} – {day_words(last)}: {hours} {escape(note)}</p>")
        found += [
            "<p>"
            + escape(
                ", ".join(
                    filter(None, (counter["name"], counter["place"], counter["phone"], *counter["subjects"]))
                )
            )
            + "</p>"
            for counter in desk["counters"]
        ]
    return found


def _text(item: DayItem) -> str:
    """The official text as it stood, every part, then what the unit added."""
    body, text = item.procedure, item.procedure["text"]
    absent = text.get("absences", {})
    parts = [f'<section id="{escape(item.code)}"><h2>{escape(item.code)}. {escape(text["name"])}</h2>']
    notes = (
        ("Hết hiệu lực", body["end_reason"] if body["state"] == "ended" else ""),
        ("Điện thoại riêng của đơn vị", item.listing["phone"]),
        ("Giờ riêng của đơn vị", item.listing["hours_note"]),
        ("Ghi chú của đơn vị", item.listing["notes"]),
        ("Quyết định công bố", " ".join(filter(None, (text["decision"], text["issuing_body"])))),
        ("Để làm gì", text["purpose"]),
    )
    parts += [f"<p>{label}: {escape(value)}</p>" for label, value in notes if value]

    def section(title: str, part: str, items: list[str]) -> None:
        parts.append(f"<h3>{title}</h3>")
        parts.extend(items or [f"<p>{ABSENT.get(absent.get(part, ''), '')}</p>"])

    section(
        "Trình tự thực hiện", "steps", [f"<p>{escape(s['title'])}</p>{s['text_html']}" for s in text["steps"]]
    )
    section("Cách thức thực hiện, thời hạn, phí", "channels", [_channel(c) for c in text["channels"]])
    section("Thành phần hồ sơ", "papers", [_case(case) for case in text["cases"]])
    section(
        "Số lượng hồ sơ", "copies", [f"<p>{escape(text['copies_text'])}</p>"] if text["copies_text"] else []
    )
    section(
        "Đối tượng thực hiện",
        "audience",
        [f"<p>{escape(', '.join(text['audiences']))}</p>"] if text["audiences"] else [],
    )
    section("Cơ quan thực hiện", "bodies", [f"<p>{escape(b)}</p>" for b in text["bodies"]])
    section(
        "Kết quả", "results", [f"<p>{escape(' '.join((r['name'], r['code'])))}</p>" for r in text["results"]]
    )
    section("Yêu cầu, điều kiện", "conditions", [text["conditions_html"]] if text["conditions_html"] else [])
    section(
        "Căn cứ pháp lý",
        "basis",
        [f"<p>{escape(' '.join(filter(None, (b['number'], b['title']))))}</p>" for b in text["basis"]],
    )
    if body["forms"]:
        parts.append("<h3>Tệp biểu mẫu</h3>")
        parts += [
            f"<p>{escape(name)}: <code>{escape(sha)}</code></p>"
            for _case_, _paper, sha, name in body["forms"]
        ]
    return "\n".join([*parts, "</section>"])


def _channel(channel: Mapping[str, Any]) -> str:
    duration = channel["duration"]
    time = f"{duration['amount']} {UNITS.get(duration['unit'], duration['unit'])}" if duration else ""
    fees = "; ".join(
        " ".join(
            filter(
                None,
                (fee["label"], f"{fee['amount']} {fee['currency']}" if fee["amount"] else "", fee["text"]),
            )
        )
        for fee in channel["fees"]
    )
    words = [KINDS.get(channel["kind"], channel["kind"]), time, channel["duration_text"], fees]
    return f"<p>{escape(' · '.join(filter(None, words)))}</p>{channel['note_html']}"


def _case(case: Mapping[str, Any]) -> str:
    papers = "".join(
        f"<li>{paper['name_html']} {escape(_count(paper))}{escape(' ' + paper['note'] if paper['note'] else '')}</li>"
        for paper in case["papers"]
    )
    return f"<p>{escape(case['title'])}</p>{case['note_html']}<ul>{papers}</ul>"


def _count(paper: Mapping[str, Any]) -> str:
    words = []
    if paper["originals"]:
        words.append(f"{paper['originals']} bản chính")
    if paper["copies"]:
        words.append(f"{paper['copies']} bản sao")
    return f"({', '.join(words)})" if words else ""
