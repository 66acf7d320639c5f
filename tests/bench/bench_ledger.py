"""How long verifying the ledger takes: 60,000 entries, 1×, 3×, 10×. Run by `make bench`."""

from __future__ import annotations

import time

import pytest

from procedures.ledger.chain import verify
from tests.factories.ledger import chain

ENTRIES, LIMIT = 60_000, 5.0


@pytest.mark.parametrize("times", [1, 3, 10])
def test_verifying(times: int) -> None:
    headers, bodies = chain(ENTRIES * times)
    began = time.process_time()
    assert verify(headers, bodies).intact
    seconds = time.process_time() - began
    print(f"\nverifying {ENTRIES * times:>9,} entries {seconds:8.2f} s (limit {LIMIT * times:g})")
    assert seconds <= LIMIT * times
