"""Fifty small documents to search in, all invented, and a source that publishes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from search.documents import DocumentId, Part, Passage, SearchDocument

PROCEDURE, UNIT, PAGE = "thu-tuc", "don-vi", "trang"

COMMUNES = ("xa-dong-lo", "xa-bai-sau", "phuong-ben-cau")

# Code, full name, field, level, online, prior, papers, everyday names.
_PROCEDURES: tuple[tuple[str, str, str, str, str, float, str, tuple[str, ...]], ...] = (
    ("1.900101", "Thủ tục đăng ký kết hôn", "ho-tich", "commune", "full", 1.0, "Tờ khai đăng ký kết hôn; giấy xác nhận tình trạng hôn nhân", ("cưới", "lấy vợ lấy chồng")),
    ("1.900102", "Thủ tục đăng ký kết hôn có yếu tố nước ngoài", "ho-tich", "commune", "none", 0.2, "Tờ khai; giấy tờ chứng minh tình trạng hôn nhân của người nước ngoài", ()),
    ("1.900103", "Thủ tục đăng ký lại kết hôn", "ho-tich", "commune", "none", 0.1, "Tờ khai; bản sao giấy chứng nhận kết hôn cũ", ()),
    ("1.900104", "Thủ tục đăng ký khai sinh", "ho-tich", "commune", "full", 1.0, "Tờ khai; giấy chứng sinh", ("làm giấy khai sinh",)),
    ("1.900105", "Thủ tục đăng ký lại khai sinh", "ho-tich", "commune", "partial", 0.3, "Tờ khai; văn bản cam đoan", ()),
    ("1.900106", "Thủ tục đăng ký khai tử", "ho-tich", "commune", "full", 0.6, "Tờ khai; giấy báo tử", ("báo tử",)),
    ("1.900107", "Thủ tục cấp giấy xác nhận tình trạng hôn nhân", "ho-tich", "commune", "full", 0.8, "Tờ khai cấp giấy xác nhận", ("giấy độc thân",)),
    ("1.900108", "Thủ tục cấp bản sao trích lục hộ tịch", "ho-tich", "commune", "full", 0.5, "Tờ khai cấp bản sao", ()),
    ("1.900109", "Thủ tục đăng ký giám hộ", "ho-tich", "commune", "none", 0.0, "Tờ khai; văn bản cử người giám hộ", ()),
    ("1.900201", "Chứng thực bản sao từ bản chính giấy tờ, văn bản", "chung-thuc", "commune", "none", 0.9, "Bản chính giấy tờ, văn bản cần chứng thực", ("công chứng", "sao y")),
    ("1.900202", "Chứng thực chữ ký trong các giấy tờ, văn bản", "chung-thuc", "commune", "none", 0.7, "Giấy tờ tùy thân; giấy tờ sẽ ký", ()),
    ("1.900203", "Chứng thực hợp đồng liên quan đến quyền sử dụng đất", "chung-thuc", "commune", "none", 0.4, "Dự thảo hợp đồng; bản sao giấy chứng nhận quyền sử dụng đất", ()),
    ("1.900301", "Cấp Giấy chứng nhận quyền sử dụng đất lần đầu", "dat-dai", "commune", "partial", 0.9, "Đơn đăng ký đất đai; giấy tờ về quyền sử dụng đất", ("sổ đỏ", "sổ hồng")),
    ("1.900302", "Đăng ký biến động quyền sử dụng đất do chuyển nhượng", "dat-dai", "commune", "partial", 0.6, "Hợp đồng chuyển nhượng; giấy chứng nhận đã cấp", ("sang tên sổ đỏ",)),
    ("1.900303", "Tách thửa đất, hợp thửa đất", "dat-dai", "commune", "none", 0.5, "Đơn đề nghị; bản vẽ tách thửa", ()),
    ("1.900304", "Chuyển mục đích sử dụng đất", "dat-dai", "province", "none", 0.4, "Đơn xin chuyển mục đích sử dụng đất", ("lên thổ cư",)),
    ("1.900305", "Thu hồi đất vì lợi ích công cộng", "dat-dai", "province", "none", -0.3, "Thông báo thu hồi đất", ()),
    ("2.900401", "Đăng ký thành lập hộ kinh doanh", "kinh-doanh", "commune", "full", 0.9, "Giấy đề nghị đăng ký hộ kinh doanh; bản sao căn cước", ("mở quán", "mở cửa hàng")),
    ("2.900402", "Đăng ký thay đổi nội dung đăng ký hộ kinh doanh", "kinh-doanh", "commune", "full", 0.4, "Thông báo thay đổi", ()),
    ("2.900403", "Chấm dứt hoạt động hộ kinh doanh", "kinh-doanh", "commune", "full", 0.3, "Thông báo chấm dứt hoạt động", ("đóng cửa quán",)),
    ("2.900404", "Đăng ký thành lập công ty trách nhiệm hữu hạn", "kinh-doanh", "province", "full", 0.5, "Giấy đề nghị; điều lệ công ty", ("mở công ty",)),
    ("2.900405", "Cấp giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm", "y-te", "province", "partial", 0.4, "Đơn đề nghị; bản thuyết minh cơ sở vật chất", ()),
    ("2.900501", "Cấp giấy phép xây dựng nhà ở riêng lẻ", "xay-dung", "commune", "partial", 0.8, "Đơn đề nghị cấp giấy phép xây dựng; bản vẽ thiết kế", ("làm nhà", "xây nhà")),
    ("2.900502", "Điều chỉnh giấy phép xây dựng", "xay-dung", "commune", "none", 0.2, "Đơn đề nghị điều chỉnh; giấy phép đã cấp", ()),
    ("2.900503", "Cấp phép hoạt động khoáng sản", "tai-nguyen", "central", "none", -0.9, "Đề án thăm dò", ()),
    ("1.900601", "Trợ cấp xã hội hằng tháng cho người cao tuổi", "bao-tro", "commune", "partial", 0.7, "Tờ khai đề nghị trợ cấp", ("tiền người già",)),
    ("1.900602", "Hỗ trợ chi phí mai táng", "bao-tro", "commune", "partial", 0.5, "Tờ khai; bản sao giấy chứng tử", ()),
    ("1.900603", "Xác định mức độ khuyết tật và cấp giấy xác nhận khuyết tật", "bao-tro", "commune", "none", 0.4, "Đơn đề nghị; hồ sơ y tế", ()),
    ("1.900604", "Công nhận hộ nghèo, hộ cận nghèo", "bao-tro", "commune", "none", 0.6, "Giấy đề nghị rà soát", ()),
    ("1.900701", "Tuyển sinh trung học phổ thông", "giao-duc", "province", "full", 0.3, "Phiếu đăng ký dự tuyển", ()),
    ("1.900702", "Chuyển trường đối với học sinh trung học cơ sở", "giao-duc", "commune", "partial", 0.4, "Đơn xin chuyển trường; học bạ", ()),
    ("1.900703", "Xét, cấp học bổng chính sách", "giao-duc", "province", "none", 0.0, "Đơn đề nghị cấp học bổng", ()),
    ("1.900801", "Cấp hộ chiếu phổ thông", "xuat-nhap-canh", "province", "full", 0.6, "Tờ khai; ảnh chân dung", ()),
    ("1.900802", "Đăng ký thường trú", "cu-tru", "commune", "full", 0.9, "Tờ khai thay đổi thông tin cư trú", ("nhập hộ khẩu",)),
    ("1.900803", "Đăng ký tạm trú", "cu-tru", "commune", "full", 0.8, "Tờ khai thay đổi thông tin cư trú", ()),
)  # fmt: skip

# Slug, name, old and short names.
_UNITS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("xa-dong-lo", "Xã Đồng Lộ", ("xã Lộ Thượng", "xã Lộ Hạ")),
    ("xa-bai-sau", "Xã Bãi Sau", ("xã Bãi Ngoài",)),
    ("phuong-ben-cau", "Phường Bến Cầu", ("phường Cầu Mới", "P. Bến Cầu")),
    ("so-tu-phap", "Sở Tư pháp", ("STP",)),
    ("so-xay-dung", "Sở Xây dựng", ("SXD",)),
    ("van-phong", "Văn phòng Ủy ban nhân dân tỉnh", ("VPUB",)),
)

# Key, title, text.
_PAGES: tuple[tuple[str, str, str], ...] = (
    ("11", "Giới thiệu", "Cổng thông tin về thủ tục hành chính của tỉnh."),
    ("12", "Hướng dẫn nộp hồ sơ trực tuyến", "Đăng nhập, chọn thủ tục, tải giấy tờ lên và theo dõi kết quả."),
    ("13", "Giờ làm việc của Trung tâm Phục vụ hành chính công", "Sáng từ 7 giờ 30, chiều từ 13 giờ 30."),
    ("14", "Câu hỏi thường gặp", "Đăng ký kết hôn cần những giấy tờ gì? Nộp hồ sơ ở đâu?"),
    ("15", "Kế hoạch cải cách hành chính", "Ban hành theo Kế hoạch số 520 của Ủy ban nhân dân."),
    ("16", "Phí và lệ phí", "Mức thu theo nghị quyết của Hội đồng nhân dân."),
)

_ENDED = (
    ("1.900991", "Thủ tục đăng ký kết hôn tại nhà", "Hết hiệu lực từ 01/07/2025"),
    ("1.900992", "Cấp sổ hộ khẩu", "Đã bãi bỏ từ 01/01/2023"),
)


def documents() -> tuple[SearchDocument, ...]:
    """Forty-nine, two of them ended; always the same."""
    return (
        *(_procedure(number, *row) for number, row in enumerate(_PROCEDURES)),
        *(_unit(*row) for row in _UNITS),
        *(_page(number, *row) for number, row in enumerate(_PAGES)),
        *(_ended(*row) for row in _ENDED),
    )


def _procedure(  # noqa: PLR0917 -- the columns of the table above
    number: int,
    code: str,
    name: str,
    subject: str,
    level: str,
    online: str,
    prior: float,
    papers: str,
    everyday: tuple[str, ...],
) -> SearchDocument:
    title = name.removeprefix("Thủ tục ")
    return SearchDocument(
        DocumentId(PROCEDURE, code),
        title[0].upper() + title[1:],
        f"/thu-tuc/{code}/",
        (name,),
        everyday=everyday,
        codes=(code,),
        passages=(
            Passage(Part.FIELD, "", "Lĩnh vực", subject.replace("-", " ")),
            Passage(Part.PAPERS, "ho-so", "Thành phần hồ sơ", papers),
            Passage(Part.STEPS, "trinh-tu", "Trình tự thực hiện", f"Bước 1: nộp hồ sơ tại quầy số {number}."),
            Passage(Part.STEPS, "trinh-tu", "Trình tự thực hiện", "Bước 2: nhận kết quả, ký vào sổ."),
        ),
        facets={
            "linh-vuc": (subject,),
            "cap": (level,),
            "truc-tuyen": (online,),
            "don-vi": COMMUNES[: 1 + number % 3] if level == "commune" else ("so-tu-phap",),
            "nam": (str(2020 + number % 5),),
        },
        meta=("Cấp xã" if level == "commune" else "Cấp tỉnh", f"{1 + number} ngày làm việc"),
        prior=prior,
        dated=date(2020 + number % 5, 1 + number % 12, 1 + number % 28) if number % 7 else None,
        unit_url=f"/don-vi/{{unit}}/thu-tuc/{code}/",
        reader_url=f"/thu-tuc/{code}/?don-vi={{unit}}",
    )


def _unit(slug: str, name: str, others: tuple[str, ...]) -> SearchDocument:
    return SearchDocument(
        DocumentId(UNIT, slug), name, f"/don-vi/{slug}/", (name,), everyday=others, prior=0.1
    )


def _page(number: int, key: str, title: str, text: str) -> SearchDocument:
    return SearchDocument(
        DocumentId(PAGE, key),
        title,
        f"/trang-{key}/",
        (title,),
        passages=(Passage(Part.TEXT, "", "", text),),
        facets={"nam": (str(2024 + number % 2),)},
        dated=date(2024 + number % 2, 3, 1 + number),
    )


def _ended(code: str, name: str, why: str) -> SearchDocument:
    return SearchDocument(
        DocumentId(PROCEDURE, code),
        name,
        f"/thu-tuc/{code}/",
        (name,),
        codes=(code,),
        passages=(Passage(Part.PAPERS, "ho-so", "Thành phần hồ sơ", "Tờ khai đăng ký kết hôn"),),
        facets={"linh-vuc": ("ho-tich",), "don-vi": COMMUNES},
        ended=why,
    )


class FakeSource:
    """Publishes what is put into it (`search.registry.Source`)."""

    def __init__(self, published: Iterable[SearchDocument] = ()) -> None:
        self.published = {document.id.key: document for document in published}

    def count(self) -> int:
        return len(self.published)

    def all(self) -> Iterator[SearchDocument]:
        yield from self.published.values()

    def some(self, keys: Sequence[str]) -> Iterable[SearchDocument]:
        return [self.published[key] for key in keys if key in self.published]
