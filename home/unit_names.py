"""How names of communes are written in running text. Pure: no Django."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

_KINDS: Final = (
    ("Xã ", "xã", "các xã"),
    ("Phường ", "phường", "các phường"),
    ("Thị trấn ", "thị trấn", "các thị trấn"),
)


def without_kind(names: Iterable[str]) -> list[str]:
    """For a list under a commune: "Xã Thạch Bình" → "Thạch Bình"; wards and towns keep their kind, in lower case."""
    return [name[3:] if name.startswith("Xã ") else name[:1].lower() + name[1:] for name in names]


def enumerated(words: Sequence[str], last: str = " và ") -> str:
    """ "A, B và C" """
    return last.join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def merged_words(names: Iterable[str]) -> str:
    """ "các xã Thạch Đài, Tân Lâm Hương và phường Đại Nài": what a commune is made of, the kind said once."""
    left = list(names)
    words: list[str] = []
    for prefix, one, several in _KINDS:
        bare = [name.removeprefix(prefix) for name in left if name.startswith(prefix)]
        left = [name for name in left if not name.startswith(prefix)]
        if bare:
            words += [f"{several if len(bare) > 1 else one} {bare[0]}", *bare[1:]]
    return enumerated([*words, *left])
