"""Decisions in layouts made at random: what is written into them is what is read out of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procedures.decisions.numbering import roman
from procedures.decisions.proposal import Proposal, from_json, to_json
from procedures.decisions.reading import read_decision
from tests.factories.decision_files import Merged, Sheet, Tab, decision, xlsx_of

SPELLINGS = {
    "ordinal": ("STT", "TT", "Số TT", "Stt", "Số thứ tự"),
    "code": ("Mã TTHC", "Mã số TTHC", "MÃ SỐ", "Mã thủ tục", "Số hồ sơ TTHC"),
    "name": ("Tên thủ tục hành chính", "TÊN TTHC", "Tên thủ tục", "Thủ tục hành chính"),
    "time": ("Thời hạn giải quyết", "Thời gian giải quyết", "Thời hạn\ngiải quyết"),
    "place": ("Địa điểm thực hiện", "Địa điểm, cách thức thực hiện", "Cách thức thực hiện"),
    "fee": ("Phí, lệ phí", "Phí/lệ phí", "Lệ phí (nếu có)"),
    "basis": ("Căn cứ pháp lý", "Căn cứ pháp lí", "Tên VBQPPL quy định"),
    "note": ("Ghi chú", "GHI CHÚ"),
}
VALUES = {
    "time": ("03 ngày làm việc", "Trong ngày", "15 ngày kể từ ngày nhận đủ hồ sơ"),
    "place": ("Bộ phận Một cửa", "Trực tuyến\nTrực tiếp", "Qua bưu chính"),
    "fee": ("Không", "20.000 đồng/bản", "Theo thỏa thuận"),
    "basis": ("Luật Thử năm 2024", "- Nghị định số 5/2025/NĐ-CP;\n- Thông tư số 6/2025/TT-BTP"),
    "note": ("Một phần", "Có hiệu lực từ 2027"),
}
NAMES = (
    "Cấp giấy phép hoạt động",
    "Đăng ký thay đổi",
    "Thủ tục công nhận sáng kiến",
    "Xác nhận thông tin cư trú",
    "Chấm dứt hợp đồng",
    "Sửa đổi, bổ sung giấy chứng nhận",
    "Thành lập hội",
    "Hủy bỏ giao dịch",
)
DITTO = ("Như trên", "nt", "-nt-", "″", "như trên.")
ACTIONS: dict[str, tuple[str, ...]] = {
    "new": ("Thủ tục hành chính mới ban hành", "DANH MỤC THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH"),
    "amended": ("THỦ TỤC HÀNH CHÍNH ĐƯỢC SỬA ĐỔI, BỔ SUNG", "Danh mục TTHC sửa đổi, bổ sung"),
    "replaced": ("TTHC ĐƯỢC THAY THẾ",),
    "abolished": ("THỦ TỤC HÀNH CHÍNH BỊ BÃI BỎ", "Thủ tục hành chính bị bãi bỏ"),
}
LEVELS: dict[str, tuple[str, ...]] = {
    "province": ("THỦ TỤC HÀNH CHÍNH CẤP TỈNH", "Thủ tục hành chính thực hiện tại cấp tỉnh"),
    "commune": ("TTHC CẤP XÃ", "Thủ tục hành chính thuộc thẩm quyền giải quyết của UBND cấp xã"),
}
FIELDS: dict[str, tuple[str, ...]] = {
    "Đất đai": ("LĨNH VỰC ĐẤT ĐAI", "Lĩnh vực Đất đai"),
    "Hộ tịch": ("Lĩnh vực: Hộ tịch", "LĨNH VỰC HỘ TỊCH"),
    "Nuôi con nuôi": ("Lĩnh vực Nuôi con nuôi",),
}
DIMENSIONS: dict[str, dict[str, tuple[str, ...]]] = {"action": ACTIONS, "level": LEVELS, "field": FIELDS}


@dataclass
class Row:
    """One line as it is meant."""

    ordinal: str
    code: str
    name: str
    values: dict[str, str]
    said: dict[str, str]
    """What its headings say, by dimension."""


@dataclass
class Layout:
    columns: list[str]
    labels: list[str]
    events: list[tuple[str, Any]]
    """("heading", (label, words)), ("row", Row), ("break", header repeated?) in order."""
    in_paragraphs: bool
    as_workbook: bool
    merges: bool
    ditto: list[str]

    @property
    def rows(self) -> list[Row]:
        return [what for kind, what in self.events if kind == "row"]


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    optional = draw(st.lists(st.sampled_from(sorted(VALUES)), unique=True, max_size=5))
    columns = draw(st.permutations(["ordinal", "code", "name", *optional]))
    labels = [draw(st.sampled_from(SPELLINGS[column])) for column in columns]
    as_workbook = draw(st.booleans())
    dimensions = draw(
        st.permutations(["action", *draw(st.sampled_from([[], ["level"], ["field"], ["level", "field"]]))])
    )
    styles = draw(st.permutations(["letter", "roman", "number"]))
    styles = ["part" if draw(st.booleans()) else styles[0], *styles[1:]]
    styles = [style if draw(st.integers(0, 3)) else "none" for style in styles]
    codes = count(draw(st.integers(0, 999_000)))
    events: list[tuple[str, Any]] = []

    def fill(depth: int, said: dict[str, str]) -> None:
        if depth < len(dimensions):
            dimension = dimensions[depth]
            chosen = draw(
                st.lists(st.sampled_from(sorted(DIMENSIONS[dimension])), unique=True, min_size=1, max_size=2)
            )
            for place, value in enumerate(chosen, start=1):
                words = draw(st.sampled_from(DIMENSIONS[dimension][value]))
                place_of_heading = len(events)
                events.append(("heading", ()))
                fill(depth + 1, {**said, dimension: value})
                below = sum(kind == "row" for kind, _ in events[place_of_heading:])
                # The heading's own number of procedures.
                words += draw(st.sampled_from(["", f" ({below:02} TTHC)"]))
                events[place_of_heading] = ("heading", (label_of(styles[depth], place), words))
            return
        for number in range(1, draw(st.integers(1, 3)) + 1):
            if events[-1][0] == "row" and draw(st.integers(0, 4)) == 0:
                events.append(("break", draw(st.booleans())))
            values = {column: draw(st.sampled_from(VALUES[column])) for column in optional}
            ordinal = draw(st.sampled_from([str(number), f"{number:02}"]))
            code = f"{draw(st.sampled_from('123'))}.{next(codes):06}"
            events.append(("row", Row(ordinal, code, draw(st.sampled_from(NAMES)), values, said)))

    fill(0, {})
    return Layout(
        columns=columns,
        labels=labels,
        events=events,
        in_paragraphs=draw(st.booleans()) and not as_workbook,
        as_workbook=as_workbook,
        merges=draw(st.booleans()),
        ditto=draw(st.lists(st.sampled_from(["", *DITTO]), min_size=1, max_size=5)),
    )


def label_of(style: str, place: int) -> str:
    return {
        "part": f"PHẦN {roman(place)}.",
        "letter": f"{'ABCD'[place - 1]}.",
        "roman": f"{roman(place)}.",
        "number": f"{place}.",
        "none": "",
    }[style]


# -------------------------------------------------------------------------------------------------------------- writing


def written(layout: Layout) -> bytes:
    blocks: list[Any] = []
    grid: list[list[Any]] = [list(layout.labels)]
    above: dict[str, str] = {}
    # Each value's words, or a "như trên" where it is what stands above.
    marks = iter(layout.ditto * 200)
    for kind, what in layout.events:
        if kind == "heading":
            label, words = what
            heading = f"{label} {words}".strip()
            if layout.in_paragraphs:
                blocks += [Tab(grid), heading] if grid != [layout.labels] else [heading]
                grid, above = [list(layout.labels)], {}
            elif label.startswith("PHẦN") or not label or next(marks, ""):
                grid.append([Merged(heading, len(layout.columns))])
            else:
                grid.append([label, Merged(words, len(layout.columns) - 1)])
        elif kind == "break":
            if not layout.as_workbook:
                blocks.append(Tab(grid))
                grid = [list(layout.labels)] if what else []
        else:
            grid.append([cell_of(column, what, above, marks) for column in layout.columns])
    if layout.merges:
        merge_down(grid, layout)
    title = "Công bố Danh mục thủ tục hành chính"
    if layout.as_workbook:
        top = [
            Merged(
                f"{title.upper()} (Kèm theo Quyết định số 1234/QĐ-UBND ngày 05/3/2026)", len(layout.columns)
            )
        ]
        return xlsx_of(Sheet("Sheet1", [top, *grid]))
    return decision("PHỤ LỤC", *blocks, Tab(grid), title=title)


def cell_of(column: str, row: Row, above: dict[str, str], marks: Any) -> str:
    if column in ("ordinal", "code", "name"):
        return str(getattr(row, column))
    value = row.values[column]
    mark = next(marks, "") if above.get(column) == value else ""
    above[column] = value
    return mark or value


def merge_down(grid: list[list[Any]], layout: Layout) -> None:
    """Equal neighbours in a column become one cell over both."""
    for place, column in enumerate(layout.columns):
        if column in ("ordinal", "code", "name"):
            continue
        for upper, lower in pairwise(grid):
            # Rows under a heading in two cells are shorter; a cell merged already goes no further.
            same = len(upper) == len(lower) == len(layout.columns) and upper[place] == lower[place]
            if same and isinstance(upper[place], str) and upper[place] not in DITTO:
                upper[place], lower[place] = Merged(upper[place], down=2), None


# ---------------------------------------------------------------------------------------------------------------- tests

RELAXED = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def read(data: bytes) -> Proposal:
    return read_decision(data, name="thu")


def expected(row: Row) -> tuple[str, ...]:
    cells = [" ".join(row.values.get(column, "").split()) for column in sorted(VALUES)]
    return (
        row.ordinal,
        row.code,
        row.name,
        *(row.said.get(dimension, "") for dimension in DIMENSIONS),
        *cells,
    )


def found(proposal: Proposal) -> list[tuple[str, ...]]:
    return [
        (
            line.ordinal,
            line.code,
            line.name,
            line.action,
            line.level,
            line.field,
            *(" ".join(str(getattr(line, column)).split()) for column in sorted(VALUES)),
        )
        for line in proposal.lines
    ]


@RELAXED
@given(layouts())
def test_what_is_written_is_read(layout: Layout) -> None:
    proposal = read(written(layout))
    assert found(proposal) == [expected(row) for row in layout.rows]
    # Nothing is asked where nothing is doubtful; a level that nobody wrote may be.
    assert {question.kind for question in proposal.questions} <= {"level"}
    assert not proposal.skipped_tables
    assert all(claim.stated == claim.read for claim in proposal.counts)
    assert from_json(to_json(proposal)) == proposal


@settings(RELAXED, max_examples=8)
@given(layouts(), st.data())
def test_a_number_that_does_not_agree_is_asked_about(layout: Layout, data: st.DataObject) -> None:
    """The text states another number for one action: exactly that is in the way."""
    actions: Sequence[str] = sorted({row.said["action"] for row in layout.rows})
    action = data.draw(st.sampled_from(actions))
    words = {
        "new": "mới ban hành",
        "amended": "được sửa đổi, bổ sung",
        "replaced": "được thay thế",
        "abolished": "bị bãi bỏ",
    }
    there = sum(row.said["action"] == action for row in layout.rows)
    stated = there + data.draw(st.integers(-1, 1))
    if stated == 0:
        return
    layout.as_workbook = False
    plain = written(layout)
    with_count = decision_with_first_article(plain, f"Công bố {stated:02} TTHC {words[action]}.")
    kinds = [question.kind for question in read(with_count).questions if question.blocking]
    assert kinds == ([] if stated == there else ["count"])


def decision_with_first_article(data: bytes, text: str) -> bytes:
    import io

    from docx import Document

    document = Document(io.BytesIO(data))
    first = next(paragraph for paragraph in document.paragraphs if paragraph.text.startswith("Điều 1."))
    first.runs[0].text = f"Điều 1. {text}"
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()
