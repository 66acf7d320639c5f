"""How Vietnamese is folded for finding: pure, no engine and no Django in it.

People type with or without accents, in NFC or NFD, with the old or the new tone placement (hoà, hòa). Folding takes
all of that away: "Đăng ký kết hôn", "đăng kí kết hôn" typed in NFD and "dang ky ket hon" meet.
"""

from __future__ import annotations

import re
import unicodedata

_D = str.maketrans({"đ": "d", "Đ": "d", "ð": "d", "Ð": "d"})
_WORD = re.compile(r"[0-9a-z]+(?:[./-][0-9a-z]+)*")
# Only where both spellings stand for one word (kí, ký; quí, quý): "tay" and "tai" are two.
_FINAL_Y = re.compile(r"(?<![0-9a-z])([hklmstv]|qu|)y(?![0-9a-z])")


def fold(text: str) -> str:
    """Lower case without accents; đ is not an accented d, so it is folded by name. Spaces are single."""
    decomposed = unicodedata.normalize("NFD", text.translate(_D))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(unicodedata.normalize("NFKC", bare).casefold().split())


def tokens(text: str) -> list[str]:
    """Folded words of `text`; codes and document numbers (1.004194, 163/qd-btp) stay whole."""
    return _WORD.findall(fold(text))


def one_spelling(folded: str) -> str:
    """Folded text with i for the y that is written either way: "dang ky" and "dang ki" meet. For finding, never for show."""
    return _FINAL_Y.sub(r"\1i", folded)
