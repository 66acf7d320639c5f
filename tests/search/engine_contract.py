"""What every engine has to do, whatever it is made of: one table of tests, run against each (test_engine_contract.py).

A class of tests for an engine inherits `EngineContract` and says with the fixture `new_engine` how one is made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.documents import DocumentId, Part, Passage
from search.engines.contract import (
    Alternative,
    Concept,
    Engine,
    Place,
    Plan,
    Request,
    Sort,
)
from search.text import fold, words
from tests.factories.search import PAGE, PROCEDURE, UNIT
from tests.search import reference_engine as reference
from tests.search.changes_contract import ChangesContract
from tests.search.contract_cases import (
    BY_KEY,
    DOCUMENTS,
    EVERY,
    FACETS,
    FINDS,
    HOSTILE,
    LISTED,
    MARRIAGE,
    asked,
    keys,
    plans,
    said,
    simple,
    some_filters,
)


class EngineContract(ChangesContract):
    """Documents of tests.factories.search; `filled` is only read."""

    @pytest.fixture(scope="class")
    @classmethod
    def filled(cls, new_engine: Callable[[], Engine]) -> Engine:
        engine = new_engine()
        report = engine.rebuild(lambda: DOCUMENTS, place=lambda: Place(3, 7), total=len(DOCUMENTS))
        assert (report.indexed, report.refused) == (len(DOCUMENTS), ())
        return engine

    # Finding ------------------------------------------------------------------------------------------------------------

    @pytest.mark.parametrize("case", FINDS)
    def test_finds(self, filled: Engine, case: str) -> None:
        plan, expected = FINDS[case]
        found = filled.search(Request(plan))
        assert keys(found) == expected
        assert found.total == len(expected)
        assert expected == {document.id.key for document in LISTED if reference.answers(document, plan)}

    @given(data=st.data())
    @settings(max_examples=40, suppress_health_check=[HealthCheck.differing_executors])
    def test_any_plan_is_answered_as_it_says(self, filled: Engine, data: st.DataObject) -> None:
        plan, filters = data.draw(plans()), data.draw(some_filters())
        found = filled.search(Request(plan, filters=filters, facets=FACETS, limit=EVERY))
        expected = [
            document
            for document in LISTED
            if reference.answers(document, plan) and reference.suits(document, filters)
        ]
        assert {candidate.id for candidate in found.candidates} == {document.id for document in expected}
        assert found.total == len(found.candidates) == len(expected)
        for candidate in found.candidates:
            assert candidate.parts == reference.masks(BY_KEY[candidate.id.key], plan)
        for facet in FACETS:
            assert found.facets[facet] == reference.counts(LISTED, plan, filters, facet)
        met = [reference.meets_head(BY_KEY[candidate.id.key], plan) for candidate in found.candidates]
        by_code = [bool({*candidate.codes} & {*plan.codes}) for candidate in found.candidates]
        assert sorted(zip(by_code, met, strict=True), reverse=True) == list(zip(by_code, met, strict=True))

    def test_a_candidate_is_the_document_as_it_was_indexed(self, filled: Engine) -> None:
        plan = asked(said("kết hôn"), said("tờ khai"), said("quầy nộp"), head="0")
        document = BY_KEY["1.900101"]
        (candidate,) = [one for one in filled.search(Request(plan)).candidates if one.id == document.id]
        for name in (
            "title",
            "url",
            "names",
            "everyday",
            "codes",
            "prior",
            "meta",
            "dated",
            "unit_url",
            "reader_url",
            "ended",
        ):
            assert getattr(candidate, name) == getattr(document, name), name
        assert candidate.units == {*document.facets["don-vi"]}
        assert candidate.parts == {Part.PAPERS: 0b11, Part.STEPS: 0b100}

    def test_what_meets_the_head_is_handed_over_first(self, filled: Engine) -> None:
        plan = asked(said("đất"), head="0", anywhere="0")
        found = filled.search(Request(plan, limit=3))
        assert found.total > len(found.candidates) == 3
        assert all(reference.meets_head(BY_KEY[key], plan) for key in keys(found))

    def test_a_plan_that_asks_nothing_is_answered_by_all(self, filled: Engine) -> None:
        found = filled.search(Request(Plan(), limit=EVERY, facets=("loai",)))
        assert keys(found) == {document.id.key for document in LISTED}
        kinds = {PROCEDURE: 35, UNIT: 6, PAGE: 6}
        assert (found.total, found.facets) == (sum(kinds.values()), {"loai": kinds})

    # Filters, facets, order -----------------------------------------------------------------------------------------------

    def test_each_facet_is_counted_under_all_filters_but_its_own(self, filled: Engine) -> None:
        filters = {"cap": ("commune",), "linh-vuc": ("ho-tich", "cu-tru"), "don-vi": (), "loai": (PROCEDURE,)}
        found = filled.search(
            Request(asked(said("đăng ký"), head="0"), filters=filters, facets=("linh-vuc", "cap", "nam"))
        )
        assert found.total == 9
        assert found.facets["linh-vuc"] == {"ho-tich": 7, "cu-tru": 2, "kinh-doanh": 2, "dat-dai": 1}
        assert found.facets["cap"] == {"commune": 9}
        assert sum(found.facets["nam"].values()) == 9

    @pytest.mark.parametrize(
        "filters",
        [{"linh-vuc": ("khong-co",)}, {"khong-co": ("gi",)}, {"loai": ("van-ban",)}, {"cap": ("commun",)}],
    )
    def test_a_filter_that_nothing_suits(self, filled: Engine, filters: dict[str, tuple[str, ...]]) -> None:
        found = filled.search(Request(Plan(), filters=filters, facets=("khong-co-2",)))
        assert (found.total, found.candidates, found.facets) == (0, (), {"khong-co-2": {}})

    def test_filters_hold_for_codes_too(self, filled: Engine) -> None:
        plan = asked(codes=("1.900304",))
        assert filled.search(Request(plan, filters={"cap": ("province",)})).total == 1
        assert filled.search(Request(plan, filters={"cap": ("commune",)})).total == 0

    @pytest.mark.parametrize(
        "plan", [Plan(), asked(said("giấy"), head="0", anywhere="0")], ids=["all", "some"]
    )
    @pytest.mark.parametrize("sort", [Sort.DATE, Sort.TITLE])
    def test_pages_in_an_order_make_the_whole_list(self, filled: Engine, sort: Sort, plan: Plan) -> None:
        expected = [document for document in LISTED if reference.answers(document, plan)]
        expected.sort(key=lambda document: (fold(document.title), document.id))
        if sort == Sort.DATE:
            # The latest first, those without a date last.
            expected.sort(key=lambda document: document.dated or date.min, reverse=True)
        listed = [
            candidate.id
            for offset in range(0, len(expected) + 7, 7)
            for candidate in filled.search(Request(plan, sort=sort, limit=7, offset=offset)).candidates
        ]
        assert listed == [document.id for document in expected]

    def test_pages_of_everything_by_relevance_never_overlap(self, filled: Engine) -> None:
        listed = [
            candidate.id
            for offset in range(0, 60, 10)
            for candidate in filled.search(Request(Plan(), limit=10, offset=offset)).candidates
        ]
        assert sorted(listed) == sorted(document.id for document in LISTED)

    # Codes ----------------------------------------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("codes", "expected"),
        [
            (("1.900101",), ["1.900101"]),
            (("1.900991",), ["1.900991"]),
            (("1.900102", "1.900101", "1.900102"), ["1.900101", "1.900102"]),
            (("1.9001",), []),
            (("",), []),
            ((), []),
        ],
    )
    def test_by_code(self, filled: Engine, codes: tuple[str, ...], expected: list[str]) -> None:
        found = filled.by_code(codes)
        assert sorted(candidate.id.key for candidate in found) == expected
        for candidate in found:
            assert candidate.ended == BY_KEY[candidate.id.key].ended

    @pytest.mark.parametrize("typed", ["876/QĐ-BNV", "876/qd-bnv", "876/QĐ- BNV", "876/qđ-bnv "])
    def test_codes_are_met_in_every_spelling(self, engine: Engine, typed: str) -> None:
        engine.index([simple("a", codes=("876/QĐ-BNV",)), simple("b", codes=("877/QĐ-BNV",))])
        assert [candidate.id.key for candidate in engine.by_code([typed])] == ["a"]
        assert keys(engine.search(Request(asked(codes=(typed,))))) == {"a"}

    # Suggesting -----------------------------------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        "typed", ["d", "da", "đăng k", "hồng", "sổ h", "kết hôn c", "zzz", "dat su dung", ""]
    )
    def test_suggests_names_that_hold_the_words_the_last_begun(self, filled: Engine, typed: str) -> None:
        asked_for = words(typed)
        found = filled.suggest(asked_for, limit=EVERY)
        expected = {
            document.id
            for document in LISTED
            if not asked_for
            or reference.stands_in(
                Concept((Alternative(asked_for),), is_open=True), reference.head_of(document)
            )
        }
        assert {suggestion.id for suggestion in found} == expected
        for suggestion in found:
            document = BY_KEY[suggestion.id.key]
            for name in ("title", "url", "names", "everyday", "prior", "meta"):
                assert getattr(suggestion, name) == getattr(document, name), name

    def test_suggests_of_some_kinds_and_so_many(self, filled: Engine) -> None:
        assert {found.id.kind for found in filled.suggest(("b",), kinds=(UNIT,))} == {UNIT}
        assert {found.id.kind for found in filled.suggest(("h",), kinds=(UNIT, PAGE), limit=50)} == {
            UNIT,
            PAGE,
        }
        assert filled.suggest(("d",), kinds=("van-ban",)) == ()
        assert len(filled.suggest(("d",), limit=4)) == 4

    # Passages -------------------------------------------------------------------------------------------------------------

    def test_passages_of_the_parts_that_are_asked_for(self, filled: Engine) -> None:
        marriage, single = BY_KEY["1.900101"], BY_KEY["1.900107"]
        wanted = {
            marriage.id: (Part.PAPERS, Part.STEPS),
            single.id: frozenset(Part),
            DocumentId(PROCEDURE, "0.000000"): (Part.PAPERS,),
        }
        assert filled.passages(wanted) == {
            marriage.id: tuple(p for p in marriage.passages if p.part in wanted[marriage.id]),
            single.id: single.passages,
        }

    def test_no_passages(self, filled: Engine) -> None:
        document = BY_KEY["1.900101"]
        missing = next(part for part in Part if part not in {p.part for p in document.passages})
        assert filled.passages({}) == {}
        assert filled.passages({document.id: (), BY_KEY["14"].id: (missing,)}) == {}
        assert filled.passages({document.id: (missing,)}) == {}

    # What is in ------------------------------------------------------------------------------------------------------------

    def test_fetches_exactly_what_was_indexed(self, filled: Engine) -> None:
        found = filled.fetch([document.id for document in DOCUMENTS])
        assert {document.id: document for document in found} == {
            document.id: document for document in DOCUMENTS
        }
        assert filled.fetch([DocumentId("thu-tuc", "nothing")]) == ()

    def test_keys_of_a_kind(self, filled: Engine) -> None:
        for kind in (PROCEDURE, UNIT, PAGE, "van-ban"):
            expected = sorted(document.id.key for document in DOCUMENTS if document.id.kind == kind)
            assert sorted(filled.keys(kind)) == expected

    def test_status(self, filled: Engine) -> None:
        status = filled.status()
        assert (status.name, status.ready, status.documents) == (filled.name, True, len(LISTED))
        assert status.place == Place(3, 7)
        assert status.version
        assert status.bytes

    # Hostile text ------------------------------------------------------------------------------------------------------------

    @pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
    def test_hostile_questions_are_only_words(self, filled: Engine, text: str) -> None:
        concept = Concept((Alternative((text,), accented=(text,)), Alternative(("ket", text))))
        for plan in (
            Plan((concept,), (frozenset({0}),), (frozenset({0}),), (text,)),
            Plan((replace(concept, is_open=True),), (frozenset({0}),), (), ()),
        ):
            found = filled.search(Request(plan, facets=("loai", text)))
            assert found.total == sum(reference.answers(document, plan) for document in LISTED)
        assert filled.search(Request(Plan(), filters={"cap": (text,), text: (text,)})).total == 0
        assert filled.by_code((text,)) == ()
        filled.suggest((text,))
        filled.suggest(("dang", text), kinds=(text,))
        assert filled.fetch([DocumentId(text, text)]) == ()
        assert filled.passages({DocumentId(text, text): frozenset(Part)}) == {}
        assert list(filled.keys(text)) == []

    def test_hostile_content_comes_back_as_it_was(self, engine: Engine) -> None:
        hostile = [
            simple(
                f"k{number}",
                f"Kết hôn {text}",
                everyday=(text,),
                codes=(text,),
                passages=(Passage(Part.TEXT, text, text, f"giấy tờ {text}"),),
                facets={"cap": (text,)},
                meta=(text,),
                unit_url=text,
            )
            for number, text in enumerate(HOSTILE)
        ]
        report = engine.index([*hostile, simple("plain")])
        assert report.refused == ()
        held = engine.fetch([document.id for document in hostile])
        assert {document.id: document for document in held} == {document.id: document for document in hostile}
        found = engine.search(
            Request(asked(said("kết hôn"), said("giấy"), anywhere="01"), facets=("cap",), limit=EVERY)
        )
        assert found.total == len(hostile)
        assert found.facets["cap"]["head:x"] == 1
        engine.index([], delete=[document.id for document in hostile])
        assert keys(engine.search(Request(Plan()))) == {"plain"}

    def test_very_long_questions(self, filled: Engine) -> None:
        concepts = tuple(said(f"từ{number} kết", "hôn", is_open=number == 299) for number in range(300))
        plan = Plan(concepts, (frozenset(range(300)),), tuple(frozenset({n}) for n in range(300)))
        found = filled.search(Request(plan))
        assert keys(found) >= MARRIAGE
        filled.suggest(tuple(f"w{number}" for number in range(5_000)))
