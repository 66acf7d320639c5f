"""`search_eval` from the command line: figures for people and machines, bad rows named, exit codes."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from search import engines
from search.engines.contract import EngineUnavailable
from tests.factories.catalogue import make_procedure

pytestmark = pytest.mark.django_db

MARRIAGE, DEATH = "7.900001", "7.900002"


@pytest.fixture(autouse=True)
def catalogue() -> None:
    make_procedure("Đăng ký kết hôn", code=MARRIAGE)
    make_procedure("Đăng ký khai tử", code=DEATH)


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    return write(
        tmp_path, f"keyword\tkết hôn\t{MARRIAGE}", f"code\t{DEATH}\t{DEATH}", f"life\tkết hôn\t{DEATH}"
    )


def write(folder: Path, *rows: str) -> Path:
    path = folder / "cau-hoi.tsv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def run(*arguments: Any) -> str:
    out = StringIO()
    call_command("search_eval", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_figures_for_machines(queries: Path) -> None:
    right = {"n": 1, "success@1": 1.0, "success@5": 1.0, "ndcg@10": 1.0}
    found = json.loads(run(queries, "--json", "--engine", "sqlite"))
    assert list(found) == ["keyword", "code", "life", "all"]
    assert found["keyword"] == found["code"] == right
    assert found["life"]["success@1"] == 0
    assert found["all"] == {
        "n": 3,
        "success@1": 0.6667,
        "success@5": pytest.approx((2 + found["life"]["success@5"]) / 3, abs=1e-4),
        "ndcg@10": pytest.approx((2 + found["life"]["ndcg@10"]) / 3, abs=1e-4),
    }


def test_what_was_published_meanwhile_is_found(queries: Path) -> None:
    run(queries)
    make_procedure("Giám hộ", code="7.900003")
    queries.write_text("keyword\tgiám hộ\t7.900003\n", "utf-8")
    assert json.loads(run(queries, "--json"))["all"]["success@1"] == 1


def test_a_table_for_people(queries: Path) -> None:
    lines = run(queries).splitlines()
    assert lines[0].split("  ") == ["Cách hỏi", "Số câu", "đúng đầu", "trong 5", "nDCG@10"]
    assert lines[1].split() == ["keyword", "1", "1,000", "1,000", "1,000"]
    assert lines[-1].split()[:4] == ["Tất", "cả", "3", "0,667"]


def test_misses_say_what_stood_first(queries: Path) -> None:
    out = run(queries, "--misses")
    assert "Sai kết quả đầu (sqlite): 1 câu." in out
    assert f"life  “kết hôn”  cần {DEATH}" in out
    assert f"đầu tiên: {MARRIAGE} Đăng ký kết hôn" in out


def test_without_a_part_stands_beside_the_whole(queries: Path) -> None:
    out = run(queries, "--without", "prior", "--without", "pairs")
    assert "sqlite −pairs −prior" in out
    assert "Cùng kết quả đầu: 100,0 % số câu." in out
    assert json.loads(run(queries, "--json", "--without", "prior"))["all"]["n"] == 3


def test_bad_rows_are_named_and_the_others_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, f"keyword\tkết hôn\t{MARRIAGE}", "keyword\tkhai tử", "keyword\tsinh\t9.999999")
    out, errors = StringIO(), StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("search_eval", str(path), "--json", stdout=out, stderr=errors)
    assert ended.value.code == 1
    assert json.loads(out.getvalue())["all"]["n"] == 2, "a code that nobody has is a query that fails"
    assert "dòng 2, cột codes: cần đúng 3 cột" in errors.getvalue()
    assert "1 mã không có trong chỉ mục nên không thể tìm thấy: 9.999999" in errors.getvalue()


def test_an_unknown_engine(queries: Path) -> None:
    with pytest.raises(CommandError, match="mars") as raised:
        run(queries, "--engine", "mars")
    assert raised.value.returncode == 2


@pytest.mark.parametrize("arguments", [["--without", "nothing"], ["--json", "--misses"]])
def test_the_parser_refuses(queries: Path, arguments: list[str]) -> None:
    with pytest.raises(CommandError, match=r"invalid choice|not allowed with"):
        run(queries, *arguments)


@pytest.mark.parametrize("content", [None, b"", b"# only a note\n", b"\xff\xfe"])
def test_unusable_files(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "cau-hoi.tsv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError) as raised:
        run(path)
    assert raised.value.returncode == 2


def test_an_engine_that_is_away(queries: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: Any, **_options: Any) -> None:
        raise EngineUnavailable("no answer")

    monkeypatch.setattr(type(engines.embedded()), "search", away)
    with pytest.raises(CommandError) as raised:
        run(queries, "--engine", "sqlite")
    assert raised.value.returncode == 2
