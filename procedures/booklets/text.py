"""A volume as data for "booklet.typ": every word as it stands on paper. Nothing here asks the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from home.desk_hours import week_line
from home.models import Unit
from home.templatetags.portal_tags import in_text, phone, vn_date, vn_number
from procedures.booklets.loading import Contents, Desks
from procedures.competence.table import facts_of
from procedures.enums import Actor, Audience, OnlineLevel, Part
from procedures.mapping import form_places, record_of
from procedures.models import FormVersion, Listing, ProcedurePage
from procedures.presenters.bodies import competent_bodies
from procedures.presenters.papers import PapersView, papers_view
from procedures.presenters.place import online_view
from procedures.presenters.rich_text import chapters
from procedures.presenters.states import GAP, LAW, NOT_APPLICABLE, state_kind
from procedures.presenters.times_and_fees import fee_fact, kinds_words, time_fact, times_and_fees
from procedures.printing.rich_text import Printable, printable, printable_text
from procedures.record import Basis, ProcedureRecord
from procedures.text.short_title import TITLE_LIMIT, short_title

Node = dict[str, Any]
"""One piece of a part: `n` says how it is drawn, `v` what (see booklet.typ)."""


def volume_text(
    contents: Contents,
    *,
    competence: Any,
    complaints: str,
    made: str,
    volume: str = "",
    root: Mapping[str, str] | None,
) -> dict[str, Any]:
    """`competence`: procedures.competence.table.current(); `root`: day and hash of the ledger's head; `made`: the day; `volume`: the
    field of a volume that is not the whole."""
    unit = contents.unit
    fields: list[dict[str, Any]] = []
    for number, listing in enumerate(contents.listings, start=1):
        subject = listing.procedure.subject
        label = subject.name if subject else _("Lĩnh vực khác")
        if not fields or fields[-1]["label"] != label:
            fields.append({"label": label, "items": []})
        fields[-1]["items"].append(
            procedure_text(listing, contents=contents, competence=competence, number=number)
        )
    total = len(contents.listings)
    return {
        "province": _("Tỉnh %(name)s") % {"name": settings.PORTAL_PROVINCE_NAME},
        "unit": unit.name,
        "volume": volume,
        "made": made,
        "summary": _("%(number)s thủ tục hành chính, thuộc %(fields)s lĩnh vực")
        % {"number": vn_number(total), "fields": vn_number(len(fields))},
        "address": f"{settings.PORTAL_BASE_URL}{unit.get_absolute_url()}",
        "complaints": printable_text(complaints),
        "root": dict(root) if root else None,
        "words": {
            "title": _("Sổ tay niêm yết thủ tục hành chính"),
            "contents": _("Mục lục"),
            "desks": _("Nơi nhận hồ sơ"),
            "complaints": _("Phản ánh, kiến nghị"),
            "complaints_lead": _(
                "Cán bộ không được yêu cầu thêm giấy tờ, thu thêm tiền ngoài những gì ghi trong sổ tay này. Phản ánh, kiến nghị gửi về:"
            ),
            "made": _("Bản lập ngày"),
            "number": _("Số thủ tục"),
            "newest": _("Bản mới nhất"),
            "newest_note": _("Nội dung trên cổng luôn mới nhất; bản in này đúng đến ngày lập."),
            "root": _("Mã đối chiếu"),
            "root_note": _(
                "Mã của nhật ký niêm yết: đối chiếu với mã công khai trên cổng thì biết bản in này có đúng là nội dung đã niêm yết."
            ),
            "code": _("Mã"),
            "field": _("Lĩnh vực"),
            "volume": _("Tập"),
            "full": _("Tên đầy đủ"),
            "sample": _("Dữ liệu mẫu: nơi nộp, giờ làm việc và điện thoại chỉ để minh họa."),
            "no_complaints": _state(GAP),
        },
        "desks": [_desk_pairs(desk) for desk in _used_desks(contents)],
        "fields": fields,
        "foot": _("Sổ tay niêm yết thủ tục hành chính · %(unit)s · %(day)s")
        % {"unit": unit.name, "day": made},
        "is_sample": settings.PORTAL_DEMO,
    }


def _used_desks(contents: Contents) -> list[Any]:
    used = {}
    for listing in contents.listings:
        desk, _counter = contents.desks.of(listing)
        if desk is not None:
            used[desk.pk] = desk
    return list(used.values())


def _desk_pairs(desk: Any) -> dict[str, Any]:
    return {
        "name": desk.name,
        "pairs": [
            [_("Địa chỉ"), desk.address or _state(GAP)],
            [_("Giờ làm việc"), week_line(desk) or _state(GAP)],
            [_("Điện thoại"), phone(desk.phone) if desk.phone else _state(GAP)],
        ],
    }


def procedure_text(listing: Listing, *, contents: Contents, competence: Any, number: int) -> dict[str, Any]:
    """One procedure: head, facts, nine parts and its forms."""
    page, unit = listing.procedure, listing.unit
    record = record_of(page, basis=contents.basis.get(page.pk, ()))
    states = {part: _state(state_kind(getattr(page, f"{part}_absence", ""))) for part in Part.values}
    forms = {
        place: contents.forms[form] for place, form in form_places(page).items() if form in contents.forms
    }
    papers = papers_view(record.cases, forms=forms, all_open=True)
    is_long = len(record.name) > TITLE_LIMIT
    title = short_title(page.title or record.name) if is_long else record.name
    bodies = competent_bodies(
        facts_of(page), table=competence.table, names=competence.unit_names, reader=unit
    )
    parts: list[tuple[str, list[Node]]] = [
        (_("Để làm gì, ai được làm"), _purpose(record, states)),
        (_("Nộp ở đâu"), _where(listing, record, bodies, contents.desks, states)),
        (_("Cần mang theo gì"), _papers(record, papers, states)),
        (_("Các bước"), _steps(record, states)),
        (_("Thời gian và lệ phí"), _times(record, states)),
        (_("Kết quả"), _results(record, states)),
        (_("Điều kiện"), _conditions(record, states)),
        (_("Căn cứ pháp lý"), _laws(record.basis, states)),
        (_("Quyết định công bố"), _decision(listing, record)),
    ]
    return {
        "number": number,
        "code": record.code,
        "title": title,
        "full": record.name if is_long else "",
        "facts": [
            [_("Giải quyết trong"), time_fact(record.channels) or states[Part.TIME]],
            [_("Phí, lệ phí"), fee_fact(record.channels) or states[Part.FEE]],
            [_("Cách nộp"), kinds_words(c.kind for c in record.channels) or states[Part.CHANNELS]],
        ],
        "parts": [
            {"title": f"{place}. {heading}", "nodes": nodes}
            for place, (heading, nodes) in enumerate(parts, start=1)
        ],
        "forms": _forms(forms, page, unit),
    }


def _state(kind: str) -> str:
    return {
        LAW: _("Pháp luật không quy định"),
        NOT_APPLICABLE: _("Không áp dụng"),
        GAP: _("Chưa có thông tin"),
    }[kind]


def _text(words: str) -> Node:
    return {"n": "text", "v": words}


def _rich(blocks: Printable) -> Node:
    return {"n": "rich", "v": blocks}


def _pairs(*pairs: tuple[str, str | Printable]) -> Node:
    return {"n": "pairs", "v": [list(pair) for pair in pairs if pair[1]]}


# The nine parts ------------------------------------------------------------------------------------------------------


def _purpose(record: ProcedureRecord, states: Mapping[str, str]) -> list[Node]:
    audiences = [str(Audience(who).label) for who in record.audiences if who in Audience.values]
    return [
        _pairs(
            (_("Để làm gì"), record.purpose),
            (_("Thường gọi là"), ", ".join(record.everyday_names)),
            (_("Người làm được thủ tục này"), ", ".join(audiences) or states[Part.AUDIENCE]),
        )
    ]


def _where(
    listing: Listing,
    record: ProcedureRecord,
    bodies: Sequence[str],
    desks: Desks,
    states: Mapping[str, str],
) -> list[Node]:
    desk, counter = desks.of(listing)
    gap = _state(GAP)
    if desk is None:
        place = [(_("Nơi nộp, giờ làm việc, điện thoại"), gap)]
    else:
        number = listing.phone or (counter.phone if counter else "") or desk.phone
        window = " – ".join(filter(None, (counter.name, counter.place))) if counter else ""
        place = [
            (_("Nơi nộp"), desk.name),
            (_("Quầy"), window),
            (_("Địa chỉ"), desk.address or gap),
            (_("Giờ làm việc"), week_line(desk) or gap),
            (_("Giờ riêng của thủ tục này"), listing.hours_note),
            (_("Điện thoại"), phone(number) if number else gap),
        ]
    nodes = [
        _pairs(
            *place,
            (_("Nộp trực tuyến"), _online(record)),
            (_("Cơ quan giải quyết"), "; ".join(bodies) or states[Part.BODIES]),
            (_("Nộp ở nơi khác"), _anywhere(listing.procedure)),
        )
    ]
    if listing.notes:
        nodes += [
            {"n": "sub", "v": _("Lưu ý của %(unit)s") % {"unit": in_text(listing.unit)}},
            _rich(printable_text(listing.notes)),
        ]
    return nodes


def _online(record: ProcedureRecord) -> str | Printable:
    """The national portal's addresses are too long to be typed: on paper its name and the code do."""
    online = online_view(record)
    if not online.is_possible:
        return (
            _("Thủ tục này không nhận hồ sơ trực tuyến.") if online.state == OnlineLevel.NONE else _state(GAP)
        )
    words = {
        OnlineLevel.FULL: _("Làm được toàn bộ qua mạng."),
        OnlineLevel.PARTIAL: _("Làm được một phần qua mạng."),
    }.get(online.state, _("Có nhận hồ sơ trực tuyến."))  # type: ignore[call-overload]  # any text may be stored
    said = " ".join(filter(None, (words, online.reason)))
    if not online.url:
        return said
    host = online.url.partition("://")[2].partition("/")[0]
    tail = _(", tìm theo mã %(code)s.") % {"code": record.code}
    return [[f"{said} ", [host, "", online.url], tail]]


def _anywhere(page: ProcedurePage) -> str:
    words = ""
    if page.anywhere:
        words = _(
            "Nộp được ở Trung tâm Phục vụ hành chính công của bất kỳ xã, phường nào trong tỉnh và ở Trung tâm cấp tỉnh."
        )
    elif page.anywhere is False:
        words = _("Chỉ nhận hồ sơ tại cơ quan giải quyết.")
    return " ".join(filter(None, (words, page.anywhere_note)))


def _papers(record: ProcedureRecord, papers: PapersView, states: Mapping[str, str]) -> list[Node]:
    nodes: list[Node] = [_pairs((_("Số bộ hồ sơ"), record.copies_text or states[Part.COPIES]))]
    if not papers.cases:
        return [_text(states[Part.PAPERS]), *nodes]
    several = papers.number_of_cases > 1
    for number, case in enumerate(papers.cases, start=1):
        if case.title:
            nodes.append({"n": "sub", "v": f"{number}. {case.title}" if several else case.title})
        if case.papers:
            rows = [
                {
                    "name": printable(str(paper.name)),
                    "number": paper.number or (_("Chưa ghi số bản") if paper.is_uncounted else ""),
                    "note": paper.note or paper.long_note,
                    "form": _paper_form(paper.form),
                }
                for paper in case.papers
            ]
            nodes.append({"n": "papers", "v": rows, "head": [_("Giấy tờ"), _("Số bản")]})
        if case.note:
            nodes.append(_rich(printable(str(case.note))))
    return nodes


def _paper_form(form: Any) -> str:
    if form is None:
        return ""
    if form.url:
        return _("Mẫu: %(name)s") % {"name": form.name}
    return _("Mẫu “%(name)s”: lấy tại quầy") % {"name": form.name} if form.name else _("Mẫu: lấy tại quầy")


def _steps(record: ProcedureRecord, states: Mapping[str, str]) -> list[Node]:
    if not record.steps:
        return [_text(states[Part.STEPS])]
    who = {Actor.APPLICANT: _("Bạn làm"), Actor.OFFICE: _("Cơ quan làm")}
    return [
        {
            "n": "steps",
            "v": [
                {
                    "title": step.title,
                    "who": who.get(step.actor, ""),  # type: ignore[call-overload]  # any text may be stored
                    "text": printable(step.text_html),
                }
                for step in record.steps
            ],
        }
    ]


def _times(record: ProcedureRecord, states: Mapping[str, str]) -> list[Node]:
    times = times_and_fees(record.channels)
    if not times.rows:
        return [_text(states[Part.CHANNELS])]
    head = [_("Cách nộp"), _("Thời gian"), _("Phí, lệ phí")]
    if times.has_notes:
        head.append(_("Áp dụng"))
    rows = []
    for row in times.rows:
        time = "\n".join(filter(None, (row.time, row.time_text))) or states[Part.TIME]
        cells = [
            printable_text(row.kinds),
            printable_text(time),
            printable_text("\n".join(row.fees) or states[Part.FEE]),
        ]
        if times.has_notes:
            cells.append(printable(str(row.note)) if row.note else [])
        rows.append(cells)
    nodes: list[Node] = [{"n": "table", "head": head, "v": rows}]
    for note in times.notes:
        nodes += [{"n": "sub", "v": note.kinds}, _rich(printable(str(note.text)))]
    return nodes


def _results(record: ProcedureRecord, states: Mapping[str, str]) -> list[Node]:
    if not record.results:
        return [_text(states[Part.RESULTS])]
    words = [f"{result.name} ({result.code})" if result.code else result.name for result in record.results]
    return [_text(words[0]) if len(words) == 1 else {"n": "list", "v": words}]


def _conditions(record: ProcedureRecord, states: Mapping[str, str]) -> list[Node]:
    if not record.conditions_html:
        return [_text(states[Part.CONDITIONS])]
    nodes: list[Node] = []
    for chapter in chapters(record.conditions_html):
        if chapter.title:
            nodes.append({"n": "sub", "v": chapter.title})
        if body := printable(str(chapter.body)):
            nodes.append(_rich(body))
    return nodes


def _laws(basis: Sequence[Basis], states: Mapping[str, str]) -> list[Node]:
    if not basis:
        return [_text(states[Part.BASIS])]
    return [{"n": "list", "v": [" ".join(filter(None, (law.number, law.title))) for law in basis]}]


def _decision(listing: Listing, record: ProcedureRecord) -> list[Node]:
    page = listing.procedure
    decision = record.decision
    if decision and record.issuing_body:
        decision = _("%(number)s của %(body)s") % {"number": decision, "body": record.issuing_body}
    since = vn_date(timezone.localdate(listing.first_published_at)) if listing.first_published_at else ""
    return [
        _pairs(
            (_("Quyết định"), decision or _state(GAP)),
            (_("Có hiệu lực từ"), vn_date(page.in_force_from)),
            (_("Bản chính thức số"), str(page.version) if page.version else ""),
            (_("%(unit)s niêm yết từ") % {"unit": listing.unit.label}, since),
        )
    ]


def _forms(forms: Mapping[tuple[int, int], FormVersion], page: ProcedurePage, unit: Unit) -> Node | None:
    """The files, listed after the procedure they belong to, and where to get them."""
    versions = list({version.form_id: version for version in forms.values()}.values())
    if not versions:
        return None
    return {
        "title": _("Mẫu đơn, tờ khai kèm theo"),
        "head": [_("Tên mẫu"), _("Tệp")],
        "rows": [
            [str(version.form), version.name, f"{settings.PORTAL_BASE_URL}{version.get_absolute_url()}"]
            for version in versions
        ],
        "where": _("Tải về hoặc in tại %(address)s")
        % {"address": f"{settings.PORTAL_BASE_URL}{reverse('listing', args=[unit.slug, page.code])}"},
    }
