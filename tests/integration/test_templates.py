"""Every template compiles: a misspelt tag or a missing component fails here, not on a reader's screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.template.engine import Engine
from django.template.loader import render_to_string
from django.template.loader_tags import ExtendsNode, IncludeNode

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(
    path.relative_to(folder).as_posix()
    for folder in (ROOT / "templates", *ROOT.glob("*/templates"), *ROOT.glob("site/*/templates"))
    for path in folder.rglob("*")
    if path.suffix in {".html", ".txt", ".xml"}
)


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_compiles_and_finds_what_it_includes(name: str) -> None:
    nodes = Engine.get_default().get_template(name).nodelist
    wanted: list[Any] = [
        node.template for node in nodes.get_nodes_by_type(IncludeNode) if isinstance(node, IncludeNode)
    ]
    wanted += [
        node.parent_name for node in nodes.get_nodes_by_type(ExtendsNode) if isinstance(node, ExtendsNode)
    ]
    for expression in wanted:
        if isinstance(expression.var, str):
            Engine.get_default().get_template(expression.var)


@pytest.mark.parametrize(
    ("number", "address"),
    [
        ("0239 3000 100", "tel:+842393000100"),
        ("1022", "tel:1022"),
        ("0239 3855 123 - 3855 124", ""),
        ("hỏi tại quầy", ""),
        ("02393", ""),
    ],
)
@pytest.mark.parametrize("small", [False, True])
def test_a_number_that_no_phone_could_dial_is_no_link(number: str, address: str, *, small: bool) -> None:
    html = render_to_string("components/tel.html", {"number": number, "small": small})
    assert ("href=" in html) == bool(address)
    assert address in html
    assert number.split(maxsplit=1)[0] in html
