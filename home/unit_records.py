"""What is known of a unit, apart from any database: the record, questions asked of several records, and their rules.

A unit's identity is (code, active_from): all 69 communes of 2025 reuse the code of an older one. Dates are inclusive;
no `active_from` means "since before the portal". `parent` is a code, and means the unit with that code that lived
in the child's last days; `successors` are slugs, the main one first.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from home.slugs import is_slug, slugify_vi

PROVINCE, DEPARTMENT, CENTRAL, SERVICE_CENTRE = "province", "department", "central", "service_centre"
COMMUNE, WARD, TOWNSHIP, DISTRICT = "commune", "ward", "township", "district"

KINDS = (PROVINCE, DEPARTMENT, COMMUNE, WARD, TOWNSHIP, DISTRICT, CENTRAL, SERVICE_CENTRE)
"""The stored values of `home.enums.UnitKind`; a test keeps the two alike."""

COMMUNE_KINDS = (COMMUNE, WARD, TOWNSHIP)

TWO_LEVELS_FROM = date(2025, 7, 1)
"""First day without districts and townships: Luật Tổ chức chính quyền địa phương số 72/2025/QH15."""

_ABOLISHED_KINDS = {TOWNSHIP: "thị trấn", DISTRICT: "cấp huyện"}
_MAX_LENGTHS = {"code": 20, "name": 200, "short_name": 120, "slug": 120}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """One unit as its sources state it. An empty optional value is "not stated": an import leaves there what it finds."""

    code: str
    kind: str
    name: str
    slug: str
    short_name: str = ""
    old_names: tuple[str, ...] = ()
    parent: str = ""
    active_from: date | None = None
    active_until: date | None = None
    successors: tuple[str, ...] = ()
    website: str = ""
    email: str = ""
    complaints_address: str = ""

    @property
    def identity(self) -> tuple[str, date | None]:
        return self.code, self.active_from

    @property
    def is_commune(self) -> bool:
        return self.kind in COMMUNE_KINDS

    def is_active(self, on: date) -> bool:
        return (self.active_from or date.min) <= on <= (self.active_until or date.max)


def parent_of(record: UnitRecord, records: Iterable[UnitRecord]) -> UnitRecord | None:
    """The unit with the code in `parent` that lived when `record` ended (or lives, if it has not)."""
    last = record.active_until or date.max
    return (
        next((r for r in records if r.code == record.parent and r.is_active(last)), None)
        if record.parent
        else None
    )


def predecessors_of(record: UnitRecord, records: Iterable[UnitRecord]) -> tuple[UnitRecord, ...]:
    return tuple(r for r in records if record.slug in r.successors)


def living_successors(
    record: UnitRecord, by_slug: Mapping[str, UnitRecord], on: date
) -> tuple[UnitRecord, ...]:
    """Where the address of an ended unit leads on that day: through ended successors to living ones, each once.

    One of them is a permanent redirect, several are a choice, none means that the unit has no successor.
    """
    found: dict[str, UnitRecord] = {}
    seen = {record.slug}

    def follow(unit: UnitRecord) -> None:
        for slug in unit.successors:
            if slug in seen or slug not in by_slug:
                continue
            seen.add(slug)
            if (heir := by_slug[slug]).is_active(on):
                found[slug] = heir
            else:
                follow(heir)

    follow(record)
    return tuple(found.values())


def former_district(record: UnitRecord, records: Sequence[UnitRecord]) -> UnitRecord | None:
    """The district under which a commune of today is listed: that of most of the communes it was made of.

    Where two districts gave equally many, the one whose commune had the same name; then the one listed first.
    """
    old = [r for r in predecessors_of(record, records) if r.is_commune and r.parent]
    if not old:
        return None
    count = Counter(r.parent for r in old)
    namesakes = {r.parent for r in old if slugify_vi(_bare(r.name)) == slugify_vi(_bare(record.name))}
    code = max(count, key=lambda c: (count[c], c in namesakes))
    return next((r for r in records if r.code == code and r.kind == DISTRICT), None)


def _bare(name: str) -> str:
    for word in ("Thị trấn ", "Phường ", "Xã "):
        name = name.removeprefix(word)
    return name


def check_units(records: Sequence[UnitRecord]) -> list[str]:
    """Everything about these units that contradicts itself, each as a sentence in Vietnamese that names the unit."""
    by_slug = {r.slug: r for r in records}
    found: list[str] = []
    for record in records:
        found += [f"{_label(record)}: {reason}" for reason in _own_faults(record)]
        found += [f"{_label(record)}: {reason}" for reason in _succession_faults(record, by_slug)]
        found += [f"{_label(record)}: {reason}" for reason in _parent_faults(record, records)]
    return found + _slug_faults(records) + _identity_faults(records) + _cycles(records, by_slug)


def _label(record: UnitRecord) -> str:
    return f"{record.name or '(chưa có tên)'} ({record.slug or record.code})"


def _own_faults(record: UnitRecord) -> list[str]:
    faults = []
    for field, longest in _MAX_LENGTHS.items():
        value: str = getattr(record, field)
        if not value and field != "short_name":
            faults.append(f"thiếu {field}")
        if len(value) > longest:
            faults.append(f"{field} dài quá {longest} ký tự")
    if record.kind not in KINDS:
        faults.append(f"loại “{record.kind}” không có trong danh mục")
    if record.slug and not is_slug(record.slug):
        faults.append("đường dẫn chỉ gồm chữ thường không dấu, chữ số và dấu nối")
    faults += [
        f"tên “{text}” không ở dạng NFC hoặc thừa dấu cách"
        for text in (record.name, record.short_name, *record.old_names)
        if text != unicodedata.normalize("NFC", " ".join(text.split()))
    ]
    if len(set(record.old_names)) < len(record.old_names):
        faults.append("tên cũ bị lặp")
    if record.active_from and record.active_until and record.active_until < record.active_from:
        faults.append("ngày kết thúc đứng trước ngày bắt đầu")
    if record.kind in _ABOLISHED_KINDS and (record.active_until or date.max) >= TWO_LEVELS_FROM:
        faults.append(f"{_ABOLISHED_KINDS[record.kind]} không còn từ {TWO_LEVELS_FROM:%d/%m/%Y}")
    return faults


def _succession_faults(record: UnitRecord, by_slug: Mapping[str, UnitRecord]) -> list[str]:
    faults = []
    if record.successors and record.active_until is None:
        faults.append("còn hoạt động mà đã có đơn vị kế tục")
    if len(set(record.successors)) < len(record.successors):
        faults.append("đơn vị kế tục bị lặp")
    for slug in record.successors:
        heir = by_slug.get(slug)
        if slug == record.slug:
            faults.append("tự kế tục chính mình")
        elif heir is None:
            faults.append(f"đơn vị kế tục “{slug}” không có trong danh sách")
        elif (
            record.active_until
            and record.active_until < date.max
            and not heir.is_active(record.active_until + _DAY)
        ):
            faults.append(
                f"đơn vị kế tục “{slug}” không hoạt động vào ngày {record.active_until + _DAY:%d/%m/%Y}"
            )
    return faults


def _parent_faults(record: UnitRecord, records: Sequence[UnitRecord]) -> list[str]:
    if not record.parent:
        return []
    parent = parent_of(record, records)
    if parent is None:
        return [
            f"đơn vị cấp trên “{record.parent}” không có trong danh sách, hoặc không hoạt động cùng thời gian"
        ]
    return ["là cấp trên của chính mình"] if parent == record else []


def _slug_faults(records: Sequence[UnitRecord]) -> list[str]:
    counts = Counter(r.slug for r in records if r.slug)
    return [f"Đường dẫn “{slug}” dùng cho {n} đơn vị" for slug, n in counts.items() if n > 1]


def _identity_faults(records: Sequence[UnitRecord]) -> list[str]:
    """Two units of one code may follow each other, never live on the same day."""
    faults = []
    by_code: dict[str, list[UnitRecord]] = defaultdict(list)
    for record in records:
        if record.code:
            by_code[record.code].append(record)
    for code, units in by_code.items():
        units.sort(key=lambda r: (r.active_from or date.min, r.active_until or date.max))
        for i, later in enumerate(units):
            for earlier in units[:i]:
                if earlier.identity == later.identity:
                    faults.append(f"Mã {code} và ngày bắt đầu trùng nhau: {_label(earlier)}, {_label(later)}")
                elif (later.active_from or date.min) <= (earlier.active_until or date.max):
                    faults.append(
                        f"Mã {code} dùng cùng lúc cho hai đơn vị: {_label(earlier)}, {_label(later)}"
                    )
    return faults


def _cycles(records: Sequence[UnitRecord], by_slug: Mapping[str, UnitRecord]) -> list[str]:
    """Units that follow each other in a circle: an address could never arrive."""
    faults = []
    state: dict[str, int] = {}  # 1 on the way, 2 done

    def visit(slug: str, way: tuple[str, ...]) -> None:
        state[slug] = 1
        for heir in by_slug[slug].successors:
            if heir == slug or heir not in by_slug:
                continue  # both have a sentence of their own
            if state.get(heir) == 1:
                faults.append("Kế tục vòng tròn: " + " → ".join((*way[way.index(heir) :], heir)))
            elif heir not in state:
                visit(heir, (*way, heir))
        state[slug] = 2

    for record in records:
        if record.slug not in state:
            visit(record.slug, (record.slug,))
    parents = {r.slug: p.slug for r in records if (p := parent_of(r, records)) and p != r}
    for start in parents:
        chain = [start]
        while (up := parents.get(chain[-1])) and up not in chain:
            chain.append(up)
        if up == start and start == min(chain):
            faults.append("Cấp trên vòng tròn: " + " → ".join((*chain, start)))
    return faults
