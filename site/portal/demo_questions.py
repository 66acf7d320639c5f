"""Six weeks of questions for the demo's curators, made by us: nobody asked them, and the page that shows them says so.

Only texts and how often are made up. What each finds is what this portal's search answers when the demo is laid, so the
counts never claim an answer that isn't there. Laid once, where nothing has been counted yet; never beside real data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from search.engines.contract import EngineUnavailable
from search.models import QueryDay, QueryOpened
from search.results import Hit
from search.service import find

DAYS = 42
WEEKEND = 0.3
"""Of a working day's questions."""


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    a_week: float
    opened: float = 0.6
    """Of those who ask, so many open the first result."""
    rising: bool = False


QUESTIONS = (
    Question("đăng ký kết hôn", 24),
    Question("làm giấy khai sinh", 21),
    Question("đăng ký tạm trú", 19, 0.7),
    Question("sang tên sổ đỏ", 18, 0.5),
    Question("sổ đỏ", 16, 0.4),
    Question("đổi bằng lái xe", 14, rising=True),
    Question("lý lịch tư pháp", 13, 0.7),
    Question("sao y bản chính", 12),
    Question("giấy xác nhận độc thân", 11, 0.7),
    Question("tách thửa đất", 10),
    Question("đăng ký hộ kinh doanh", 10, 0.7),
    Question("trích lục khai sinh", 9),
    Question("nhập hộ khẩu", 8, 0.5),
    Question("chuyển trường", 8, rising=True),
    Question("căn cước cho trẻ em", 7),
    Question("giấy phép xây dựng nhà ở", 7, 0.5),
    Question("mở quán ăn", 6, 0.4),
    Question("trợ cấp người cao tuổi", 6, 0.4),
    Question("hộ nghèo", 5),
    Question("đăng ký khai tử", 5, 0.7),
    Question("hỗ trợ mai táng", 4),
    # Something is found, but not what they meant: nobody opens it.
    Question("hộ chiếu", 9, 0.0, rising=True),
    Question("ly hôn", 6, 0.0),
    Question("vay vốn sinh viên", 5, 0.0),
    # Not in the sample catalogue, under no name.
    Question("giấy phép bán rượu", 6, 0.0),
    Question("chặt cây xanh", 4, 0.0),
    Question("mượn vỉa hè", 4, 0.0, rising=True),
    Question("bay flycam", 3, 0.0),
)


def lay_questions(today: date | None = None) -> int:
    """How many were counted: none where people, or an earlier run, were counted before, or no engine answers."""
    if QueryDay.objects.exists():
        return 0
    today = today or timezone.localdate()
    days: list[QueryDay] = []
    opens: list[QueryOpened] = []
    for question in QUESTIONS:
        try:
            result = find(question.text)
        except EngineUnavailable:
            return 0
        first = next(iter((*result.exact, *result.hits)), None)
        for day, asked, opened in _history(question, today):
            found = opened if first else 0
            days.append(
                QueryDay(
                    normal=result.query.normal,
                    day=day,
                    asked=asked,
                    unfound=0 if result.total else asked,
                    results=result.total,
                    opened=found,
                )
            )
            if first and found:
                opens.append(_opened(result.query.normal, first, day, found))
    with transaction.atomic():
        QueryDay.objects.bulk_create(days, batch_size=500)
        QueryOpened.objects.bulk_create(opens, batch_size=500)
    return sum(row.asked for row in days)


def _history(question: Question, today: date) -> list[tuple[date, int, int]]:
    """(day, times asked, times opened), without the days on which nobody asked; the same for everybody who lays it."""
    chance = Random(question.text)  # noqa: S311 -- sample data, the same each time
    found = []
    for number in range(DAYS):
        day = today - timedelta(days=DAYS - number)
        rate = question.a_week / 5.6 * (WEEKEND if day.weekday() > 4 else 1.0)
        if question.rising:
            rate *= 0.3 + 1.4 * number / DAYS
        asked = int(rate * chance.uniform(0.6, 1.4) + chance.random())
        opened = sum(chance.random() < question.opened for _ in range(asked))
        if asked:
            found.append((day, asked, opened))
    return found


def _opened(normal: str, hit: Hit, day: date, times: int) -> QueryOpened:
    return QueryOpened(normal=normal, kind=hit.id.kind, key=hit.id.key, day=day, times=times, positions=times)
