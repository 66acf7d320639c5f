"""Records of any content, as hypothesis makes them: clean, as every reader leaves them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from procedures.record import Basis, Channel, Duration, Fee, Paper, PaperCase, ProcedureRecord, Result, Step
from procedures.text.sanitising import clean_html, clean_text

ALPHABET = st.one_of(
    st.sampled_from("aăâđêôơưếộỷ 019=+-@#\"'<>&;:,./_x0D↳🙂"),
    st.characters(blacklist_categories=("Cs", "Cc", "Co", "Cn")),
)


def _cleaned(clean: Callable[[str], str], *, least: int = 0) -> st.SearchStrategy[str]:
    return st.text(ALPHABET, max_size=30).map(clean).filter(lambda text: len(text) >= least)


plain = _cleaned(clean_text)
named = _cleaned(clean_text, least=1)
lines = _cleaned(lambda text: clean_text(text.replace("x", "\n"), keep_lines=True).strip())
html = st.one_of(
    _cleaned(clean_html),
    st.lists(
        st.sampled_from(["<p>", "</p>", "<ul>", "<li>", "<strong>", "</strong>", "=1+1", "đ ", "<br>"]),
        max_size=8,
    ).map(lambda pieces: clean_html("".join(pieces))),
)
named_html = html.filter(bool)
amounts = st.one_of(
    st.none(),
    st.integers(min_value=0, max_value=10**13).map(Decimal),
    st.decimals(min_value=0, max_value=10**9, places=2),
)
durations = st.builds(
    Duration,
    st.decimals(min_value=0, max_value=9999, places=2),
    st.sampled_from(["hour", "working_hour", "day", "working_day", "month", "year"]),
)
counts = st.one_of(st.none(), st.integers(min_value=0, max_value=99))


def tuples(
    items: st.SearchStrategy[Any], size: int = 3, *, least: int = 0
) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(items, min_size=least, max_size=size).map(tuple)


def chosen(*values: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=len(values)).map(tuple)


PARTS = (
    "steps",
    "channels",
    "papers",
    "copies",
    "time",
    "audience",
    "results",
    "fee",
    "forms",
    "conditions",
    "basis",
)


def records() -> st.SearchStrategy[ProcedureRecord]:
    return st.builds(
        ProcedureRecord,
        code=st.integers(min_value=0, max_value=9_999_999).map(lambda n: f"{n // 10**6}.{n % 10**6:06}"),
        name=named,
        decision=plain,
        issuing_body=plain,
        field=plain,
        levels=chosen("ministry", "province", "commune", "other"),
        audiences=chosen("citizen", "overseas", "official", "organisation"),
        bodies=st.lists(named, unique=True, max_size=3).map(tuple),
        scope=st.sampled_from(["province", "central", "other_province"]),
        purpose=plain,
        steps=tuples(st.builds(Step, named, html, st.sampled_from(["", "applicant", "office"])), least=1),
        channels=tuples(
            st.builds(
                Channel,
                st.sampled_from(["in_person", "online", "postal"]),
                st.one_of(st.none(), durations),
                lines,
                tuples(st.builds(Fee, amounts, st.sampled_from(["VND", "USD", "EUR"]), plain, lines), 2),
                html,
            )
        ),
        cases=tuples(
            st.builds(
                PaperCase, plain, tuples(st.builds(Paper, named_html, counts, counts, plain, plain)), html
            ),
            2,
        ),
        copies_text=plain,
        results=tuples(st.builds(Result, named, plain), 2),
        conditions_html=html,
        basis=tuples(
            st.builds(Basis, named, plain, st.one_of(st.none(), st.dates(date(1, 1, 1))), plain, plain), 2
        ),
        online_level=st.sampled_from(["", "none", "partial", "full"]),
        online_reason=plain,
        national_url=st.sampled_from(["", "https://dichvucong.gov.vn/x?a=1&b=2"]),
        anywhere=st.sampled_from([None, True, False]),
        everyday_names=st.lists(named, unique=True, max_size=2).map(tuple),
        absences=st.dictionaries(
            st.sampled_from(PARTS), st.sampled_from(["not_regulated", "not_applicable"]), max_size=3
        ),
    )
