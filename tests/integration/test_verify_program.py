"""`verify.py` can be had from the portal, and its hash stands where whoever hands an extract over has no say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from home.enums import PortalGroup
from home.templatetags.portal_tags import in_groups
from procedures.ledger import clock
from procedures.ledger.evidence import gather_evidence, verify_hash
from procedures.ledger.verify_script import check_files
from procedures.listings.services import publish_listings
from tests.factories.people import make_user
from tests.factories.records import make_record, publish
from tests.factories.units import make_unit

DAY = date(2025, 12, 31)


@pytest.mark.django_db
def test_the_program_is_published_and_so_is_its_hash(client: Client) -> None:
    unit = make_unit()
    with clock.ticking(datetime(2025, 12, 31, 9, tzinfo=UTC)):
        publish_listings(unit=unit, procedures=[page.pk for page in publish(make_record())])
    evidence = gather_evidence(unit, DAY)
    own = sha256(evidence.files["verify.py"].encode()).hexdigest()
    assert own == verify_hash()
    assert own in evidence.files["DOC-TRUOC.txt"]
    # What one compares with what was published is the hash of that day's last entry, not the extract's own last one.
    with clock.ticking(datetime(2026, 1, 2, 9, tzinfo=UTC)):
        publish_listings(unit=make_unit(), procedures=[page.pk for page in publish(make_record())])
    later = gather_evidence(unit, DAY)
    assert later.root != evidence.root
    assert f"mã gốc cuối ngày 2025-12-31 là {evidence.root} (mục {evidence.sequence})" in check_files(
        later.files
    )
    served = client.get("/nhat-ky/verify.py")
    assert sha256(served.content).hexdigest() == own
    assert served["Content-Disposition"] == 'attachment; filename="verify.py"'
    assert not served.cookies
    page = client.get(reverse("unit_as_of", args=[unit.slug, DAY.isoformat()])).content.decode()
    assert in_groups(own) in page
    assert "/nhat-ky/verify.py" in page
    client.force_login(make_user(PortalGroup.CONTROLLER))
    assert (
        in_groups(own) in client.get(reverse("unit_day", args=[unit.slug, DAY.isoformat()])).content.decode()
    )


def test_the_operators_guide_names_the_program_of_this_version() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "van-hanh.md").read_text("utf-8")
    assert verify_hash() in guide, f"docs/van-hanh.md: the hash of verify.py is now {verify_hash()}"
