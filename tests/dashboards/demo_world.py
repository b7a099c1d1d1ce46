"""The demo company's answers, counted without the road there: what its finders look through."""

from datetime import date, timedelta

from cxplatform.demo import company
from cxplatform.demo.company import TOUCHPOINTS
from cxplatform.demo.story import DAYS
from cxplatform.demo.visits import a_day
from cxplatform.stats.metrics import bin_of
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.models import Channel, Touchpoint
from surveys.models import ScoreRollup

NPS = "nps/0-10"


def rengasala(until: date) -> Tenant:
    """The company with its two years of transactional NPS in the rollups, by day and month, whole and by place."""
    tenant = company.found(password="x" * 12, until=until)
    with activate(tenant.pk):
        places = {place.slug: place.pk for place in Touchpoint.objects.all()}
        channels = {channel.slug: channel.pk for channel in Channel.objects.all()}
        rows: dict[tuple[str, int, date, int], list[int]] = {}
        for ago in range(DAYS):
            for answer in a_day(until - timedelta(days=ago), until=until).answers:
                if answer.touchpoint is None or answer.answered_at is None or "nps" not in answer.answers:
                    continue
                day = answer.answered_at.date()
                channel = channels[TOUCHPOINTS[answer.touchpoint][1]]
                for place in (0, places[answer.touchpoint]):
                    for grain, start in (("d", day), ("m", day.replace(day=1))):
                        row = rows.setdefault((grain, place, start, channel), [0] * 11)
                        row[bin_of(NPS, answer.answers["nps"])] += 1
        ScoreRollup.objects.bulk_create(
            [
                ScoreRollup(
                    metric=NPS, dimension="", value="", grain=grain, touchpoint_id=place, start=start,
                    channel_id=channel, audience="customer", wave="", histogram=histogram,
                )
                for (grain, place, start, channel), histogram in rows.items()
            ],
            batch_size=2_000,
        )  # fmt: skip
    return tenant
