"""The sheets and columns of the catalogue's XLSX form, and what stands in its cells. Pure: no Django, no
openpyxl.

One row of the main sheet is one procedure; rows of the others belong to the procedure whose code they begin
with, in the order of the sheet. Choices are written in Vietnamese, as in the portal. A text longer than a
cell goes on in rows below that begin with the mark "↳" in the first column and are empty but for what goes
on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CELL_LIMIT = 32_767
"""Characters in a cell of a workbook, counted in UTF-16 units."""
CONTINUED = "↳"

LEVELS = {"ministry": "Cấp bộ", "province": "Cấp tỉnh", "commune": "Cấp xã", "other": "Cơ quan khác"}
AUDIENCES = {
    "citizen": "Công dân Việt Nam",
    "overseas": "Người Việt Nam định cư ở nước ngoài",
    "foreigner": "Người nước ngoài",
    "official": "Cán bộ, công chức, viên chức",
    "enterprise": "Doanh nghiệp",
    "foreign_invested": "Doanh nghiệp có vốn đầu tư nước ngoài",
    "cooperative": "Hợp tác xã",
    "organisation": "Tổ chức (không gồm doanh nghiệp, hợp tác xã)",
    "foreign_organisation": "Tổ chức nước ngoài",
}
SCOPES = {"province": "Trong tỉnh", "central": "Trung ương", "other_province": "Tỉnh khác"}
KINDS = {"in_person": "Trực tiếp", "online": "Trực tuyến", "postal": "Qua dịch vụ bưu chính"}
UNITS = {
    "hour": "giờ",
    "working_hour": "giờ làm việc",
    "day": "ngày",
    "working_day": "ngày làm việc",
    "month": "tháng",
    "year": "năm",
}
CURRENCIES = {"VND": "đồng", "USD": "đô la Mỹ", "EUR": "euro"}
ACTORS = {"": "", "applicant": "Người làm thủ tục", "office": "Cơ quan giải quyết"}
ONLINE_LEVELS = {
    "": "",
    "none": "Không tiếp nhận trực tuyến",
    "partial": "Dịch vụ công trực tuyến một phần",
    "full": "Dịch vụ công trực tuyến toàn trình",
}
ANYWHERE = {None: "", True: "Có", False: "Không"}
ABSENCES = {"not_regulated": "Pháp luật không quy định", "not_applicable": "Không áp dụng"}
PARTS = {
    "steps": "Trình tự thực hiện",
    "channels": "Cách thức thực hiện",
    "papers": "Thành phần hồ sơ",
    "copies": "Số lượng hồ sơ",
    "time": "Thời hạn giải quyết",
    "audience": "Đối tượng thực hiện",
    "bodies": "Cơ quan thực hiện",
    "results": "Kết quả thực hiện",
    "fee": "Phí, lệ phí",
    "forms": "Mẫu đơn, tờ khai",
    "conditions": "Yêu cầu, điều kiện",
    "basis": "Căn cứ pháp lý",
}
"""Labels are those of `procedures.enums`; a test ties the two together."""


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    width: int = 20
    choices: Mapping[str, str] | None = None
    """Choices a cell of the template offers; several in one cell stand on lines of their own and are not offered."""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    columns: tuple[Column, ...]

    @property
    def headings(self) -> tuple[str, ...]:
        return tuple(column.heading for column in self.columns)

    def place(self, heading: str) -> int:
        return self.headings.index(heading)


_CODE = Column("Mã thủ tục", 14, help="Dạng 1.004194. Bắt buộc ở mọi dòng.")
_SEVERAL = "Mỗi giá trị một dòng trong ô (Alt + Enter)."
_HTML = "Văn bản thường hoặc HTML đơn giản: p, br, ul, ol, li, strong, em, a, table."

MAIN = Sheet(
    "Thủ tục",
    (
        _CODE,
        Column("Tên thủ tục", 60, help="Tên đầy đủ theo quyết định công bố. Bắt buộc."),
        Column("Quyết định công bố", 20, help="Ví dụ: 163/QĐ-BTP."),
        Column("Cơ quan công bố", 26),
        Column("Lĩnh vực", 26),
        Column("Cấp thực hiện", 16, help=f"{_SEVERAL} {'; '.join(LEVELS.values())}."),
        Column("Đối tượng thực hiện", 30, help=f"{_SEVERAL} {'; '.join(AUDIENCES.values())}."),
        Column("Cơ quan thực hiện", 36, help=_SEVERAL),
        Column("Phạm vi", 14, {text: value for value, text in SCOPES.items()}),
        Column("Thủ tục này để làm gì", 40, help="Một, hai câu dễ hiểu do cổng tự viết."),
        Column("Số lượng hồ sơ", 16, help="Ví dụ: 01 bộ."),
        Column("Yêu cầu, điều kiện", 50, help=_HTML),
        Column("Mức độ trực tuyến", 26, {text: value for value, text in ONLINE_LEVELS.items() if text}),
        Column("Lý do chưa toàn trình", 30),
        Column("Địa chỉ trên Cổng quốc gia", 30),
        Column("Nộp ở nơi khác trong tỉnh", 14, {"Có": "1", "Không": "0"}),
        Column("Tên thường gọi", 26, help=_SEVERAL),
        Column(
            "Nội dung không có",
            40,
            help=f"{_SEVERAL} Dạng “Phần: lý do”, ví dụ “Yêu cầu, điều kiện: Pháp luật không quy định”.",
        ),
    ),
)
CHANNELS = Sheet(
    "Cách thức",
    (
        _CODE,
        Column("Cách số", 9, help="Các dòng cùng mã và cùng số là một cách nộp; mỗi khoản phí một dòng."),
        Column("Cách nộp", 22, {text: value for value, text in KINDS.items()}),
        Column("Thời hạn", 10, help="Chỉ ghi số."),
        Column("Đơn vị thời hạn", 16, {text: value for value, text in UNITS.items()}),
        Column("Diễn giải thời hạn", 36),
        Column("Khoản phí, lệ phí", 30, help="Tên khoản; để trống khi chỉ có một khoản."),
        Column("Số tiền", 14, help="Chỉ ghi số; 0 là miễn."),
        Column("Đơn vị tiền", 12, {text: value for value, text in CURRENCIES.items()}),
        Column("Diễn giải phí", 36),
        Column("Mô tả", 50, help=_HTML),
    ),
)
PAPERS = Sheet(
    "Hồ sơ",
    (
        _CODE,
        Column("Trường hợp số", 9, help="Các dòng cùng mã và cùng số là một trường hợp."),
        Column("Trường hợp", 36, help="Để trống khi chỉ có một trường hợp."),
        Column("Chỉ dẫn chung", 36, help=_HTML),
        Column("Giấy tờ", 60, help=_HTML),
        Column("Bản chính", 10, help="Số bản; để trống khi không nêu."),
        Column("Bản sao", 10, help="Số bản; để trống khi không nêu."),
        Column("Tệp mẫu", 30, help="Tên tệp của mẫu đơn, tờ khai."),
        Column("Ghi chú", 30),
    ),
)
STEPS = Sheet(
    "Các bước",
    (
        _CODE,
        Column("Bước", 50, help="Tên bước. Bắt buộc."),
        Column("Ai làm", 20, {text: value for value, text in ACTORS.items() if text}),
        Column("Nội dung", 80, help=_HTML),
    ),
)
RESULTS = Sheet(
    "Kết quả", (_CODE, Column("Kết quả", 60), Column("Mã kết quả", 20, help="Ví dụ: KQ.G15.000032."))
)
BASIS = Sheet(
    "Căn cứ",
    (
        _CODE,
        Column("Số, ký hiệu", 20, help="Ví dụ: 61/2018/NĐ-CP."),
        Column("Tên văn bản", 70),
        Column("Ngày ban hành", 14, help="Dạng ngày/tháng/năm, ví dụ 23/04/2018."),
        Column("Cơ quan ban hành", 30),
        Column("Địa chỉ", 30),
    ),
)
SHEETS = (MAIN, CHANNELS, PAPERS, STEPS, RESULTS, BASIS)
GUIDE_TITLE = "Hướng dẫn"


def units_of(text: str) -> int:
    """Length as a workbook counts it: characters beyond U+FFFF count twice."""
    return len(text) + sum(char > "\uffff" for char in text) if not text.isascii() else len(text)


def pieces(text: str) -> list[str]:
    """The text in pieces that each fit into a cell; joined they are the text again."""
    if units_of(text) <= CELL_LIMIT:
        return [text]
    found: list[str] = []
    start = 0
    while start < len(text):
        end = min(len(text), start + CELL_LIMIT)
        while units_of(text[start:end]) > CELL_LIMIT:
            end -= max(1, (units_of(text[start:end]) - CELL_LIMIT + 1) // 2)
        found.append(text[start:end])
        start = end
    return found
