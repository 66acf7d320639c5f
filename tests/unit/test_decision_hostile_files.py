"""Files that are broken, foreign or made to harm are refused in Vietnamese, quickly, and never half read."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable

import pytest

from procedures.decisions import archives, docx_blocks, xlsx_blocks
from procedures.decisions.proposal import UnreadableDecision
from procedures.decisions.reading import read_decision
from tests.factories.decision_files import Inner, Sheet, Tab, articles, decision, docx_of, head, tail, xlsx_of

LIST = Tab([["STT", "Mã TTHC", "Tên TTHC"], ["1", "1.000001", "Cấp thẻ"]])
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def good() -> bytes:
    return decision("DANH MỤC THỦ TỤC HÀNH CHÍNH CẤP XÃ MỚI BAN HÀNH", LIST, title="Công bố")


def with_part(name: str, content: bytes | str, *, data: bytes | None = None) -> bytes:
    """The file with one part replaced or added."""
    source, target = zipfile.ZipFile(io.BytesIO(data or good())), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in source.infolist():
            if entry.filename != name:
                archive.writestr(entry.filename, source.read(entry))
        archive.writestr(name, content)
    return target.getvalue()


def document(body: str, prolog: str = "") -> str:
    return f'{prolog}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    return with_part(
        "word/document.xml",
        document("<w:p><w:r><w:t>&e11;</w:t></w:r></w:p>", f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]>'),
    )


def file_of_the_machine() -> bytes:
    return with_part(
        "word/document.xml",
        document(
            "<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        ),
    )


def in_another_encoding() -> bytes:
    return with_part(
        "word/document.xml", document("<w:p/>", '<?xml version="1.0" encoding="UTF-16"?>').encode("utf-16")
    )


def bomb() -> bytes:
    return with_part("word/document.xml", document(" " * (archives.MAX_PART - 1000)))


def too_large_part() -> bytes:
    return with_part("word/document.xml", b"\0" * (archives.MAX_PART + 1))


def deep() -> bytes:
    return with_part(
        "word/document.xml", document("<w:sdt><w:sdtContent>" * 5_000 + "</w:sdtContent></w:sdt>" * 5_000)
    )


def twice() -> bytes:
    target = io.BytesIO(good())
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(target, "a") as archive:
        archive.writestr("word/document.xml", document("<w:p/>"))
    return target.getvalue()


def many_entries() -> bytes:
    target = io.BytesIO(good())
    with zipfile.ZipFile(target, "a") as archive:
        for number in range(archives.MAX_ENTRIES):
            archive.writestr(f"x/{number}", "")
    return target.getvalue()


def damaged() -> bytes:
    data = bytearray(good())
    name = data.index(b"word/document.xml")
    for place in range(name + 60, name + 260):
        data[place] ^= 0x5A
    return bytes(data)


def encrypted() -> bytes:
    data = bytearray(good())
    # The flag "encrypted" in every header of the directory.
    place = -1
    while (place := data.find(b"PK\x01\x02", place + 1)) >= 0:
        data[place + 8] |= 1
    return bytes(data)


def no_list() -> bytes:
    return docx_of(["Công văn về việc khác", Tab([["Họ và tên", "Chức vụ"], ["A", "B"]])])


def another_document() -> bytes:
    return docx_of(
        [
            *head(title="Ban hành Quy chế làm việc"),
            *articles("Ban hành Quy chế.", "Giao Sở A thực hiện."),
            *tail(),
        ]
    )


def broken_workbook() -> bytes:
    return with_part("xl/workbook.xml", "<workbook>", data=xlsx_of(Sheet("A", [["x"]])))


def workbook_with_entities() -> bytes:
    return with_part(
        "xl/worksheets/sheet1.xml",
        '<!DOCTYPE x [<!ENTITY a "b">]><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>',
        data=xlsx_of(Sheet("A", [["x"]])),
    )


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: b"", "Tệp trống"),
        (lambda: b"%PDF-1.7 ...", "PDF"),
        (lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "kiểu cũ"),
        (lambda: b"{\\rtf1 }", "RTF"),
        (lambda: b"hello", "không phải tệp Word"),
        (lambda: b"PK\x03\x04" + b"\0" * 100, "không phải tệp Word"),
        (lambda: good()[:-600], "không phải tệp Word"),
        (lambda: with_part("[Content_Types].xml", "", data=_zip_of("a.txt")), "không phải tệp Word"),
        (laughs, "bất thường"),
        (file_of_the_machine, "bất thường"),
        (in_another_encoding, "bất thường"),
        (bomb, "bất thường"),
        (too_large_part, "quá lớn"),
        (deep, "hỏng"),
        (twice, "bất thường"),
        (many_entries, "bất thường"),
        (damaged, "hỏng"),
        (encrypted, "hỏng"),
        (lambda: with_part("word/document.xml", "<w:document"), "hỏng"),
        (lambda: with_part("word/document.xml", f'<w:document xmlns:w="{W}"/>'), "không có nội dung"),
        (no_list, "Không tìm thấy bảng danh mục"),
        (another_document, "Không tìm thấy bảng danh mục"),
        (broken_workbook, "hỏng"),
        (workbook_with_entities, "bất thường"),
    ],
)
def test_refused_with_what_to_do(make: Callable[[], bytes], says: str) -> None:
    data = make()
    start = time.process_time()
    with pytest.raises(UnreadableDecision, match=says):
        read_decision(data, name="tep.docx")
    assert time.process_time() - start < 3


def _zip_of(name: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, "x")
    return target.getvalue()


def test_a_file_beyond_the_bound_is_not_even_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_BYTES", 10)
    with pytest.raises(UnreadableDecision, match="quá lớn"):
        read_decision(good(), name="x")


def test_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx_blocks, "MAX_CELLS", 5)
    with pytest.raises(UnreadableDecision, match="quá lớn"):
        read_decision(good(), name="x")


def test_too_many_rows_of_a_sheet_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_blocks, "MAX_ROWS", 3)
    with pytest.raises(UnreadableDecision, match="quá lớn"):
        read_decision(xlsx_of(Sheet("A", [["x"]] * 5)), name="x")


def test_a_workbook_formatted_to_its_last_row_is_read_at_once() -> None:
    import openpyxl

    source = xlsx_of(
        Sheet("Kèm theo Quyết định số 1", [["TT", "Mã TTHC", "Tên TTHC cấp xã"], [1, "1.000001", "Cấp thẻ"]])
    )
    workbook = openpyxl.load_workbook(io.BytesIO(source))
    sheet = workbook.worksheets[0]
    sheet.cell(1_048_576, 16_384).number_format = "0.00"
    target = io.BytesIO()
    workbook.save(target)
    start = time.process_time()
    assert len(read_decision(target.getvalue(), name="x").lines) == 1
    assert time.process_time() - start < 2


def test_tables_nested_without_end_are_read_to_a_depth() -> None:
    inner: Tab = LIST
    for _ in range(30):
        inner = Tab([[Inner((inner,))]])
    with pytest.raises(UnreadableDecision, match="Không tìm thấy"):
        read_decision(docx_of([inner]), name="x")


def test_spans_beyond_reason_are_bounded() -> None:
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="99999"/></w:tcPr><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>'
    row = "<w:tr>" + "".join(cell.format(text) for text in ("STT", "Mã TTHC", "Tên TTHC")) + "</w:tr>"
    line = "<w:tr>" + "".join(cell.format(text) for text in ("1", "1.000001", "Cấp thẻ")) + "</w:tr>"
    data = with_part("word/document.xml", document(f"<w:tbl>{row}{line}</w:tbl>"))
    assert [found.code for found in read_decision(data, name="x").lines] == ["1.000001"]


def test_what_the_page_does_not_show_is_not_read() -> None:
    """Deleted and moved text, hidden text, field codes, a deleted row; inserted text is there."""
    run = "<w:r>{}<w:t>{}</w:t></w:r>".format
    name = (
        "<w:p>"
        + run("", "Cấp ")
        + f"<w:del>{'<w:r><w:delText>lại </w:delText></w:r>'}</w:del>"
        + f"<w:moveFrom>{run('', 'đổi ')}</w:moveFrom>"
        + run("<w:rPr><w:vanish/></w:rPr>", "mật ")
        + "<w:r><w:instrText>PAGE</w:instrText></w:r>"
        + f"<w:ins>{run('', 'thẻ')}</w:ins>"
        + run('<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>', "(1)")
        + run("", " dưới 50m")
        + run('<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>', "2")
        + "</w:p>"
    )

    def row(*cells: str, properties: str = "") -> str:
        return f"<w:tr>{properties}" + "".join(f"<w:tc>{cell}</w:tc>" for cell in cells) + "</w:tr>"

    def text(words: str) -> str:
        return f"<w:p>{run('', words)}</w:p>"

    table = (
        "<w:tbl>"
        + row(text("STT"), text("Mã TTHC"), text("Tên TTHC"))
        + row(text("1"), text("1.000001"), name)
        + row(text("2"), text("1.000002"), text("Đã xóa"), properties="<w:trPr><w:del/></w:trPr>")
        + "</w:tbl>"
    )
    lines = read_decision(with_part("word/document.xml", document(table)), name="x").lines
    assert [(line.code, line.name) for line in lines] == [("1.000001", "Cấp thẻ dưới 50m²")]


def test_signs_of_symbol_fonts_and_invisible_ones_are_gone_and_text_is_composed() -> None:
    grid = [
        ["STT", "Mã TTHC", "Tên TTHC"],
        ["1", "1.000\u200b001", "Ca\u0302\u0301p \uf0b7the\u0309\u00a0mới\u00ad"],
    ]
    (line,) = read_decision(decision("DANH MỤC TTHC", Tab(grid), title="x"), name="x\u200b.docx").lines
    assert (line.code, line.name) == ("1.000001", "Cấp thẻ mới")
