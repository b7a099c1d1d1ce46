"""What customers wrote at a touchpoint, newest first: the same texts as in the feedback stream."""

from collections.abc import Sequence
from datetime import datetime, time

from dashboards.feedback.said import Said
from dashboards.feedback.stream import Reader, read_rows
from dashboards.query import Query
from dashboards.structure import UNIT, Structure
from surveys.models import Verbatim
from surveys.models.asking import Audience

MOST = 20


def newest(
    *, touchpoint_id: int, query: Query, structure: Structure, reader: Reader, unit_ids: Sequence[int]
) -> tuple[Said, ...]:
    """The newest texts of a touchpoint in the query's period, channel and segment, in at most six queries.

    `unit_ids` are the reader's own units, empty = all: a unit manager reads what is said of their own.
    """
    start, end = (datetime.combine(day, time(), reader.tenant.zone) for day in (query.period.start, query.period.end))
    # Uses verbatim_by_touchpoint.
    rows = Verbatim.objects.filter(
        touchpoint_id=touchpoint_id, answered_at__gte=start, answered_at__lt=end, audience=Audience.CUSTOMER
    )
    channel_id = structure.channel_id(query.channel)
    if channel_id is not None:
        rows = rows.filter(channel_id=channel_id)
    if unit_ids:
        rows = rows.filter(unit_id__in=unit_ids)
    if query.segment:
        dimension, value = query.segment.dimension, query.segment.value
        rows = rows.filter(unit_id=value) if dimension == UNIT else rows.filter(dimensions__contains={dimension: value})
    return read_rows(rows.order_by("-answered_at", "-id")[:MOST], structure=structure, reader=reader)
