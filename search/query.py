"""What was typed, understood: the value that reading (`search.reading`) hands to planning. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from search.engines.contract import Concept

MAX_TEXT: Final = 300
"""Characters of a query that are read: a long question has two hundred."""
MAX_CONCEPTS: Final = 24


class Hint(StrEnum):
    """Which part of a result the question is about: shown with it."""

    NONE = ""
    PAPERS = "papers"
    """"cần giấy tờ gì" """
    FEE = "fee"
    """"bao nhiêu tiền" """
    TIME = "time"
    """"mất bao lâu" """
    PLACE = "place"
    """"nộp ở đâu" """
    STEPS = "steps"
    ONLINE = "online"


@dataclass(frozen=True, slots=True)
class Query:
    text: str
    """As typed: NFC, no control characters, single spaces, at most MAX_TEXT characters."""
    normal: str
    """Folded normal form: what two people typed who asked the same (counting, suggestions). No codes' dots are lost."""
    concepts: tuple[Concept, ...]
    """Content words in their order, each with its other ways to be said; weights are still 1."""
    codes: tuple[str, ...] = ()
    """Procedure codes found in the text, in normal form ("1.004194")."""
    numbers: tuple[str, ...] = ()
    """Document numbers found, in normal form as far as known ("520/kh-ubnd", "2088/qd")."""
    hint: Hint = Hint.NONE
    left_out: tuple[str, ...] = ()
    """Question words that carry nothing, as typed."""
    has_accents: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.concepts and not self.codes and not self.numbers
