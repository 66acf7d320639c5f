"""Questions of a proposal as a file that people answer in any editor, and back. Pure: no Django.

YAML with the words as comments: what has to be typed is only the answer. A table of keys and answers parted by tabs is
read too. Every value is text: a code such as 1.004190 must not become a number.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from textwrap import wrap

import yaml

from procedures.decisions.proposal import Question

WIDTH = 110
HEAD = """\
# {title}
# Ghi câu trả lời trong dấu nháy sau dấu hai chấm, rồi chạy lại lệnh với --answers và tệp này.
# Để trống là chưa trả lời. Câu ghi BẮT BUỘC phải trả lời thì mới áp dụng được.
"""


class UnreadableAnswers(ValueError):
    """The file holds no answers; the message tells where."""


def write_questions(questions: Iterable[Question], *, title: str, answers: Mapping[str, str]) -> str:
    """All questions with the answers given so far; those that nothing can answer stand as a comment only."""
    parts = [HEAD.format(title=title)]
    parts += ["\n".join(_lines(question, answers)) + "\n" for question in questions]
    return "\n".join(parts)


def _lines(question: Question, answers: Mapping[str, str]) -> Iterator[str]:
    head = "BẮT BUỘC" if question.blocking else "Không bắt buộc"
    yield f"# {head}" + (f" ({question.where})" if question.where else "")
    yield from (f"# {line}" for line in wrap(" ".join(question.text.split()), WIDTH))
    for choice in question.choices:
        yield f"#   {choice.value or '(trống)'} = {' '.join(choice.label.split())}"
    if question.free:
        yield "#   hoặc ghi giá trị khác"
    if question.suggested:
        yield f"#   gợi ý: {question.suggested}"
    if question.choices or question.free:
        answer = answers.get(question.key, question.answer or "")
        yield f"{_quoted(question.key)}: {_quoted(answer)}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def read_answers(text: str, *, name: str) -> dict[str, str]:
    """Key → answer, empty ones left out. Raises UnreadableAnswers."""
    rows = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if rows and all("\t" in row for row in rows):
        return _given(row.split("\t", 1) for row in rows)
    try:
        loaded = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 -- makes text, lists, mappings only
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", dòng {mark.line + 1}" if mark else ""
        raise UnreadableAnswers(f"{name}{where}: không đọc được câu trả lời.") from error
    if loaded in (None, ""):
        return {}
    if not isinstance(loaded, dict) or not all(isinstance(value, str) for value in loaded.values()):
        raise UnreadableAnswers(f'{name}: cần mỗi dòng một câu trả lời, dạng "khóa": "trả lời".')
    return _given(loaded.items())


def _given(pairs: Iterable[Iterable[str]]) -> dict[str, str]:
    found = {}
    for key, value in pairs:
        if key.strip() and value.strip():
            found[key.strip()] = value.strip()
    return found
