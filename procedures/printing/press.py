"""The press: sets one document and ends. Run as a program by `typesetting`, with nothing of the portal in it.

Reads one JSON object from standard input (`Order`), writes the PDF to standard output. It limits its own memory and time,
dies with its parent, sees no font of the machine and no network. Exit 0: done; 3: the template or the data was refused,
the words are on standard error; anything else: it was killed or ran out of memory.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import resource
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    # Loaded by the press alone: the portal reads this module too.
    from typst import Fonts

REFUSED = 3
FONT_FOLDER = Path(__file__).parent / "fonts"
TEMPLATE_FOLDER = Path(__file__).parent / "templates"
FAMILIES = ("Hong La Sans", "Libertinus Serif", "New Computer Modern Math", "DejaVu Sans Mono")
"""Ours, then what typst itself carries for signs that ours lack."""
UNKNOWN_SIGN = "\u25a1"
_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


class Order(TypedDict):
    template: str
    data: str
    """JSON."""
    title: str
    made: int
    """Seconds since 1970: the date in the document's properties."""
    seconds: int
    megabytes: int


def shut_in(order: Order) -> None:
    """Limits that hold for this process alone."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # A network of its own without any interface. Where the system forbids that: no template imports anything from outside.
    libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    memory = order["megabytes"] * 1024 * 1024
    for limit, value in (
        (resource.RLIMIT_AS, memory),
        # Of all threads together; the parent watches the clock.
        (resource.RLIMIT_CPU, order["seconds"] * 4),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))


def main() -> int:
    order: Order = json.load(sys.stdin)
    shut_in(order)
    import typst

    fonts = typst.Fonts(include_system_fonts=False, font_paths=[FONT_FOLDER])
    try:
        data = without_unknown_signs(order["data"], fonts)
        compiler = typst.Compiler(
            TEMPLATE_FOLDER / order["template"],
            root=TEMPLATE_FOLDER,
            font_paths=fonts,
            sys_inputs={
                "data": data,
                "title": without_unknown_signs(order["title"], fonts),
                "families": json.dumps(FAMILIES),
            },
            # Packages would be fetched: there are none.
            package_path=TEMPLATE_FOLDER / "none",
            package_cache_path=TEMPLATE_FOLDER / "none",
        )
        pdf = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=order["made"])
    except typst.TypstError as error:
        sys.stderr.write("\n".join((error.message, *error.hints, *error.trace)))
        return REFUSED
    assert isinstance(pdf, bytes)
    sys.stdout.buffer.write(pdf)
    return 0


def without_unknown_signs(text: str, fonts: Fonts) -> str:
    """PDF/UA-1 refuses a document with a sign that no font draws: it becomes an empty square."""
    unusual = sorted({sign for sign in set(text) if ord(sign) > 0x1EF9 or 0x0233 < ord(sign) < 0x1EA0})
    unknown = not_drawn(unusual, fonts)
    return text.translate({ord(sign): UNKNOWN_SIGN for sign in unknown}) if unknown else text


def not_drawn(signs: Sequence[str], fonts: Fonts) -> list[str]:
    """Of these signs those that no font has: all at once, and by halves where that fails."""
    if not signs or draws(signs, fonts):
        return []
    if len(signs) == 1:
        return list(signs)
    middle = len(signs) // 2
    return not_drawn(signs[:middle], fonts) + not_drawn(signs[middle:], fonts)


def draws(signs: Sequence[str], fonts: Fonts) -> bool:
    import typst

    source = (
        '#set document(title: "Thử")\n#set text(lang: "vi", font: json(bytes(sys.inputs.families)))\n'
        "#for sign in json(bytes(sys.inputs.signs)) [a#sign ]"
    )
    try:
        typst.compile(
            source.encode(),
            font_paths=fonts,
            sys_inputs={"families": json.dumps(FAMILIES), "signs": json.dumps(list(signs))},
            format="pdf",
            pdf_standards=["ua-1"],
        )
    except typst.TypstError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
