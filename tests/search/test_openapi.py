"""Requests made from the API's own description, good ones and bad ones: every answer is one that the description promises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from portal.wsgi import application
from tests.factories.catalogue import make_procedure

pytestmark = pytest.mark.django_db

PATHS = ("/api/v1/search", "/api/v1/suggest", "/api/v1/openapi.json")
EXAMPLES = 20
PLAIN = {"Accept-Encoding": "identity"}
"""Its client in the process does not unpack."""
# A unit's name may have the right shape and name nobody; what is too much in an address is passed over.
NOT_ASKED = ("positive_data_acceptance", "negative_data_rejection")


@pytest.fixture
def described(db: None) -> Iterator[Any]:
    """As Django's own client does: the test's connection stays open behind a request."""
    load_all_checks()
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_the_description_is_openapi_3_1(described: Any) -> None:
    described.validate()
    assert set(described) == set(PATHS)
    assert described.raw_schema["openapi"] == "3.1.0"


@pytest.mark.parametrize(
    ("path", "mode"),
    [
        *((path, GenerationMode.POSITIVE) for path in PATHS),
        # The description takes nothing that could be wrong.
        *((path, GenerationMode.NEGATIVE) for path in PATHS[:2]),
    ],
)
def test_every_answer_is_promised(described: Any, path: str, mode: GenerationMode) -> None:
    make_procedure("Đăng ký cưới", code="7.900001")
    operation = described[path]["GET"]
    excluded = [check for name in NOT_ASKED for check in CHECKS.get_by_names([name])]

    @given(case=operation.as_strategy(generation_mode=mode))
    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=[Phase.explicit, Phase.generate],
    )
    def ask(case: Any) -> None:
        case.validate_response(case.call(headers=PLAIN), excluded_checks=excluded)

    ask()
