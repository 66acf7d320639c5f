"""The demo's procedures: every file reads strictly, and together they carry the home page."""

import unicodedata
from collections import Counter
from pathlib import Path

import pytest
import yaml

from procedures.demo.reading import (
    CATALOGUE,
    LIFE_EVENTS,
    RANKS,
    DemoError,
    DemoProcedure,
    entered_parts,
    read_demo,
    read_file,
)
from procedures.enums import ChannelKind, Part

FILES = sorted(CATALOGUE.glob("*.yaml"))
MOST_NEEDED = {
    1: "1.001193",
    2: "1.000894",
    3: "1.004222",
    4: "1.004873",
    5: "1.004194",
    6: "1.014027",
    7: "2.000815",
    8: "1.000656",
}


@pytest.fixture(scope="module")
def demo() -> list[DemoProcedure]:
    return read_demo()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_file_is_complete(path: Path) -> None:
    record = read_file(path).record
    missing = [
        part for part, entered in entered_parts(record).items() if not entered and part not in record.absences
    ]
    assert missing == []


def test_there_are_enough_procedures_for_a_real_portal(demo: list[DemoProcedure]) -> None:
    assert len(demo) >= 55


def test_codes_and_national_addresses_are_unique(demo: list[DemoProcedure]) -> None:
    for values in ([d.record.code for d in demo], [d.record.national_url for d in demo]):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_every_rank_is_taken_once(demo: list[DemoProcedure]) -> None:
    ranked = {d.rank: d.record.code for d in demo if d.rank is not None}
    assert sorted(d.rank for d in demo if d.rank is not None) == list(RANKS)
    assert {rank: ranked[rank] for rank in MOST_NEEDED} == MOST_NEEDED


def test_every_life_event_is_used(demo: list[DemoProcedure]) -> None:
    used = {event for procedure in demo for event in procedure.life_events}
    assert used == set(LIFE_EVENTS)


# --- The reader itself, on a small file that is right, changed one place at a time.


def right() -> dict:
    return {
        "code": "9.000001",
        "name": "Thủ tục thử",
        "decision": "1/QĐ-BTP",
        "issuing_body": "Bộ Tư pháp",
        "field": "Hộ tịch",
        "levels": ["commune"],
        "audiences": ["citizen"],
        "bodies": ["Ủy ban nhân dân cấp xã"],
        "scope": "province",
        "purpose": "Để thử việc đọc.",
        "steps": [{"title": "Nộp hồ sơ", "actor": "applicant", "text": ["Câu một.", "Câu hai."]}],
        "channels": [
            {
                "kind": "in_person",
                "duration": {"amount": 3, "unit": "working_day"},
                "fees": [{"amount": 0, "text": "Miễn"}],
            }
        ],
        "cases": [
            {
                "title": "Mọi trường hợp",
                "papers": [{"name": "Tờ khai", "originals": 1, "form": "to-khai.docx"}],
            }
        ],
        "copies_text": "01 bộ",
        "results": [{"name": "Giấy xác nhận", "code": "KQ.G15.000001"}],
        "conditions": ["Từ đủ 18 tuổi."],
        "basis": [{"number": "60/2014/QH13", "title": "Luật Hộ tịch"}],
        "online_level": "none",
        "national_url": "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/1",
        "life_events": ["sinh-con"],
    }


def read(tmp_path: Path, content: dict | str) -> DemoProcedure:
    path = tmp_path / "9.000001.yaml"
    text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
    path.write_text(text, encoding="utf-8")
    return read_file(path)


def test_a_right_file_becomes_a_record(tmp_path: Path) -> None:
    procedure = read(tmp_path, right() | {"rank": 3})
    record = procedure.record
    assert (record.code, procedure.rank, procedure.life_events) == ("9.000001", 3, ("sinh-con",))
    assert record.channels[0].duration is not None
    assert record.channels[0].duration.amount == 3
    assert record.channels[0].fees[0].currency == "VND"
    assert "<li>Câu một.</li>" in record.steps[0].text_html
    assert "Tờ khai" in record.cases[0].papers[0].name_html


def without(key: str) -> dict:
    return {k: v for k, v in right().items() if k != key}


def nested(key: str, **changes: object) -> dict:
    content = right()
    content[key][0] |= changes
    return content


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (right() | {"purpos": "x"}, "purpos"),
        (nested("steps", whom="x"), r"steps\[1\].whom"),
        (right() | {"code": 9.000001}, "code"),
        (right() | {"code": "9.000002"}, "code"),
        (right() | {"name": "x" * 1193}, "name"),
        (right() | {"name": unicodedata.normalize("NFD", "Thủ tục thử")}, "name"),
        (right() | {"bodies": "Ủy ban nhân dân cấp xã"}, "bodies"),
        (right() | {"levels": ["village"]}, "levels"),
        (right() | {"audiences": ["citizen", "citizen"]}, "audiences"),
        (right() | {"scope": "district"}, "scope"),
        (right() | {"life_events": ["ngay-tet"]}, "life_events"),
        (right() | {"rank": 13}, "rank"),
        (right() | {"rank": "1"}, "rank"),
        (right() | {"anywhere": "true"}, "anywhere"),
        (right() | {"national_url": "https://example.org/1"}, "national_url"),
        (nested("channels", kind="fax"), r"channels\[1\].kind"),
        (nested("channels", duration={"amount": 0, "unit": "day"}), r"channels\[1\].duration.amount"),
        (nested("channels", duration={"amount": 3, "unit": "week"}), r"channels\[1\].duration.unit"),
        (nested("channels", fees=[{"label": "Lệ phí"}]), r"channels\[1\].fees\[1\].text"),
        (nested("channels", fees=[{"amount": -1}]), r"channels\[1\].fees\[1\].amount"),
        (nested("channels", fees=[{"amount": True}]), r"channels\[1\].fees\[1\].amount"),
        (
            nested("cases", papers=[{"name": "Tờ khai", "originals": "1"}]),
            r"cases\[1\].papers\[1\].originals",
        ),
        (nested("results", code="000001"), r"results\[1\].code"),
        (nested("basis", issued="2014"), r"basis\[1\].issued"),
        (right() | {"absences": {"fees": "not_regulated"}}, "absences.fees"),
        (right() | {"absences": {"fee": ""}}, "absences.fee"),
        (right() | {"absences": {"fee": "not_regulated"}}, "absences.fee"),
        (right() | {"basis": right()["basis"] * 2}, "basis"),
        (right() | {"online_level": "full"}, "online_level"),
        (right() | {"online_level": "partial"}, "online_reason"),
        (right() | {"cases": [{"note": "Không nộp gì."}, {"title": "Khác", "note": "x"}]}, "papers"),
        (nested("channels", duration=None), Part.TIME),
        (nested("channels", fees=None), Part.FEE),
        (nested("cases", papers=[{"name": "Tờ khai"}]), Part.FORMS),
        (without("steps"), Part.STEPS),
        (without("copies_text"), Part.COPIES),
        (without("conditions"), Part.CONDITIONS),
        (without("basis"), Part.BASIS),
        (without("results"), Part.RESULTS),
        (without("bodies"), Part.BODIES),
        (without("audiences"), Part.AUDIENCE),
        (without("decision"), "decision"),
        (without("purpose"), "purpose"),
        ("code: 1\ncode: 2\n", "code"),
        ("- a\n- b\n", "file"),
        ("a: [", ""),
    ],
)
def test_a_slip_is_refused_with_file_and_key(tmp_path: Path, content: dict | str, key: str) -> None:
    with pytest.raises(DemoError, match=rf"^9\.000001\.yaml: .*{key}"):
        read(tmp_path, content)


def test_an_absence_stands_for_a_part_that_holds_nothing(tmp_path: Path) -> None:
    record = read(tmp_path, without("conditions") | {"absences": {"conditions": "not_regulated"}}).record
    assert record.absences == {"conditions": "not_regulated"}


def test_one_rank_for_two_procedures_is_refused(tmp_path: Path) -> None:
    for code in ("9.000001", "9.000002"):
        content = right() | {"code": code, "rank": 4}
        (tmp_path / f"{code}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(DemoError, match=r"^9\.000002\.yaml: rank: 4 is already that of 9\.000001"):
        read_demo(tmp_path)


def test_every_part_of_the_law_is_looked_at(tmp_path: Path) -> None:
    assert set(entered_parts(read(tmp_path, right()).record)) == set(Part)


def test_online_channel_asks_for_an_online_level(tmp_path: Path) -> None:
    content = right()
    content["channels"].append(content["channels"][0] | {"kind": ChannelKind.ONLINE.value})
    with pytest.raises(DemoError, match="online_level"):
        read(tmp_path, content)
