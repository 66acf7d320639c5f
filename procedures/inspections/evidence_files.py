"""Photos, screenshots and documents as evidence: judged by what is in them. Pure: no Django.

A picture is drawn anew from its pixels. What a telephone writes beside them (place, device, preview) stays behind, and so
does anything that only looks like a picture. Documents pass the rules for controlled forms.
"""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from procedures.editing.upload_rules import RefusedFile, accept

MAX_SIZE = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
"""More than any telephone takes; unpacked, each million of them is four megabytes of memory."""
PIXELS_PER_FILE = 12_000_000
"""What a request may have unpacked for each file that it may bring: a telephone's photo. A few kilobytes can hold more."""
MAX_SIDE = 4_000
"""Of what is kept: small print on a notice board is still read."""
NAME_LENGTH = 200
_FORMATS = ("JPEG", "PNG", "WEBP")
_SIGNS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
_BAD = re.compile(r"[\x00-\x1f\x7f<>:\"/\\|?*]+|[\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file as it is kept."""

    name: str
    content: bytes
    content_type: str
    sha256: str

    @property
    def size(self) -> int:
        return len(self.content)


@dataclass(slots=True)
class PixelBudget:
    """How much one request may still have unpacked."""

    left: int

    @classmethod
    def of_files(cls, count: int) -> PixelBudget:
        return cls(count * PIXELS_PER_FILE)

    def spend(self, pixels: int) -> None:
        if pixels > self.left:
            raise RefusedFile(
                "Các ảnh gửi cùng lúc có quá nhiều điểm ảnh. Hãy thu nhỏ ảnh hoặc gửi làm nhiều lần."
            )
        self.left -= pixels


def examine(file: BinaryIO, name: str, budget: PixelBudget | None = None) -> Evidence:
    """What is kept of an upload. Raises RefusedFile, whose message is for the person who uploaded it."""
    file.seek(0)
    head = file.read(16)
    file.seek(0)
    if head.startswith(_SIGNS):
        return _picture(file, name, budget)
    if b"ftyphei" in head or b"ftypmif1" in head:
        raise RefusedFile("Ảnh HEIC chưa nhận được. Hãy lưu ảnh ở dạng JPEG rồi tải lại.")
    accepted = accept(file, name)
    content = file.read()
    return Evidence(clean_name(name, accepted.kind), content, accepted.content_type, accepted.sha256)


def clean_name(name: str, extension: str) -> str:
    """A file name without folders and without signs that turn text around, with the extension of its content."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    stem = _BAD.sub(" ", PurePosixPath(base or "tep").stem).strip(" .") or "tep"
    return f"{stem[: NAME_LENGTH - len(extension) - 1]}.{extension}"


def _picture(file: BinaryIO, name: str, budget: PixelBudget | None) -> Evidence:
    raw = file.read(MAX_SIZE + 1)
    if len(raw) > MAX_SIZE:
        raise RefusedFile(f"Tệp lớn hơn {MAX_SIZE // 1024 // 1024} MB.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=_FORMATS) as opened:
                is_png = opened.format == "PNG"
                picture = _redrawn(opened, budget)
    except RefusedFile:
        raise
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        OverflowError,
        TypeError,
        IndexError,
        KeyError,
    ) as error:
        raise RefusedFile("Ảnh bị hỏng, không mở được.") from error
    out = io.BytesIO()
    if is_png:
        picture.save(out, "PNG", optimize=False)
        extension, content_type = "png", "image/png"
    else:
        picture.save(out, "JPEG", quality=88)
        extension, content_type = "jpg", "image/jpeg"
    content = out.getvalue()
    return Evidence(clean_name(name, extension), content, content_type, sha256(content).hexdigest())


def _redrawn(opened: Image.Image, budget: PixelBudget | None) -> Image.Image:
    pixels = opened.width * opened.height
    if pixels > MAX_PIXELS:
        raise RefusedFile("Ảnh có quá nhiều điểm ảnh.")
    if budget is not None:
        budget.spend(pixels)
    # A JPEG is decoded at half or quarter size where that is still large enough.
    opened.draft("RGB", (MAX_SIDE, MAX_SIDE))
    turned = ImageOps.exif_transpose(opened)
    turned.thumbnail((MAX_SIDE, MAX_SIDE))
    return _flat(turned)


def _flat(picture: Image.Image) -> Image.Image:
    """Only pixels, on white where they let something through; nothing that came along in the file."""
    colours = picture.convert("RGBA") if picture.mode in ("RGBA", "LA", "PA", "P") else picture.convert("RGB")
    plain = Image.new("RGB", colours.size, "white")
    plain.paste(colours, mask=colours.getchannel("A") if colours.mode == "RGBA" else None)
    return plain
