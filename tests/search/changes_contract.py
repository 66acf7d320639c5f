"""What every engine has to do when content changes and when its index is built. A part of `engine_contract`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from search.documents import Part, Passage, SearchDocument
from search.engines.contract import Engine, EngineUnavailable, Place, Plan, Request
from tests.factories.search import COMMUNES
from tests.search.contract_cases import asked, keys, said, simple


class ChangesContract:
    @pytest.fixture(scope="class")
    @classmethod
    def new_engine(cls) -> Callable[[], Engine]:
        raise NotImplementedError

    @pytest.fixture
    def engine(self, new_engine: Callable[[], Engine]) -> Engine:
        """Empty, and ready."""
        engine = new_engine()
        engine.rebuild(lambda: (), place=Place)
        return engine

    # Changing --------------------------------------------------------------------------------------------------------------

    def test_a_document_is_replaced_whole(self, engine: Engine) -> None:
        before = simple("a", "Cấp phép xây dựng", facets={"cap": ("commune",), "don-vi": COMMUNES}, codes=("1.1",),
                        passages=(Passage(Part.PAPERS, "", "", "bản vẽ"),))  # fmt: skip
        after = simple("a", "Cấp giấy xây dựng", facets={"cap": ("province",)}, codes=("1.2",),
                       passages=(Passage(Part.STEPS, "", "", "nộp bản vẽ"),))  # fmt: skip
        other = simple("b", "Cấp phép xây dựng", facets={"cap": ("commune",)})
        engine.index([before, other])
        report = engine.index([after])
        assert (report.indexed, report.deleted, report.refused) == (1, 0, ())
        assert engine.fetch([after.id]) == (after,)
        assert keys(engine.search(Request(asked(said("phép"), head="0")))) == {"b"}
        assert engine.by_code(("1.1",)) == ()
        found = engine.search(
            Request(asked(said("giấy"), said("bản vẽ"), head="0", anywhere="1"), facets=("cap", "don-vi"))
        )
        assert (found.total, found.facets) == (1, {"cap": {"province": 1}, "don-vi": {}})
        assert found.candidates[0].parts == {Part.STEPS: 0b10}
        assert engine.passages({after.id: frozenset(Part)}) == {after.id: after.passages}
        assert engine.status().documents == 2

    def test_a_document_that_ends_is_only_found_by_its_code(self, engine: Engine) -> None:
        document = simple("a", "Cấp phép", codes=("1.1",), facets={"cap": ("commune",)})
        engine.index([document])
        engine.index([replace(document, ended="Đã bãi bỏ")])
        assert engine.search(Request(Plan(), facets=("cap", "loai"))) == replace(
            engine.search(Request(Plan(), facets=("cap", "loai"))),
            candidates=(),
            total=0,
            facets={"cap": {}, "loai": {}},
        )
        assert engine.suggest(("cap",)) == ()
        assert engine.by_code(("1.1",))[0].ended == "Đã bãi bỏ"
        assert engine.status().documents == 0
        engine.index([document])
        assert engine.search(Request(Plan())).total == engine.status().documents == 1

    def test_deleting(self, engine: Engine) -> None:
        engine.index([simple("a"), simple("b", codes=("1.1",))])
        report = engine.index([simple("c")], delete=[simple("b").id, simple("nothing").id])
        assert (report.indexed, report.deleted) == (1, 1)
        assert keys(engine.search(Request(Plan()))) == {"a", "c"}
        assert engine.by_code(("1.1",)) == ()
        assert engine.fetch([simple("b").id]) == ()
        assert engine.index([], delete=[simple("b").id]).deleted == 0
        assert engine.status().documents == 2

    def test_the_same_twice_is_in_once(self, engine: Engine) -> None:
        engine.index([simple("a", "Một"), simple("a", "Hai")])
        engine.index([simple("a", "Hai")])
        assert engine.fetch([simple("a").id]) == (simple("a", "Hai"),)
        assert engine.search(Request(asked(said("một"), head="0"))).total == 0
        assert engine.search(Request(Plan())).total == engine.status().documents == 1

    def test_the_place_is_noted_as_told(self, engine: Engine) -> None:
        assert engine.status().place == Place()
        engine.index([simple("a")], place=Place(0, 9))
        assert engine.status().place == Place(0, 9)
        engine.index([simple("b")])
        assert engine.status().place == Place(0, 9)
        engine.index([], place=Place(0, 4))
        assert engine.status().place == Place(0, 4)

    def test_what_can_not_be_taken_is_refused_and_the_others_are_in(self, engine: Engine) -> None:
        nameless = replace(simple("x"), names=())
        report = engine.index([simple("a"), nameless, simple("b")], place=Place(0, 2))
        assert [refused.id for refused in report.refused] == [nameless.id]
        assert report.refused[0].reason
        assert report.indexed == 2
        assert keys(engine.search(Request(Plan()))) == {"a", "b"}
        assert engine.status().place == Place(0, 2)

    # Building --------------------------------------------------------------------------------------------------------------

    def test_the_old_index_answers_until_the_new_one_is_whole(self, engine: Engine) -> None:
        engine.index([simple("old")], place=Place(0, 1))
        seen: list[Any] = []

        def place() -> Place:
            seen.append("place")
            return Place(0, 5)

        def content() -> Iterator[SearchDocument]:
            seen.append("read")
            yield simple("new")
            seen.append(keys(engine.search(Request(Plan()))))
            engine.index([simple("meanwhile")], place=Place(0, 6))
            seen.append(keys(engine.search(Request(Plan()))))

        progress: list[tuple[int, int | None]] = []
        report = engine.rebuild(
            content, place=place, total=1, progress=lambda done, total: progress.append((done, total))
        )
        assert seen == ["place", "read", {"old"}, {"old", "meanwhile"}]
        assert (report.indexed, report.refused) == (1, ())
        assert keys(engine.search(Request(Plan()))) == {"new"}
        assert engine.status().place == Place(0, 5)
        assert progress[-1] == (1, 1)

    def test_a_rebuild_that_fails_leaves_the_old_index(self, engine: Engine) -> None:
        engine.index([simple("old")], place=Place(0, 1))

        def content() -> Iterator[SearchDocument]:
            yield simple("new")
            raise KeyError("the source broke")

        with pytest.raises(KeyError):
            engine.rebuild(content, place=Place)
        assert keys(engine.search(Request(Plan()))) == {"old"}
        assert engine.status().place == Place(0, 1)
        engine.rebuild(lambda: [simple("new")], place=Place)
        assert keys(engine.search(Request(Plan()))) == {"new"}

    def test_a_rebuild_takes_the_same_document_once(self, engine: Engine) -> None:
        engine.rebuild(lambda: [simple("a", "Một"), simple("b"), simple("a", "Hai")], place=Place)
        assert engine.fetch([simple("a").id]) == (simple("a", "Hai"),)
        assert engine.search(Request(asked(said("một"), head="0"))).total == 0
        assert engine.search(Request(Plan())).total == engine.status().documents == 2

    def test_before_it_is_built_it_says_so(self, new_engine: Callable[[], Engine]) -> None:
        engine = new_engine()
        status = engine.status()
        assert (status.ready, status.documents, status.place) == (False, 0, None)
        with pytest.raises(EngineUnavailable):
            engine.search(Request(Plan()))
