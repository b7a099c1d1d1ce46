"""Unaided, the finders tell the demo company's story: the slow decline, the sudden fault and its repair, and the two
channels that disagree."""

from datetime import date, timedelta

import pytest

from cxplatform.demo.story import FAULT_BEGAN, FAULT_MENDED
from cxplatform.tenancy.context import activate
from dashboards.changes import channels, declines, faults
from journeys.models import Channel, Stage, Touchpoint
from tests.dashboards.demo_world import rengasala

UNTIL = date(2026, 11, 22)


@pytest.mark.django_db
def test_the_story_is_found_unaided() -> None:
    tenant = rengasala(UNTIL)
    with activate(tenant.pk):
        slug = dict(Touchpoint.objects.values_list("pk", "slug"))

        declined = declines.find(tenant=tenant, today=UNTIL)
        assert [slug[found.touchpoint_id or 0] for found in declined] == ["apu-puhelin"]
        assert declined[0].data["seasonal"]
        assert declined[0].data["difference"]["high"] < 0

        broke = faults.find(tenant=tenant, today=UNTIL)
        assert {slug[found.touchpoint_id or 0] for found in broke} == {"ajanvaraus", "varausvahvistus"}
        for found in broke:
            began, mended = (date.fromisoformat(found.data[name]) for name in ("began", "mended"))
            assert abs(began - (UNTIL - timedelta(days=FAULT_BEGAN))).days <= 3
            assert abs(mended - (UNTIL - timedelta(days=FAULT_MENDED))).days <= 3
            assert found.data["difference"]["high"] < 0
            assert found.data["since"]["low"] > found.data["now"]["high"]

        worst = channels.find(tenant=tenant, today=UNTIL)[0]
        channel = dict(Channel.objects.values_list("pk", "slug"))
        assert Stage.objects.get(pk=worst.stage_id).name == "Apu"
        standing = {channel[each["channel"]]: each["difference"] for each in worst.data["channels"] if each["clear"]}
        assert set(standing) == {"chat", "puhelin"}
        assert standing["chat"] < 0 < standing["puhelin"]
