"""Numbers that Word itself puts before paragraphs: they are in no text, yet "STT" columns and headings rest on them.

Pure: no Django. Follows ECMA-376 part 1, 17.9: a paragraph points to a list, the list to its pattern; a level begins anew
after a higher one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
MAX_NUMBER = 20_000


def roman(number: int) -> str:
    words = ""
    for value, letters in _ROMAN:
        words += letters * (number // value)
        number %= value
    return words


def from_roman(words: str) -> int:
    """9 for "IX"; letters in a wrong order count as they stand."""
    values = [dict(zip("IVXLC", (1, 5, 10, 50, 100), strict=True))[letter] for letter in words]
    return sum(
        -value if following > value else value
        for value, following in zip(values, [*values[1:], 0], strict=True)
    )


def _letters(number: int) -> str:
    return chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _written(number: int, form: str) -> str:
    if not 0 < number < MAX_NUMBER:
        return str(number)
    match form:
        case "upperRoman":
            return roman(number)
        case "lowerRoman":
            return roman(number).lower()
        case "upperLetter":
            return _letters(number)
        case "lowerLetter":
            return _letters(number).lower()
        case "decimalZero":
            return f"{number:02}"
        case _:
            return str(number)


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    pattern: str = ""


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level]
    counters: dict[int, int] = field(default_factory=dict)


def _attribute(element: Any, name: str) -> str:
    return (element.get(f"{W}val") or "") if (element := element.find(f"{W}{name}")) is not None else ""


def _int(text: str | None, default: int = 0) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,6}", text) else default


def _levels(abstract: Any) -> dict[int, _Level]:
    return {
        _int(level.get(f"{W}ilvl")): _Level(
            start=_int(_attribute(level, "start"), 1),
            form=_attribute(level, "numFmt") or "decimal",
            pattern=_attribute(level, "lvlText"),
        )
        for level in abstract.findall(f"{W}lvl")
    }


class Numbering:
    """Give it the paragraphs in the order of the document; it answers with the number that Word shows before each."""

    def __init__(self, numbering: Any = None, styles: Any = None) -> None:
        self._lists: dict[str, _List] = {}
        self._styles: dict[str, tuple[str, int]] = {}
        if numbering is not None:
            self._read_lists(numbering)
        if styles is not None:
            self._read_styles(styles)

    def _read_lists(self, root: Any) -> None:
        abstracts = {item.get(f"{W}abstractNumId"): item for item in root.findall(f"{W}abstractNum")}
        shared: dict[str, _List] = {}
        for item in root.findall(f"{W}num"):
            abstract_id = _attribute(item, "abstractNumId")
            if (abstract := abstracts.get(abstract_id)) is None:
                continue
            overrides = {
                _int(override.get(f"{W}ilvl")): _int(_attribute(override, "startOverride"), 1)
                for override in item.findall(f"{W}lvlOverride")
                if override.find(f"{W}startOverride") is not None
            }
            known = shared.setdefault(abstract_id, _List(_levels(abstract)))
            if overrides:
                # Begins anew, with counters of its own.
                levels = {
                    place: _Level(overrides.get(place, level.start), level.form, level.pattern)
                    for place, level in known.levels.items()
                }
                known = _List(levels)
            self._lists[item.get(f"{W}numId") or ""] = known

    def _read_styles(self, root: Any) -> None:
        for style in root.findall(f"{W}style"):
            if (number := style.find(f"{W}pPr/{W}numPr")) is not None:
                self._styles[style.get(f"{W}styleId") or ""] = (
                    _attribute(number, "numId"),
                    _int(_attribute(number, "ilvl")),
                )

    def label(self, properties: Any) -> str:
        """The number before a paragraph of these properties (`w:pPr` or None): "1.", "II.", "-" for any bullet, or ""."""
        if properties is None:
            return ""
        if (number := properties.find(f"{W}numPr")) is not None:
            list_id, place = _attribute(number, "numId"), _int(_attribute(number, "ilvl"))
        else:
            list_id, place = self._styles.get(_attribute(properties, "pStyle"), ("", 0))
        found = self._lists.get(list_id)
        level = found.levels.get(place) if found else None
        if found is None or level is None or level.form == "none":
            return ""
        if level.form == "bullet":
            return "-"
        found.counters[place] = found.counters.get(place, level.start - 1) + 1
        for deeper in [other for other in found.counters if other > place]:
            del found.counters[deeper]
        return self._filled(found, level.pattern)

    @staticmethod
    def _filled(found: _List, pattern: str) -> str:
        def number(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            level = found.levels.get(place, _Level())
            return _written(found.counters.get(place, level.start), level.form)

        return re.sub(r"%([1-9])", number, pattern)
