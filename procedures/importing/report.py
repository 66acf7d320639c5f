"""The outcome of an import in words: for the terminal, and for the admin's page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from procedures.importing.bulk import ImportReport
from procedures.importing.preview import Preview
from procedures.importing.section_texts import SECTION_LABELS

SHOWN = 20
"""Lines of a long list that are shown without asking for all."""


def summary(report: ImportReport) -> str:
    return (
        f"{len(report.created)} mới, {len(report.changed)} thay đổi, {report.unchanged} giữ nguyên, "
        f"{len(report.refused)} không nhận; {sum(len(k.sections) for k in report.kept)} mục giữ bản sửa tại cổng."
    )


def preview_summary(preview: Preview) -> str:
    return (
        f"{len(preview.created)} mới, {len(preview.changed)} khác nhau, {preview.unchanged} giống nhau, "
        f"{len(preview.refused)} không nhận; {preview.kept} mục giữ bản sửa tại cổng."
    )


def refusal_lines(report: ImportReport | Preview) -> Iterator[str]:
    for refusal in report.refused:
        yield " ".join(filter(None, (f"{refusal.place}:", refusal.code, refusal.reason)))


def detail_lines(report: ImportReport, *, everything: bool = False) -> Iterator[str]:
    """What a controller has to look at after an import."""
    yield from _some(
        [
            f"{kept.code}: giữ bản sửa tại cổng ở {_sections(kept.sections)}; "
            + (
                "nội dung mới chờ ở bản nháp."
                if kept.draft_left
                else "đã có bản nháp đang chờ, nội dung mới chỉ được báo ở đây."
            )
            for kept in report.kept
        ],
        everything,
    )
    if report.absent:
        yield (
            f"{len(report.absent)} thủ tục đã nhập trước đây không có trong lần này (không xóa): "
            + ", ".join(report.absent if everything else report.absent[:SHOWN])
            + (" …" if len(report.absent) > SHOWN and not everything else "")
        )
    yield from _some(report.notes, everything)


def difference_lines(preview: Preview) -> Iterator[str]:
    for code, name in preview.created:
        yield f"{code}  chưa có tại cổng: {name}"
    for change in preview.changed:
        for d in change.differences:
            kept = " (giữ bản sửa tại cổng)" if d.kept else ""
            yield f"{change.code}  {d.label}{kept}: tại cổng “{d.ours}”, trong tệp “{d.theirs}”"


def _sections(names: Iterable[str]) -> str:
    return ", ".join(str(SECTION_LABELS[name]) for name in names)


def _some(lines: list[str], everything: bool) -> Iterator[str]:
    yield from lines if everything else lines[:SHOWN]
    if len(lines) > SHOWN and not everything:
        yield f"… và {len(lines) - SHOWN} dòng nữa (xem hết: --verbosity 2)."
