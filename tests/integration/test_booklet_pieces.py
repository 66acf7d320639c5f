"""A volume set in pieces: bounded, numbered through, tags and bookmarks whole."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pypdf
import pypdfium2
import pytest
from pypdf.generic import IndirectObject

from procedures.booklets import setting
from procedures.booklets.setting import MEGABYTES, PIECE_CHARACTERS, PIECE_PROCEDURES, pieces_of, set_volume
from procedures.printing.joining import NotJoinable, Piece, join
from procedures.printing.typesetting import TypesettingFailed, typeset

MADE = datetime(2026, 11, 21, tzinfo=UTC)
WORDS = (
    "title contents desks complaints complaints_lead made number newest newest_note root root_note code field volume full sample "
    "no_complaints"
)


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def item(number: int, title: str) -> dict[str, Any]:
    papers = [{"name": ["Đơn (mẫu 01 (a))"], "number": "1 bản", "note": "", "form": ""}]
    nodes = [
        {"n": "papers", "v": papers, "head": ["Giấy tờ", "Số bản"]},
        {"n": "rich", "v": [["Xem ", ["muc:0 và 12 0 R", "", "https://thu.example.vn/((a)b)?muc:1"]]]},
    ]
    return {
        "number": number, "code": f"1.{number:06}", "title": title, "full": "", "facts": [["Phí", "Không"]],
        "parts": [{"title": "1. Cần mang theo gì", "nodes": nodes}],
        "forms": {"title": "Mẫu", "head": ["Tên", "Tệp"], "rows": [["Đơn", "don.docx", "https://thu.example.vn/don.docx"]],
                  "where": "Tải về"} if number == 2 else None,
    }  # fmt: skip


def volume(*fields: tuple[str, int]) -> dict[str, Any]:
    number, made = 0, []
    for label, count in fields:
        items = []
        for _place in range(count):
            number += 1
            items.append(item(number, f"Thủ tục (thử) {number} " + "rất dài " * (number % 3 * 12)))
        made.append({"label": label, "items": items})
    return {
        "province": "Tỉnh Thử", "unit": "Xã Thử", "volume": "", "made": "21/11/2026", "summary": "x", "address": "https://x.vn/",
        "complaints": [], "root": None, "words": {word: word.capitalize() for word in WORDS.split()}, "desks": [], "fields": made,
        "foot": "Chân trang", "is_sample": False,
    }  # fmt: skip


def checked(pdf: bytes) -> pypdf.PdfReader:
    """Every piece of content, every link and every header cell is where the structure tree says."""
    reader = pypdf.PdfReader(io.BytesIO(pdf), strict=True)
    root: Any = reader.trailer["/Root"]["/StructTreeRoot"]  # type: ignore[index]  # pypdf types objects loosely
    nums = root["/ParentTree"]["/Nums"]
    owners = dict(zip(nums[::2], nums[1::2], strict=True))
    assert nums[::2] == sorted(owners)
    assert max(owners) < root["/ParentTreeNextKey"]
    names = root["/IDTree"]["/Names"][::2]
    assert names == sorted(set(names))
    keys = {
        page.indirect_reference.idnum: page["/StructParents"]
        for page in reader.pages
        if page.indirect_reference
    }
    waiting: list[tuple[Any, int | None]] = [(root["/K"][0], None)]
    seen, links, contents, cells, headed = set(), set(), set(), set(), set()
    while waiting:
        reference, parent = waiting.pop()
        assert reference.idnum not in seen
        seen.add(reference.idnum)
        element = reference.get_object()
        if parent is not None:
            assert element.raw_get("/P").idnum == parent
            assert element["/S"] != "/Document"
            assert element["/K"] or not element["/S"].startswith("/H"), "a heading that says nothing"
        cells |= {element["/ID"]} if "/ID" in element else set()
        for told in element.get("/A", []):
            headed |= set(told.get("/Headers", []))
        for kid in element["/K"]:
            if isinstance(kid, int):
                page = element.raw_get("/Pg").idnum
                assert owners[keys[page]].get_object()[kid].idnum == reference.idnum
                contents.add(page)
            elif isinstance(kid, IndirectObject):
                waiting.append((kid, reference.idnum))
            elif kid["/Type"] == "/OBJR":
                annotation = kid["/Obj"]
                assert owners[annotation["/StructParent"]].idnum == reference.idnum
                links.add(kid.raw_get("/Obj").idnum)
    assert contents == set(keys)
    assert headed <= cells == set(names)
    drawn = {ref.idnum for page in reader.pages for ref in page.get("/Annots", [])}
    assert links == drawn
    return reader


def text_of(pdf: bytes) -> list[str]:
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(pdf)]


def test_in_pieces_as_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    data = volume(("An toàn", 1), ("Hộ tịch", 4), ("Đất đai", 2))
    whole, pages = set_volume(data, title="Sổ tay", made=MADE)
    monkeypatch.setattr(setting, "PIECE_PROCEDURES", 2)
    told: list[int] = []
    pdf, same = set_volume(data, title="Sổ tay", made=MADE, advance=told.append)
    assert told == [2, 4, 6, 7]
    assert same == pages == len(text_of(pdf))
    assert text_of(pdf) == text_of(whole)
    reader = checked(pdf)
    checked(whole)
    assert reader.metadata is not None
    assert reader.metadata.title == "Sổ tay"
    assert b"<xmpTPg:NPages>%d<" % pages in reader.trailer["/Root"]["/Metadata"].get_data()  # type: ignore[index]


def test_contents_bookmarks_and_page_numbers_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setting, "PIECE_PROCEDURES", 2)
    pdf, _pages = set_volume(volume(("An toàn", 1), ("Hộ tịch", 4)), title="Sổ tay", made=MADE)
    reader, pages = checked(pdf), text_of(pdf)
    top = reader.outline
    assert [mark.title for mark in top if not isinstance(mark, list)] == ["Desks", "An toàn", "Hộ tịch"]
    below: Any = top[-1]
    assert [mark.title.split()[0] for mark in below] == ["2.", "3.", "4.", "5."]
    for mark in below:
        place = reader.get_destination_page_number(mark)
        assert place is not None
        assert mark.title.strip() in pages[place]
        assert pages[place].endswith(f" {place + 1}")
        assert f"{mark.title.strip()} ".split(maxsplit=1)[0] in pages[1]
    led = [link.get_object() for link in reader.pages[1]["/Annots"]]  # type: ignore[attr-defined]
    flat = [mark for mark in top if not isinstance(mark, list)]
    assert len({str(link["/Contents"]) for link in led}) == 8
    assert {str(link["/Contents"]) for link in led} >= {str(mark.title) for mark in flat}
    numbers = [reader.get_destination_page_number(mark) for mark in below]
    for link in led:
        if link["/Contents"].startswith("4."):
            page = link["/Dest"].raw_get(0) if hasattr(link["/Dest"], "raw_get") else link["/Dest"][0]
            found = [p.indirect_reference.idnum for p in reader.pages if p.indirect_reference]
            target = page.idnum if isinstance(page, IndirectObject) else page.indirect_reference.idnum
            assert found.index(target) == numbers[2]


def test_what_people_wrote_is_no_reference() -> None:
    pdf, _pages = set_volume(volume(("Hộ tịch", 2)), title="Sổ tay", made=MADE)
    assert "muc:0 và 12 0 R" in " ".join(text_of(pdf))
    addresses = {
        str(link.get_object()["/A"]["/URI"])
        for page in checked(pdf).pages
        for link in page.get("/Annots", [])
        if "/A" in link.get_object()
    }
    assert "https://thu.example.vn/((a)b)?muc:1" in addresses
    assert not [address for address in addresses if address.startswith("muc:")]


def test_no_piece_grows_beyond_its_bound() -> None:
    data = volume(("A", 7), ("B", 120), ("C", 3))["fields"]
    pieces = list(pieces_of(data))
    sizes = [sum(len(field["items"]) for field in piece) for piece in pieces]
    assert sizes == [50, 50, 30]
    assert max(sizes) <= PIECE_PROCEDURES
    assert [row["number"] for piece in pieces for field in piece for row in field["items"]] == [
        *range(1, 131)
    ]
    assert [[(field["label"], field["continues"]) for field in piece] for piece in pieces] == [
        [("A", False), ("B", False)],
        [("B", True)],
        [("B", True), ("C", False)],
    ]
    long = [{"label": "D", "items": [item(n, "x" * (PIECE_CHARACTERS // 2)) for n in range(3)]}]
    assert [len(piece[0]["items"]) for piece in pieces_of(long)] == [1, 1, 1]


def test_each_press_has_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    bounds = []

    def watched(*args: Any, **options: Any) -> bytes:
        bounds.append(options["megabytes"])
        return typeset(*args, **options)

    monkeypatch.setattr(setting, "typeset", watched)
    set_volume(volume(("A", 1)), title="Sổ tay", made=MADE)
    assert bounds == [MEGABYTES] * 3


@pytest.mark.parametrize(
    "damage",
    [
        (b"/ParentTree", b"/PerentTree"),
        (b"/MarkInfo", b"/Names<<>>/M"),
        (b"/RoleMap", b"/RuleMap"),
        (b"1 0 obj", b"1 1 obj"),
    ],
)
def test_what_looks_otherwise_is_refused(damage: tuple[bytes, bytes]) -> None:
    source = typeset(
        "booklet.typ",
        {**volume(), "first_page": 1, "marks": [{"level": 1, "label": "Desks", "page": 1}]},
        title="T",
    )
    before, after = damage
    assert before in source
    wrong = source.replace(before, after.ljust(len(before))[: max(len(before), len(after))], 1)
    with pytest.raises(NotJoinable):
        join([Piece(wrong)], [1])


def test_a_piece_that_cannot_be_joined_has_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setting, "typeset", lambda *_args, **_options: b"%PDF-1.7")
    with pytest.raises(TypesettingFailed, match="Không dàn trang được"):
        set_volume(volume(("A", 1)), title="Sổ tay", made=MADE)
