"""Joins PDFs of the press into one, tags and all: a large document is set in pieces, so that it takes the memory of one.

PDF libraries drop the tags when they merge, or hold every object at once. What the press writes is plain (no object streams, one
flat list of pages, one structure tree under one `Document`), so objects are copied under new numbers and only what spans pieces is
written anew: pages, structure tree, outline. Anything that does not look so is refused, never guessed.

Standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

LINK = "muc:"
"""The address of a link in the first piece to the n-th bookmark of the joined file: `muc:0`."""

_REF = rb"(\d+) 0 R"
_PLAIN = rb"[^()\\]|\\."
_STRING = rb"\((?:" + _PLAIN + rb")*\)"
for _depth in range(4):
    # Brackets within a string may stand as they are when they balance.
    _STRING = rb"\((?:" + _PLAIN + rb"|" + _STRING + rb")*\)"
_TOKEN = re.compile(
    rb"(?P<string>" + _STRING + rb"|<[0-9A-Fa-f]*>)|(?P<open>\()"
    rb"|(?P<parent>/StructParents?) (?P<key>\d+)|(?<![\d.])(?P<ref>\d+) 0 R\b",
    re.DOTALL,
)
_CELL = re.compile(rb"\((U\d+x\d+y\d+)\)")
"""How a header cell is named, for the cells that it heads."""
_CONTENTS = re.compile(
    rb"/A<</Type/Action/S/URI/URI\("
    + LINK.encode()
    + rb"(\d+)\)>>(.*?)/Contents\("
    + LINK.encode()
    + rb"\d+\)"
)
_PAGES, _TREE, _DOCUMENT, _OUTLINE = 1, 2, 3, 4
"""Numbers of the objects that are written anew."""


class NotJoinable(Exception):
    """A piece does not look like what the press writes."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """One bookmark of a piece."""

    number: int
    title: bytes
    """As a PDF string."""
    target: int


class Piece:
    """One PDF of the press, read as far as joining needs."""

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pdf
        start = int(_one(rb"startxref\s+(\d+)\s+%%EOF\s*$", pdf[-200:]))
        table = pdf[start:]
        count = int(_one(rb"^xref\s+0 (\d+)\s", table[:40]))
        offsets = [int(found) for found in re.findall(rb"(\d{10}) 00000 n", table)]
        if len(offsets) != count - 1 or sorted(offsets) != offsets:
            raise NotJoinable("Objects are not in their order.")
        self.count = len(offsets)
        self._offsets = [*offsets, start]
        trailer = table[table.rindex(b"trailer") :]
        self.catalog, self.info = int(_one(rb"/Root " + _REF, trailer)), int(_one(rb"/Info " + _REF, trailer))
        self.identity = _one(rb"(/ID\[.*?\])>>\s*startxref", trailer)
        catalog = self.object(self.catalog)[0]
        if any(key in catalog for key in (b"/Names", b"/PageLabels", b"/AcroForm", b"/OpenAction")):
            raise NotJoinable("The catalogue holds more than pages, tags and bookmarks.")
        self.pages, self.tree = (
            int(_one(rb"/" + name + rb" " + _REF, catalog)) for name in (b"Pages", b"StructTreeRoot")
        )
        self.outline = int(_one(rb"/Outlines " + _REF, catalog))
        self.metadata = int(_one(rb"/Metadata " + _REF, catalog))
        self.document = int(_one(rb"/K\[" + _REF + rb"\]", self.object(self.tree)[0]))

    def object(self, number: int) -> tuple[bytes, bytes]:
        """What stands before the stream, and the stream with its words around it."""
        start, end = self._offsets[number - 1 : number + 1]
        body = self.pdf[start:end]
        opening = b"%d 0 obj\n" % number
        if not body.startswith(opening):
            raise NotJoinable(f"Object {number} is not where it should be.")
        body = body[len(opening) : body.rindex(b"endobj")]
        head, stream, rest = body.partition(b">>\nstream\n")
        return (head + b">>\n", b"stream\n" + rest) if stream else (body, b"")

    @cached_property
    def leaves(self) -> list[int]:
        """Its pages, in order."""
        head = self.object(self.pages)[0]
        found = [int(number) for number in re.findall(_REF, _one(rb"/Kids\[(.*?)\]", head))]
        if len(found) != int(_one(rb"/Count (\d+)", head)):
            raise NotJoinable("The pages are not one flat list.")
        return found

    @cached_property
    def marks(self) -> list[_Mark]:
        """Bookmarks, each before those below it."""
        found: list[_Mark] = []
        waiting = self._numbers(rb"First", self.object(self.outline)[0])
        while waiting:
            number = waiting.pop()
            head = self.object(number)[0]
            title = _one(rb"/Title(" + _STRING + rb"|<[0-9A-Fa-f]*>)", head)
            bare = head.replace(title, b"", 1)
            found.append(_Mark(number, title, int(_one(rb"/Dest " + _REF, bare))))
            waiting += self._numbers(rb"Next", bare) + self._numbers(rb"First", bare)
        return found

    @staticmethod
    def _numbers(key: bytes, head: bytes) -> list[int]:
        return [int(number) for number in re.findall(rb"/" + key + rb" " + _REF, head)]

    @cached_property
    def mark_pages(self) -> list[int]:
        """For each bookmark the page that it leads to, counted from 0."""
        place = {number: index for index, number in enumerate(self.leaves)}
        return [place[int(_one(rb"^\[" + _REF, self.object(mark.target)[0].strip()))] for mark in self.marks]

    @cached_property
    def parts(self) -> list[int]:
        """What stands right below the document in the structure tree."""
        return [int(n) for n in re.findall(_REF, _one(rb"/K\[(.*?)\]", self.object(self.document)[0]))]

    @cached_property
    def silent(self) -> set[int]:
        """Headings that draw nothing: they stand in the template for what another piece holds."""
        return {
            number
            for number in self.parts
            if re.match(rb"<</Type/StructElem/S/H[1-6]/P .*/K\[\]", self.object(number)[0], re.DOTALL)
        }


@dataclass
class _Joined:
    """The file as it grows."""

    out: bytearray = field(default_factory=lambda: bytearray(b"%PDF-1.7\n%\x80\x80\x80\x80\n\n"))
    offsets: dict[int, int] = field(default_factory=dict)

    def put(self, number: int, head: bytes, stream: bytes = b"") -> None:
        self.offsets[number] = len(self.out)
        self.out += b"%d 0 obj\n%s%sendobj\n" % (
            number,
            head if head.endswith(b"\n") else head + b"\n",
            stream,
        )

    def end(self, catalog: int, info: int, identity: bytes) -> bytes:
        size = len(self.offsets) + 1
        if set(self.offsets) != set(range(1, size)):
            raise NotJoinable("Numbers are missing.")
        start = len(self.out)
        rows = b"".join(b"%010d 00000 n\r\n" % self.offsets[number] for number in range(1, size))
        self.out += b"xref\n0 %d\n0000000000 65535 f\r\n%s" % (size, rows)
        self.out += b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (
            size, catalog, info, identity, start,
        )  # fmt: skip
        return bytes(self.out)


def join(pieces: Sequence[Piece], levels: Sequence[int]) -> bytes:
    """One PDF. `levels`: of all bookmarks in their order; the first is 1, each at most one below the one before it.

    Title, date and the like come from the first piece. Header cells keep their names apart; links `muc:n` of the first piece lead to
    the n-th bookmark.
    """
    if sum(len(piece.marks) for piece in pieces) != len(levels):
        raise NotJoinable("Bookmarks and levels do not match.")
    numbers = _numbering(pieces, first_free=_OUTLINE + 1 + len(levels))
    joined = _Joined()
    titles = [mark.title for piece in pieces for mark in piece.marks]
    targets = [
        number[mark.target] for piece, number in zip(pieces, numbers, strict=True) for mark in piece.marks
    ]
    total = sum(len(piece.leaves) for piece in pieces)
    kids, parts, parents, cells, roles = [], [], [], [], dict[bytes, None]()
    shift = 0
    for place, (piece, number) in enumerate(zip(pieces, numbers, strict=True)):
        rewrite = _rewriter(number, shift, b"P%04d" % place)
        kids += [number[page] for page in piece.leaves]
        parts += [number[part] for part in piece.parts if part not in piece.silent]
        tree = rewrite(piece.object(piece.tree)[0])
        parents.append(_one(rb"/ParentTree<</Nums\[(.*?)\]>>", tree))
        if b"/IDTree" in tree:
            cells.append(_one(rb"/IDTree<</Names\[(.*?)\]>>", tree))
        roles |= dict.fromkeys(re.findall(rb"/\w+/\w+", _one(rb"/RoleMap<<(.*?)>>", tree)))
        for old in _copied(piece, place):
            head, stream = piece.object(old)
            head = rewrite(head)
            if place == 0:
                head = _with_targets(head, targets, titles)
                if old == piece.metadata:
                    head, stream = _metadata(stream, total)
            joined.put(number[old], head, stream)
        shift += int(_one(rb"/ParentTreeNextKey (\d+)", tree))
    joined.put(
        _PAGES,
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), _refs(kids)),
    )
    joined.put(
        _TREE,
        b"<</Type/StructTreeRoot/RoleMap<<%s>>/K[%d 0 R]/ParentTree<</Nums[%s]>>%s/ParentTreeNextKey %d>>"
        % (
            b"".join(roles),
            _DOCUMENT,
            b" ".join(parents),
            b"/IDTree<</Names[%s]>>" % b" ".join(cells) if cells else b"",
            shift,
        ),
    )
    joined.put(_DOCUMENT, b"<</Type/StructElem/S/Document/P %d 0 R/K[%s]>>" % (_TREE, _refs(parts)))
    _put_outline(joined, levels, titles, targets)
    first = pieces[0]
    return joined.end(numbers[0][first.catalog], numbers[0][first.info], first.identity)


def _one(pattern: bytes, text: bytes) -> bytes:
    found = re.search(pattern, text, re.DOTALL)
    if found is None:
        raise NotJoinable(f"Not found: {pattern[:60]!r}")
    return found[1]


def _refs(numbers: Sequence[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)


def _copied(piece: Piece, place: int) -> list[int]:
    """Objects that go over: all but those that are written anew, and what only the first piece may say."""
    left = {piece.pages, piece.tree, piece.document, piece.outline, *piece.silent}
    left |= {mark.number for mark in piece.marks}
    if place > 0:
        left |= {piece.catalog, piece.info, piece.metadata}
    return [number for number in range(1, piece.count + 1) if number not in left]


def _numbering(pieces: Sequence[Piece], *, first_free: int) -> list[dict[int, int]]:
    """For each piece: old number → new number."""
    found = []
    for place, piece in enumerate(pieces):
        numbers = {
            piece.pages: _PAGES, piece.tree: _TREE, piece.document: _DOCUMENT, piece.outline: _OUTLINE,
        }  # fmt: skip
        for old in _copied(piece, place):
            numbers[old] = first_free
            first_free += 1
        found.append(numbers)
    return found


def _rewriter(numbers: dict[int, int], shift: int, prefix: bytes) -> Callable[[bytes], bytes]:
    """New numbers for references, keys of the parent tree moved by `shift`, header cells named apart. Strings stay."""

    def replaced(found: re.Match[bytes]) -> bytes:
        if found["string"] is not None:
            return found[0]
        if found["ref"] is not None:
            return b"%d 0 R" % numbers[int(found["ref"])]
        if found["parent"] is not None:
            return b"%s %d" % (found["parent"], int(found["key"]) + shift)
        raise NotJoinable("A string does not end.")

    def rewrite(head: bytes) -> bytes:
        try:
            told = _TOKEN.sub(replaced, head)
        except KeyError as error:
            raise NotJoinable(f"Something leads to object {error}, which is left out.") from None
        if b"/Type/StructTreeRoot" in told:
            told = re.sub(
                rb"(/ParentTree<</Nums\[)(.*?)(\]>>)",
                lambda found: found[1] + _moved(found[2], shift) + found[3],
                told,
                flags=re.DOTALL,
            )
        if b"/Type/Struct" in told:
            told = _CELL.sub(rb"(" + prefix + rb"\1)", told)
        return told

    return rewrite


def _moved(nums: bytes, shift: int) -> bytes:
    pairs = re.findall(rb"(\d+) (\d+ 0 R)", nums)
    if b" ".join(b" ".join(pair) for pair in pairs) != b" ".join(nums.split()):
        raise NotJoinable("The parent tree holds more than references.")
    return b" ".join(b"%d %s" % (int(key) + shift, value) for key, value in pairs)


def _with_targets(head: bytes, targets: Sequence[int], titles: Sequence[bytes]) -> bytes:
    def led(found: re.Match[bytes]) -> bytes:
        place = int(found[1])
        return b"/Dest %d 0 R%s/Contents%s" % (targets[place], found[2], titles[place])

    return _CONTENTS.sub(led, head) if LINK.encode() in head else head


def _metadata(stream: bytes, pages: int) -> tuple[bytes, bytes]:
    told = re.sub(rb"<xmpTPg:NPages>\d+<", b"<xmpTPg:NPages>%d<" % pages, stream)
    length = len(told[len(b"stream\n") : told.rindex(b"\nendstream")])
    return b"<</Length %d/Type/Metadata/Subtype/XML>>\n" % length, told


def _put_outline(
    joined: _Joined, levels: Sequence[int], titles: Sequence[bytes], targets: Sequence[int]
) -> None:
    """Bookmarks stand closed, but for the first level."""
    numbers = [_OUTLINE + 1 + place for place in range(len(levels))]
    above: list[int] = []
    below: dict[int, list[int]] = {_OUTLINE: []}
    parent = {}
    for number, level in zip(numbers, levels, strict=True):
        if not 1 <= level <= len(above) + 1:
            raise NotJoinable("A bookmark skips a level.")
        del above[level - 1 :]
        parent[number] = above[-1] if above else _OUTLINE
        below[parent[number]].append(number)
        below[number] = []
        above.append(number)
    for number, title, target in zip(numbers, titles, targets, strict=True):
        row = below[parent[number]]
        place = row.index(number)
        told = b"<</Parent %d 0 R" % parent[number]
        if place > 0:
            told += b"/Prev %d 0 R" % row[place - 1]
        if place + 1 < len(row):
            told += b"/Next %d 0 R" % row[place + 1]
        if children := below[number]:
            told += b"/First %d 0 R/Last %d 0 R/Count -%d" % (children[0], children[-1], len(children))
        joined.put(number, told + b"/Title%s/Dest %d 0 R>>" % (title, target))
    top = below[_OUTLINE]
    ends = b"/First %d 0 R/Last %d 0 R/Count %d" % (top[0], top[-1], len(top)) if top else b""
    joined.put(_OUTLINE, b"<</Type/Outlines%s>>" % ends)
