"""What the words of decisions mean: articles, headings, header cells, codes; tables of sentences of our own."""

from __future__ import annotations

from datetime import date

import pytest

from procedures.decisions.articles import Article, effective_on, read_body
from procedures.decisions.codes_in_cells import code_in_name, code_of_cell
from procedures.decisions.columns import role_of, split_glued
from procedures.decisions.counts import stated_counts
from procedures.decisions.header import date_in, number_in, read_head
from procedures.decisions.numbering import from_roman, roman
from procedures.decisions.repeals import read_repeals
from procedures.decisions.sections import Outline, read_heading, split_headings
from procedures.decisions.tasks import read_tasks
from procedures.decisions.wording import (
    COMMON,
    DISTRICT,
    action_of_cell,
    actions_in,
    announces_process,
    count_in_heading,
    field_in,
    is_ditto,
    level_in,
    level_of_body,
    level_of_place,
    only_field_in,
)


def article(text: str) -> list[Article]:
    return [Article("1", text)]


# --------------------------------------------------------------------------------------------------------------- counts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Công bố 12 TTHC được sửa đổi, bổ sung và 01 TTHC bị bãi bỏ.", [("amended", 12), ("abolished", 1)]),
        ("Công bố kèm theo 02 (hai) thủ tục hành chính (TTHC) mới ban hành lĩnh vực A.", [("new", 2)]),
        ("Công bố hai (02) thủ tục hành chính mới ban hành.", [("new", 2)]),
        ("Công bố mười lăm thủ tục hành chính được thay thế.", [("replaced", 15)]),
        (
            "Công bố Danh mục gồm: 05 TTHC mới ban hành; 03 TTHC sửa đổi, bổ sung; 02 TTHC bãi bỏ.",
            [("new", 5), ("amended", 3), ("abolished", 2)],
        ),
        (
            "Công bố 15 TTHC, trong đó: 10 mới ban hành, 05 bị bãi bỏ.",
            [("", 15), ("new", 10), ("abolished", 5)],
        ),
        (
            "Công bố 12 TTHC được sửa đổi, bổ sung (trong đó 08 TTHC cấp tỉnh, 04 TTHC cấp xã).",
            [("amended", 12)],
        ),
        ("Công bố 05 TTHC mới ban hành cấp tỉnh và 03 TTHC mới ban hành cấp xã.", [("new", 8)]),
        (
            "Công bố Danh mục thủ tục hành chính mới ban hành (04 TTHC), thủ tục hành chính bị bãi bỏ: 02.",
            [("new", 4), ("abolished", 2)],
        ),
        ("Công bố 03 TTHC mới ban hành. Bãi bỏ 05 TTHC tại Quyết định số 9/QĐ-UBND.", [("new", 3)]),
        ("Công bố 02 TTHC mới ban hành và phê duyệt 02 quy trình nội bộ.", [("new", 2)]),
        ("Công bố Danh mục theo Luật số 63/2010 ngày 08/6/2010, Điều 12 thủ tục.", []),
        ("Công bố 09 thủ tục hành chính trong lĩnh vực Đất đai.", [("", 9)]),
        ("Giao Sở A rà soát 12 TTHC được sửa đổi.", []),
    ],
)
def test_counts(text: str, expected: list[tuple[str, int]]) -> None:
    found = [("+".join(sorted(item.actions)), item.number) for item in stated_counts(article(text))]
    assert found == expected


# -------------------------------------------------------------------------------------------------------------- repeals


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Quyết định này thay thế Quyết định số 99/QĐ-UBND ngày 01/02/2025 của Chủ tịch UBND tỉnh.",
            [("99/QĐ-UBND", date(2025, 2, 1), "", "", (), True)],
        ),
        (
            "bãi bỏ Danh mục TTHC tại phần II ban hành kèm theo Quyết định số 1/QĐ-UBND ngày 27/6/2025; bãi bỏ Danh mục tại mục B phần I kèm theo Quyết định số 2/QĐ- UBND.",
            [
                ("1/QĐ-UBND", date(2025, 6, 27), "II", "", (), False),
                ("2/QĐ-UBND", None, "I › B", "", (), False),
            ],
        ),
        (
            "Thay thế Danh mục TTHC có số thứ tự 01,02 lĩnh vực Tổ chức tại Quyết định số 3/QĐ-UBND ngày 30 tháng 6 năm 2025.",
            [("3/QĐ-UBND", date(2025, 6, 30), "", "Tổ chức", ("1", "2"), True)],
        ),
        (
            "Bãi bỏ TTHC số thứ tự từ 03 đến 05, 7 và 10-11 mục I tại Quyết định số 4/QĐ-UBND.",
            [("4/QĐ-UBND", None, "I", "", ("3", "4", "5", "7", "10", "11"), False)],
        ),
        (
            "Bãi bỏ TTHC số 1; 2; 3 lĩnh vực A tại Quyết định số 5/QĐ-UBND và số thứ tự 9 tại Quyết định số 6/QĐ-UBND ngày 1/1/2025.",
            [
                ("5/QĐ-UBND", None, "", "A", ("1", "2", "3"), False),
                ("6/QĐ-UBND", date(2025, 1, 1), "", "", ("9",), False),
            ],
        ),
        (
            "Các Quyết định sau đây hết hiệu lực kể từ ngày Quyết định này có hiệu lực:\n- Quyết định số 7/QĐ-UBND ngày 02/3/2024;\n- Quyết định số 8/QĐ-UBND.",
            [("7/QĐ-UBND", date(2024, 3, 2), "", "", (), False), ("8/QĐ-UBND", None, "", "", (), False)],
        ),
        (
            "Bãi bỏ các Quyết định sau:\n- Quyết định số 7/QĐ-UBND ngày 02/3/2024",
            [("7/QĐ-UBND", date(2024, 3, 2), "", "", (), False)],
        ),
        (
            "Quyết định số 15/2024/QĐ-UBND ngày 05/5/2024 hết hiệu lực kể từ ngày Quyết định này có hiệu lực thi hành.",
            [("15/2024/QĐ-UBND", date(2024, 5, 5), "", "", (), False)],
        ),
        (
            "Thủ tục có mã số 1.004194 tại Quyết định số 20/QĐ-UBND ngày 05/5/2024 bị bãi bỏ.",
            [("20/QĐ-UBND", date(2024, 5, 5), "", "", ("1.004194",), False)],
        ),
        (
            "Công bố 12 TTHC được sửa đổi, bổ sung, bị bãi bỏ theo Quyết định số 700/QĐ-BTP ngày 02/3/2026 của Bộ Tư pháp.",
            [],
        ),
        ("Quyết định này có hiệu lực kể từ ngày ký.", []),
        (
            "Bãi bỏ TTHC số thứ tự 1 tại Quyết định số 31/QĐ-UBND; các thủ tục có số thứ tự từ 05 đến 06 tại Phụ lục II Quyết định số 32/QĐ-UBND; giao Sở A thực hiện Quyết định số 33/QĐ-UBND.",
            [("31/QĐ-UBND", None, "", "", ("1",), False), ("32/QĐ-UBND", None, "II", "", ("5", "6"), False)],
        ),
        (
            "Bãi bỏ Danh mục kèm theo Quyết định số 40/QĐ-UBND ngày 01/01/2025 theo Quyết định số 700/QĐ-BTP ngày 02/3/2026 của Bộ Tư pháp.",
            [("40/QĐ-UBND", date(2025, 1, 1), "", "", (), False)],
        ),
        (
            "Bãi bỏ thủ tục hành chính tại Quyết định số 30/QĐ-UBND ngày 01/01/2025 (số thứ tự 4 mục II).",
            [("30/QĐ-UBND", date(2025, 1, 1), "II", "", ("4",), False)],
        ),
    ],
)
def test_repeals(text: str, expected: list[tuple[object, ...]]) -> None:
    found = [
        (r.number, r.signed, r.part, r.field, r.ordinals, r.replaces)
        for r in read_repeals(article(text), own_number="1234/QĐ-UBND")
    ]
    assert found == expected


def test_a_decision_does_not_repeal_itself() -> None:
    assert not read_repeals(article("thay thế Quyết định số 1/QĐ-UBND."), own_number="1/QĐ-UBND")


# ---------------------------------------------------------------------------------------------------------------- tasks


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Giao Sở Tư pháp chủ trì, phối hợp với Văn phòng, trong thời hạn 03 ngày làm việc công khai trên cơ sở dữ liệu quốc gia.",
            [("Sở Tư pháp", 3, False)],
        ),
        (
            "Giao:\n1. Sở A có trách nhiệm cập nhật dữ liệu trong 05 (năm) ngày làm việc.\n2. UBND các xã, phường niêm yết công khai tại trụ sở và Trung tâm trong thời hạn năm (05) ngày làm việc kể từ ngày ký.",
            [("Sở A", 5, False), ("UBND các xã, phường", 5, True)],
        ),
        (
            "Giao Sở B: a) Trong thời hạn 03 ngày làm việc xây dựng quy trình; b) Công khai thủ tục tại bộ phận một cửa.",
            [("Sở B", 3, False), ("Sở B", None, True)],
        ),
        (
            "Giao Trung tâm Phục vụ hành chính công thực hiện niêm yết tại quầy trong 02 ngày làm việc; tổ chức tập huấn chậm nhất 10 ngày làm việc.",
            [
                ("Trung tâm Phục vụ hành chính công", 2, True),
                ("Trung tâm Phục vụ hành chính công", 10, False),
            ],
        ),
        (
            "Các sở, ngành, UBND cấp xã có trách nhiệm niêm yết, công khai thủ tục hành chính theo quy định.",
            [("Các sở, ngành, UBND cấp xã", None, True)],
        ),
        (
            "Chánh Văn phòng, Giám đốc Sở A và cá nhân có liên quan chịu trách nhiệm thi hành Quyết định này./.",
            [],
        ),
        ("Công bố 02 TTHC mới ban hành.", []),
    ],
)
def test_tasks(text: str, expected: list[tuple[object, ...]]) -> None:
    found = [(f.task.who, f.task.days, f.task.orders_listing) for f in read_tasks(article(text))]
    assert found == expected


def test_days_that_are_no_working_days_are_noticed() -> None:
    (found,) = read_tasks(article("Giao Sở A trong thời hạn 05 ngày kể từ ngày ký niêm yết tại trụ sở."))
    assert found.calendar_days
    assert found.task.days == 5


# -------------------------------------------------------------------------------------------------------- articles, head


def test_articles_run_together_are_cut_apart() -> None:
    body = read_body(
        [
            "Căn cứ Luật A; QUYẾT ĐỊNH: Điều 1 . Công bố 02 TTHC theo quy định tại Điều 3. Điều 2. Giao Sở A.",
            "Niêm yết. Điều 3 : Có hiệu lực.",
            "Nơi nhận:",
            "KT. CHỦ TỊCH",
        ]
    )
    assert [(a.label, a.text[:8]) for a in body.articles] == [
        ("Điều 1", "Công bố "),
        ("Điều 2", "Giao Sở "),
        ("Điều 3", "Có hiệu "),
    ]
    assert body.before == ("Căn cứ Luật A; QUYẾT ĐỊNH:",)
    assert body.after == ("Nơi nhận:", "KT. CHỦ TỊCH")


SIGNED = date(2026, 3, 5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Quyết định này có hiệu lực kể từ ngày ký.", SIGNED),
        ("Quyết định này có hiệu lực thi hành từ ngày ban hành và thay thế …", SIGNED),
        ("Quyết định này có hiệu lực thi hành kể từ ngày 01/7/2026.", date(2026, 7, 1)),
        ("Quyết định này có hiệu lực từ ngày 15 tháng 8 năm 2026.", date(2026, 8, 15)),
        ("Quyết định số 5 hết hiệu lực kể từ ngày Quyết định này có hiệu lực.", None),
        ("Giao Sở A.", None),
    ],
)
def test_effect(text: str, expected: date | None) -> None:
    assert effective_on(article(text), SIGNED) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Số: 2873/QĐ-UBND", "2873/QĐ-UBND"),
        ("Số:05 / QĐ - UBND", "05/QĐ-UBND"),
        ("1644/QĐ- UBND", "1644/QĐ-UBND"),
        ("Số: 15/2014/QĐ-UBND", "15/2014/QĐ-UBND"),
        ("Quyết định số 163/QĐ-BTP", "163/QĐ-BTP"),
        ("Số:      /QĐ-UBND", ""),
        ("118/2025/NĐ-CP", ""),
    ],
)
def test_numbers_of_decisions(text: str, expected: str) -> None:
    assert number_in(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hà Tĩnh, ngày 01 tháng12 năm 2025", date(2025, 12, 1)),
        ("ngày 27/6/2025", date(2025, 6, 27)),
        ("ngày 31/2/2025", None),
        ("ngày   tháng   năm 2025", None),
        ("ngày 5.3.2026", date(2026, 3, 5)),
    ],
)
def test_dates(text: str, expected: date | None) -> None:
    assert date_in(text) == expected


def test_a_head_in_one_paragraph_each_or_run_together() -> None:
    head = read_head(
        [
            "UBND TỈNH HÀ TĨNH",
            "Số: 7/QĐ-UBND Hà Tĩnh, ngày 2 tháng 3 năm 2026",
            "QUYẾT ĐỊNH\nVề việc công bố Danh mục thủ tục hành chính\n-------",
            "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH",
            "Căn cứ Quyết định số 99/QĐ-TTg ngày 01/01/2020;",
        ],
        ["Nơi nhận:", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "(đã ký)", "Lê Thị Thử Nghiệm"],
        ["DANH MỤC", "(Ban hành kèm theo Quyết định số: 8/QĐ-UBND ngày 2/3/2026)"],
    )
    assert (head.number, head.signed_on, head.issuer) == (
        "7/QĐ-UBND",
        date(2026, 3, 2),
        "Ủy ban nhân dân tỉnh Hà Tĩnh",
    )
    assert head.title == "Về việc công bố Danh mục thủ tục hành chính"
    assert head.signer == "Lê Thị Thử Nghiệm"
    assert (head.referred_number, head.referred_on) == ("8/QĐ-UBND", date(2026, 3, 2))


def test_a_title_that_names_other_documents_lends_them_to_no_blank_head() -> None:
    head = read_head(
        [
            "Số:     /QĐ-UBND",
            "Hà Tĩnh, ngày      tháng      năm 2026",
            "QUYẾT ĐỊNH\nCông bố thủ tục hành chính theo Quyết định số 99/QĐ-BTP ngày 02 tháng 3 năm 2026",
        ],
        [],
        [],
    )
    assert (head.number, head.signed_on) == ("", None)
    assert head.title.startswith("Công bố")


# ------------------------------------------------------------------------------------------------------ headings, cells


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DANH MỤC THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH", {"new"}),
        ("Thủ tục hành chính được sửa đổi, bổ sung", {"amended"}),
        ("TTHC BỊ BÃI BỎ", {"abolished"}),
        ("Danh mục TTHC mới ban hành theo Nghị định sửa đổi, bổ sung Nghị định số 5", {"new"}),
        ("Thủ tục hành chính bị bãi bỏ do được thay thế", {"abolished"}),
        ("TTHC lĩnh vực Đất đai được thay thế", {"replaced"}),
        ("TTHC được sửa đổi, bổ sung, bị bãi bỏ", {"amended", "abolished"}),
        ("Lĩnh vực Đổi mới sáng tạo", set()),
        ("Thủ tục hành chính cấp tỉnh", set()),
    ],
)
def test_actions(text: str, expected: set[str]) -> None:
    assert actions_in(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mới", "new"),
        ("Sửa đổi, bổ sung", "amended"),
        ("Bãi bỏ", "abolished"),
        ("Thay thế", "replaced"),
        ("Không", ""),
        ("TTHC mới ban hành", "new"),
    ],
)
def test_action_remarks(text: str, expected: str) -> None:
    assert action_of_cell(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A. Thủ tục hành chính cấp tỉnh", "province"),
        ("B. TTHC THỰC HIỆN TẠI CẤP XÃ", "commune"),
        ("Thủ tục hành chính thuộc thẩm quyền giải quyết của Sở Y tế", "province"),
        ("TTHC thuộc thẩm quyền giải quyết của UBND cấp xã", "commune"),
        ("Thủ tục áp dụng chung", COMMON),
        ("TTHC cấp tỉnh, cấp xã", COMMON),
        ("TTHC thuộc phạm vi quản lý của Sở Tư pháp, UBND cấp xã", COMMON),
        ("TTHC cấp huyện", DISTRICT),
        ("TTHC trên địa bàn tỉnh Hà Tĩnh", ""),
        ("DANH MỤC (Kèm theo Quyết định số 1/QĐ-UBND của Chủ tịch UBND tỉnh)", ""),
        ("Thủ tục hành chính cấp Trung ương", "ministry"),
    ],
)
def test_levels_of_headings(text: str, expected: str) -> None:
    assert level_in(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sở Tư pháp", "province"),
        ("- Sở Y tế;\n- UBND cấp xã", COMMON),
        ("Ủy ban nhân dân cấp xã", "commune"),
        ("UBND xã, phường", "commune"),
        ("Ban Quản lý Khu kinh tế tỉnh", "province"),
        ("UBND cấp xã/Sở Y tế", COMMON),
        ("Bộ Tư pháp", "ministry"),
        ("Cấp xã", "commune"),
        ("", ""),
    ],
)
def test_levels_of_bodies(text: str, expected: str) -> None:
    assert level_of_body(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Trung tâm Phục vụ hành chính công tỉnh Hà Tĩnh (số 02A, phường Thành Sen)", "province"),
        ("Trung tâm Phục vụ hành chính công cấp xã", "commune"),
        ("Trung tâm PVHCC tỉnh hoặc cấp xã", ""),
        ("Trực tuyến", ""),
    ],
)
def test_levels_guessed_of_places(text: str, expected: str) -> None:
    assert level_of_place(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("… TRONG LĨNH VỰC CHỨNG THỰC ÁP DỤNG TRÊN ĐỊA BÀN TỈNH", "Chứng thực"),
        ("I. LĨNH VỰC ĐẤT ĐAI (05 TTHC)", "Đất đai"),
        ("Lĩnh vực: Hộ tịch", "Hộ tịch"),
        ("lĩnh vực Báo chí, xuất bản thuộc phạm vi", "Báo chí, xuất bản"),
        ("các lĩnh vực Đất đai; Khoáng sản", ""),
        ("Thủ tục hành chính cấp tỉnh", ""),
    ],
)
def test_fields(text: str, expected: str) -> None:
    assert field_in(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("thủ tục được sửa đổi trong lĩnh vực Hộ tịch, Chứng thực thuộc phạm vi", ""),
        ("THỦ TỤC TRONG LĨNH VỰC HỘ TỊCH, CHỨNG THỰC ÁP DỤNG TRÊN ĐỊA BÀN", ""),
        ("lĩnh vực Đất đai; Khoáng sản thuộc phạm vi", ""),
        ("lĩnh vực Hộ tịch và lĩnh vực Chứng thực", ""),
        ("trong lĩnh vực Báo chí, xuất bản thuộc phạm vi", "Báo chí, xuất bản"),
        ("trong lĩnh vực Hộ tịch thuộc phạm vi", "Hộ tịch"),
        ("thủ tục hành chính cấp xã", ""),
    ],
)
def test_the_field_of_a_title_only_where_it_names_one(text: str, expected: str) -> None:
    assert only_field_in(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("B. QUY TRÌNH NỘI BỘ THỦ TỤC HÀNH CHÍNH", True),
        ("DANH MỤC QUY TRÌNH NỘI BỘ", True),
        ("DANH MỤC VÀ QUY TRÌNH NỘI BỘ THỦ TỤC HÀNH CHÍNH", False),
        ("Nội dung cụ thể của từng thủ tục hành chính", True),
        ("Danh mục thủ tục hành chính", False),
    ],
)
def test_processes_are_told_from_lists(text: str, expected: bool) -> None:
    assert announces_process(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DANH MỤC … BỔ SUNG (12 TTHC)", 12),
        ("Lĩnh vực A: 5 thủ tục", 5),
        ("A (Tổng số: 03 thủ tục hành chính)", 3),
        ("Luật số 5 (sửa đổi)", None),
    ],
)
def test_counts_of_headings(text: str, expected: int | None) -> None:
    assert count_in_heading(text) == expected


@pytest.mark.parametrize(
    "text", ["Như trên", "như trên.", "nt", "-nt-", "NT", "″", '"', "''", "n.t", "- Như trên -", "nt.", "”"]
)
def test_same_as_above(text: str) -> None:
    assert is_ditto(text)


@pytest.mark.parametrize("text", ["", "-", "Không", "nt 5", "Như trên và qua bưu chính công ích", "“Luật”"])
def test_not_the_same_as_above(text: str) -> None:
    assert not is_ditto(text)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("STT", "ordinal"), ("TT", "ordinal"), ("Số TT", "ordinal"), ("S\nT\nT", "ordinal"), ("Số thứ tự", "ordinal"),
        ("Mã TTHC", "code"), ("Mã số TTHC", "code"), ("Mã số", "code"), ("Số hồ sơ TTHC", "code"), ("Mã thủ tục hành chính", "code"),
        ("Tên TTHC", "name"), ("Tên thủ tục", "name"), ("Tên thủ tục hành chính bị bãi bỏ", "name"), ("Thủ tục hành chính", "name"),
        ("Thời gian giải quyết", "time"), ("Thời hạn\ngiải quyết", "time"), ("Địa điểm thực hiện", "place"), ("Cách thức thực hiện", "manner"),
        ("Phí, lệ phí (nếu có)", "fee"), ("Lệ phí", "fee"), ("Căn cứ pháp lý", "basis"), ("Tên VBQPPL quy định nội dung bãi bỏ", "basis"),
        ("Lĩnh vực", "field"), ("Cơ quan thực hiện", "body"), ("Ghi chú", "note"), ("Trách nhiệm", "extra"), ("", ""),
    ],
)  # fmt: skip
def test_header_cells(text: str, role: str) -> None:
    assert role_of(text) == role


def test_a_header_run_into_a_heading_is_cut_off() -> None:
    assert split_glued(
        "II. BỊ BÃI BỎ (01 TTHC) TT Mã số TTHC Tên TTHC Tên văn bản là căn cứ pháp lý Ghi chú"
    ) == (
        "II. BỊ BÃI BỎ (01 TTHC)",
        ["TT", "Mã số TTHC", "Tên TTHC", "Tên văn bản là căn cứ pháp lý", "Ghi chú"],
    )
    assert split_glued("II. BỊ BÃI BỎ") == ("II. BỊ BÃI BỎ", [])


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("DANH MỤC A (Kèm theo Quyết định) PHẦN I. DANH MỤC B", 2),
        ("PHẦN I. DANH MỤC B", 1),
        ("PHỤ LỤC II. DANH MỤC", 1),
        ("A. CẤP TỈNH I. LĨNH VỰC X", 2),
        ("DANH MỤC (mục A. DANH)", 1),
    ],
)
def test_headings_run_together_are_cut_apart(text: str, pieces: int) -> None:
    assert len(split_headings(text)) == pieces


def test_two_levels_of_a_whole_list_say_nothing_of_a_line() -> None:
    assert read_heading("DANH MỤC TTHC THUỘC THẨM QUYỀN GIẢI QUYẾT CỦA SỞ TƯ PHÁP, UBND CẤP XÃ").level == ""
    assert read_heading("C. TTHC CẤP TỈNH, CẤP XÃ").level == COMMON
    assert read_heading("DANH MỤC TTHC ÁP DỤNG CHUNG").level == COMMON


def numbers_of(*headings: str) -> list[str]:
    outline = Outline()
    for heading in headings:
        outline.put(read_heading(heading))
    return [heading.number for heading in outline.open]


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (("A. CẤP TỈNH", "I. Lĩnh vực X", "II. Lĩnh vực Y"), ["A", "II"]),
        (("A. CẤP TỈNH", "I. Lĩnh vực X", "B. CẤP XÃ"), ["B"]),
        (("I. DANH MỤC TTHC MỚI BAN HÀNH", "A. CẤP TỈNH", "II. TTHC BỊ BÃI BỎ"), ["II"]),
        (
            (
                "I. DANH MỤC TTHC MỚI BAN HÀNH",
                "A. CẤP TỈNH",
                "I. Lĩnh vực X",
                "II. Lĩnh vực Y",
                "II. TTHC BỊ BÃI BỎ",
            ),
            ["II"],
        ),
        (("H. Lĩnh vực X", "I. Lĩnh vực Y"), ["I"]),
        (("IV. Lĩnh vực X", "V. Lĩnh vực Y"), ["V"]),
        (("PHẦN I. DANH MỤC", "A. CẤP TỈNH", "PHẦN II. DANH MỤC"), ["II"]),
    ],
)
def test_outlines(headings: tuple[str, ...], expected: list[str]) -> None:
    assert numbers_of(*headings) == expected


def test_roman_numbers() -> None:
    assert [roman(n) for n in (1, 4, 9, 14, 40, 99)] == ["I", "IV", "IX", "XIV", "XL", "XCIX"]
    assert all(from_roman(roman(number)) == number for number in range(1, 300))


# ---------------------------------------------------------------------------------------------------------------- codes


@pytest.mark.parametrize(
    ("text", "code", "suggestions"),
    [
        ("1.004194", "1.004194", ()),
        ("1.004194.000.00.00.H27", "1.004194", ()),
        ("1.004194\n(1.004194.H27)", "1.004194", ()),
        ("1. 004194", "1.004194", ()),
        ("1.004 194", "1.004194", ()),
        ("1.O04194", "", ("1.004194",)),
        ("l.004194", "", ("1.004194",)),
        ("1,004194", "", ("1.004194",)),
        ("1.00419", "", ("1.004190", "1.000419")),
        ("1.004194 2.000001", "", ("1.004194", "2.000001")),
        ("chưa có", "", ()),
        ("", "", ()),
    ],
)
def test_codes_of_cells(text: str, code: str, suggestions: tuple[str, ...]) -> None:
    found = code_of_cell(text)
    assert (found.code, found.suggestions) == (code, suggestions)


def test_a_digit_too_many_suggests_every_code_that_it_may_be() -> None:
    found = code_of_cell("1.0125010")
    assert not found.code
    assert {"1.012501", "1.012510", "1.025010", "1.125010"} <= set(found.suggestions)
    # A digit typed twice is the likeliest slip.
    assert set(code_of_cell("1.0044194").suggestions[:2]) == {"1.004194", "1.044194"}


@pytest.mark.parametrize(
    ("name", "rest", "code"),
    [
        ("Cấp thẻ (mã số TTHC: 1.004194)", "Cấp thẻ", "1.004194"),
        ("1.004194 - Cấp thẻ", "Cấp thẻ", "1.004194"),
        ("Cấp thẻ 1.004194.000.00.00.H27", "Cấp thẻ", "1.004194"),
        ("Cấp thẻ theo Luật 2024", "Cấp thẻ theo Luật 2024", ""),
        ("Gộp 1.000001 và 1.000002", "Gộp 1.000001 và 1.000002", ""),
    ],
)
def test_codes_in_names(name: str, rest: str, code: str) -> None:
    found_name, found = code_in_name(name)
    assert (found_name, found.code) == (rest, code)
