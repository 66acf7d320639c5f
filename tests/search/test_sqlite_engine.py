"""The embedded engine: its file and versions, damage, the first guess, the lexicon. What it finds: the contract."""

from __future__ import annotations

import logging
import os
import resource
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from search import engines
from search.documents import Part, Passage
from search.engines.contract import Alternative, Concept, EngineUnavailable, Place, Plan, Request
from search.engines.sqlite import engine as module
from search.engines.sqlite import lexicons, memory, schema
from search.engines.sqlite.engine import SqliteEngine
from search.engines.sqlite.lexicons import Grown
from tests.search.contract_cases import asked, keys, said, simple
from tests.search.index_files import DOCUMENTS, EVERYTHING, files, in_child, used, whole


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "search.sqlite3"


@pytest.fixture
def engine(path: Path) -> SqliteEngine:
    """With three documents."""
    engine = SqliteEngine(path)
    engine.rebuild(lambda: [simple("a"), simple("b"), simple("c")], place=lambda: Place(0, 1))
    return engine


# One file, its link and its versions ----------------------------------------------------------------------------------


def test_nothing_but_the_index_and_its_lock_lies_there(engine: SqliteEngine, path: Path) -> None:
    engine.close()
    assert files(path) == {path.name, f"{path.name}.lock", used(path).name}
    first = used(path)
    engine.rebuild(lambda: [simple("d")], place=Place)
    assert used(path) != first
    engine.close()
    assert files(path) == {path.name, f"{path.name}.lock", used(path).name}


def test_an_index_of_another_version_has_to_be_rebuilt(
    engine: SqliteEngine, path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(schema, "version", lambda: "another")
    later = SqliteEngine(path)
    status = later.status()
    assert (status.ready, status.place, status.version) == (False, None, "another")
    assert status.note == "Chỉ mục do phiên bản khác lập, phải lập lại."
    assert later.place() is None
    for ask in (lambda: later.search(EVERYTHING), lambda: later.index([]), later.lexicon):
        with pytest.raises(EngineUnavailable, match="another version"):
            ask()
    later.rebuild(lambda: [simple("d")], place=Place)
    assert later.status().ready
    monkeypatch.undo()
    assert not engine.status().ready


def test_the_version_holds_the_text_pipeline_and_the_layout(monkeypatch: Any) -> None:
    before = schema.version.__wrapped__()
    assert before == schema.version()
    monkeypatch.setattr(schema, "LAYOUT", schema.LAYOUT + 1)
    assert schema.version.__wrapped__() != before


def _garbage(path: Path) -> None:
    used(path).write_bytes(b"no database " * 1_000)


def _torn(path: Path) -> None:
    with used(path).open("r+b") as file:
        file.truncate(20_000)


def _overwritten(path: Path) -> None:
    size = used(path).stat().st_size
    with used(path).open("r+b") as file:
        file.seek(8_192)
        file.write(os.urandom(size - 8_192))


def _sets_damaged(path: Path) -> None:
    connection = sqlite3.connect(used(path))
    connection.execute("UPDATE sets SET documents=x'616263'")
    connection.commit()
    connection.close()


def _cards_damaged(path: Path) -> None:
    connection = sqlite3.connect(used(path))
    connection.execute("UPDATE documents SET card=x'5b5d'")
    connection.commit()
    connection.close()


def _gone(path: Path) -> None:
    used(path).unlink()


def _link_gone(path: Path) -> None:
    path.unlink()


def _a_file_in_its_place(path: Path) -> None:
    path.unlink()
    path.write_bytes(b"something else")


@pytest.mark.parametrize(
    "damage",
    [_garbage, _torn, _overwritten, _sets_damaged, _cards_damaged, _gone, _link_gone, _a_file_in_its_place],
)
def test_a_damaged_index_is_unavailable_and_a_rebuild_heals_it(
    path: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    SqliteEngine(path).rebuild(lambda: DOCUMENTS, place=Place)
    damage(path)
    engine = SqliteEngine(path)
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            with pytest.raises(EngineUnavailable) as raised:
                engine.search(EVERYTHING)
    assert str(raised.value)
    # One line for each reason, not one for each question.
    assert len({record.getMessage() for record in caplog.records}) == len(caplog.records) <= 2
    # Another process, the worker, is told.
    assert (SqliteEngine(path).status().ready, SqliteEngine(path).place()) == (False, None)
    engine.rebuild(lambda: DOCUMENTS, place=Place)
    assert (SqliteEngine(path).status().ready, SqliteEngine(path).place()) == (True, Place())
    assert engine.search(EVERYTHING).total == len(DOCUMENTS) - 2
    whole(engine)


def test_a_full_disk_leaves_the_index_as_it_was(engine: SqliteEngine) -> None:
    """The disk is full as far as this process can write."""

    def fill() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (180_000, 180_000))
        logging.disable()
        many = [
            simple(f"x{n}", f"Tài liệu {n}", passages=(Passage(Part.TEXT, "", "", f"từ{n} " * 99),))
            for n in range(400)
        ]
        for work in (
            lambda: engine.index(many, place=Place(0, 2)),
            lambda: engine.rebuild(lambda: many, place=Place),
        ):
            try:
                work()
            except EngineUnavailable:
                continue
            raise AssertionError("the disk took it")
        assert engine.search(EVERYTHING).total == 3

    assert in_child(fill) == 0
    assert keys(engine.search(EVERYTHING)) == {"a", "b", "c"}
    assert engine.place() == Place(0, 1)
    engine.close()
    assert len(files(engine.files.path)) == 3
    whole(engine)


def test_a_file_that_may_only_be_read_is_read(engine: SqliteEngine, monkeypatch: Any) -> None:
    """Root may write everywhere: the connection is told instead of the file's mode."""
    engine.close()

    def only_read(file: Path, **options: Any) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{file}?mode=ro", uri=True, isolation_level=None)

    monkeypatch.setattr(module, "connect", only_read)
    assert engine.search(EVERYTHING).total == 3
    with pytest.raises(EngineUnavailable, match="readonly"):
        engine.index([simple("d")])


# First guess ------------------------------------------------------------------------------------------------------------


def test_the_first_guess(path: Path) -> None:
    engine = SqliteEngine(path)
    engine.rebuild(
        lambda: [
            simple(
                "long", "Cấp lại bản sao giấy phép lái xe cho người nước ngoài ở Việt Nam và người đi học"
            ),
            simple("short", "Giấy phép lái xe"),
            simple("needed", "Cấp giấy phép lái xe", prior=1.0),
            simple("ma", "Giấy phép lại xẻ"),
            simple("part", "Khác", passages=(Passage(Part.PAPERS, "", "", "giấy phép lái xe"),), prior=1.0),
        ],
        place=Place,
    )
    way = Alternative(("lai", "xe"), accented=("lái", "xe"))
    plan = Plan((said("giấy phép"), Concept((way,))), (frozenset({0, 1}),), (frozenset({0, 1}),))
    found = [candidate.id.key for candidate in engine.search(Request(plan)).candidates]
    assert found == ["needed", "short", "long", "ma", "part"]
    assert engine.suggest(("giay", "phep"))[0].id.key == "needed"


def test_sets_are_forgotten_when_they_take_too_much(engine: SqliteEngine, monkeypatch: Any) -> None:
    monkeypatch.setattr(memory, "MOST_BYTES", 5_000)
    for number in range(50):
        engine.search(Request(asked(said(f"tài từ{number}"), head="0")))
    held: Any = engine._held.opened.memory
    assert held._bytes <= 5_000
    assert len(held._sets) < 20


# The lexicon --------------------------------------------------------------------------------------------------------------


def test_the_lexicon_is_kept_and_grows_with_edits(path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(lexicons, "_SMALL", 0)
    engine = SqliteEngine(path)
    engine.rebuild(lambda: DOCUMENTS, place=Place)
    first = engine.lexicon()
    assert (first.documents, first.frequency("hon"), "lo" in first, "bomenia" in first) == (
        47,
        4,
        True,
        False,
    )
    engine.index([simple("a", "Đăng ký kết hôn")])
    assert engine.lexicon() is first
    engine.index([simple("b", "Thủ tục đăng ký bômênia mới")])
    grown = engine.lexicon()
    assert isinstance(grown, Grown)
    assert ("bomenia" in grown, grown.frequency("bomenia"), grown.frequency("hon")) == (True, 1, 4)
    assert (grown.pair("ki", "bomenia"), grown.pair("ket", "hon")) == (1, 3)
    assert grown.accented(("dang", "ki", "bomenia")) == "đăng ký bômênia"
    assert {"bomenia", "hon"} <= {*grown.words()} <= {*grown.known_words()}
    assert grown.weight("bomenia") > grown.weight("hon")
    assert grown.is_word("bomenia")
    assert grown.keeps_company("ki", "bomenia")
    assert grown.is_written("bomenia", "bômênia")
    assert SqliteEngine(path).lexicon().frequency("bomenia") == 1
    assert engine.renew_lexicon()
    assert not engine.renew_lexicon()
    renewed = engine.lexicon()
    assert not isinstance(renewed, Grown)
    assert (renewed.documents, renewed.frequency("hon"), renewed.frequency("bomenia")) == (49, 5, 1)


def test_many_changes_make_a_new_lexicon(path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(lexicons, "_SMALL", 0)
    monkeypatch.setattr(lexicons, "LATELY", 10)
    engine = SqliteEngine(path)
    engine.rebuild(lambda: DOCUMENTS, place=Place)
    engine.index([simple(f"x{number}", f"Đăng ký kết hôn {number}") for number in range(module.BULK + 1)])
    assert engine.lexicon().frequency("hon") == 4 + module.BULK + 1


def test_ended_documents_are_not_in_the_lexicon(engine: SqliteEngine) -> None:
    engine.index([simple("d", "Bômênia", ended="Hết")])
    assert "bomenia" not in engine.lexicon()


# In this portal -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_has_an_empty_index_of_its_own(turn: int) -> None:
    engine = engines.embedded()
    assert engine is engines.embedded()
    assert engine.place() == Place()
    assert engine.search(EVERYTHING).total == 0
    engine.index([simple(f"only-{turn}")])
    assert keys(engine.search(EVERYTHING)) == {f"only-{turn}"}


def test_a_portal_s_index_is_not_forgotten(settings: Any) -> None:
    engines.embedded()
    settings.PORTAL_SEARCH_STARTS_EMPTY = False
    with pytest.raises(RuntimeError):
        engines.forget()
    settings.PORTAL_SEARCH_STARTS_EMPTY = True


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:////srv/data/search.sqlite3", "/srv/data/search.sqlite3"),
        ("sqlite:///srv/data/search.sqlite3", "/srv/data/search.sqlite3"),
        ("sqlite:////srv/t%C3%ACm%20ki%E1%BA%BFm.sqlite3", "/srv/tìm kiếm.sqlite3"),
        ("https://tim.example.vn", ""),
    ],
)
def test_where_the_index_lies(settings: Any, url: str, expected: str) -> None:
    settings.PORTAL_SEARCH_URL = url
    assert str(engines._file()) == (expected or str(django_settings.PORTAL_SEARCH_FILE))
