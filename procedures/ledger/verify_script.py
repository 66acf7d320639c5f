"""Kiểm tra bản trích sổ niêm yết. Chỉ cần Python 3.11 trở lên, không cần cài gì thêm, không cần mạng.

    python3 -I verify.py [--goc MÃ_GỐC [--muc SỐ] [--ngay NGÀY]] [--ket-luan TỆP]

In "nguyên vẹn (intact)" rồi kết thúc với mã 0; nếu không thì nêu mục hỏng đầu tiên và kết thúc với mã 1.
MÃ_GỐC chép thế nào cũng được: có dấu cách hay không, chữ hoa hay thường; sai dạng thì kết thúc với mã 2.
TỆP là ket-luan.json của hồ sơ kiểm tra: nó phải đúng là kết luận mà sổ đã ghi.
"""

from __future__ import annotations

import argparse
import json
import sys
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from procedures.ledger.chain import Header, body_hash, verify
from procedures.ledger.composing import (
    VIETNAM,
    compose,
    end_of,
    is_inspection_of,
    needed_subjects,
    render,
)

HEADERS, BODIES, ROOT, ROOTS = "muc.jsonl", "noi-dung.jsonl", "goc.json", "goc-tung-ngay.jsonl"


class Broken(Exception):
    """Why the extract is not intact; `entry` is the first broken entry, where it is one."""

    def __init__(self, reason: str, entry: int | None = None) -> None:
        super().__init__(reason)
        self.entry = entry


class Unproven(Exception):
    """Nothing is broken, but the root that was given does not vouch for the whole of the day."""


def check_files(
    files: Mapping[str, str],
    *,
    published: str = "",
    published_at: int = 0,
    published_day: str = "",
    concluded: str = "",
) -> str:
    """Raises Broken or Unproven; returns what to say. `files`: name → text; `published`: a root read elsewhere;
    `concluded`: SHA-256 of a record that is said to be the conclusion of an inspection of this unit.

    A root vouches for everything up to its entry. What came between that entry and the end of the day could be forged,
    or cut away: only an entry after that day, or the root's own day, tells that there was nothing else.
    """
    told = _json(files, ROOT)
    headers = _headers(files)
    bodies = _bodies(files)
    sequence, name = told["sequence"], told["hash"]
    needed = needed_subjects(headers, told["unit"])
    verdict = verify(headers, bodies, needs=lambda header: header.subject in needed, root=(sequence, name))
    if not verdict.intact:
        raise Broken(verdict.reason, verdict.broken)
    if sequence != verdict.count:
        raise Broken(
            f"bản trích có {verdict.count} mục, goc.json ghi {sequence}", min(sequence, verdict.count) + 1
        )
    known = {header.body_hash for header in headers}
    for held in bodies:
        if held not in known:
            raise Broken(f"nội dung {held} không thuộc mục nào")
    _check_roots(files, headers, told["roots"])
    if published:
        at = _place_of(headers, published, published_at)
        if not at:
            raise Broken(
                "không khớp với mã gốc đã công bố", min(published_at or verdict.count, verdict.count + 1)
            )
        _check_reach(headers, at, told["day"], published_day)
    page = f"ngay-{told['day']}.html"
    shown = compose(headers, bodies, told["unit"], told["day"])
    if files.get(page) != render(shown):
        raise Broken(f"trang {page} không khớp với nội dung của sổ")
    return "; ".join(
        (
            f"nguyên vẹn (intact): {verdict.count} mục, mã gốc {verdict.root}",
            f"cuối ngày {told['day']} đơn vị niêm yết {len(shown.items)} thủ tục",
            *_root_of_day(headers, told["day"]),
            *_conclusions(headers, bodies, told["unit"], concluded),
        )
    )


def _root_of_day(headers: list[Header], day: str) -> list[str]:
    """What was published of the day itself: later entries, and with them the extract's last hash, came after."""
    upto = bisect_left([header.at for header in headers], end_of(day))
    return [f"mã gốc cuối ngày {day} là {headers[upto - 1].hash} (mục {upto})"] if upto else []


def _conclusions(headers: list[Header], bodies: Mapping[str, str], unit: str, concluded: str) -> list[str]:
    """What the ledger says of inspections of this unit. `bodies` are checked by now."""
    found, hashes = [], set()
    for header in headers:
        if not is_inspection_of(header.subject, unit):
            continue
        body = json.loads(bodies[header.body_hash])
        hashes.add(body["concluded_hash"])
        found.append(
            f"mục {header.sequence}: kết luận đợt “{body['title']}”, tính đến hết ngày {body['as_of']}, "
            f"điểm {str(body['final_points']).replace('.', ',')}, mã băm biên bản {body['concluded_hash']}"
        )
    if concluded and concluded not in hashes:
        raise Broken("tệp kết luận không phải kết luận nào mà sổ đã ghi của đơn vị")
    return [*found, "tệp kết luận đúng là kết luận sổ đã ghi"] if concluded else found


def _place_of(headers: list[Header], root: str, at: int) -> int:
    """Number of the entry with that hash, where `at` says so or does not say; 0: there is none."""
    if at:
        return at if at <= len(headers) and headers[at - 1].hash == root else 0
    return next((number for number, header in enumerate(headers, start=1) if header.hash == root), 0)


def _check_reach(headers: list[Header], at: int, day: str, published_day: str) -> None:
    upto = bisect_left([header.at for header in headers], end_of(day))
    if at > upto or (at == upto and published_day >= day):
        return
    raise Unproven(
        f"sổ khớp với mã gốc ấy đến mục {at} ({headers[at - 1].at}), nhưng mã ấy chưa bảo đảm đến hết ngày {day}: "
        f"cần mã gốc của ngày {day} hoặc ngày sau đó"
        + (", cho biết ngày của mã bằng --ngay NĂM-THÁNG-NGÀY" if at == upto and not published_day else "")
    )


def _check_roots(files: Mapping[str, str], headers: list[Header], told: str) -> None:
    """Every day from the first entry's on, none left out, names its last entry. The chain is in the order of its
    times by now; `told` is the hash of the whole file, for a last line taken away says nothing wrong."""
    moments = [header.at for header in headers]
    expected = _day_of(moments[0]) if moments else None
    for number, line in enumerate(_lines(files, ROOTS), start=1):
        row = _parsed(line, ROOTS, number)
        if not isinstance(row, list) or [type(cell) for cell in row] != [str, int, str]:
            raise Broken(f"{ROOTS}, dòng {number}: sai dạng")
        day, at, root = row
        # As text: other ways to write the same day are changes too.
        if expected is None or day != expected.isoformat():
            raise Broken(f"{ROOTS}, dòng {number}: sai ngày")
        last = bisect_left(moments, end_of(day))
        if at != last or not last or headers[last - 1].hash != root:
            raise Broken(f"không khớp với mã gốc ngày {day}", max(min(at, len(headers)), 1))
        expected += timedelta(days=1)
    if body_hash(files[ROOTS]) != told:
        raise Broken(f"{ROOTS} không khớp với {ROOT}")


def _day_of(moment: str) -> date:
    """The day in Vietnam of an entry's moment."""
    try:
        at = datetime.fromisoformat(moment)
    except ValueError as error:
        raise Broken(f"{HEADERS}, dòng 1: sai thời điểm", 1) from error
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(VIETNAM).date()


def compact(value: Any) -> str:
    """JSON as the extract writes it, to the byte."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _lines(files: Mapping[str, str], name: str) -> list[str]:
    if name not in files:
        raise Broken(f"thiếu tệp {name}")
    text = files[name]
    if text and not text.endswith("\n"):
        raise Broken(f"{name}: thiếu phần cuối")
    return text.split("\n")[:-1]


def _parsed(line: str, name: str, number: int) -> Any:
    entry = number if name == HEADERS else None
    try:
        value = json.loads(line)
    except ValueError as error:
        raise Broken(f"{name}, dòng {number}: không đọc được", entry) from error
    if compact(value) != line:
        raise Broken(f"{name}, dòng {number}: đã bị viết lại", entry)
    return value


def _json(files: Mapping[str, str], name: str) -> dict[str, Any]:
    value = _parsed("\n".join(_lines(files, name)), name, 1)
    kinds = {"unit": str, "day": str, "sequence": int, "hash": str, "roots": str}
    if not isinstance(value, dict) or {key: type(held) for key, held in value.items()} != kinds:
        raise Broken(f"{name}: sai dạng")
    try:
        end_of(value["day"])
    except ValueError as error:
        raise Broken(f"{name}: sai ngày") from error
    return value


def _headers(files: Mapping[str, str]) -> list[Header]:
    found = []
    for number, line in enumerate(_lines(files, HEADERS), start=1):
        row = _parsed(line, HEADERS, number)
        if not isinstance(row, list) or [type(cell) for cell in row] != [int] + [str] * 7:
            raise Broken(f"{HEADERS}, dòng {number}: sai dạng", number)
        found.append(Header(*row))
    return found


def _bodies(files: Mapping[str, str]) -> dict[str, str]:
    """Not yet checked: the first entry whose body is broken is found along the chain."""
    found: dict[str, str] = {}
    for number, line in enumerate(_lines(files, BODIES), start=1):
        name, _space, text = line.partition(" ")
        if name in found:
            raise Broken(f"{BODIES}, dòng {number}: nội dung lặp lại")
        found[name] = text
    return found


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")


def root_of(words: Sequence[str]) -> str:
    """A root as somebody copied it from a page: in groups, in capitals. Raises ValueError."""
    root = "".join("".join(words).split()).lower()
    if len(root) != 64 or set(root) - set("0123456789abcdef"):
        raise ValueError(root)
    return root


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Kiểm tra bản trích sổ niêm yết.")
    parser.add_argument(
        "--goc", nargs="*", metavar="MÃ_GỐC", help="mã gốc đã công bố (trang Minh bạch, tệp goc.xml)"
    )
    parser.add_argument("--muc", type=int, metavar="SỐ", help="số mục của mã gốc ấy")
    parser.add_argument("--ngay", default="", metavar="NGÀY", help="ngày của mã gốc ấy, dạng 2025-12-31")
    parser.add_argument(
        "--ket-luan", type=Path, metavar="TỆP", help="ket-luan.json của hồ sơ kiểm tra, phải khớp với sổ"
    )
    options = parser.parse_args(arguments)
    if options.ngay:
        try:
            end_of(options.ngay)
        except ValueError:
            _say("Chưa kiểm tra: --ngay là ngày dạng 2025-12-31.")
            return 2
    published = ""
    if options.goc is not None:
        try:
            published = root_of(options.goc)
        except ValueError:
            _say("Chưa kiểm tra: mã gốc không đúng dạng, phải gồm 64 chữ số 0-9 và chữ a-f.")
            return 2
    if options.muc is not None and (options.muc < 1 or not published):
        _say("Chưa kiểm tra: --muc là số từ 1 trở lên, đi cùng --goc MÃ_GỐC.")
        return 2
    concluded = ""
    if options.ket_luan is not None:
        try:
            concluded = sha256(options.ket_luan.read_bytes()).hexdigest()
        except OSError:
            _say("Chưa kiểm tra: không mở được tệp kết luận.")
            return 2
    folder = Path(__file__).resolve().parent
    # Bytes as they are: a line end that somebody turned into another is a change too.
    names = [path for path in folder.iterdir() if path.suffix in (".jsonl", ".json", ".html")]
    try:
        files = {path.name: path.read_bytes().decode("utf-8") for path in names}
        says = check_files(
            files,
            published=published,
            published_at=options.muc or 0,
            published_day=options.ngay,
            concluded=concluded,
        )
    except UnicodeDecodeError:
        _say("KHÔNG nguyên vẹn: có tệp không đọc được.")
        return 1
    except Unproven as error:
        _say(f"CHƯA KẾT LUẬN ĐƯỢC: {error}.")
        return 1
    except Broken as error:
        where = f" Mục hỏng đầu tiên: {error.entry}." if error.entry else ""
        _say(f"KHÔNG nguyên vẹn (broken):{where} {error}.")
        return 1
    _say(f"Kết quả: {says}.")
    if not published:
        _say(
            "Hãy so mã gốc cuối ngày với mã đã công bố của ngày ấy, hoặc chạy lại với --goc MÃ_GỐC --ngay NGÀY."
        )
    return 0


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.exit(main())
