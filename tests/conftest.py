"""What every test can rely on: the site's tree, built once; profiles of hypothesis; reasons for skipping."""

from __future__ import annotations

import fcntl
import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.test import TransactionTestCase

ROOT = Path(__file__).resolve().parents[1]
REAL_DATA = ROOT.parent / "shared" / "data"

if sys.dont_write_bytecode:
    # Some thirty processes would each compile the portal and its libraries anew, a third of the time they take to start.
    # Nothing is written beside the sources, though.
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(ROOT / "var" / "pycache")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix

LONG_FILES = (
    "test_rights_attack.py",
    "test_migrations.py",
    "test_demo.py",
    "test_serving.py",
    "test_production_settings.py",
    "test_public_procedures.py",
    "test_inspection_screens.py",
    "test_search_page.py",
    "test_procedure_editor.py",
    "test_boards.py",
    "test_ledger_ways.py",
    "test_curation.py",
    "test_rich_text.py",
    "test_niem_yet_admin.py",
    "test_decision_applying.py",
    "test_changes.py",
    "test_decision_admin.py",
    "test_inspection_steps.py",
    "test_beside_ledger.py",
    "test_openapi.py",
    "test_inspection_guards.py",
    "test_board.py",
    "test_booklets.py",
    "test_evidence.py",
    "test_source_xlsx.py",
    "test_search_api.py",
    "test_record_json.py",
)
"""Begun first, the longest before the others, so that all processes end together: the last file is a short one."""

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "admin_user", "admin_client"}

# No deadlines: a busy machine is no bug. CI repeats the same examples, so that a red run can be looked into.
hypothesis.settings.register_profile("dev", deadline=None, max_examples=50)
hypothesis.settings.register_profile("ci", deadline=None, max_examples=100, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") == "true" else "dev")


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Files made in memory hold the time of day (ZIP): as part of a name, two workers would collect different tests."""
    return argname if isinstance(val, bytes) else None


def in_ci() -> bool:
    return os.environ.get("CI") == "true"


def missing(reason: str) -> None:
    """Something that a test needs is not installed: skipped with the reason, but in CI a failure."""
    if in_ci():
        pytest.fail(f"{reason} (a failure, as CI=true)", pytrace=False)
    pytest.skip(reason)


def pytest_configure(config: pytest.Config) -> None:
    # Importing everything and collecting five thousand tests leaves little to throw away, but much to look through.
    gc.disable()
    # Otherwise xdist begins with the files of many tests; the few that take long would come last, all on one process.
    config.option.loadscopereorder = False


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Marks what uses the database: that part runs on PostgreSQL too, the pure part need not. The longest files first.

    Whoever needs a migrated database starts processes on it.
    """
    for item in items:
        if "migrated_sqlite" in getattr(item, "fixturenames", ()):
            item.add_marker("whole")
        cls = getattr(item, "cls", None)
        if (
            item.get_closest_marker("django_db")
            or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
            or (cls is not None and issubclass(cls, TransactionTestCase))
        ):
            item.add_marker("database")
    yield
    # Last, as others sort as well; what is left by equal places stays as they sorted it.
    place = {name: number for number, name in enumerate(LONG_FILES)}
    items.sort(key=lambda item: place.get(item.path.name, len(place)))


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays until the end: the collector need not go through it again and again (a tenth of the time)."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("postgres"):
        from django.db import connections

        if connections.settings["default"]["ENGINE"] != "django.db.backends.postgresql":
            missing("needs PostgreSQL: apt install postgresql, then make test")
    if item.get_closest_marker("real_data") and not REAL_DATA.is_dir():
        # Not even in CI a failure: the data of others lies beside a checkout or it doesn't.
        pytest.skip("the real data is not here: ../shared/data beside the checkout")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data; mark the test with `real_data`."""
    if not REAL_DATA.is_dir():
        pytest.skip("the real data is not here: ../shared/data beside the checkout")
    return REAL_DATA


@pytest.fixture(autouse=True)
def _index_of_its_own() -> Iterator[None]:
    """Every test begins with an empty search index, which is made at the first question; without one this costs nothing."""
    yield
    engines = sys.modules.get("search.engines")
    if engines is not None:
        engines.forget()
    units = sys.modules.get("home.search_documents")
    if units is not None:
        units.forget_places()


# The tree ------------------------------------------------------------------------------------------------------------


def build_tree() -> None:
    """What Wagtail's data migrations make and `--nomigrations` leaves out, then the portal's own foundation.

    Every test rolls back to this; building it per test costs more than all tests together.
    """
    from wagtail.models import Collection, Locale, Page

    from home.groups import ensure_groups
    from portal.bootstrap import ensure_tree
    from procedures.listings.approval import ensure_approval_workflow

    if not Locale.objects.exists():
        Locale.objects.create(language_code="vi")
    if not Page.objects.exists():
        Page.add_root(title="Gốc", slug="root")
    if not Collection.objects.exists():
        Collection.add_root(name="Tất cả")
    ensure_tree()
    ensure_groups()
    ensure_approval_workflow()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_modify_db_settings_parallel_suffix: None,
) -> None:
    """Browser and cluster tests read from several threads at once: on SQLite they need a file, not one shared connection.

    Before that, what a server does: import the screens while the portal's language is on. `migrate` imports them with none,
    and what Wagtail translates on import would stay English.
    """
    from importlib import import_module

    from django.conf import settings
    from django.db import connections
    from django.utils import translation

    with translation.override(settings.LANGUAGE_CODE):
        import_module(settings.ROOT_URLCONF)

    database = connections.settings["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3" and any(
        item.get_closest_marker("browser") or item.get_closest_marker("cluster")
        for item in request.session.items
    ):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database with the tree in it."""
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    with django_db_blocker.unblock():
        # pytest-django makes no database for tests that only reach it through a browser.
        creation: Any = connection.creation
        there = connection.settings_dict["NAME"] == creation._get_test_db_name()
        aliases: Any = {"default"}
        made = None if there else setup_databases(verbosity=0, interactive=False, aliases=aliases)
        build_tree()
    yield
    if made:
        with django_db_blocker.unblock():
            teardown_databases(made, verbosity=0)


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside is taken back."""
    from django.db import transaction

    outer: Any = transaction.atomic()
    # As Django marks its own: whoever asks whether work is under way doesn't mean the test.
    outer._from_testcase = True
    with outer:
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def module_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database of a module's own fixtures: a world that takes seconds to build is built once.

    Tests of such a module use `rolled_back` instead of the mark `django_db`, which would close the connection.
    """
    with django_db_blocker.unblock(), undone():
        yield


Kept = Callable[[Callable[[], Any]], Any]
"""Of the fixture `kept`."""


def upon(base: Callable[..., Any]) -> Callable[[Callable[[Any], Any]], Callable[..., Any]]:
    """A world that goes on from another: `kept` leaves that one standing beneath."""

    def decorate(go_on: Callable[[Any], Any]) -> Callable[..., Any]:
        @wraps(go_on)
        def build(**fields: Any) -> Any:
            return go_on(base(**fields))

        vars(build).update(base=base, go_on=go_on)
        return build

    return decorate


@dataclass(frozen=True)
class Layer:
    build: Callable[[], Any]
    made: Any
    standing: ExitStack


class Worlds:
    """What several tests of a module begin with: built once, the last ones kept until others are asked for, or none."""

    def __init__(self) -> None:
        self._layers: list[Layer] = []
        self._written = 0

    def test_begins(self) -> None:
        self._written = self._rows_written()

    def stand(self, build: Callable[[], Any]) -> Any:
        """What `build` gives, with its rows in the database; objects of the test's own, as each may change them."""
        assert self._written == self._rows_written(), "a test asks for its world before it writes anything"
        wanted = [build]
        while base := getattr(wanted[0], "base", None):
            wanted.insert(0, base)
        while [layer.build for layer in self._layers] != wanted[: len(self._layers)]:
            self._layers.pop().standing.close()
        for step in wanted[len(self._layers) :]:
            with ExitStack() as building:
                building.enter_context(undone())
                made = vars(step)["go_on"](deepcopy(self._layers[-1].made)) if self._layers else step()
                self._layers.append(Layer(step, made, building.pop_all()))
        return deepcopy(self._layers[-1].made)

    def fall(self) -> None:
        while self._layers:
            self._layers.pop().standing.close()

    @staticmethod
    def _rows_written() -> int:
        """As far as the engine counts them."""
        from django.db import connection

        return int(getattr(connection.connection, "total_changes", 0))


@pytest.fixture(scope="module")
def worlds(module_db: None) -> Iterator[Worlds]:
    kept = Worlds()
    yield kept
    kept.fall()


@pytest.fixture
def kept(worlds: Worlds) -> Iterator[Kept]:
    """`kept(build)` instead of `build()`, as the first thing that a test writes: `build` runs once for tests in a row.

    In modules whose tests use `rolled_back`; whoever doesn't ask for a world finds none.
    """
    from django.core.cache import cache

    with ExitStack() as test:

        def stand(build: Callable[[], Any]) -> Any:
            made = worlds.stand(build)
            cache.clear()
            test.enter_context(undone())
            return made

        yield stand
    cache.clear()


@pytest.fixture
def rolled_back(worlds: Worlds, request: pytest.FixtureRequest) -> Iterator[None]:
    """The database as the module's fixtures left it, for one test."""
    from django.core.cache import cache

    if "kept" in request.fixturenames:
        # Begins when its world stands.
        worlds.test_begins()
        yield
        return
    worlds.fall()
    with undone():
        yield
    cache.clear()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A database as `manage.py migrate` makes it, once for all worker processes: to be copied, never written."""
    from tests.servers.own_process import portal_command

    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    made = shared / "migrated.sqlite3"
    with (shared / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            making = shared / "migrating.sqlite3"
            making.unlink(missing_ok=True)
            result = portal_command(
                "manage.py", "migrate", "--noinput", "-v0", database=f"sqlite:///{making}"
            )
            assert result.returncode == 0, result.stdout
            making.rename(made)
    return made


@pytest.fixture(scope="session", autouse=True)
def _tree_after_flush() -> Iterator[None]:
    """A test with real transactions ends by emptying every table: the next one finds the tree again."""
    flush: Callable[[TransactionTestCase], None] = vars(TransactionTestCase)["_fixture_teardown"]

    def flush_and_rebuild(test: TransactionTestCase) -> None:
        from procedures.ledger.triggers import lifted

        # The ledger refuses to be emptied; between tests it must.
        with lifted():
            flush(test)
        if not isinstance(test, _TestCase):
            build_tree()

    from django.test import TestCase as _TestCase

    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", flush_and_rebuild)
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def _worker_keeps_the_transaction() -> Iterator[None]:
    """The task library closes connections between tasks; a test's transaction would go with its connection."""
    from django.db import close_old_connections, connection
    from django_tasks_db.management.commands import db_worker

    def close_outside_transactions(**named: Any) -> None:
        if not connection.in_atomic_block:
            close_old_connections(**named)

    patch = pytest.MonkeyPatch()
    patch.setattr(db_worker, "close_old_connections", close_outside_transactions)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Git-ignored folder for pictures that a person looks at."""
    folder = ROOT / "tests" / "e2e" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
