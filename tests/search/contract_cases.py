"""What is asked of every engine in its contract, and what it has to find."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from search.documents import DocumentId, SearchDocument
from search.engines.contract import Alternative, Concept, Plan
from search.text import words
from tests.factories.search import PROCEDURE, documents
from tests.search import reference_engine as reference

DOCUMENTS = documents()
LISTED = tuple(document for document in DOCUMENTS if not document.ended)
BY_KEY = {document.id.key: document for document in DOCUMENTS}
FACETS = ("loai", "linh-vuc", "cap", "truc-tuyen", "don-vi", "nam")
EVERY = 1_000


def said(*ways: str, is_open: bool = False, weight: float = 1.0) -> Concept:
    """A concept, in the ways in which people write it."""
    return Concept(tuple(Alternative(words(way)) for way in ways), weight=weight, is_open=is_open)


def asked(*concepts: Concept, head: str = "", anywhere: str = "", codes: tuple[str, ...] = ()) -> Plan:
    """Sets of concepts by their numbers: "01 2" is {0, 1} or {2}."""
    return Plan(
        concepts,
        tuple(frozenset(map(int, one)) for one in head.split()),
        tuple(frozenset(map(int, one)) for one in anywhere.split()),
        codes,
    )


def keys(found: Any) -> set[str]:
    return {candidate.id.key for candidate in found.candidates}


MARRIAGE = {"1.900101", "1.900102", "1.900103"}

FINDS: dict[str, tuple[Plan, set[str]]] = {
    "a concept of two words in the head": (asked(said("kết hôn"), head="0"), MARRIAGE),
    "its words need not stand together": (asked(said("đăng hôn"), head="0"), MARRIAGE),
    "a word of the papers is not in the head": (asked(said("chứng sinh"), head="0"), set()),
    "anywhere counts the papers": (asked(said("chứng sinh"), anywhere="0"), {"1.900104"}),
    "anywhere counts the head too": (asked(said("kết hôn"), said("nước ngoài"), anywhere="01"), {"1.900102"}),
    "one concept, its words in head and papers": (asked(said("giám cử"), anywhere="0"), {"1.900109"}),
    "everyday names are the head": (asked(said("lấy vợ"), head="0"), {"1.900101"}),
    "old names of units too": (asked(said("lộ thượng"), head="0"), {"xa-dong-lo"}),
    "another way to say it": (asked(said("sổ hồng", "chuyển nhượng"), head="0"), {"1.900301", "1.900302"}),
    "both concepts": (asked(said("đăng ký"), said("khai sinh"), head="01"), {"1.900104", "1.900105"}),
    "one set or the other": (
        asked(said("kết hôn"), said("lại"), said("khai tử"), head="01 2"),
        {"1.900103", "1.900106"},
    ),
    "head or anywhere": (
        asked(said("khai tử"), said("học bạ"), head="0", anywhere="1"),
        {"1.900106", "1.900702"},
    ),
    "a word that nothing holds": (asked(said("xyzt"), head="0", anywhere="0"), set()),
    "beside one that is held": (asked(said("kết hôn"), said("xyzt"), head="0 01"), MARRIAGE),
    "no set at all": (asked(said("kết hôn")), set()),
    "an empty set is no set": (Plan((said("kết hôn"),), head=(frozenset(),)), set()),
    "a code": (asked(codes=("1.900104",)), {"1.900104"}),
    "a code or a word": (asked(said("kết hôn"), head="0", codes=("1.900104",)), {"1.900104", *MARRIAGE}),
    "a code of an ended one is by_code's": (asked(codes=("1.900991",)), set()),
    "words of an ended one": (asked(said("sổ hộ khẩu"), head="0"), set()),
    "begun": (asked(said("kết hô", is_open=True), head="0"), MARRIAGE),
    "a short beginning": (asked(said("thổ c", is_open=True), head="0"), {"1.900304"}),
    "begun, and a word already": (asked(said("cưới", is_open=True), head="0"), {"1.900101"}),
    "begun in the papers": (asked(said("thuyết m", is_open=True), anywhere="0"), {"2.900405"}),
    "not begun": (asked(said("kết hô"), head="0"), set()),
    "only the last word is begun": (asked(said("hô kết", is_open=True), head="0"), set()),
    "a page by its text": (asked(said("theo dõi"), anywhere="0"), {"12"}),
    "a heading is no text": (asked(said("thành phần"), anywhere="0"), set()),
}

HOSTILE = (
    '"', '""', "'", "*", "(", ")", "^", "-", "+", ":", "{head}", "head:x", "a AND b", "OR", "NOT", "NEAR(a b)", "a*", '"a" OR "b"',
    "\\", "/", "//.*/", "[1 TO 2]", "~1", "&&", "||", "!", "?", "<", ">=", "%", "_", ";", "--", "' OR 1=1 --", "\0", "a\0b",
    "\ud83d", "\udc00a", "😀", "\u200b", "\u202e", "đ" * 10_000, "a" * 10_000, " ", "", "=", "loai=thu-tuc", "\n", "null", "{unit}",
    "\U0010ffff", "\ufffe", "ﷺ", "e\u0301",
)  # fmt: skip


def simple(key: str, name: str = "", **rest: Any) -> SearchDocument:
    return SearchDocument(
        DocumentId(PROCEDURE, key),
        name or f"Tài liệu {key}",
        f"/{key}/",
        (name or f"Tài liệu {key}",),
        **rest,
    )


_WORDS = sorted(
    {word for document in DOCUMENTS for word in reference.head_of(document)} | {"chinh", "quay", "xyzt", "so"}
)


def plans() -> st.SearchStrategy[Plan]:
    word = st.sampled_from(_WORDS)
    way = st.lists(word, min_size=1, max_size=3).map(
        lambda found: Alternative(tuple(found), accented=tuple(found))
    )
    begun = st.lists(word.map(lambda found: found[:2]), min_size=1, max_size=1).map(
        lambda found: Alternative(tuple(found))
    )
    concept = st.builds(
        lambda ways, is_open, weight: Concept(tuple(ways), weight, is_open),
        st.lists(way | begun, min_size=1, max_size=3),
        st.booleans(),
        st.floats(0.1, 12),
    )

    @st.composite
    def plan(draw: st.DrawFn) -> Plan:
        concepts = draw(st.lists(concept, max_size=5))
        wanted = st.lists(st.frozensets(st.integers(0, max(0, len(concepts) - 1)), min_size=1), max_size=4)
        sets = wanted if concepts else st.just([])
        codes = draw(st.lists(st.sampled_from(["1.900104", "2.900401", "1.900991", "9.999999"]), max_size=2))
        return Plan(tuple(concepts), tuple(draw(sets)), tuple(draw(sets)), tuple(codes))

    return plan()


def some_filters() -> st.SearchStrategy[dict[str, tuple[str, ...]]]:
    chosen = {
        facet: sorted({value for document in DOCUMENTS for value in reference.values(document, facet)})
        for facet in FACETS
    }
    return st.fixed_dictionaries(
        {},
        optional={
            facet: st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)
            for facet, values in chosen.items()
        },
    )
