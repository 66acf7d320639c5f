"""Two people apply at the same moment: one of them does, the other is told; never both, never half."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from django.db import connection, connections

from tests.servers.own_process import portal_command

SETUP = """
import django; django.setup()
from portal.bootstrap import ensure_tree
ensure_tree()
"""
RACE = """
from tests.integration.test_decision_race import race
race()
"""


def race() -> None:
    """Four threads, each with a connection of its own: two on one draft, two on drafts of the same number."""
    from procedures.decisions.applying import DecisionNotApplied, apply_decision
    from procedures.models import AnnouncementDecision, DecisionDraft, ProcedurePage
    from tests.factories.decisions import TODAY, line, make_draft, proposal

    one = make_draft(proposal(line("7.900001"), line("7.900002"), number="1/QĐ-UBND"))
    twins = [make_draft(proposal(line("7.900001"), line("7.900003"), number="2/QĐ-UBND")) for _n in range(2)]
    begin = threading.Barrier(4)
    applied: list[int] = []
    told: list[str] = []
    failed: list[str] = []

    def work(pk: int) -> None:
        try:
            draft = DecisionDraft.objects.get(pk=pk)
            begin.wait(timeout=30)
            applied.append(apply_decision(draft=draft, user=None, today=TODAY).pk)
        except DecisionNotApplied as error:
            told.append(str(error))
        except Exception as error:
            failed.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(draft.pk,)) for draft in (one, one, *twins)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (failed, len(told)) == ([], 2), (failed, told)
    decisions = AnnouncementDecision.objects.filter(kind="announcement")
    assert sorted(decisions.values_list("number", flat=True)) == ["1/QĐ-UBND", "2/QĐ-UBND"]
    assert all(decision.lines.count() == 2 for decision in decisions)
    assert ProcedurePage.objects.filter(code__startswith="7.90000").count() == 3
    assert ProcedurePage.find_problems() == ([], [], [], [], [])


def test_on_sqlite(tmp_path: Path, migrated_sqlite: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a file of its own: on SQLite")
    database = tmp_path / "race.sqlite3"
    shutil.copy(migrated_sqlite, database)
    result = portal_command("-c", SETUP + RACE, database=f"sqlite:///{database}")
    assert result.returncode == 0, result.stdout


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_on_postgresql() -> None:
    race()
