"""Queries that tell of a person are never counted; what people ask of an office is."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.privacy import MOST_CHARACTERS, may_keep
from search.text import accented_words, fold, one_spelling, words

TELLS = """
0912345678 khai sinh
so dien thoai 0912 345 678
+84 912.345.678
sdt 84912345678
0239 3855 555
3855555
gọi 1900 1234
cccd 042085001234
042 085 001 234
cmnd 183456789
183.456.789
mst 3000123456
stk 19034567890123
1004194 0912345678
nguoi.dan@mau.example
nguoi.dan @ mau . example
nguoidan gmail com
zalo 0912
ông Nguyễn Văn A
bà Trần Thị B
ba tran thi b khai tu
anh Tuấn
chị Hoa
chi hoa lam o mot cua
em Nguyễn Thị Lan
cô Hằng
bác sĩ Hoàng
ong le van b
ông lê a
nguyen van a
Nguyễn Văn Bình khai sinh
TRẦN THỊ C
tên tôi là Lê Bình
toi la tran hung
con nguyen an nhien
vợ Lê Thị Hà
38A-123.45
38A 12345
xe 38f1 234.56
38H1-23456
51G 1234
sinh ngày 01/02/1985
1/2/85
khai sinh 12.05.1990
12-05-1990
sinh năm 1985
nam sinh 1960
ngày 5 tháng 6 năm 1970
C1234567
ho chieu B 1234567
BA 123456 so do
thửa 123 tờ 45
số nhà 12 đường Trần Phú
0912/345/678
0912_345_678
0912–345–678
0912·345·678 làm bằng
0912*345*678
+84/912/345/678
cccd 038/085/001234
cccd 038|085|001|234
theo 876/QĐ-BNV gọi 0912/345/678
０９１２３４５６７８
①②③④⑤⑥⑦⑧
O912 345 678
0912 345 6o8
không chín một hai ba bốn năm sáu
nguyenvana [at] gmail
nguyenvana (a còng) mau
zalo nguyenvana
https://mau.example
Phạm Nhật Bình
nguyễn tấn bình
lê quang bình
Trần Tuấn Bình
đặng thùy bình
LÊ QUANG BÌNH
ly hôn với trần tuấn bình
khai tử cho bùi bích bình
""".strip().splitlines()

TELLS_NOTHING = """
đăng ký kết hôn
làm sổ hồng
1.004194
1004194
1 004 194
1.110045
1.004194.H27
1.004194.000.00.00.H27
520 kh ubnd
876/QĐ- BNV
qd 2088
quyết định 2873/QĐ-UBND
nghi dinh 118/2025/nd-cp
thông tư 01/2020/TT-BTP
đkkd ho gia dinh
gks
mất cccd làm lại
sổ hồng
mở quán ăn
tiền người già
xác nhận chưa vợ chưa chồng
tách thửa đất
cần giấy tờ gì
em muốn làm khai sinh
cho em hỏi đăng ký kết hôn
anh chị cho em hỏi khai sinh
anh em ruột tặng cho đất
ông bà nội đăng ký khai sinh cho cháu
bà mẹ việt nam anh hùng
anh hùng lực lượng vũ trang
anh hùng lao động
vợ chồng ly hôn
thay doi dia chi ho khau
chung chi hanh nghe
chi nhanh ho kinh doanh
chi tra tro cap
giám hộ trẻ mồ côi
xã Cẩm Bình chứng thực
chuwngs thuwcj chuwx kys
nhận cha mẹ con
nhận con nuôi nước ngoài
em bé mới sinh
sinh con thứ ba
khai sinh 2024
tro cap 80 tuoi
cấp lại bằng lái xe b1
mẫu ct01
to khai ct07
phường Trần Phú
xã Nguyễn Du
nuoi ong mat
co quan nao cap
con duoi 6 tuoi
anh chup the
ho ngheo
le phi chung thuc
con thương binh
thầy thuốc ưu tú
118/2025/NĐ-CP, 876/QĐ-BNV
thay đổi đăng ký kinh doanh
nộp qua zalo
chú rể người nước ngoài
Đăng Ký Kết Hôn
""".strip().splitlines()


def kept(text: str) -> bool:
    return may_keep(text, fold(text))


@pytest.mark.parametrize("text", TELLS)
def test_what_tells_of_a_person_is_not_kept(text: str) -> None:
    assert not kept(text)


@pytest.mark.parametrize("text", TELLS_NOTHING)
def test_what_people_ask_is_kept_however_it_is_typed(text: str) -> None:
    ways = {text, fold(text), text.upper(), unicodedata.normalize("NFD", text)}
    assert [way for way in ways if not kept(way)] == []


class Said:
    """Neighbours in what people ask: names of documents are such."""

    def __init__(self, texts: list[str]) -> None:
        self.folded = {pair for text in texts for pair in pairwise(words(text))}
        self.written = {pair for text in texts for pair in pairwise(accented_words(text))}

    def follow(self, first: str, second: str) -> bool:
        return (one_spelling(first), one_spelling(second)) in self.folded

    def are_written(self, first: str, second: str) -> bool:
        return (first, second) in self.written


SAID = Said([*TELLS_NOTHING, "Lệ phí hồ sơ", "Lý lịch tư pháp", "Võ sư, võ thuật", "Phạm vi bảo vệ"])


@pytest.mark.parametrize(
    "name",
    """
    Phạm Nhật Bình|nguyễn tấn bình|lê quang bình|Trần Tuấn Bình|đặng thùy bình|bùi bích bình|hồ xuân bình|vũ đức bình|
    lý thái bình|đỗ mười bình|hoàng trung bình|phan đình bình|mai tiến bình|cao đức bình|trương mỹ bình|tô lâm bình
    """.replace("\n", "").split("|"),
)
@pytest.mark.parametrize("around", ["{}", "ly hôn với {}", "{} đăng ký kết hôn"])
def test_a_row_that_nothing_says_is_a_name(name: str, around: str) -> None:
    text = around.format(name.strip())
    ways = {
        text,
        fold(text),
        text.upper(),
        text.title(),
        fold(text).title(),
        unicodedata.normalize("NFD", text),
    }
    assert [way for way in ways if may_keep(way, fold(way), SAID)] == []


@pytest.mark.parametrize(
    "text",
    [
        *TELLS_NOTHING,
        "lệ phí hồ sơ",
        "lý lịch tư pháp",
        "võ thuật",
        "phạm vi bảo vệ",
        "xã Nguyễn Du đăng ký kết hôn",
    ],
)
def test_what_is_said_is_no_name(text: str) -> None:
    ways = {text, fold(text), text.upper()}
    assert [way for way in ways if not may_keep(way, fold(way), SAID)] == []


@pytest.mark.parametrize(
    ("text", "normal"),
    [("", ""), ("a", "a"), ("khai sinh " * 9, "khai sinh " * 9), ("x" * (MOST_CHARACTERS + 1),) * 2],
)
def test_too_short_and_too_long_is_not_kept(text: str, normal: str) -> None:
    assert not may_keep(text, normal)


SEPARATED = st.sampled_from(["", " ", ".", "-", " . ", ") ", "/", "_", "–", "·", " / ", "*", "|", "…"])
WORDS = st.sampled_from(["", "khai sinh ", "cho hỏi số ", "cccd: "])


@given(WORDS, st.text("0123456789", min_size=8, max_size=14), SEPARATED, st.integers(2, 4), WORDS)
def test_long_numbers_are_never_kept(before: str, digits: str, separator: str, size: int, after: str) -> None:
    groups = [digits[place : place + size] for place in range(0, len(digits), size)]
    assert not kept(f"{before}{separator.join(groups)} {after}")


@given(
    st.sampled_from(["ông", "bà", "anh", "chị", "em", "cô", "chú", "bác"]),
    st.sampled_from(["Nguyễn", "Trần", "Phạm", "Hoàng", "Bùi", "Ngô", "Lê", "Vũ", "Hồ", "Lý"]),
    st.sampled_from(["Văn", "Thị", "Đức", "Ngọc"]),
    st.text("abcdeghiklmnopqrstuvxy", min_size=1, max_size=6),
    st.sampled_from([str, str.lower, str.upper, fold, lambda text: unicodedata.normalize("NFD", text)]),
    WORDS,
)
def test_names_after_a_form_of_address_are_never_kept(
    called: str, family: str, middle: str, given_name: str, write: object, before: str
) -> None:
    assert callable(write)
    assert not kept(write(f"{before}{called} {family} {middle} {given_name.title()}"))


@given(st.text(max_size=60), st.emails())
def test_mail_addresses_are_never_kept(text: str, address: str) -> None:
    assert not kept(f"{text} {address}")


@given(st.text(max_size=400))
def test_any_text_is_judged(text: str) -> None:
    assert may_keep(text, fold(text)) in (True, False)
