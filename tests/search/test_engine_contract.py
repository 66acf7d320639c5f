"""Every engine against the contract."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from search.engines.contract import Engine
from search.engines.sqlite.engine import SqliteEngine
from tests.search.engine_contract import EngineContract


class TestSqlite(EngineContract):
    @pytest.fixture(scope="class")
    @classmethod
    def new_engine(cls, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Engine]:
        folder = tmp_path_factory.mktemp("indexes")
        numbers = count()
        return lambda: SqliteEngine(folder / f"{next(numbers)}.sqlite3")
