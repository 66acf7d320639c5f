"""Evidence: pictures lose everything but their pixels, and what only looks like a picture is refused."""

from __future__ import annotations

import io
import struct
import zlib
from hashlib import sha256

import pytest
from PIL import Image

from procedures.editing.upload_rules import RefusedFile
from procedures.inspections.evidence_files import MAX_SIDE, clean_name, examine


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **options)
    return out.getvalue()


def with_place() -> bytes:
    """A photo as a telephone takes it: turned, with its place, its device, a comment."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Điện thoại của ai đó"
    exif.get_ifd(0x8825)[1] = "N"
    return picture(exif=exif, comment=b"rieng tu")


def png_claiming(width: int, height: int) -> bytes:
    """A few bytes that say they are an enormous picture."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("kind", "mode", "content_type", "extension"),
    [
        ("JPEG", "RGB", "image/jpeg", "jpg"),
        ("JPEG", "L", "image/jpeg", "jpg"),
        ("JPEG", "CMYK", "image/jpeg", "jpg"),
        ("PNG", "RGBA", "image/png", "png"),
        ("PNG", "P", "image/png", "png"),
        ("PNG", "1", "image/png", "png"),
        ("WEBP", "RGB", "image/jpeg", "jpg"),
    ],
)
def test_pictures_are_drawn_anew(kind: str, mode: str, content_type: str, extension: str) -> None:
    raw = picture(kind, mode=mode)
    kept = examine(io.BytesIO(raw), f"Ảnh chụp.{kind.lower()}")
    assert (kept.content_type, kept.name) == (content_type, f"Ảnh chụp.{extension}")
    assert kept.sha256 == sha256(kept.content).hexdigest()
    assert Image.open(io.BytesIO(kept.content)).size == (60, 40)


def test_nothing_but_pixels_is_kept() -> None:
    kept = examine(io.BytesIO(with_place()), "a.jpg")
    drawn = Image.open(io.BytesIO(kept.content))
    assert drawn.size == (40, 60), "turned as it was taken"
    assert not drawn.getexif()
    assert b"rieng tu" not in kept.content
    assert "thoại".encode() not in kept.content
    assert b"Exif" not in kept.content


def test_text_in_a_screenshot_is_dropped_and_its_pixels_stay() -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "ai do")
    kept = examine(io.BytesIO(picture("PNG", pnginfo=info)), "man-hinh.png")
    assert b"ai do" not in kept.content


def test_a_tail_behind_a_picture_is_dropped() -> None:
    kept = examine(io.BytesIO(picture() + b"PK\x03\x04 <script>alert(1)</script>"), "a.jpg")
    assert b"script" not in kept.content


def test_large_pictures_become_readable_ones() -> None:
    kept = examine(io.BytesIO(picture(size=(6000, 3000))), "a.jpg")
    assert Image.open(io.BytesIO(kept.content)).size == (MAX_SIDE, MAX_SIDE // 2)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"", "a.jpg"),
        (b"\xff\xd8\xff\xe0 khong phai anh", "a.jpg"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 200, "a.png"),
        (picture()[:200], "a.jpg"),
        (png_claiming(60_000, 60_000), "a.png"),
        (png_claiming(2**31 - 1, 2**31 - 1), "a.png"),
        (png_claiming(0, 0), "a.png"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "a.webp"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.svg"),
        (b"<html><script>alert(1)</script></html>", "a.jpg"),
        (b"GIF89a" + b"\0" * 50, "a.gif"),
        (b"MZ" + b"\0" * 100, "a.exe"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "a.heic"),
        (b"%PDF-1.4 khong het", "a.pdf"),
    ],
)
def test_hostile_files_are_refused(raw: bytes, name: str) -> None:
    with pytest.raises(RefusedFile) as refused:
        examine(io.BytesIO(raw), name)
    assert str(refused.value)


def test_documents_pass_the_rules_of_forms() -> None:
    kept = examine(io.BytesIO(b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"), "Công văn.pdf")
    assert (kept.content_type, kept.name) == ("application/pdf", "Công văn.pdf")
    with pytest.raises(RefusedFile):
        examine(io.BytesIO(b"%PDF-1.4\n%%EOF\n"), "Công văn.docx")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\anh\\a.png", "a.jpg"),
        ("", "tep.jpg"),
        ("a\x00b\r\nc.jpg", "a b c.jpg"),
        ("anh\u202egpj.exe", "anh gpj.jpg"),
        ("...", "tep.jpg"),
        ("x" * 500 + ".jpg", "x" * 196 + ".jpg"),
        ("Ảnh bảng tin.JPEG", "Ảnh bảng tin.jpg"),
    ],
)
def test_names(name: str, expected: str) -> None:
    assert clean_name(name, "jpg") == expected
