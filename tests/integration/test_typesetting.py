"""The press: tagged Vietnamese PDF, text that stays text, limits, one at a time."""

from __future__ import annotations

import fcntl
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest

from procedures.printing import press, typesetting
from procedures.printing.rich_text import printable
from procedures.printing.typesetting import TypesettingFailed, typeset

HOSTILE = '#panic("x") $x^2$ *a* _b_ `c` @d <e> \\n #import "@preview/x:1.0.0" // /* ] } "'
PROBE = """#import "frame.typ": *
#show: document-frame.with(foot: data.foot)
= #data.title
#rich(data.blocks)
"""


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Path:
    """A press of its own with templates to try; the real frame, the real letters."""
    folder = tmp_path / "printing"
    (folder / "templates").mkdir(parents=True)
    (folder / "fonts").symlink_to(press.FONT_FOLDER)
    (folder / "press.py").write_bytes(typesetting.PRESS.read_bytes())
    (folder / "templates" / "frame.typ").write_bytes((press.TEMPLATE_FOLDER / "frame.typ").read_bytes())
    monkeypatch.setattr(typesetting, "PRESS", folder / "press.py")
    monkeypatch.setattr(press, "TEMPLATE_FOLDER", folder / "templates")
    settings.MEDIA_ROOT = tmp_path / "media"
    return folder / "templates"


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def test_tagged_vietnamese_and_words_stay_words(templates: Path) -> None:
    (templates / "probe.typ").write_text(PROBE)
    blocks = printable("<p>Đề nghị <strong>chứng thực</strong> giấy tờ ở xã Ễ, Ộ, Ỹ</p><ul><li>một</li></ul>")
    pdf = typeset(
        "probe.typ", {"foot": "Chân trang", "title": HOSTILE, "blocks": [*blocks, HOSTILE]}, title="Tựa Ễ"
    )
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "vi-VN"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Tựa Ễ"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    text = " ".join(text_of(pdf).split())
    assert "Đề nghị chứng thực giấy tờ ở xã Ễ, Ộ, Ỹ" in text
    assert text.count(" ".join(HOSTILE.split())) == 2


def test_our_letters_are_in_the_file(templates: Path) -> None:
    (templates / "probe.typ").write_text(PROBE)
    pdf = typeset("probe.typ", {"foot": "", "title": "Tựa", "blocks": ["Chữ"]}, title="Tựa")
    names = {
        str(font.get_object()["/BaseFont"])
        for page in pypdf.PdfReader(io.BytesIO(pdf)).pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]  # pypdf types objects loosely
    }
    assert {name.partition("+")[2] for name in names} <= {"HongLaSans-Regular", "HongLaSerif-SemiBold"}


def test_a_sign_that_no_font_has_becomes_a_square(templates: Path) -> None:
    (templates / "probe.typ").write_text(PROBE)
    pdf = typeset("probe.typ", {"foot": "", "title": "Tựa 漢字", "blocks": ["≥ ½ α 漢 ✓"]}, title="漢")
    text = text_of(pdf)
    assert "≥ ½ α □ ✓" in text
    assert "Tựa □□" in text


@pytest.mark.parametrize(
    ("source", "limits", "words"),
    [
        ("#panic()", {}, "Không dàn trang được"),
        ("= Không có tựa\n== A\n==== Nhảy bậc", {}, "Không dàn trang được"),
        (
            "#{ let n = 0; while true { n += 1; if n > 1e15 { break } } }",
            {"seconds": 1},
            "giây|thời gian|Không",
        ),
        ("#range(90000000).map(i => str(i)).join()", {"megabytes": 700}, "giới hạn 700 MB"),
        ('#import "@preview/cetz:0.4.0": *', {}, "Không dàn trang được"),
        ('#read("/etc/hostname")', {}, "Không dàn trang được"),
        ('#read("../press.py")', {}, "Không dàn trang được"),
    ],
)
def test_failures_have_words(templates: Path, source: str, limits: dict[str, Any], words: str) -> None:
    (templates / "wrong.typ").write_text(source)
    with pytest.raises(TypesettingFailed, match=words):
        typeset("wrong.typ", {}, title="Tựa", **limits)


@pytest.mark.parametrize("name", ["khong-co.typ", "../press.py", "/etc/passwd"])
def test_only_our_templates(templates: Path, name: str) -> None:
    with pytest.raises(ValueError, match="No template"):
        typeset(name, {}, title="Tựa")


def test_one_at_a_time(templates: Path, settings: Any) -> None:
    (templates / "probe.typ").write_text(PROBE)
    media = Path(settings.MEDIA_ROOT)
    media.mkdir(parents=True)
    data = {"foot": "", "title": "Tựa", "blocks": []}
    with (media / ".typesetting.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(TypesettingFailed, match="đang dàn trang tài liệu khác"):
            typeset("probe.typ", data, title="Tựa", wait=0.2)
    assert typeset("probe.typ", data, title="Tựa", wait=0.2).startswith(b"%PDF-")


def test_the_press_knows_nothing_of_the_portal(templates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No key of the environment goes along, and the module alone is enough to run it."""
    seen: dict[str, Any] = {}
    run = subprocess.run

    def spy(command: list[str], **options: Any) -> Any:
        seen.update(options["env"])
        return run(command, **options)

    monkeypatch.setenv("PORTAL_SECRET_KEY", "bi-mat")
    monkeypatch.setattr(typesetting.subprocess, "run", spy)
    (templates / "probe.typ").write_text(PROBE)
    typeset("probe.typ", {"foot": "", "title": "Tựa", "blocks": []}, title="Tựa")
    assert set(seen) == {"LC_ALL", "MALLOC_ARENA_MAX", "PATH"}


def test_the_press_limits_itself(tmp_path: Path) -> None:
    """Asked from within, after the limits are set."""
    order = {"template": "", "data": "{}", "title": "", "made": 0, "seconds": 5, "megabytes": 500}
    script = (
        "import json, resource, sys; sys.path.insert(0, sys.argv[1]); import press;"
        "press.shut_in(json.loads(sys.argv[2]));"
        "print(resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(typesetting.PRESS.parent), json.dumps(order)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [str(500 * 1024 * 1024), "20"]
