"""Times and fees: from the words of a source to numbers, and back into words. Pure: no Django.

Nothing is guessed. Where words leave a doubt — a range, a percentage, a condition, an amount that only holds
for a while — there is no number, and the words stay as they were for the reader.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from procedures.record import Duration, Fee
from procedures.text.sanitising import clean_text

# ------------------------------------------------------------------------------------------------------- time

_UNITS = {
    "giờ làm việc": "working_hour",
    "giờ": "hour",
    "ngày làm việc": "working_day",
    "ngày": "day",
    "tháng": "month",
    "năm": "year",
}
_UNIT_WORDS = {unit: words for words, unit in _UNITS.items()}
_UNIT = r"(?P<unit>giờ làm việc|giờ|ngày làm việc|ngày|tháng|năm)"

_ONES = ("", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def _spelled() -> dict[str, int]:
    """All usual spellings of 1 to 99, e.g. 21: "hai mươi mốt", "hai mốt"; 15: "mười lăm"."""
    ones: dict[int, tuple[str, ...]] = {number: (word,) for number, word in enumerate(_ONES) if word} | {
        4: ("bốn", "tư"),
        7: ("bảy", "bẩy"),
    }
    words = {word: number for number, forms in ones.items() for word in forms}
    for ten in range(1, 10):
        heads = ("mười",) if ten == 1 else tuple(f"{word} mươi" for word in ones[ten])
        for head in heads:
            words[head] = ten * 10
            for one in range(1, 10):
                tails = (
                    ones[one]
                    + ((("mốt",) if one == 1 else ()) if ten > 1 else ())
                    + (("lăm", "nhăm") if one == 5 else ())
                )
                words.update({f"{head} {tail}": ten * 10 + one for tail in tails})
    return words


_SPELLED = _spelled()


def spelled_number(words: str) -> int | None:
    """12 for "mười hai": numbers from 1 to 99 in words, as official texts write them beside the figures."""
    return _SPELLED.get(" ".join(words.lower().split()))


_LEAD = re.compile(
    r"(?:(?:thời hạn|thời gian)(?: giải quyết)?(?: là)?\s*:?\s*|trong (?:thời hạn|thời gian|vòng)\s+|trong\s+|chậm nhất(?: là)?\s+"
    r"|(?:tối đa|không quá|không vượt quá)\s+)*",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?P<number>\d{1,4}(?:[.,]\d{1,2})?)\s*(?:\((?P<words>[^()\d]{2,30})\)\s*)?"
    + _UNIT
    + r"(?!\w)(?P<rest>.*)",
    re.IGNORECASE,
)
_SPELLED_TIME = re.compile(r"(?P<words>\w+(?: \w+){0,2}?) " + _UNIT + r"(?!\w)(?P<rest>.*)", re.IGNORECASE)
_FROM = re.compile(
    r"\s*,?\s*(?:\(?(?:được )?(?:kể từ|tính từ|từ (?:ngày|khi|thời điểm|lúc)|sau khi|làm việc từ)\b.*)",
    re.IGNORECASE,
)
_SAME_DAY = re.compile(
    r"(?:giải quyết |trả kết quả |thực hiện )?(?:ngay )?trong (?:cùng )?(?P<unit>ngày làm việc|ngày)"
    r"(?: (?:nhận|tiếp nhận)(?: được)?(?: đủ)?(?: hồ sơ| yêu cầu)(?: đầy đủ,? hợp lệ| hợp lệ)?)?",
    re.IGNORECASE,
)
# What makes one time into several, or bends it to a case.
_DOUBT = re.compile(
    r"\d\s*(?:\([^()]*\)\s*)?(?:giờ|ngày(?!\s*\d)|tháng(?!\s*\d)|năm(?!\s*\d))\b|[;\n]|\.\s+\S|\b(?:trường hợp|đối với|riêng|hoặc|nếu|trừ|cộng)\b|[+%]",
    re.IGNORECASE,
)
MAX_TIME_WORDS = 200
"""A longer text about a time is a paragraph, never one time."""


def parse_duration(text: str | None) -> Duration | None:
    """The time that the words say, or None. "Trong ngày" is 0 days: on the day itself.

    "không quá", "tối đa" and "kể từ …" are how the law words one limit; a second number, a condition or a
    second sentence leaves a doubt.
    """
    words = clean_text(text).strip(" .,;:")
    if not words or len(words) > MAX_TIME_WORDS:
        return None
    if match := _SAME_DAY.fullmatch(words):
        return Duration(Decimal(0), _UNITS[match["unit"].lower()])
    words = words[_LEAD.match(words).end() :]  # type: ignore[union-attr]  # the pattern matches the empty string
    if match := _TIME.fullmatch(words):
        amount = Decimal(match["number"].replace(",", "."))
        spelled = match["words"]
        if spelled and _SPELLED.get(spelled.strip().lower()) != amount:
            return None
    elif (match := _SPELLED_TIME.fullmatch(words)) and match["words"].lower() in _SPELLED:
        amount = Decimal(_SPELLED[match["words"].lower()])
    else:
        return None
    rest = match["rest"]
    if rest.strip(" .") and (not _FROM.fullmatch(rest) or _DOUBT.search(rest)):
        return None
    return Duration(amount.normalize() + 0, _UNITS[match["unit"].lower()]) if amount > 0 else None


_NAMED_TIME = re.compile(
    r"(?<![\d/.,-])(?P<number>\d{1,4}(?:[.,]\d{1,2})?)\s*(?:\([^()\d]{2,30}\)\s*)?"
    + _UNIT
    + r"(?!\w)(?! \d)",
    re.IGNORECASE,
)


def units_named(text: str) -> dict[Decimal, set[str]]:
    """Each number that the text names as a time, with its units: "05 ngày làm việc" gives {5: {"working_day"}}."""
    found: dict[Decimal, set[str]] = {}
    for match in _NAMED_TIME.finditer(text):
        found.setdefault(Decimal(match["number"].replace(",", ".")), set()).add(_UNITS[match["unit"].lower()])
    return found


def _number_words(number: Decimal) -> str:
    """12500 → "12.500"; 7.5 → "7,5"."""
    plain = f"{number.normalize():,f}"
    return plain.replace(",", "\0").replace(".", ",").replace("\0", ".")


def word_duration(duration: Duration) -> str:
    """ "3 ngày làm việc", "7,5 ngày", "24 giờ"; 0 days is "Trong ngày"."""
    words = _UNIT_WORDS[duration.unit]
    if duration.amount == 0:
        return f"Trong {words}" if duration.unit in ("day", "working_day") else "Ngay khi nhận đủ hồ sơ"
    # Not grouped: nobody writes "1.000 ngày", and it would be read as one.
    number = f"{duration.amount.normalize():f}".replace(".", ",")
    return f"{number} {words}"


# ------------------------------------------------------------------------------------------------------- fees

_CURRENCIES = {"USD": "USD", "đô la mỹ": "USD", "eur": "EUR", "euro": "EUR"}
_AMOUNT = re.compile(
    r"(?<![\d.,/%])(?P<number>\d{1,3}(?:[.,]\d{3})+|\d+(?:[.,]\d{1,2})?)(?![\d%]|[.,]\d)"
    r"(?:\s*(?P<scale>nghìn|ngàn|triệu|tỷ|tỉ))?"
    r"\s*(?P<currency>đồng|việt nam đồng|vnđ|vnd|đ(?!\w)|usd|đô la mỹ|eur(?:o)?(?!\w))",
    re.IGNORECASE,
)
_SCALES = {"nghìn": 1_000, "ngàn": 1_000, "triệu": 1_000_000, "tỷ": 1_000_000_000, "tỉ": 1_000_000_000}
SMALLEST_VND = 1_000
"""Below it an amount in đồng is doubtful: a source prints 20.000 as "20"."""
_FREE = re.compile(
    r"(?:được )?(?:miễn|không)(?: (?:thu|mất|phải nộp|phải trả|tính|nộp|có))?(?: (?:phí,? ?(?:và )?lệ phí|lệ phí|phí|tiền))?"
    r"|0|0 ?(?:đồng|vnđ|đ)",
    re.IGNORECASE,
)
_NOTHING_SAID = re.compile(r"không có thông tin|chưa có thông tin|n/a|-+|\.+", re.IGNORECASE)
# Words that bend an amount to a case, a time or a share of another.
_CONDITION = re.compile(
    r"%|\b(?:từ|đến|trên|dưới|tối đa|tối thiểu|không quá|ít nhất|trường hợp|đối với|riêng|nếu|trừ|bằng|giảm|miễn|hoặc|cộng|mỗi|thêm"
    r"|thứ|tùy|tuỳ|theo quy định|quyết định)\b",
    re.IGNORECASE,
)


def amounts_in(text: str) -> tuple[tuple[Decimal, str], ...]:
    """All amounts that the text names, with currency, in order."""
    found = []
    for match in _AMOUNT.finditer(text):
        number = match["number"]
        if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", number):
            value = Decimal(re.sub(r"[.,]", "", number))
        else:
            value = Decimal(number.replace(",", "."))
        if match["scale"]:
            value *= _SCALES[match["scale"].lower()]
        currency = match["currency"]
        found.append(
            (value.normalize() + 0, _CURRENCIES.get(currency, _CURRENCIES.get(currency.lower(), "VND")))
        )
        if currency.upper() == "USD":
            found[-1] = (found[-1][0], "USD")
    return tuple(found)


def says_free(text: str) -> bool:
    """Do these words say that nothing is paid, with no condition attached?"""
    bare = clean_text(text).strip(" .")
    words = re.sub(r"\([^()]*\)", " ", bare[1:-1] if re.fullmatch(r"\([^()]*\)", bare) else bare)
    return bool(_FREE.fullmatch(" ".join(words.split()).strip(" .;:-+*!()")))


def _parse_fee(text: str) -> Fee:
    if says_free(text):
        return Fee(amount=Decimal(0), text=text)
    amounts = amounts_in(text)
    if len(amounts) != 1 or _CONDITION.search(text):
        return Fee(text=text)
    amount, currency = amounts[0]
    if currency == "VND" and amount < SMALLEST_VND:
        return Fee(text=text)
    label, colon, _ = text.partition(":")
    has_label = bool(colon) and len(label) <= 120 and not re.search(r"\d", label)
    return Fee(amount=amount, currency=currency, label=label.strip(" -+*•") if has_label else "", text=text)


def parse_fees(text: str | None) -> tuple[Fee, ...]:
    """The fees that the words say. Several parted by lines or semicolons are several, if each stands for itself."""
    words = clean_text(text, keep_lines=True).strip()
    if not words or _NOTHING_SAID.fullmatch(words):
        return ()
    parts = [part.strip(" -+*•") for part in re.split(r"[;\n]", words)]
    parts = [part for part in parts if part]
    if len(parts) > 1:
        fees = tuple(_parse_fee(part) for part in parts)
        if all(fee.amount is not None and (fee.label or fee.amount == 0) for fee in fees):
            return fees
    return (replace(_parse_fee(clean_text(words)), text=words),)


def word_amount(amount: Decimal | None, currency: str = "VND") -> str:
    """ "20.000 đồng", "100 USD"; 0 is "Miễn"; nothing for None."""
    if amount is None:
        return ""
    if amount == 0:
        return "Miễn"
    return f"{_number_words(amount)} {'đồng' if currency == 'VND' else currency}"


def word_fee(fee: Fee) -> str:
    """One fee for a reader: its amount if it has one, else the source's words; with its label."""
    words = word_amount(fee.amount, fee.currency) or fee.text
    return f"{fee.label}: {words}" if fee.label and fee.amount is not None else words
