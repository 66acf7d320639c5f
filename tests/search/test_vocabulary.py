"""The vocabulary's files, what is refused in them, and entries that curators add. No database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import search.vocabulary as current_vocabulary
from search.checks import check_vocabulary
from search.reading import read
from search.text import words
from search.vocabulary.entries import Content, Entry, EntryKind, Meaning, problems_of
from search.vocabulary.reading import DATA, Vocabulary, load, problems_of_new, read_file, read_folder

CONTENT: Content = read_folder()
VOCABULARY: Vocabulary = load()


def entry(*write: str, mean: str, both: bool = False) -> Entry:
    return Entry(write, (Meaning(mean),), both=both)


def understood(text: str, vocabulary: Vocabulary) -> set[str]:
    query = read(text, vocabulary)
    return {" ".join(way.tokens) for concept in query.concepts for way in concept.alternatives}


def folded(text: str) -> str:
    return " ".join(words(text))


def test_the_files_are_right() -> None:
    assert [str(problem) for problem in problems_of(CONTENT)] == []
    assert check_vocabulary(None) == []


def test_there_is_something_worth_having() -> None:
    assert len(CONTENT.entries) >= 900
    assert sum(len(entry.write) for entry in CONTENT.entries) >= 4500
    kinds = {kind: sum(entry.kind is kind for entry in CONTENT.entries) for kind in EntryKind}
    assert kinds[EntryKind.ABBREVIATION] >= 250
    assert kinds[EntryKind.EVERYDAY] >= 400
    assert all(kinds.values())


def test_every_entry_is_found_by_what_people_write() -> None:
    """With accents and without: an entry that another one hides would help nobody."""
    hidden: list[tuple[Entry, str]] = []
    for held in CONTENT.entries:
        text = " ".join((held.write[0], *held.company[:1]))
        alone = len(words(text)) == 1 and held.kind is not EntryKind.ABBREVIATION and not held.bare
        means = {folded(meaning.text) for meaning in held.mean}
        hidden += (
            (held, asked)
            for asked in ((text,) if alone else (text, folded(text)))
            if not understood(asked, VOCABULARY) & means
        )
    # Together with its company an abbreviation may be another one ("qsd đất"), or part of a question ("hs nộp").
    unsaid = [
        f"{held.place}: {asked}"
        for held, asked in hidden
        if not held.company and held.kind is not EntryKind.SAME
    ]
    assert unsaid == []
    assert len(hidden) < 20


def test_every_question_phrase_is_left_out_beside_content() -> None:
    kept = []
    for question in CONTENT.questions:
        for text in question.write:
            asked = f"{text} xăng dầu" if question.where == "start" else f"xăng dầu {text}"
            if read(asked, VOCABULARY).normal != "xang dau":
                kept.append(f"{question.place}: {asked}")
    assert kept == []


def test_the_other_direction_only_where_it_is_said() -> None:
    both = load([entry("tê tê", mean="xăng dầu", both=True)])
    one = load([entry("tê tê", mean="xăng dầu")])
    assert "te te" in understood("xăng dầu", both)
    assert "te te" not in understood("xăng dầu", one)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a", "phải là một bảng"),
        ("entries: {a: b}", "phải là một danh sách"),
        ("entries: [", "không đọc được YAML"),
        ("entry: []", "không có mục con “entry”"),
        ("kind: slang", "không có loại “slang”"),
        ("entries:\n  - a", "a.yaml:2: phải là một bảng"),
        ("entries:\n  - {write: [a], means: [b]}", "a.yaml:2: không có mục con “means”"),
        ("entries:\n  - {write: [a], write: [c], mean: [b]}", "được ghi hai lần"),
        ("entries:\n  - {write: [a]}", "thiếu nghĩa chính thức"),
        ("entries:\n  - {mean: [a]}", "thiếu cách viết"),
        ("entries:\n  - {write: [12], mean: [a]}", "không phải là chữ"),
        ("entries:\n  - {write: [a], mean: [{b: cao}]}", "không phải là số"),
        ("entries:\n  - {write: [a], mean: [{b: 1.5}]}", "phải lớn hơn 0 và không quá 1"),
        ("entries:\n  - {write: [a], mean: [b], typed: 0}", "phải lớn hơn 0 và không quá 1"),
        ("entries:\n  - {write: [a], mean: [b], both: 1}", "phải là true hoặc false"),
        ("entries:\n  - {write: [a], mean: [b], kind: x}", "không có loại “x”"),
        ("entries:\n  - {write: ['?!'], mean: [b]}", "không có chữ nào để tìm"),
        ("entries:\n  - {write: [sổ], mean: [so]}", "bằng chính nghĩa của nó"),
        ("entries:\n  - {write: [a], mean: [sổ, sổ]}", "được ghi hai lần"),
        (
            "entries:\n  - {write: [a], mean: [b]}\n  - {write: [a], mean: [c]}",
            "a.yaml:3: “a” đã có ở a.yaml:2",
        ),
        ("entries:\n  - {write: [a], mean: [b]}\n  - {write: [b], mean: [a]}", "vòng lặp"),
        (
            "entries:\n  - {write: [a], mean: [b]}\n  - {write: [b], mean: [c]}\n  - {write: [c], mean: [a]}",
            "a.yaml:4: vòng lặp",
        ),
        (
            "kind: abbreviation\nentries:\n  - {write: [hđ], mean: [hợp đồng]}\n  - {write: [hd], mean: [hướng dẫn]}",
            "có nhiều nghĩa khi bỏ dấu",
        ),
        ("questions:\n  - {leave: [a], hint: time, for: b}", "không có mục con “for”"),
        ("questions:\n  - {leave: [a], hint: colour}", "không có loại “colour”"),
        ("light:\n  - {words: [1]}", "không phải là chữ"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, said: str) -> None:
    found = "\n".join(map(str, problems_of(read_file("a.yaml", text))))
    assert said in found
    assert "a.yaml" in found


def test_accents_tell_entries_apart() -> None:
    text = "entries:\n  - {write: [số đo], mean: [b]}\n  - {write: [sổ đỏ], mean: [c]}"
    assert not problems_of(read_file("a.yaml", text))


def test_abbreviations_with_company_may_share_their_letters() -> None:
    text = (
        "kind: abbreviation\nentries:\n  - {write: [hs], mean: [hồ sơ], company: [nộp]}\n"
        "  - {write: [hs], mean: [học sinh], company: [trường]}"
    )
    assert not problems_of(read_file("a.yaml", text))


def test_a_curators_entry_is_understood() -> None:
    vocabulary = load([entry("tê tê", mean="động vật nguy cấp")])
    assert folded("động vật nguy cấp") in understood("nuôi tê tê", vocabulary)
    assert vocabulary.version != VOCABULARY.version


WRONG = [
    (entry("sổ đỏ", mean="giấy"), "đã có ở land.yaml"),
    (entry("", mean="giấy"), "không có chữ nào"),
    (entry("giấy", mean="giay"), "bằng chính nghĩa"),
    (entry("giấy chứng nhận đã cấp", mean="sổ đỏ"), "vòng lặp"),
    (entry("cho hỏi", mean="hỏi đáp"), "đã có ở questions.yaml"),
]


@pytest.mark.parametrize(("new", "said"), WRONG)
def test_a_wrong_entry_is_refused(new: Entry, said: str) -> None:
    assert said in "\n".join(problem.message for problem in problems_of_new(new))


def test_a_wrong_entry_harms_nothing() -> None:
    right = entry("tê tê", mean="động vật nguy cấp")
    vocabulary = load([right, *(new for new, _said in WRONG)])
    assert [held.write for held in vocabulary.entries[len(CONTENT.entries) :]] == [right.write]


def test_two_new_entries_are_compared_with_each_other() -> None:
    one = entry("tê tê", mean="động vật")
    assert not problems_of_new(one)
    assert "đã có" in problems_of_new(one, [replace(one, place="mục 1")])[0].message


@pytest.fixture
def forgotten() -> Iterator[None]:
    provider = current_vocabulary._provider
    current_vocabulary.forget()
    yield
    current_vocabulary._provider = provider
    current_vocabulary.forget()


@pytest.mark.usefixtures("forgotten")
def test_current_follows_the_provider() -> None:
    held: list[Entry] = []
    asked: list[int] = []

    def entries() -> list[Entry]:
        asked.append(len(held))
        return list(held)

    current_vocabulary.register_provider(entries=entries, version=lambda: len(held))
    first = current_vocabulary.current()
    assert current_vocabulary.current() is first
    held.append(entry("tê tê", mean="động vật nguy cấp"))
    assert folded("động vật nguy cấp") in understood("tê tê", current_vocabulary.current())
    current_vocabulary.forget()
    current_vocabulary.current()
    assert asked == [0, 1, 1]


def test_every_file_is_read(tmp_path: Path) -> None:
    assert {held.place.split(":")[0] for held in CONTENT.entries} | {"questions.yaml"} == {
        path.name for path in DATA.glob("*.yaml")
    }
    (tmp_path / "a.yaml").write_text("entries:\n  - {write: [tê tê], mean: [động vật]}", "utf-8")
    assert len(load(folder=tmp_path).entries) == 1
