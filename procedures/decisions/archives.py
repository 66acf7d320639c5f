"""Opening an Office file that anybody may have made: nothing is unpacked before its size is known. Pure: no Django."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from lxml import etree

from procedures.decisions.proposal import UnreadableDecision

MAX_BYTES = 30_000_000
"""Of the file itself; a real decision with its processes has some 200 thousand, scanned stamps some million."""
MAX_ENTRIES = 3_000
MAX_PART = 40_000_000
"""Of one part once unpacked: text, no pictures; a list of 600 procedures has some 5 million."""
MAX_RATIO = 250

_WORD = "word/document.xml"
_EXCEL = "xl/workbook.xml"
_NOT_A_FILE = "Tệp bị hỏng hoặc không phải tệp Word, Excel. Hãy mở tệp bằng Word (hoặc Excel), lưu lại dưới dạng .docx (hoặc .xlsx) rồi tải lên."
_BROKEN = "Tệp bị hỏng, không đọc được nội dung. Hãy mở tệp bằng Word hoặc Excel, lưu lại thành tệp mới rồi tải lên."
_HOSTILE = "Tệp có cấu trúc bất thường nên không được đọc để bảo đảm an toàn. Hãy chép nội dung sang một tệp mới rồi tải lên."
_TOO_LARGE = "Tệp quá lớn so với một quyết định công bố. Hãy bỏ hình ảnh, phần không liên quan hoặc chia tệp rồi tải lên lại."
# What people upload instead: the first bytes of the file, and what to do.
_OTHER_KINDS = {
    b"%PDF": "Đây là tệp PDF. Hãy dùng bản Word (.docx) của quyết định, hoặc chuyển PDF sang Word rồi tải lên.",
    b"\xd0\xcf\x11\xe0": "Đây là tệp Word, Excel kiểu cũ (.doc, .xls) hoặc có mật khẩu."
    " Hãy mở tệp, bỏ mật khẩu, lưu lại dưới dạng .docx hoặc .xlsx rồi tải lên.",
    b"{\\rtf": "Đây là tệp RTF. Hãy mở bằng Word, lưu lại dưới dạng .docx rồi tải lên.",
}


class Archive:
    """The parts of one Office file. `kind` is "docx" or "xlsx", by content, whatever the file is called."""

    def __init__(self, data: bytes) -> None:
        _refuse_other_kinds(data)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, OverflowError) as error:
            raise UnreadableDecision(_NOT_A_FILE) from error
        _check(entries)
        self.names = {entry.filename for entry in entries}
        if _WORD in self.names:
            self.kind = "docx"
        elif _EXCEL in self.names:
            self.kind = "xlsx"
        else:
            raise UnreadableDecision(_NOT_A_FILE)

    def part(self, name: str) -> bytes:
        """The bytes of a part. No Office program writes a document type or another encoding than UTF-8."""
        try:
            data = self._zip.read(name)
        except Exception as error:
            # zlib.error and its kin have no common parent.
            raise UnreadableDecision(_BROKEN) from error
        if (
            data[:2] in (b"\xff\xfe", b"\xfe\xff")
            or b"\0" in data[:4]
            or b"<!DOCTYPE" in data
            or b"<!ENTITY" in data
        ):
            raise UnreadableDecision(_HOSTILE)
        return data

    def xml(self, name: str) -> Any:
        """The root element of a part; entities are never resolved, nothing is fetched, depth is bounded by lxml."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            return etree.fromstring(self.part(name), parser)
        except etree.XMLSyntaxError as error:
            raise UnreadableDecision(_BROKEN) from error

    def check_sheets(self) -> None:
        """What openpyxl will read itself is looked at first, within one bound for all sheets."""
        names = [n for n in self.names if n.startswith("xl/") and n.endswith((".xml", ".rels"))]
        if sum(self._zip.getinfo(name).file_size for name in names) > MAX_PART:
            raise UnreadableDecision(_TOO_LARGE)
        for name in names:
            self.part(name)


def _refuse_other_kinds(data: bytes) -> None:
    if not data:
        raise UnreadableDecision("Tệp trống. Hãy chọn tệp quyết định công bố (.docx hoặc .xlsx).")
    if len(data) > MAX_BYTES:
        raise UnreadableDecision(_TOO_LARGE)
    for magic, message in _OTHER_KINDS.items():
        if data[:16].lstrip().startswith(magic):
            raise UnreadableDecision(message)


def _check(entries: list[zipfile.ZipInfo]) -> None:
    # Two entries of one name: what one program shows another does not.
    if len(entries) > MAX_ENTRIES or len({entry.filename for entry in entries}) != len(entries):
        raise UnreadableDecision(_HOSTILE)
    for entry in entries:
        if not entry.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        if entry.file_size > MAX_PART:
            raise UnreadableDecision(_TOO_LARGE)
        if entry.file_size > 1_000_000 and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise UnreadableDecision(_HOSTILE)
