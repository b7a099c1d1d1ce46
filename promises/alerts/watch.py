"""Incidents: opened when a promise's error budget burns, closed when it is calm again, from the counts alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from cxplatform.pipeline import locks, pulse
from cxplatform.stats.burn import WINDOWS, Burning, Window, burning
from cxplatform.tenancy.models import Tenant
from promises.judging.outcomes import judged_rules
from promises.models import Alert, Rule


@dataclass(frozen=True)
class Turned:
    """Incidents that began and ended just now."""

    raised: tuple[Alert, ...] = ()
    resolved: tuple[Alert, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.raised or self.resolved)


def watch(tenant: Tenant, *, now: datetime | None = None) -> Turned:
    """Open and close incidents of the active tenant as its counts are now; two queries where nothing turns.

    A window of so many days is those full days and today so far. Whoever watches at the same time waits: an
    incident is raised once. Of a promise nobody judges any more, or a version that has ended, the incident ends.
    """
    now = now or timezone.now()
    locks.wait(tenant.pk)
    counts = _counts(tenant, now)
    standing = {alert.rule_id: alert for alert in Alert.objects.filter(resolved_at=None)}
    raised, resolved = [], []
    for rule in judged_rules().filter(valid_until=None, part=Rule.Part.PROMISE).select_related("promise"):
        alert = standing.pop(rule.pk, None)
        found = burning(counts.get(rule.pk, _NOTHING), target=rule.target / 100)
        if alert is None:
            if found and found.raised:
                raised.append(Alert.objects.create(rule=rule, opened_at=now, checked_at=now, facts=facts(found)))
        elif found is None or found.calm:
            resolved.append(_end(alert, now, found))
        else:
            _remember(alert, now, found)
    resolved += [_end(alert, now, None) for alert in standing.values()]
    if raised or resolved:
        pulse.beat()
    return Turned(tuple(raised), tuple(resolved))


def anything_to_watch() -> bool:
    """Whether the active tenant has promises that are judged, or an incident to end."""
    return judged_rules().exists() or Alert.objects.filter(resolved_at=None).exists()


def facts(found: Burning) -> dict[str, Any]:
    """What an incident is raised by, for people and machines to read."""
    return {"windows": [_window(found.fast), _window(found.slow)]}


def _window(window: Window) -> dict[str, Any]:
    return {
        "days": window.days,
        "n": window.n,
        "broken": window.broken,
        "burn": None if window.burn is None else round(window.burn, 2),
        "threshold": round(window.threshold, 4),
        "low": round(window.low, 4),
    }


def _remember(alert: Alert, now: datetime, found: Burning) -> None:
    if (new := facts(found)) != alert.facts:
        alert.facts, alert.checked_at = new, now
        alert.save(update_fields=["facts", "checked_at"])


def _end(alert: Alert, now: datetime, found: Burning | None) -> Alert:
    alert.resolved_at = alert.checked_at = now
    alert.facts = alert.facts | {"after": facts(found)["windows"] if found else []}
    alert.save(update_fields=["resolved_at", "checked_at", "facts"])
    return alert


_NOTHING = dict.fromkeys(WINDOWS, (0, 0))
# Uses the key's order: (tenant, rule, dimension, value, day, channel).
_COUNTS = """
SELECT rule_id, first_day, sum(kept + fallback + broken), sum(broken)
FROM promises_outcomerollup JOIN unnest(%(days)s::date[]) AS w(first_day) ON day >= first_day
WHERE tenant_id = %(tenant)s AND rule_id = ANY(%(rules)s) AND dimension = '' AND value = '' AND day <= %(today)s
GROUP BY rule_id, first_day
"""


def _counts(tenant: Tenant, now: datetime) -> dict[int, dict[int, tuple[int, int]]]:
    """By rule and window, (judged, broken)."""
    today = now.astimezone(tenant.zone).date()
    windows = {today - timedelta(days=days): days for days in WINDOWS}
    rules = list(judged_rules().filter(valid_until=None).values_list("pk", flat=True))
    found: dict[int, dict[int, tuple[int, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"tenant": tenant.pk, "rules": rules, "days": list(windows), "today": today})
        for rule_id, first_day, n, broken in cursor.fetchall():
            found.setdefault(rule_id, dict(_NOTHING))[windows[first_day]] = (int(n), int(broken))
    return found
