"""Which files may be handed to citizens."""

from __future__ import annotations

import io
import random
import zipfile

import pytest

from procedures.editing import upload_rules
from procedures.editing.upload_rules import CONTENT_TYPES, AcceptedFile, RefusedFile, accept

OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def packed(entries: dict[str, bytes], *, first: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(entries, key=lambda n: n != first):
            archive.writestr(name, entries[name])
    return buffer.getvalue()


TYPES = b'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
DOCX = {
    "[Content_Types].xml": TYPES,
    "word/document.xml": b"<w:document/>",
    "_rels/.rels": b"<Relationships/>",
}
XLSX = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
ODT = {"mimetype": CONTENT_TYPES["odt"].encode(), "content.xml": b"<office:document-content/>"}


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def examine(content: bytes, name: str) -> AcceptedFile:
    return accept(io.BytesIO(content), name)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (packed(DOCX), "to-khai.docx"),
        (packed(DOCX), "TỜ KHAI.DOCX"),
        (packed(XLSX), "a.xlsx"),
        (packed(ODT, first="mimetype"), "a.odt"),
        (b"%PDF-1.7\n...\n%%EOF\n", "a.pdf"),
        (OLE + b"\0" * 600 + wide("WordDocument") + b"\0" * 100, "a.doc"),
        (OLE + b"\0" * 600 + wide("Workbook") + b"\0" * 100, "a.xls"),
        (packed(DOCX | {"word/media/a.png": random.Random(1).randbytes(900_000)}), "anh.docx"),
        (
            packed(
                DOCX | {"word/_rels/document.xml.rels": b'<R Type=".../hyperlink" TargetMode="External"/>'}
            ),
            "a.docx",
        ),
    ],
)
def test_accepted(content: bytes, name: str) -> None:
    accepted = examine(content, name)
    assert accepted.content_type == CONTENT_TYPES[accepted.kind]
    assert accepted.size == len(content)
    assert len(accepted.sha256) == 64


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "a.pdf", "rỗng"),
        (b"MZ\x90\x00" + b"\0" * 2000, "a.docx", "không thuộc loại nào"),
        (b"<html><script>alert(1)</script>", "a.doc", "không thuộc loại nào"),
        (packed(DOCX), "a.doc", "Nội dung tệp là docx"),
        (packed(DOCX), "a.pdf", "Nội dung tệp là docx"),
        (packed(DOCX), "a", "không có phần mở rộng"),
        (b"%PDF-1.7\n%%EOF", "a.docx", "Nội dung tệp là pdf"),
        (packed({"a.txt": b"x"}), "a.docx", "không phải văn bản"),
        (packed({"word/document.xml": b"x"}), "a.docx", "bị hỏng"),
        (packed(DOCX)[:80], "a.docx", "bị hỏng"),
        (packed(DOCX | {"word/vbaProject.bin": b"x"}), "a.docx", "macro"),
        (packed(XLSX | {"xl/macrosheets/sheet1.xml": b"x"}), "a.xlsx", "macro"),
        (packed(DOCX | {"word/activeX/activeX1.bin": b"x"}), "a.docx", "macro"),
        (
            packed(DOCX | {"[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml"}),
            "a.docx",
            "macro",
        ),
        (packed(ODT | {"Basic/Standard/Module1.xml": b"x"}), "a.odt", "macro"),
        (packed({"mimetype": b"text/plain", "content.xml": b"x"}), "a.odt", "không phải văn bản odt"),
        (OLE + wide("WordDocument") + wide("_VBA_PROJECT"), "a.doc", "macro"),
        (OLE + b"\0" * 600, "a.doc", "không phải văn bản doc"),
        (OLE + wide("EncryptedPackage"), "a.docx", "mật khẩu"),
        (b"%PDF-1.7\nabc", "a.pdf", "cắt cụt"),
        (b"%PDF-1.7 /Launch /F (cmd.exe) %%EOF", "a.pdf", "tự chạy"),
        (
            packed(
                DOCX
                | {"word/_rels/settings.xml.rels": b'<R Type=".../attachedTemplate" TargetMode="External"/>'}
            ),
            "a.docx",
            "nơi khác",
        ),
        (packed(DOCX | {"../../etc/passwd": b"x"}), "a.docx", "đường dẫn lạ"),
        (packed(DOCX | {"word/big.xml": b"\0" * 30_000_000}), "a.docx", "nở ra"),
        (packed(DOCX | {f"x/{i}": b"" for i in range(upload_rules.MAX_ENTRIES + 1)}), "a.docx", "nở ra"),
        (packed(DOCX | {"[Content_Types].xml": random.Random(2).randbytes(600) * 8_000}), "a.docx", "nở ra"),
    ],
)
def test_refused(content: bytes, name: str, says: str) -> None:
    with pytest.raises(RefusedFile, match=says):
        examine(content, name)


def test_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload_rules, "MAX_SIZE", 100)
    with pytest.raises(RefusedFile, match="lớn hơn"):
        examine(packed(DOCX), "a.docx")


def test_a_file_with_a_password() -> None:
    content = bytearray(packed(XLSX))
    # The flag of the first entry, in the archive's directory.
    content[content.index(b"PK\x01\x02") + 8] |= 0x1
    with pytest.raises(RefusedFile, match="mật khẩu"):
        examine(bytes(content), "a.xlsx")


def test_the_file_is_left_at_its_beginning() -> None:
    file = io.BytesIO(packed(DOCX))
    accept(file, "a.docx")
    assert file.tell() == 0
