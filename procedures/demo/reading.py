"""Reads the demo's YAML files into `ProcedureRecord`s, strictly.

The files are written by hand, so a slip must fail loudly with file and key instead of turning into a blank on a page:
unknown or repeated keys, wrong types, unknown choices, text that is not NFC, and any part of NĐ 63/2010/NĐ-CP art. 8(2)
that holds neither an entry nor an explicit absence. Reads files only; needs no database and no settings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import yaml

from procedures.enums import (
    Absence,
    Actor,
    Audience,
    ChannelKind,
    Currency,
    Level,
    OnlineLevel,
    Part,
    Scope,
    TimeUnit,
)
from procedures.record import Basis, Channel, Duration, Fee, Paper, PaperCase, ProcedureRecord, Result, Step
from procedures.text.sanitising import markdown_to_html

T = TypeVar("T")

CATALOGUE = Path(__file__).parent / "catalogue"

NAME_LIMIT = 1192
"""Length of the longest official name in the national catalogue of 2026."""

RANKS = range(1, 13)

LIFE_EVENTS = (
    "sinh-con",
    "ket-hon",
    "nha-dat",
    "cho-o",
    "lam-an",
    "tuoi-gia",
    "chung-thuc",
    "qua-doi",
    "hoc-tap",
    "viec-lam",
    "xe-co",
    "suc-khoe",
)
"""Slugs of the life events of the home page, in its order."""

_CODE = re.compile(r"\d\.\d{6}")
_RESULT_CODE = re.compile(r"KQ\.[A-Z0-9]+(\.[A-Z0-9]+)*")
_NATIONAL_URL = re.compile(r"https://(dichvucong|thutuc\.dichvucong)\.gov\.vn/\S+")


class DemoError(ValueError):
    """A demo file that can't be used as it stands; the message names the file and the key."""


@dataclass(frozen=True, slots=True)
class DemoProcedure:
    """One procedure of the demo: the official content and its place on the home page."""

    record: ProcedureRecord
    life_events: tuple[str, ...] = ()
    rank: int | None = None
    """Place among the most needed, 1 to 12; most have none."""


def read_demo(folder: Path = CATALOGUE) -> list[DemoProcedure]:
    """All procedures of the folder in the order of their codes. Raises `DemoError` at the first one that is wrong."""
    found = [read_file(path) for path in sorted(folder.glob("*.yaml"))]
    ranked: dict[int, str] = {}
    for procedure in found:
        if procedure.rank is None:
            continue
        if procedure.rank in ranked:
            raise DemoError(
                f"{procedure.record.code}.yaml: rank: {procedure.rank} is already that of {ranked[procedure.rank]}"
            )
        ranked[procedure.rank] = procedure.record.code
    return found


def read_file(path: Path) -> DemoProcedure:
    try:
        content = _UniqueKeyLoader(path.read_text(encoding="utf-8")).get_single_data()
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DemoError(f"{path.name}: {error}") from error
    top = _Node(path.name, "", content)
    procedure = _procedure(top)
    if path.stem != procedure.record.code:
        top.fail("code", f"the file must be called {procedure.record.code}.yaml")
    return procedure


class _UniqueKeyLoader(yaml.CSafeLoader):  # the C parser: a tenth of the time, and every `make run` reads all
    """The safe loader lets the last of two equal keys win; here that is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key {key!r} stands twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


class _Node:
    """One mapping of a file, read key by key; `done` refuses the keys that nobody asked for."""

    def __init__(self, file: str, path: str, content: object) -> None:
        self.file, self.path = file, path
        if not isinstance(content, dict):
            self.fail("", f"must be a mapping, not {type(content).__name__}")
        self.content: dict[Any, Any] = content
        self.asked: set[str] = set()

    def fail(self, key: str, problem: str) -> NoReturn:
        raise DemoError(
            f"{self.file}: {'.'.join(part for part in (self.path, key) if part) or 'file'}: {problem}"
        )

    def take(self, key: str) -> Any:
        self.asked.add(key)
        return self.content.get(key)

    def done(self) -> None:
        unknown = [str(key) for key in self.content if key not in self.asked]
        if unknown:
            self.fail(unknown[0], "unknown key")

    def _checked(self, key: str, value: object, *, limit: int | None = None) -> str:
        if not isinstance(value, str):
            self.fail(key, f"must be text, not {type(value).__name__}")
        if not unicodedata.is_normalized("NFC", value):
            self.fail(key, "must be NFC")
        if not value.strip():
            self.fail(key, "is empty; leave the key out instead")
        if limit is not None and len(value) > limit:
            self.fail(key, f"is {len(value)} characters long, {limit} at most")
        return value.strip()

    def text(self, key: str, *, required: bool = False, limit: int | None = None) -> str:
        value = self.take(key)
        if value is None:
            if required:
                self.fail(key, "is missing")
            return ""
        return self._checked(key, value, limit=limit)

    def texts(self, key: str) -> tuple[str, ...]:
        found = tuple(self._checked(f"{key}[{n}]", value) for n, value in self._items(key))
        if len(set(found)) < len(found):
            self.fail(key, "holds the same entry twice")
        return found

    def html(self, key: str) -> str:
        """Light Markdown, or a list of sentences that becomes a bulleted list, as HTML."""
        value = self.content.get(key)
        if isinstance(value, list):
            return markdown_to_html("\n".join(f"- {sentence}" for sentence in self.texts(key)))
        text = self.text(key)
        return markdown_to_html(text) if text else ""

    def choice(self, key: str, choices: Iterable[str], *, required: bool = False) -> str:
        value = self.text(key, required=required)
        if value and value not in choices:
            self.fail(key, f"{value!r} is none of {', '.join(choice for choice in choices if choice)}")
        return value

    def choices(self, key: str, choices: Iterable[str]) -> tuple[str, ...]:
        found = self.texts(key)
        for value in found:
            if value not in choices:
                self.fail(key, f"{value!r} is none of {', '.join(choices)}")
        return found

    def number(self, key: str) -> int | None:
        value = self.take(key)
        if value is None:
            return None
        # bool is an int in Python, but "amount: yes" is a slip.
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self.fail(key, "must be a whole number, 0 or more")
        return value

    def flag(self, key: str) -> bool | None:
        value = self.take(key)
        if value is not None and not isinstance(value, bool):
            self.fail(key, "must be true or false")
        return value

    def day(self, key: str) -> date | None:
        value = self.take(key)
        if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
            self.fail(key, "must be a date such as 2014-11-20")
        return value

    def node(self, key: str) -> _Node | None:
        value = self.take(key)
        return None if value is None else _Node(self.file, ".".join(filter(None, (self.path, key))), value)

    def nodes(self, key: str, read: Callable[[_Node], T]) -> tuple[T, ...]:
        prefix = f"{self.path}." if self.path else ""
        return tuple(read(_Node(self.file, f"{prefix}{key}[{n}]", value)) for n, value in self._items(key))

    def _items(self, key: str) -> list[tuple[int, Any]]:
        value = self.take(key)
        if value is None:
            return []
        if not isinstance(value, list) or not value:
            self.fail(key, "must be a list that is not empty")
        return list(enumerate(value, start=1))


def _procedure(top: _Node) -> DemoProcedure:
    code = top.text("code", required=True)
    if not _CODE.fullmatch(code):
        top.fail("code", f"{code!r} is not a code such as 1.004194")
    national_url = top.text("national_url", required=True)
    if not _NATIONAL_URL.fullmatch(national_url):
        top.fail("national_url", "is not an address of the national portal")
    record = ProcedureRecord(
        code=code,
        name=top.text("name", required=True, limit=NAME_LIMIT),
        decision=top.text("decision", required=True),
        issuing_body=top.text("issuing_body", required=True),
        field=top.text("field", required=True),
        levels=top.choices("levels", Level.values),
        audiences=top.choices("audiences", Audience.values),
        bodies=top.texts("bodies"),
        scope=top.choice("scope", Scope.values, required=True),
        purpose=top.text("purpose", required=True),
        steps=top.nodes("steps", _step),
        channels=top.nodes("channels", _channel),
        cases=top.nodes("cases", _case),
        copies_text=top.text("copies_text"),
        results=top.nodes("results", _result),
        conditions_html=top.html("conditions"),
        basis=top.nodes("basis", _basis),
        online_level=top.choice("online_level", OnlineLevel.values, required=True),
        online_reason=top.text("online_reason"),
        national_url=national_url,
        anywhere=top.flag("anywhere"),
        everyday_names=top.texts("everyday_names"),
        absences=_absences(top.node("absences")),
    )
    demo = DemoProcedure(
        record=record, life_events=top.choices("life_events", LIFE_EVENTS), rank=top.number("rank")
    )
    top.done()
    _check_whole(top, record)
    if demo.rank is not None and demo.rank not in RANKS:
        top.fail("rank", f"must be {RANKS.start} to {RANKS.stop - 1}")
    return demo


def _check_whole(top: _Node, record: ProcedureRecord) -> None:
    """What holds between keys: each part entered or declared absent, never both, and no list with doubles."""
    if not record.levels:
        top.fail("levels", "is missing")
    for part, entered in entered_parts(record).items():
        if not entered and part not in record.absences:
            top.fail(str(part), "holds nothing and absences does not say why")
        if entered and part in record.absences:
            top.fail(f"absences.{part}", "is declared absent but holds an entry")
    if len(record.cases) > 1 and not all(case.title for case in record.cases):
        top.fail("cases", "each needs a title when there are several")
    if record.online_level == OnlineLevel.PARTIAL and not record.online_reason:
        top.fail("online_reason", "is missing; say why the procedure is only partly online")
    is_online = any(channel.kind == ChannelKind.ONLINE for channel in record.channels)
    if is_online == (record.online_level == OnlineLevel.NONE):
        top.fail("online_level", f"{record.online_level} does not fit the channels")
    for key, values in (
        ("channels", [channel.kind for channel in record.channels]),
        ("cases", [case.title for case in record.cases]),
        ("results", [result.name for result in record.results]),
        ("basis", [basis.number for basis in record.basis]),
    ):
        if len(set(values)) < len(values):
            top.fail(key, "holds the same entry twice")


def entered_parts(record: ProcedureRecord) -> Mapping[Part, bool]:
    """For each part that the law asks for, whether the record holds an entry for it.

    Time and fee count only when every channel states them: a reader picks one channel and must find both there.
    """
    papers = [paper for case in record.cases for paper in case.papers]
    return {
        Part.NAME: bool(record.name),
        Part.STEPS: bool(record.steps),
        Part.CHANNELS: bool(record.channels),
        Part.PAPERS: bool(papers),
        Part.COPIES: bool(record.copies_text),
        Part.TIME: bool(record.channels)
        and all(channel.duration or channel.duration_text for channel in record.channels),
        Part.AUDIENCE: bool(record.audiences),
        Part.BODIES: bool(record.bodies),
        Part.RESULTS: bool(record.results),
        Part.FEE: bool(record.channels) and all(channel.fees for channel in record.channels),
        Part.FORMS: any(paper.form for paper in papers),
        Part.CONDITIONS: bool(record.conditions_html),
        Part.BASIS: bool(record.basis),
    }


def _absences(node: _Node | None) -> dict[str, str]:
    if node is None:
        return {}
    declared = [value for value in Absence.values if value != Absence.NOT_ENTERED]
    found = {part: node.choice(part, declared, required=True) for part in Part.values if part in node.content}
    node.done()
    return found


def _step(node: _Node) -> Step:
    step = Step(
        title=node.text("title", required=True),
        text_html=node.html("text"),
        actor=node.choice("actor", Actor.values),
    )
    node.done()
    return step


def _channel(node: _Node) -> Channel:
    duration = node.node("duration")
    channel = Channel(
        kind=node.choice("kind", ChannelKind.values, required=True),
        duration=None if duration is None else _duration(duration),
        duration_text=node.text("duration_text"),
        fees=node.nodes("fees", _fee),
        note_html=node.html("note"),
    )
    node.done()
    return channel


def _duration(node: _Node) -> Duration:
    amount = node.number("amount")
    if not amount:
        node.fail("amount", "must be 1 or more")
    duration = Duration(amount=Decimal(amount), unit=node.choice("unit", TimeUnit.values, required=True))
    node.done()
    return duration


def _fee(node: _Node) -> Fee:
    amount = node.number("amount")
    fee = Fee(
        amount=None if amount is None else Decimal(amount),
        currency=node.choice("currency", Currency.values) or Currency.VND.value,
        label=node.text("label"),
        text=node.text("text", required=amount is None),
    )
    node.done()
    return fee


def _case(node: _Node) -> PaperCase:
    case = PaperCase(
        title=node.text("title"), papers=node.nodes("papers", _paper), note_html=node.html("note")
    )
    if not case.papers and not case.note_html:
        node.fail("papers", "is missing")
    node.done()
    return case


def _paper(node: _Node) -> Paper:
    paper = Paper(
        name_html=node.html("name"),
        originals=node.number("originals"),
        copies=node.number("copies"),
        form=node.text("form"),
        note=node.text("note"),
    )
    if not paper.name_html:
        node.fail("name", "is missing")
    node.done()
    return paper


def _result(node: _Node) -> Result:
    result = Result(name=node.text("name", required=True), code=node.text("code"))
    if result.code and not _RESULT_CODE.fullmatch(result.code):
        node.fail("code", f"{result.code!r} is not a code such as KQ.G15.000032")
    node.done()
    return result


def _basis(node: _Node) -> Basis:
    basis = Basis(
        number=node.text("number", required=True),
        title=node.text("title", required=True),
        issued=node.day("issued"),
        issuer=node.text("issuer"),
        address=node.text("address"),
    )
    node.done()
    return basis
