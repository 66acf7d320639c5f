"""What is asked and opened, counted per day and nothing else: no address, no session, no program, no time but the day.

Counts are gathered in the process and written by a thread of its own every few seconds: a search never waits for the
database, and when that can't write, the counts are lost, not the search. What a search uses of them (`popularity`,
`successful`) the worker works out (`learn`) into one row a query.
"""

from __future__ import annotations

import atexit
import logging
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from threading import Lock, Timer
from typing import Final

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.utils import timezone

from search import engines
from search.documents import DocumentId
from search.engines.contract import EngineUnavailable
from search.learning import Asked, Opened, is_worth_suggesting, placed, shares
from search.models import QUERY_LENGTH, LearnedQuery, QueryDay, QueryOpened, UnsuggestedQuery
from search.privacy import may_keep
from search.results import SearchResult
from search.said import answered, known
from search.text import words
from search.throttling import Throttle

logger = logging.getLogger(__name__)

KEPT_DAYS: Final = 400
LEARNED_DAYS: Final = 240
"""Four half-lives of `search.learning`: what is older tells next to nothing."""
MOST_WAITING: Final = 5_000
"""Different queries that wait to be written; what comes beyond is not counted."""
MOST_ROWS_A_DAY: Final = 5_000
"""Different queries of a day that are kept; the others aren't counted, however many think them up."""
THROTTLE: Final = Throttle(each=60, together=20_000, seconds=3_600)
MOST_POSITION: Final = 100
PRUNED_TOGETHER: Final = 5_000

_BOTS: Final = re.compile(
    r"bot|crawl|spider|slurp|scan|monitor|preview|curl|wget|python|java/|go-http|libwww|headless|lighthouse|http",
    re.IGNORECASE,
)


# Counting ---------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Count:
    asked: int = 0
    unfound: int = 0
    results: int = 0


_lock = Lock()
_asked: dict[tuple[str, date], _Count] = {}
_opened: dict[tuple[str, str, str, date], tuple[int, int]] = {}
"""Times, and the sum of the places."""
_timer: Timer | None = None


def count(result: SearchResult, *, headers: Mapping[str, str] | None = None, address: str = "") -> None:
    """A person was shown the first page of `result`. `headers` of the request: machines and fetching ahead don't count.

    `address`: asked from where, to bound what one asker counts; it is not kept with the question.
    """
    if result.page != 1 or (headers is not None and not is_by_a_person(headers)):
        return
    query = result.query
    if query.is_empty or not may_keep(query.text, query.normal, known()):
        return
    if address and not THROTTLE.allows(address):
        return
    key = (query.normal, timezone.localdate())
    with _lock:
        if key not in _asked and len(_asked) >= MOST_WAITING:
            return
        counted = _asked.setdefault(key, _Count())
        counted.asked += 1
        counted.unfound += result.total == 0
        counted.results = result.total
    _write_soon()


def opened(normal: str, document: DocumentId, position: int) -> None:
    """Somebody opened the result at this place (1: the first). Kept only if the query was counted (`flush`)."""
    if not 1 <= position <= MOST_POSITION or not may_keep(normal, normal):
        return
    key = (normal, document.kind, document.key, timezone.localdate())
    with _lock:
        if key not in _opened and len(_opened) >= MOST_WAITING:
            return
        times, positions = _opened.get(key, (0, 0))
        _opened[key] = (times + 1, positions + position)
    _write_soon()


def is_by_a_person(headers: Mapping[str, str]) -> bool:
    agent = headers.get("User-Agent", "")
    ahead = f"{headers.get('Sec-Purpose', '')} {headers.get('Purpose', '')}".lower()
    return bool(agent) and not _BOTS.search(agent) and "prefetch" not in ahead and "preview" not in ahead


def _write_soon() -> None:
    global _timer  # noqa: PLW0603 -- one thread at a time
    seconds = settings.PORTAL_COUNT_SECONDS
    if not seconds:
        return
    with _lock:
        if _timer is None:
            _timer = Timer(seconds, _write_in_thread)
            _timer.daemon = True
            _timer.start()


def _write_in_thread() -> None:
    global _timer  # noqa: PLW0603 -- as above
    with _lock:
        _timer = None
    try:
        flush()
    finally:
        connection.close()


@atexit.register
def _write_at_the_end() -> None:
    """What was counted in the last seconds, when the process ends in peace."""
    if _timer is not None:
        close_old_connections()
        flush()


def flush() -> int:
    """Writes what was counted; how many rows. What can't be written is lost, and said in the log."""
    with _lock:
        asked, clicked = dict(_asked), dict(_opened)
        _asked.clear()
        _opened.clear()
    if not asked and not clicked:
        return 0
    try:
        with transaction.atomic():
            return _write(asked, clicked)
    except DatabaseError:
        logger.warning("The counts of %s queries were lost", len(asked), exc_info=True)
        return 0


def _write(
    asked: Mapping[tuple[str, date], _Count], clicked: Mapping[tuple[str, str, str, date], tuple[int, int]]
) -> int:
    """In one order everywhere, so that two processes never wait for each other in a circle."""
    rows = [
        (normal, day, asked[normal, day].asked, asked[normal, day].unfound, asked[normal, day].results)
        for normal, day in sorted(asked)
    ]
    rows = _bounded(rows)
    with connection.cursor() as cursor:
        if rows:
            cursor.executemany(_ADD_ASKED, rows)
        known = _counted_lately({normal for normal, *_rest in clicked})
        opens = [
            (normal, kind, key, day, *clicked[normal, kind, key, day])
            for normal, kind, key, day in sorted(clicked)
            if normal in known
        ]
        if opens:
            cursor.executemany(_ADD_OPENED, opens)
            times: Counter[tuple[str, date]] = Counter()
            for (normal, _kind, _key, day), (count, _positions) in clicked.items():
                if normal in known:
                    times[normal, day] += count
            cursor.executemany(
                _ADD_OPENS_OF_QUERY, [(times[normal, day], normal, day) for normal, day in sorted(times)]
            )
    return len(rows) + len(opens)


def _bounded(rows: list[tuple[str, date, int, int, int]]) -> list[tuple[str, date, int, int, int]]:
    """What goes beyond `MOST_ROWS_A_DAY` adds to the queries that are there already, and makes no new ones."""
    kept: list[tuple[str, date, int, int, int]] = []
    for day in sorted({row[1] for row in rows}):
        of_day = [row for row in rows if row[1] == day]
        there = QueryDay.objects.filter(day=day)
        left = MOST_ROWS_A_DAY - there.count()
        if left >= len(of_day):
            kept += of_day
            continue
        old: set[str] = set()
        for some in _parts([row[0] for row in of_day], 500):
            old.update(there.filter(normal__in=some).values_list("normal", flat=True))
        new = [row for row in of_day if row[0] not in old]
        kept += [row for row in of_day if row[0] in old] + new[: max(left, 0)]
    return sorted(kept)


def _counted_lately(normals: Collection[str]) -> set[str]:
    """A page that stood open over midnight still counts; a query that nobody asked does not."""
    since = timezone.localdate() - timedelta(days=1)
    found: set[str] = set()
    for some in _parts(sorted(normals), 500):
        rows = QueryDay.objects.filter(normal__in=some, day__gte=since)
        found.update(rows.values_list("normal", flat=True))
    return found


def _parts(values: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


# Adding to what stands there is one statement in both databases; the ORM's bulk_create can only replace.
_ADD_ASKED: Final = (
    "INSERT INTO search_queryday (normal, day, asked, unfound, results, opened) VALUES (%s, %s, %s, %s, %s, 0) "
    "ON CONFLICT (normal, day) DO UPDATE SET asked = search_queryday.asked + excluded.asked, "
    "unfound = search_queryday.unfound + excluded.unfound, results = excluded.results"
)
_ADD_OPENED: Final = (
    "INSERT INTO search_queryopened (normal, kind, key, day, times, positions) VALUES (%s, %s, %s, %s, %s, %s) "
    "ON CONFLICT (normal, kind, key, day) DO UPDATE SET times = search_queryopened.times + excluded.times, "
    "positions = search_queryopened.positions + excluded.positions"
)
_ADD_OPENS_OF_QUERY: Final = "UPDATE search_queryday SET opened = opened + %s WHERE normal = %s AND day = %s"


# Using ------------------------------------------------------------------------------------------------------------------


def popularity(normal: str, ids: Iterable[DocumentId]) -> Mapping[DocumentId, float]:
    """Of `ids`, those that people open after this query, with their share 0…1. One look-up."""
    if not normal or len(normal) > QUERY_LENGTH:
        return {}
    held = LearnedQuery.objects.filter(normal=normal).values_list("shares", flat=True).first()
    if not held:
        return {}
    wanted = set(ids)
    known = {
        DocumentId(kind, key): float(share) for kind, keys in held.items() for key, share in keys.items()
    }
    return {document: share for document, share in known.items() if document in wanted}


def successful(prefix: str, limit: int = 3) -> tuple[str, ...]:
    """Past queries that begin like this and led somewhere, the most asked first, with their usual accents."""
    beginning = " ".join(words(prefix))
    if len(beginning) < 2:
        return ()
    rows = LearnedQuery.objects.filter(suggested=True, normal__startswith=beginning)
    rows = rows.exclude(normal=beginning)
    if connection.vendor == "sqlite":
        # Its LIKE looks at every row; PostgreSQL has an index for it, but sorts words in its own order.
        rows = rows.filter(normal__gt=beginning, normal__lt=f"{beginning}\U0010ffff")
    return tuple(map(shown, rows.order_by("-asked", "normal").values_list("normal", flat=True)[:limit]))


def shown(normal: str) -> str:
    """A normal form as people read it: "dang ki ket hon" → "đăng ký kết hôn". Without accents where not all are known."""
    said = tuple(normal.split())
    try:
        lexicon = engines.embedded().lexicon()
    except EngineUnavailable:
        return normal
    if not all(word in lexicon for word in said):
        return normal
    accented: str = lexicon.accented(said)
    return accented or normal


# Working out and forgetting: the worker's --------------------------------------------------------------------------------


def learn(today: date | None = None) -> int:
    """Works out anew what searches may use of the counts; how many queries it is known of."""
    today = today or timezone.localdate()
    since = today - timedelta(days=LEARNED_DAYS)
    learned = list(_learned(since, today))
    with transaction.atomic():
        unwanted = set(UnsuggestedQuery.objects.values_list("normal", flat=True))
        for query in learned:
            query.suggested = query.suggested and query.normal not in unwanted
        LearnedQuery.objects.all().delete()
        LearnedQuery.objects.bulk_create(learned, batch_size=500)
    return len(learned)


def _learned(since: date, today: date) -> Iterator[LearnedQuery]:
    """Only queries after which something was opened: those alone have shares or are suggested."""
    neighbours = known()
    rows = QueryOpened.objects.filter(day__gt=since, day__lte=today).order_by("normal", "day")
    fields = rows.values_list("normal", "kind", "key", "day", "times", "positions")
    for some in _in_parts(groupby(fields.iterator(chunk_size=2_000), key=lambda row: row[0])):
        asked = _asked_days(list(some), since, today)
        for normal, clicks in some.items():
            days = asked.get(normal, [])
            judged = answered(normal)
            true = clicks if judged is None else placed(clicks, judged.places)
            found = shares(true, {day.day: day.times for day in days}, today)
            suggested = is_worth_suggesting(days) and judged is not None and judged.said
            suggested = suggested and may_keep(normal, normal, neighbours)
            if not found and not suggested:
                continue
            held: dict[str, dict[str, float]] = {}
            for document, share in found.items():
                held.setdefault(document.kind, {})[document.key] = share
            yield LearnedQuery(
                normal=normal, asked=sum(day.times for day in days), suggested=suggested, shares=held
            )


def _in_parts(grouped: Iterable[tuple[str, Iterable[tuple]]]) -> Iterator[dict[str, list[Opened]]]:
    part: dict[str, list[Opened]] = {}
    for normal, rows in grouped:
        part[normal] = [
            Opened(DocumentId(kind, key), day, times, positions / times)
            for _normal, kind, key, day, times, positions in rows
            if times
        ]
        if len(part) == 500:
            yield part
            part = {}
    yield part


def _asked_days(normals: list[str], since: date, today: date) -> dict[str, list[Asked]]:
    rows = QueryDay.objects.filter(normal__in=normals, day__gt=since, day__lte=today)
    found: dict[str, list[Asked]] = {}
    for normal, day, times, unfound, clicks in rows.values_list(
        "normal", "day", "asked", "unfound", "opened"
    ):
        found.setdefault(normal, []).append(Asked(day, times, unfound, clicks))
    return found


def forget(today: date | None = None) -> int:
    """Takes out what is older than `KEPT_DAYS`, in small transactions; how many rows."""
    before = (today or timezone.localdate()) - timedelta(days=KEPT_DAYS)
    return sum(_forget(model, before) for model in (QueryDay, QueryOpened))


def _forget(model: type[QueryDay] | type[QueryOpened], before: date) -> int:
    gone = 0
    while keys := list(model.objects.filter(day__lt=before).values_list("pk", flat=True)[:PRUNED_TOGETHER]):
        gone += model.objects.filter(pk__in=keys).delete()[0]
    return gone
