"""Which files may become a form for citizens, decided by what is in them, not by their names. Pure: no Django.

Allowed: doc, docx, odt, pdf, xls, xlsx. No macros, no content that is loaded from elsewhere, nothing that grows without
bound when it is opened.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath
from typing import BinaryIO

MAX_SIZE = 20 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_ENTRIES = 5_000
MAX_RATIO = 200
"""Largest growth of a packed entry of more than a megabyte; text in XML grows about twentyfold."""
SMALL = 1024 * 1024
CHUNK = 64 * 1024

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
}
_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_MARKS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "odt": "content.xml"}
_MACRO_PLACES = ("vbaproject", "vbadata", "macrosheets/", "activex/")
_ODF_MACRO_PLACES = ("basic/", "scripts/")


class RefusedFile(ValueError):
    """The message is for the person who uploaded it."""


@dataclass(frozen=True, slots=True)
class AcceptedFile:
    kind: str
    """Extension without a dot, by content."""
    content_type: str
    sha256: str
    size: int


def accept(file: BinaryIO, name: str) -> AcceptedFile:
    """Examines an upload; the file is left at its beginning. Raises RefusedFile."""
    try:
        digest, size = _digest(file)
        if not size:
            raise RefusedFile("Tệp rỗng.")
        kind = _kind(file)
        named = PurePosixPath(name).suffix.lower().lstrip(".")
        if named != kind:
            raise RefusedFile(
                f"Nội dung tệp là {kind}, nhưng tên tệp ghi là .{named or '(không có phần mở rộng)'}. Hãy lưu lại đúng loại."
            )
    finally:
        file.seek(0)
    return AcceptedFile(kind, CONTENT_TYPES[kind], digest, size)


def _digest(file: BinaryIO) -> tuple[str, int]:
    file.seek(0)
    digest, size = sha256(), 0
    while chunk := file.read(CHUNK):
        size += len(chunk)
        if size > MAX_SIZE:
            raise RefusedFile(f"Tệp lớn hơn {MAX_SIZE // 1024 // 1024} MB.")
        digest.update(chunk)
    return digest.hexdigest(), size


def _kind(file: BinaryIO) -> str:
    file.seek(0)
    head = file.read(1024)
    if head.startswith(_ZIP):
        return _packed(file)
    if head.startswith(_OLE):
        return _compound(file)
    if b"%PDF-" in head:
        return _pdf(file)
    raise RefusedFile("Chỉ nhận tệp doc, docx, odt, pdf, xls, xlsx; nội dung tệp này không thuộc loại nào.")


# Packed documents ---------------------------------------------------------------------------------------------------


def _packed(file: BinaryIO) -> str:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _check_bounds(entries)
            names = {entry.filename for entry in entries}
            kind = _packed_kind(names)
            if kind == "odt":
                _check_odf(archive, names)
            else:
                _check_ooxml(archive, names)
    except RefusedFile:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        raise RefusedFile("Tệp bị hỏng, không mở được.") from error
    return kind


def _packed_kind(names: set[str]) -> str:
    for kind, mark in _MARKS.items():
        if mark in names:
            return kind
    raise RefusedFile("Tệp nén này không phải văn bản docx, odt hay bảng tính xlsx.")


def _check_bounds(entries: Iterable[zipfile.ZipInfo]) -> None:
    unpacked = 0
    for count, entry in enumerate(entries, start=1):
        unpacked += entry.file_size
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts:
            raise RefusedFile("Tệp chứa đường dẫn lạ bên trong.")
        if entry.flag_bits & 0x1:
            raise RefusedFile("Tệp đặt mật khẩu: người dân không mở được.")
        grown = entry.file_size > SMALL and entry.file_size > MAX_RATIO * max(1, entry.compress_size)
        if grown or unpacked > MAX_UNPACKED or count > MAX_ENTRIES:
            raise RefusedFile("Tệp nở ra quá lớn khi mở.")


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    """At most as much as a part of that kind ever holds: the archive's own directory may lie."""
    with archive.open(name) as part:
        content = part.read(SMALL * 4 + 1)
    if len(content) > SMALL * 4:
        raise RefusedFile("Tệp nở ra quá lớn khi mở.")
    return content


def _check_ooxml(archive: zipfile.ZipFile, names: set[str]) -> None:
    if "[Content_Types].xml" not in names:
        raise RefusedFile("Tệp bị hỏng, không mở được.")
    lowered = {name.lower() for name in names}
    types = _read(archive, "[Content_Types].xml").lower()
    if (
        any(place in name for name in lowered for place in _MACRO_PLACES)
        or b"macroenabled" in types
        or b"vbaproject" in types
    ):
        raise RefusedFile("Tệp có macro: không được phát cho người dân. Hãy lưu lại ở dạng không macro.")
    for name in sorted(names):
        if name.lower().endswith(".rels"):
            links = _read(archive, name).lower()
            if b"external" in links and any(
                kind in links for kind in (b"/attachedtemplate", b"/oleobject", b"/frame", b"/subdocument")
            ):
                raise RefusedFile("Tệp tải nội dung từ nơi khác khi mở (mẫu hoặc đối tượng liên kết).")


def _check_odf(archive: zipfile.ZipFile, names: set[str]) -> None:
    if "mimetype" not in names or _read(archive, "mimetype").strip() != CONTENT_TYPES["odt"].encode():
        raise RefusedFile("Tệp này không phải văn bản odt.")
    if any(name.lower().startswith(place) for name in names for place in _ODF_MACRO_PLACES):
        raise RefusedFile("Tệp có macro: không được phát cho người dân. Hãy lưu lại ở dạng không macro.")


# Old documents and PDF ----------------------------------------------------------------------------------------------


def _wide(text: str) -> bytes:
    """A name as the directory of a compound file writes it."""
    return text.encode("utf-16-le")


def _compound(file: BinaryIO) -> str:
    file.seek(0)
    content = file.read()
    if _wide("_VBA_PROJECT") in content or _wide("Macros") + b"\0\0" in content:
        raise RefusedFile("Tệp có macro: không được phát cho người dân. Hãy lưu lại ở dạng không macro.")
    if _wide("EncryptedPackage") in content:
        raise RefusedFile("Tệp đặt mật khẩu: người dân không mở được.")
    if _wide("WordDocument") in content:
        return "doc"
    if _wide("Workbook") in content or _wide("Book") + b"\0\0" in content:
        return "xls"
    raise RefusedFile("Tệp này không phải văn bản doc hay bảng tính xls.")


def _pdf(file: BinaryIO) -> str:
    file.seek(0)
    content = file.read()
    if b"%%EOF" not in content[-2048:]:
        raise RefusedFile("Tệp PDF bị cắt cụt, không mở được.")
    if b"/Launch" in content:
        raise RefusedFile("Tệp PDF tự chạy chương trình khi mở.")
    return "pdf"
