"""Meanings applied backwards: stored events move to what staff say their texts mean, batch by batch.

Rooms above that keep places of their own, such as those of answers, register here in AppConfig.ready(), as they do
with the pipeline: imports point one way.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from cxplatform.pipeline import locks, pulse
from cxplatform.tenancy.context import activate, active_tenant_id, current_actor
from journeys.models import Remapping

SCANNED = 50_000
MOVED = 2_000
"""Of events in one transaction, in which nothing else of the tenant is counted: some seconds."""

LOST = timedelta(seconds=30)

Touch = Callable[[Sequence[UUID]], None]


@dataclass(frozen=True)
class Room:
    """What a room does before events move (`leave`: take its counts out) and after (`arrive`: count them anew).

    Both run in the transaction of the move, which holds the tenant's turn to count, and get ids of events.
    """

    name: str
    leave: Touch | None = None
    arrive: Touch | None = None


_rooms: dict[str, Room] = {}


def register(name: str, *, leave: Touch | None = None, arrive: Touch | None = None) -> None:
    """Add a room, in the order of the apps."""
    _rooms[name] = Room(name, leave, arrive)


class Item(msgspec.Struct, frozen=True, rename={"came": "from"}):
    """One new meaning: of `kind` and `text`, from the ids it meant before (`came`) to `to`; None is nowhere.

    `all`: counts change for every event of the type, moved or not, as what the type means is another.
    """

    kind: str
    text: str
    came: list[int] = []
    to: int | None = None
    all: bool = False


def remap(items: Sequence[Item]) -> Remapping | None:
    """Have stored events follow new meanings; call it in the transaction that stores those.

    What an unfinished run was still to do for the same text is left to the new one.
    """
    from journeys.tasks import apply_meanings

    if not items:
        return None
    wanted = {(item.kind, item.text): item for item in items}
    for run in Remapping.objects.exclude(state=Remapping.State.DONE).select_for_update().order_by("pk"):
        kept = []
        for old in msgspec.convert(run.items, list[Item]):
            new = wanted.get((old.kind, old.text))
            if new is None:
                kept.append(old)
                continue
            came = {*new.came, *old.came, *([] if old.to is None else [old.to])}
            wanted[old.kind, old.text] = msgspec.structs.replace(new, came=sorted(came), all=new.all or old.all)
        if len(kept) < len(run.items):
            run.items = msgspec.to_builtins(kept)
            run.save(update_fields=["items"])
    made: Remapping = Remapping.objects.create(
        items=msgspec.to_builtins(list(wanted.values())), made_by=current_actor().label[:300]
    )
    apply_meanings.after_commit(active_tenant_id(), made.pk)
    return made


DONE, MORE, WAIT = "done", "more", "wait"


def apply(tenant_id: int, run_id: int) -> str:
    """Go through one batch of a run: DONE, MORE, or WAIT for those still writing. Opens its own transaction.

    How far it is stands in the transaction of the changes: it goes on after a crash, and two workers at once only
    take turns.
    """
    with activate(tenant_id):
        locks.wait(tenant_id)
        run = Remapping.objects.select_for_update().filter(pk=run_id).first()
        if run is None or not run.active:
            return DONE
        if not run.items:
            _end(run)
            return DONE
        if not _begun(run):
            return WAIT
        batch = _next(run)
        if batch.ids:
            _move(run, batch.ids)
            pulse.beat()
        run.after = batch.last or run.after
        run.scanned += batch.scanned
        run.moved += len(batch.ids)
        run.touched_at = timezone.now()
        if batch.last is None:
            _end(run)
        run.save()
        return MORE if run.active else DONE


def lost() -> list[int]:
    """Ids of the active tenant's runs that nobody has touched for a while."""
    since = timezone.now() - LOST
    unfinished = Remapping.objects.exclude(state=Remapping.State.DONE).filter(made_at__lt=since)
    idle = unfinished.filter(Q(touched_at=None) | Q(touched_at__lt=since))
    return list(idle.order_by("pk").values_list("pk", flat=True))


def _begun(run: Remapping) -> bool:
    """Note when the meaning was there for all to see, and wait for those who began to write before: their events may
    come with the old one."""
    if run.state == Remapping.State.RUNNING:
        return True
    with connection.cursor() as cursor:
        if run.horizon is None:
            cursor.execute("SELECT clock_timestamp()")
            run.horizon = cursor.fetchone()[0]
            run.save(update_fields=["horizon"])
        cursor.execute(_WRITING, [run.horizon])
        if cursor.fetchone()[0]:
            return False
        cursor.execute("SELECT count(*) FROM journeys_event WHERE tenant_id = %s", [run.tenant_id])
        run.total = cursor.fetchone()[0]
    run.state = Remapping.State.RUNNING
    return True


_WRITING = """
SELECT EXISTS (
    SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND backend_xid IS NOT NULL AND xact_start < %s
)
"""


def _end(run: Remapping) -> None:
    run.state = Remapping.State.DONE
    run.finished_at = timezone.now()
    run.save()


@dataclass(frozen=True)
class _Batch:
    ids: list[UUID]
    last: UUID | None
    scanned: int


# Which events an item concerns: those that say its text and stand nowhere, or where an earlier meaning put them.
_ITEMS = """
item AS MATERIALIZED (
    SELECT kind, text, "to", "all", coalesce("from", '{}') AS came
    FROM jsonb_to_recordset(%(items)s::jsonb) AS i (kind text, text text, "to" bigint, "all" boolean, "from" bigint[])
)
"""
_CONCERNED = """
    (
        SELECT true FROM item i WHERE i.text = e.touchpoint_text AND i.kind = 'touchpoint'
            AND (e.touchpoint_id IS NULL OR e.touchpoint_id = ANY(i.came))
            AND e.touchpoint_id IS DISTINCT FROM i.to
        UNION ALL
        SELECT true FROM item i WHERE i.text = e.channel_text AND i.kind = 'channel'
            AND (e.channel_id IS NULL OR e.channel_id = ANY(i.came)) AND e.channel_id IS DISTINCT FROM i.to
        UNION ALL
        SELECT true FROM item i WHERE i.text = e.unit_text AND i.kind = 'unit'
            AND (e.unit_id IS NULL OR e.unit_id = ANY(i.came)) AND e.unit_id IS DISTINCT FROM i.to
        UNION ALL
        SELECT true FROM item i WHERE i.text = e.type AND i.kind = 'type' AND (i.all OR (e.touchpoint_text = ''
            AND (e.touchpoint_id IS NULL OR e.touchpoint_id = ANY(i.came))
            AND e.touchpoint_id IS DISTINCT FROM i.to))
        LIMIT 1
    )
"""
# By the primary key (tenant, id), so a batch costs the same however many are stored.
_NEXT = f"""
WITH {_ITEMS},
part AS MATERIALIZED (
    SELECT id, type, touchpoint_id, channel_id, unit_id, touchpoint_text, channel_text, unit_text
    FROM journeys_event WHERE tenant_id = %(tenant)s AND (%(after)s::uuid IS NULL OR id > %(after)s::uuid)
    ORDER BY id LIMIT %(scanned)s
),
concerned AS MATERIALIZED (SELECT id FROM part e WHERE {_CONCERNED} ORDER BY id LIMIT %(moved)s),
last AS (
    SELECT CASE WHEN (SELECT count(*) FROM concerned) < %(moved)s
        THEN (SELECT id FROM part ORDER BY id DESC LIMIT 1)
        ELSE (SELECT id FROM concerned ORDER BY id DESC LIMIT 1) END AS id
)
SELECT ARRAY(SELECT id FROM concerned), last.id, (SELECT count(*) FROM part WHERE part.id <= last.id) FROM last
"""
# A channel or unit that the event did not name is that of its touchpoint, as when it was stored.
_MOVE = f"""
WITH {_ITEMS},
moved AS (
    SELECT e.id, coalesce(by_text.id IS NOT NULL OR by_type.id IS NOT NULL, false) AS elsewhere,
        CASE WHEN by_text.id IS NOT NULL THEN by_text.to WHEN by_type.id IS NOT NULL THEN by_type.to
            ELSE e.touchpoint_id END AS touchpoint_id,
        CASE WHEN ch.id IS NOT NULL THEN ch.to ELSE e.channel_id END AS channel_id,
        CASE WHEN u.id IS NOT NULL THEN u.to ELSE e.unit_id END AS unit_id,
        e.channel_text, e.unit_text
    FROM unnest(%(ids)s::uuid[]) AS c (id)
    CROSS JOIN LATERAL (SELECT * FROM journeys_event WHERE tenant_id = %(tenant)s AND id = c.id LIMIT 1) e
    LEFT JOIN LATERAL (SELECT true AS id, i.to FROM item i WHERE i.kind = 'touchpoint' AND i.text = e.touchpoint_text
        AND (e.touchpoint_id IS NULL OR e.touchpoint_id = ANY(i.came))) by_text ON true
    LEFT JOIN LATERAL (SELECT true AS id, i.to FROM item i WHERE i.kind = 'type' AND i.text = e.type
        AND e.touchpoint_text = '' AND (e.touchpoint_id IS NULL OR e.touchpoint_id = ANY(i.came))) by_type ON true
    LEFT JOIN LATERAL (SELECT true AS id, i.to FROM item i WHERE i.kind = 'channel' AND i.text = e.channel_text
        AND (e.channel_id IS NULL OR e.channel_id = ANY(i.came))) ch ON true
    LEFT JOIN LATERAL (SELECT true AS id, i.to FROM item i WHERE i.kind = 'unit' AND i.text = e.unit_text
        AND (e.unit_id IS NULL OR e.unit_id = ANY(i.came))) u ON true
)
UPDATE journeys_event e SET
    touchpoint_id = m.touchpoint_id,
    channel_id = CASE WHEN m.elsewhere AND m.channel_text = '' THEN t.channel_id ELSE m.channel_id END,
    unit_id = CASE WHEN m.elsewhere AND m.unit_text = '' THEN t.unit_id ELSE m.unit_id END
FROM moved m LEFT JOIN journeys_touchpoint t ON t.id = m.touchpoint_id AND t.tenant_id = %(tenant)s
WHERE e.tenant_id = %(tenant)s AND e.id = m.id
"""


def _next(run: Remapping) -> _Batch:
    values = {
        "tenant": run.tenant_id,
        "items": msgspec.json.encode(run.items).decode(),
        "after": run.after,
        "scanned": SCANNED,
        "moved": MOVED,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, values)
        ids, last, scanned = cursor.fetchone()
    return _Batch(ids, last, scanned)


def _move(run: Remapping, ids: Sequence[UUID]) -> None:
    for room in _rooms.values():
        if room.leave:
            room.leave(ids)
    items: Any = msgspec.json.encode(run.items).decode()
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, {"tenant": run.tenant_id, "items": items, "ids": list(ids)})
    for room in _rooms.values():
        if room.arrive:
            room.arrive(ids)
