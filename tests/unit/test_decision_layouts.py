"""Decisions in the layouts that offices use, made here from data: every line must come back, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from procedures.decisions.proposal import Proposal, from_json, to_json
from procedures.decisions.reading import read_decision
from tests.factories.decision_files import (
    Inner,
    Merged,
    Numbered,
    Sheet,
    Tab,
    articles,
    decision,
    docx_of,
    head,
    tail,
    xlsx_of,
)

Line = tuple[str, str, str, str, str]
"""Ordinal, code, action, level, field."""


@dataclass(frozen=True)
class Layout:
    data: bytes
    lines: tuple[Line, ...]
    cells: dict[int, dict[str, str]]
    """By position: what single cells must hold."""
    questions: frozenset[str] = frozenset()
    """Kinds of questions, all of them."""
    skipped: int = 0


LAYOUTS: dict[str, Callable[[], Layout]] = {}


def layout(build: Callable[[], Layout]) -> Callable[[], Layout]:
    LAYOUTS[build.__name__] = build
    return build


# -------------------------------------------------------------------------------------------------------------- layouts


@layout
def swapped_columns() -> Layout:
    """Every column elsewhere, spelled as nobody else spells it; levels from the body that decides."""
    grid = [
        [
            "Căn cứ\npháp lí",
            "MÃ SỐ",
            "Phí/Lệ phí",
            "Tên TTHC",
            "Thời gian giải quyết",
            "Cơ quan thực hiện",
            "TT",
            "Cách thức thực hiện",
        ],
        [
            "Luật Thử năm 2024",
            "1.100001",
            "20.000 đồng",
            "Cấp thẻ thử",
            "03 ngày",
            "Sở Tư pháp",
            "01",
            "Trực tiếp; trực tuyến",
        ],
        [
            "nt",
            "1.100002.000.00.00.H27",
            "-nt-",
            "Cấp lại thẻ thử",
            "01 ngày",
            "Ủy ban nhân dân cấp xã",
            "02",
            "Như trên",
        ],
        [
            "″",
            "2.100003",
            "Không",
            "Thu hồi thẻ thử",
            "Trong ngày",
            "UBND tỉnh; UBND cấp xã",
            "03",
            "Như trên.",
        ],
    ]
    return Layout(
        decision("DANH MỤC THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH LĨNH VỰC HỘ TỊCH", Tab(grid)),
        (
            ("01", "1.100001", "new", "province", "Hộ tịch"),
            ("02", "1.100002", "new", "commune", "Hộ tịch"),
            ("03", "2.100003", "new", "", "Hộ tịch"),
        ),
        {
            2: {"basis": "Luật Thử năm 2024", "fee": "20.000 đồng", "place": "Trực tiếp; trực tuyến"},
            3: {"basis": "Luật Thử năm 2024", "fee": "Không", "name": "Thu hồi thẻ thử"},
        },
    )


HEADER = ["STT", "Mã TTHC", "Tên thủ tục hành chính", "Thời hạn giải quyết", "Địa điểm thực hiện"]


def row(
    ordinal: str, code: str, name: str, time: str = "05 ngày làm việc", place: str = "Bộ phận Một cửa"
) -> list[str]:
    return [ordinal, code, name, time, place]


@layout
def nested_parts() -> Layout:
    """Part over level over field, numbered PHẦN – A – I – 1; "C." and "D." are letters, "I." a Roman one."""
    grid = [
        HEADER,
        [Merged("A. THỦ TỤC HÀNH CHÍNH CẤP TỈNH", 5)],
        [Merged("I. LĨNH VỰC ĐẤT ĐAI", 5)],
        row("1", "1.200001", "Đăng ký đất"),
        row("2", "1.200002", "Tách thửa"),
        ["II", Merged("LĨNH VỰC KHOÁNG SẢN", 4)],
        row("1", "1.200003", "Cấp phép thăm dò"),
        [Merged("B. THỦ TỤC HÀNH CHÍNH CẤP XÃ", 5)],
        ["I", "Lĩnh vực Đất đai", "", "", ""],
        row("1", "1.200004", "Xác nhận hiện trạng"),
        [Merged("C. THỦ TỤC HÀNH CHÍNH DÙNG CHUNG", 5)],
        row("1", "1.200005", "Cung cấp thông tin"),
        [Merged("D. THỦ TỤC HÀNH CHÍNH CẤP TRUNG ƯƠNG", 5)],
        row("1", "1.200006", "Phê duyệt quy hoạch"),
    ]
    second = [HEADER, [Merged("A. CẤP XÃ", 5)], row("1", "1.200007", "Giao đất")]
    return Layout(
        decision(
            "PHỤ LỤC",
            "(Kèm theo Quyết định số 1234/QĐ-UBND ngày 05/3/2026 của Chủ tịch Ủy ban nhân dân tỉnh)",
            "PHẦN I. DANH MỤC THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH (06 TTHC)",
            Tab(grid),
            "PHẦN II. DANH MỤC THỦ TỤC HÀNH CHÍNH ĐƯỢC SỬA ĐỔI, BỔ SUNG (01 TTHC)",
            Tab(second),
            title="Công bố Danh mục thủ tục hành chính mới ban hành; được sửa đổi, bổ sung lĩnh vực Đất đai",
            first="Công bố kèm theo Quyết định này 06 thủ tục hành chính mới ban hành và một (01) thủ tục hành chính được sửa đổi, bổ sung.",
        ),
        (
            ("1", "1.200001", "new", "province", "Đất đai"),
            ("2", "1.200002", "new", "province", "Đất đai"),
            ("1", "1.200003", "new", "province", "Khoáng sản"),
            ("1", "1.200004", "new", "commune", "Đất đai"),
            ("1", "1.200005", "new", "", "Đất đai"),
            ("1", "1.200006", "new", "ministry", "Đất đai"),
            ("1", "1.200007", "amended", "commune", "Đất đai"),
        ),
        {4: {"where": "bảng 3, dòng 10"}},
    )


@layout
def split_over_pages() -> Layout:
    """One list in three tables: the header repeated, then forgotten; a row broken by the page."""
    return Layout(
        decision(
            "DANH MỤC THỦ TỤC HÀNH CHÍNH ĐƯỢC SỬA ĐỔI, BỔ SUNG CẤP TỈNH LĨNH VỰC THỂ THAO",
            Tab(
                [
                    HEADER,
                    row("1", "1.300001", "Mở câu lạc bộ", place="Trung tâm A"),
                    row("2", "1.300002", "Công nhận câu"),
                ]
            ),
            Tab(
                [
                    HEADER,
                    ["", "", "lạc bộ thể thao", "kể từ ngày nhận hồ sơ", ""],
                    row("3", "1.300003", "Đăng cai giải", place="Như trên"),
                ]
            ),
            Tab(
                [row("4", "1.300004", "Thôi đăng cai giải", place="nt"), row("5", "1.300005", "Đổi tên giải")]
            ),
            first="Công bố 05 thủ tục hành chính được sửa đổi, bổ sung.",
        ),
        tuple((str(n), f"1.30000{n}", "amended", "province", "Thể thao") for n in range(1, 6)),
        {
            2: {"name": "Công nhận câu lạc bộ thể thao", "time": "05 ngày làm việc\nkể từ ngày nhận hồ sơ"},
            3: {"place": "Bộ phận Một cửa"},
            4: {"place": "Bộ phận Một cửa"},
        },
    )


@layout
def workbook_with_titles() -> Layout:
    """XLSX: title rows, merged cells, codes that Excel took for numbers, a hidden sheet."""
    grid = [
        [Merged("ỦY BAN NHÂN DÂN TỈNH HÀ TĨNH", 5)],
        [Merged("DANH MỤC THỦ TỤC HÀNH CHÍNH", 5)],
        [Merged("(Kèm theo Quyết định số 555/QĐ-UBND ngày 07 tháng 4 năm 2026 của Chủ tịch UBND tỉnh)", 5)],
        ["", "", "", "", ""],
        ["Số TT", "Tên thủ tục", "Mã thủ tục hành chính", "Thời hạn", "Ghi chú"],
        [Merged("I. THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH", 5)],
        [Merged("A. Cấp xã", 5)],
        [1, "Xác nhận số nhà", 1.400001, Merged("02 ngày", 1, 2), ""],
        [2, "Cấp số nhà", 1.400002, None, "nt"],
        [Merged("II. THỦ TỤC HÀNH CHÍNH BỊ BÃI BỎ", 5)],
        [1, "Đổi số nhà", "1.400003", "", "Không còn quy định"],
        [Merged("Tổng cộng: 03 thủ tục hành chính", 5)],
    ]
    return Layout(
        xlsx_of(Sheet("Sheet1", grid), Sheet("Nháp", [["1.999999"]], hidden=True)),
        (
            ("1", "1.400001", "new", "commune", ""),
            ("2", "1.400002", "new", "commune", ""),
            ("1", "1.400003", "abolished", "", ""),
        ),
        {2: {"time": "02 ngày", "where": "trang “Sheet1”, dòng 9"}, 3: {"note": "Không còn quy định"}},
        questions=frozenset({"same_as_above"}),
        skipped=1,
    )


@layout
def workbook_by_sheets() -> Layout:
    """XLSX: a sheet for each level, the field in a column of its own."""
    header = ["STT", "Lĩnh vực", "Mã số TTHC", "Tên thủ tục hành chính", "Nội dung công bố"]
    return Layout(
        xlsx_of(
            Sheet(
                "Cấp tỉnh",
                [
                    ["Quyết định số 556/QĐ-UBND ngày 08/4/2026", "", "", "", ""],
                    header,
                    [1, "Đấu thầu", "1.410001", "Chọn nhà thầu", "Mới"],
                    [2, "Như trên", "1.410002", "Chọn lại nhà thầu", "Sửa đổi, bổ sung"],
                ],
            ),
            Sheet("Cấp xã", [header, [1, "Đấu thầu", "1.410003", "Mua sắm nhỏ", "Bãi bỏ"]]),
        ),
        (
            ("1", "1.410001", "new", "province", "Đấu thầu"),
            ("2", "1.410002", "amended", "province", "Đấu thầu"),
            ("1", "1.410003", "abolished", "commune", "Đấu thầu"),
        ),
        {},
    )


@layout
def abolished_list() -> Layout:
    """Only what is abolished, with the document that does it; no level, and none is asked for."""
    grid = [
        ["TT", "Số hồ sơ TTHC", "Tên thủ tục hành chính", "Tên VBQPPL quy định nội dung bãi bỏ", "Lĩnh vực"],
        ["1", "1.500001", "Cấp giấy đi đường", "Nghị định số 1/2026/NĐ-CP", "Vận tải"],
        ["2", "1.500002", "Gia hạn giấy đi đường", "Như trên", "Như trên"],
    ]
    return Layout(
        decision(
            "DANH MỤC THỦ TỤC HÀNH CHÍNH BỊ BÃI BỎ",
            Tab(grid),
            title="Về việc công bố Danh mục thủ tục hành chính bị bãi bỏ",
            first="Công bố kèm theo Quyết định này Danh mục 02 (hai) TTHC bị bãi bỏ.",
        ),
        (("1", "1.500001", "abolished", "", "Vận tải"), ("2", "1.500002", "abolished", "", "Vận tải")),
        {2: {"basis": "Nghị định số 1/2026/NĐ-CP"}},
    )


@layout
def only_renamed() -> Layout:
    """Old and new names, in columns and inside the cell: amended, the old name in the note."""
    by_columns = [
        ["STT", "Mã TTHC", "Tên TTHC đã công bố", "Tên TTHC sau khi sửa đổi"],
        ["1", "1.600001", "Cấp phép quảng cáo", "Tiếp nhận thông báo quảng cáo"],
    ]
    in_cells = [
        ["STT", "Mã TTHC", "Tên thủ tục hành chính"],
        ["2", "1.600002", "Sửa tên thủ tục từ “Cấp biển hiệu” thành “Thông báo biển hiệu”"],
        ["3", "1.600003", "Gỡ biển hiệu (tên cũ: Tháo dỡ biển hiệu)"],
        ["4", "1.600004", "Treo băng rôn → Treo băng rôn, phướn"],
    ]
    return Layout(
        decision(
            "DANH MỤC THỦ TỤC HÀNH CHÍNH CẤP TỈNH ĐỔI TÊN LĨNH VỰC QUẢNG CÁO",
            Tab(by_columns),
            Tab(in_cells),
            title="Công bố thủ tục hành chính thay đổi tên",
        ),
        tuple((str(n), f"1.60000{n}", "amended", "province", "Quảng cáo") for n in range(1, 5)),
        {
            1: {"name": "Tiếp nhận thông báo quảng cáo", "note": "Tên cũ: Cấp phép quảng cáo"},
            2: {"name": "Thông báo biển hiệu", "note": "Tên cũ: Cấp biển hiệu"},
            3: {"name": "Gỡ biển hiệu", "note": "Tên cũ: Tháo dỡ biển hiệu"},
            4: {"name": "Treo băng rôn, phướn", "note": "Tên cũ: Treo băng rôn"},
        },
    )


@layout
def two_row_header() -> Layout:
    """Channels under one merged heading, the number row below, times in two columns."""
    grid = [
        [
            Merged("STT", down=2),
            Merged("Tên thủ tục hành chính", down=2),
            Merged("Mã số", down=2),
            Merged("Cách thức thực hiện", 3),
            Merged("Phí, lệ phí", down=2),
        ],
        [None, None, None, "Trực tiếp", "BCCI", "Trực tuyến", None],
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
        [Merged("Lĩnh vực Lưu trữ", 7)],
        ["1", "Đọc tài liệu", "1.700001", "x", "", "Toàn trình", "Không"],
        ["2", "Sao tài liệu", "1.700002", "x", "x", "Một phần", "Như trên"],
    ]
    return Layout(
        decision("DANH MỤC THỦ TỤC HÀNH CHÍNH CẤP TỈNH MỚI BAN HÀNH", Tab(grid)),
        (("1", "1.700001", "new", "province", "Lưu trữ"), ("2", "1.700002", "new", "province", "Lưu trữ")),
        {2: {"fee": "Không"}},
    )


@layout
def levels_in_paragraphs() -> Layout:
    """Headings stand between the tables; each table has its own header."""
    return Layout(
        decision(
            "Phụ lục I",
            "DANH MỤC THỦ TỤC HÀNH CHÍNH ĐƯỢC SỬA ĐỔI, BỔ SUNG",
            "A. Thủ tục hành chính cấp tỉnh",
            "I. Lĩnh vực Chăn nuôi",
            Tab([HEADER, row("1", "1.800001", "Mở trại"), row("2", "1.800002", "Đóng trại")]),
            "II. Lĩnh vực Thú y",
            Tab([HEADER, row("3", "1.800003", "Tiêm phòng")]),
            "B. Thủ tục hành chính cấp xã",
            "Lĩnh vực Chăn nuôi",
            Tab([HEADER, row("1", "1.800004", "Kê khai đàn")]),
            "Phụ lục II",
            "DANH MỤC THỦ TỤC HÀNH CHÍNH BỊ BÃI BỎ CẤP XÃ",
            Tab([["STT", "Mã TTHC", "Tên TTHC", "Căn cứ"], ["1", "1.800005", "Kê khai chuồng", "Luật Thử"]]),
            title="Công bố Danh mục thủ tục hành chính được sửa đổi, bổ sung và bị bãi bỏ",
            first="Công bố 04 TTHC được sửa đổi, bổ sung; 01 TTHC bị bãi bỏ.",
        ),
        (
            ("1", "1.800001", "amended", "province", "Chăn nuôi"),
            ("2", "1.800002", "amended", "province", "Chăn nuôi"),
            ("3", "1.800003", "amended", "province", "Thú y"),
            ("1", "1.800004", "amended", "commune", "Chăn nuôi"),
            ("1", "1.800005", "abolished", "commune", ""),
        ),
        {},
    )


@layout
def codes_in_names() -> Layout:
    """No code column; Word numbers the rows itself."""
    grid = [
        ["STT", "Tên thủ tục hành chính", "Thời hạn giải quyết", "Căn cứ pháp lý"],
        [Numbered(), "Cấp mã vùng trồng (mã số: 1.900001)", "05 ngày", "Luật Thử"],
        [Numbered(), "1.900002 - Đình chỉ mã vùng trồng", "nt", "nt"],
        [Numbered(), "Thu hồi mã vùng trồng\n(1.900003.000.00.00.H27)", "nt", "nt"],
    ]
    return Layout(
        decision(
            Numbered("THỦ TỤC HÀNH CHÍNH CẤP XÃ ĐƯỢC THAY THẾ", "upperRoman"),
            Tab(grid),
            title="Công bố thủ tục hành chính được thay thế lĩnh vực Trồng trọt",
        ),
        tuple((str(n), f"1.90000{n}", "replaced", "commune", "Trồng trọt") for n in range(1, 4)),
        {
            1: {"name": "Cấp mã vùng trồng"},
            2: {"name": "Đình chỉ mã vùng trồng"},
            3: {"name": "Thu hồi mã vùng trồng", "time": "05 ngày"},
        },
    )


@layout
def merged_rows() -> Layout:
    """A number over two procedures, a procedure over two rows of cases, one basis over all."""
    grid = [
        ["STT", "Mã TTHC", "Tên TTHC", "Thời hạn", "Phí", "Căn cứ pháp lý"],
        [
            Merged("1", down=2),
            "1.910001",
            "Cấp thẻ nhà báo [1]",
            "15 ngày",
            "Không",
            Merged("Luật Báo chí", down=4),
        ],
        [None, "1.910002", "Cấp lại thẻ nhà báo (*)", "10 ngày", "Không", None],
        [
            Merged("2", down=2),
            Merged("1.910003", down=2),
            Merged("Đổi thẻ nhà báo", down=2),
            "a) Hỏng: 05 ngày",
            "10.000 đồng",
            None,
        ],
        [None, None, None, "b) Mất: 07 ngày", "20.000 đồng", None],
    ]
    return Layout(
        decision("DANH MỤC THỦ TỤC HÀNH CHÍNH CẤP TỈNH MỚI BAN HÀNH LĨNH VỰC BÁO CHÍ", Tab(grid)),
        (
            ("1", "1.910001", "new", "province", "Báo chí"),
            ("1", "1.910002", "new", "province", "Báo chí"),
            ("2", "1.910003", "new", "province", "Báo chí"),
        ),
        {
            1: {"name": "Cấp thẻ nhà báo"},
            2: {"name": "Cấp lại thẻ nhà báo"},
            3: {
                "time": "a) Hỏng: 05 ngày\nb) Mất: 07 ngày",
                "fee": "10.000 đồng\n20.000 đồng",
                "basis": "Luật Báo chí",
            },
        },
    )


@layout
def list_inside_an_article() -> Layout:
    """The table stands in article 1, its pages laid out by a table; article 2 comes after it."""
    inner = Tab([HEADER, row("1", "1.920001", "Đăng ký tàu cá"), row("2", "1.920002", "Xóa đăng ký tàu cá")])
    return Layout(
        docx_of(
            [
                *head(),
                *articles("Công bố 02 TTHC cấp tỉnh mới ban hành, gồm:"),
                Tab([[Inner(("Danh mục thủ tục hành chính mới ban hành", inner))]]),
                "Điều 2. Quyết định này có hiệu lực từ ngày 01 tháng 5 năm 2026.",
                *tail(),
            ]
        ),
        (
            ("1", "1.920001", "new", "province", "Thử nghiệm"),
            ("2", "1.920002", "new", "province", "Thử nghiệm"),
        ),
        {},
    )


@layout
def processes_between_lists() -> Layout:
    """Processes stand between two lists, with the codes of the first again; only the lists are read."""
    steps = [
        ["TT", "Trình tự", "Trách nhiệm", "Thời gian", "Biểu mẫu/Kết quả"],
        ["B1", "Tiếp nhận hồ sơ", "Công chức một cửa", "Giờ hành chính", "Mẫu 01"],
        ["B2", "Thẩm định", "Chuyên viên", "02 ngày", "Dự thảo"],
    ]
    listed = [
        ["STT", "Tên thủ tục hành chính", "Mã TTHC", "Mã quy trình"],
        ["1", "Hòa giải", "1.930001", "QT.01"],
    ]
    return Layout(
        decision(
            "PHẦN I",
            "DANH MỤC THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH CẤP XÃ LĨNH VỰC HÒA GIẢI",
            Tab([HEADER, row("1", "1.930001", "Hòa giải"), row("2", "1.930002", "Công nhận hòa giải viên")]),
            "PHẦN II",
            "QUY TRÌNH NỘI BỘ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH",
            Tab(listed),
            "1. Hòa giải",
            Tab(steps),
            "PHẦN III",
            "DANH MỤC THỦ TỤC HÀNH CHÍNH BỊ BÃI BỎ",
            Tab([["STT", "Mã TTHC", "Tên TTHC"], ["1", "1.930003", "Thôi hòa giải viên"]]),
            title="Công bố Danh mục và Quy trình nội bộ thủ tục hành chính",
            first="Công bố 02 TTHC mới ban hành, 01 TTHC bị bãi bỏ và phê duyệt 02 quy trình nội bộ.",
        ),
        (
            ("1", "1.930001", "new", "commune", "Hòa giải"),
            ("2", "1.930002", "new", "commune", "Hòa giải"),
            ("1", "1.930003", "abolished", "", ""),
        ),
        {},
        skipped=2,
    )


@layout
def glued_headings() -> Layout:
    """A file put together from a PDF: headings, and the header of the second list, run into one cell."""
    grid = [
        HEADER,
        [Merged("A. CẤP TỈNH I. LĨNH VỰC DU LỊCH", 5)],
        row("1", "1.940001", "Mở hãng lữ hành"),
        [
            Merged(
                "B. THỦ TỤC HÀNH CHÍNH BỊ BÃI BỎ (01 TTHC) STT Tên thủ tục hành chính Mã số TTHC Tên văn bản quy định việc bãi bỏ",
                5,
            )
        ],
        ["1", "Đóng hãng lữ hành", "1.940002", "Luật Du lịch", ""],
    ]
    return Layout(
        decision(
            "DANH MỤC THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH, BỊ BÃI BỎ (Kèm theo Quyết định số 1234/QĐ-UBND ngày 05/3/2026) I. DANH MỤC THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH (01 TTHC)",
            Tab(grid),
            title="CÔNG BỐ DANH MỤC THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH, BỊ BÃI BỎ",
            first="Công bố 01 TTHC mới ban hành và 01 TTHC bị bãi bỏ.",
        ),
        (("1", "1.940001", "new", "province", "Du lịch"), ("1", "1.940002", "abolished", "", "")),
        {2: {"name": "Đóng hãng lữ hành", "basis": "Luật Du lịch"}},
    )


@layout
def bare_headings() -> Layout:
    """Fields without the word, levels ticked in columns, a total, a remark, a row of column numbers, a row of dittos only."""
    grid = [
        [
            Merged("STT", down=2),
            Merged("Mã TTHC", down=2),
            Merged("Tên TTHC", down=2),
            Merged("Cấp thực hiện", 2),
            Merged("Thời hạn", down=2),
        ],
        [None, None, None, "Cấp tỉnh", "Cấp xã", None],
        ["A", "B", "C", "1", "2", "3"],
        [Merged("Việc làm", 6)],
        ["1", "1.950001", "Mở sàn việc làm", "x", "", "05 ngày"],
        ["2", Merged("1.950002", down=2), Merged("Đóng sàn việc làm", down=2), "", "X", "a) 02 ngày"],
        ["", None, None, "", "X", "b) 03 ngày"],
        [Merged("Ghi chú: thời hạn tính theo ngày làm việc.", 6)],
        ["", "", "LƯU TRÚ", "", "", ""],
        ["3", "1.950003", "Khai báo lưu trú", "x", "x", "Trong ngày"],
        ["", "", "Tổng cộng: 03 thủ tục", "", "", ""],
    ]
    return Layout(
        decision("DANH MỤC THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH", Tab(grid), title="Công bố"),
        (
            ("1", "1.950001", "new", "province", "Việc làm"),
            ("2", "1.950002", "new", "commune", "Việc làm"),
            ("3", "1.950003", "new", "", "LƯU TRÚ".capitalize()),
        ),
        {2: {"time": "a) 02 ngày\nb) 03 ngày"}},
    )


@layout
def ministry_style() -> Layout:
    """As ministries announce: numbered lists, level rows not merged, replaced names side by side, full texts afterwards."""
    new = [
        ["STT", "Mã TTHC", "Tên thủ tục hành chính", "Lĩnh vực", "Cơ quan thực hiện"],
        ["A. Thủ tục hành chính cấp trung ương", "", "", "", ""],
        ["1", "1.960001", "Cấp phép phát hành", "Chứng khoán", "Ủy ban Chứng khoán Nhà nước"],
        ["B. Thủ tục hành chính cấp tỉnh", "", "", "", ""],
        ["1", "1.960002", "Thẩm định giá", "Giá", "Sở Tài chính"],
    ]
    replaced = [
        [
            "STT",
            "Số hồ sơ TTHC",
            "Tên TTHC được thay thế",
            "Tên TTHC thay thế",
            "Tên VBQPPL quy định nội dung thay thế",
            "Lĩnh vực",
            "Cơ quan thực hiện",
        ],
        ["1", "1.960003", "Cấp phép cũ", "Cấp phép mới", "Nghị định số 1/2026/NĐ-CP", "Giá", "Sở Tài chính"],
    ]
    return Layout(
        decision(
            "PHẦN I. DANH MỤC THỦ TỤC HÀNH CHÍNH",
            "1. Danh mục thủ tục hành chính mới ban hành",
            Tab(new),
            "2. Danh mục thủ tục hành chính được thay thế",
            Tab(replaced),
            "PHẦN II. NỘI DUNG CỤ THỂ CỦA TỪNG THỦ TỤC HÀNH CHÍNH",
            "1. Cấp phép phát hành",
            Tab([["Thành phần hồ sơ", "Bản chính", "Bản sao"], ["Đơn", "1", ""]]),
            number="163/QĐ-BTC",
            title="Về việc công bố thủ tục hành chính mới ban hành, được thay thế",
        ),
        (
            ("1", "1.960001", "new", "ministry", "Chứng khoán"),
            ("1", "1.960002", "new", "province", "Giá"),
            ("1", "1.960003", "replaced", "province", "Giá"),
        ),
        {
            1: {"note": "Cơ quan thực hiện: Ủy ban Chứng khoán Nhà nước"},
            3: {
                "name": "Cấp phép mới",
                "note": "Thay thế thủ tục: Cấp phép cũ\nCơ quan thực hiện: Sở Tài chính",
            },
        },
        skipped=1,
    )


# ---------------------------------------------------------------------------------------------------------------- tests


def read(data: bytes) -> Proposal:
    return read_decision(data, name="thu.docx")


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_line_comes_back(name: str) -> None:
    expected = LAYOUTS[name]()
    proposal = read(expected.data)
    lines = tuple((line.ordinal, line.code, line.action, line.level, line.field) for line in proposal.lines)
    assert lines == expected.lines
    assert [line.position for line in proposal.lines] == list(range(1, len(lines) + 1))
    for position, cells in expected.cells.items():
        line = proposal.lines[position - 1]
        assert {key: getattr(line, key) for key in cells} == cells
    assert {question.kind for question in proposal.questions} == expected.questions, proposal.questions
    assert all(claim.stated == claim.read for claim in proposal.counts)
    assert len(proposal.skipped_tables) == expected.skipped


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_same_file_gives_the_same_proposal_and_survives_json(name: str) -> None:
    data = LAYOUTS[name]().data
    proposal = read(data)
    assert read(data) == proposal
    assert from_json(to_json(proposal)) == proposal


def test_channels_of_a_two_row_header_are_kept_in_the_note() -> None:
    note = read(two_row_header().data).lines[1].note
    assert note.split("\n") == [
        "Cách thức thực hiện – BCCI: x",
        "Cách thức thực hiện – Trực tuyến: Một phần",
    ]


def test_a_decision_is_named_by_its_head() -> None:
    proposal = read(decision(Tab([HEADER, row("1", "1.000001", "Cấp thẻ")])))
    assert (proposal.number, str(proposal.signed_on), proposal.signer, proposal.issuer) == (
        "1234/QĐ-UBND",
        "2026-03-05",
        "Trần Văn Thử",
        "Ủy ban nhân dân tỉnh Hà Tĩnh",
    )
    assert proposal.effective_on == proposal.signed_on
    assert proposal.title.startswith("Công bố Danh mục")


def test_a_workbook_is_named_by_the_decision_it_goes_with() -> None:
    proposal = read(workbook_with_titles().data)
    assert (proposal.number, str(proposal.signed_on)) == ("555/QĐ-UBND", "2026-04-07")
