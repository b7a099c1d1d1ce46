"""Who hears of incidents, and how: one mail of all that turned, a digest a day, or the screen alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cxplatform.deliveries import outbox
from cxplatform.deliveries.webhooks import telling as webhooks
from cxplatform.tenancy.addresses import absolute, tenant_url
from cxplatform.tenancy.models import Membership, Tenant, User
from cxplatform.tenancy.roles import Permission
from promises.alerts.watch import Turned
from promises.models import Alert, AlertChoice, Promise

DIGEST_AT = time(7)
RAISED, RESOLVED = "promise.alert_raised", "promise.alert_resolved"
How = AlertChoice.How


@dataclass(frozen=True)
class Listener:
    """A member and `how` they want to hear: one of AlertChoice.How, or "" for as usual."""

    user: User
    how: str
    digest_sent_on: date | None = None


def listeners(tenant: Tenant) -> list[Listener]:
    """The members of the active tenant who may see the whole company's results, with what they chose."""
    chosen = {choice.user_id: choice for choice in AlertChoice.objects.all()}
    members = Membership.objects.filter(tenant=tenant, user__is_active=True).select_related("user").order_by("pk")
    return [
        Listener(member.user, choice.how if choice else "", choice.digest_sent_on if choice else None)
        for member in members
        if member.may(Permission.SEE_RESULTS) and not member.of_units
        for choice in [chosen.get(member.user_id)]
    ]


def choose(*, user: User, how: str) -> None:
    """Keep how a member of the active tenant wants to hear of alerts; "" is as usual."""
    AlertChoice.objects.update_or_create(user=user, defaults={"how": how})


def tell(tenant: Tenant, turned: Turned) -> int:
    """Tell webhooks, and at once those who want it, one mail each of all that concerns them; how many mails."""
    if not turned:
        return 0
    promises = _promises([*turned.raised, *turned.resolved])
    webhooks.tell(
        [
            webhooks.Happening(type=type_, data=_data(alert, promises[alert.rule_id]))
            for type_, alerts in ((RAISED, turned.raised), (RESOLVED, turned.resolved))
            for alert in alerts
        ]
    )
    told = 0
    for listener in listeners(tenant):
        raised, resolved = (
            [alert for alert in alerts if _at_once(listener, promises[alert.rule_id])]
            for alerts in (turned.raised, turned.resolved)
        )
        if raised or resolved:
            _write(tenant, listener.user, raised, resolved, promises, digest=False)
            told += 1
    return told


def digest(tenant: Tenant, *, now: datetime | None = None) -> int:
    """Write the day's digest of the active tenant to whom it is due, from seven in the morning; how many mails.

    It tells of incidents that stand and of those that ended from the last one's seven o'clock to this one's, however
    late they are sent. Where there are none nothing is sent, and nobody is told what they heard at once.
    """
    local = (now or timezone.now()).astimezone(tenant.zone)
    today = local.date()
    due = [each for each in listeners(tenant) if each.how in ("", How.DIGEST) and each.digest_sent_on != today]
    if local.time() < DIGEST_AT or not due:
        return 0
    week = today - timedelta(days=7)  # who comes back to the digest is not told of months
    last = {each.user.pk: max(each.digest_sent_on or today - timedelta(days=1), week) for each in due}
    standing = list(Alert.objects.filter(resolved_at=None))
    since, until = _seven(min(last.values()), tenant), _seven(today, tenant)
    ended = list(Alert.objects.filter(resolved_at__gte=since, resolved_at__lt=until))
    promises = _promises([*standing, *ended])
    told = 0
    for listener in due:
        AlertChoice.objects.update_or_create(user=listener.user, defaults={"digest_sent_on": today})
        before = _seven(last[listener.user.pk], tenant)
        new = [alert for alert in ended if alert.resolved_at >= before]
        raised, resolved = (
            [alert for alert in alerts if not _at_once(listener, promises[alert.rule_id])] for alerts in (standing, new)
        )
        if raised or resolved:
            _write(tenant, listener.user, raised, resolved, promises, digest=True)
            told += 1
    return told


def _seven(day: date, tenant: Tenant) -> datetime:
    return datetime.combine(day, DIGEST_AT, tenant.zone)


def _data(alert: Alert, promise: Promise) -> dict[str, Any]:
    return {
        "alert": alert.pk,
        "promise": promise.slug,
        "name": promise.name,
        "rule": alert.rule_id,
        "opened_at": alert.opened_at,
        "resolved_at": alert.resolved_at,
        "windows": alert.windows,
    }


def say_raised(data: Mapping[str, Any], tenant: Tenant) -> webhooks.Said:
    """An alert in words, for a chat."""
    facts = (
        (_("Began"), _time(data["opened_at"], tenant)),
        *((_("What broke"), said(each)) for each in data["windows"]),
    )
    return webhooks.Said(_("The promise “%(name)s” is breaking") % {"name": data["name"]}, facts, _link(tenant))


def say_resolved(data: Mapping[str, Any], tenant: Tenant) -> webhooks.Said:
    """The end of an alert in words, for a chat."""
    facts = ((_("Began"), _time(data["opened_at"], tenant)), (_("Ended"), _time(data["resolved_at"], tenant)))
    return webhooks.Said(_("The promise “%(name)s” is calm again") % {"name": data["name"]}, facts, _link(tenant))


EXAMPLE = {
    "alert": 41,
    "promise": "reply-in-a-day",
    "name": "Vastaamme vuorokaudessa",
    "rule": 7,
    "opened_at": "2026-11-20T08:00:00Z",
    "resolved_at": None,
    "windows": [{"days": 1, "broken": 12, "n": 85}],
}
ENDED = EXAMPLE | {"resolved_at": "2026-11-21T08:00:00Z"}


def _time(written: str, tenant: Tenant) -> str:
    at = datetime.fromisoformat(written).astimezone(tenant.zone)
    return date_format(at, "SHORT_DATETIME_FORMAT")


def _link(tenant: Tenant) -> str:
    return absolute(tenant_url(tenant.slug, "promise_alerts"))


def _at_once(listener: Listener, promise: Promise) -> bool:
    if listener.how == How.AT_ONCE:
        return True
    return listener.how == "" and promise.owner_id == listener.user.pk


def _promises(alerts: Iterable[Alert]) -> dict[int, Promise]:
    rules = {alert.rule_id for alert in alerts}
    found = Promise.objects.filter(rules__in=rules).prefetch_related("rules")
    return {rule.pk: promise for promise in found for rule in promise.rules.all() if rule.pk in rules}


def _write(
    tenant: Tenant,
    user: User,
    raised: Sequence[Alert],
    resolved: Sequence[Alert],
    promises: dict[int, Promise],
    *,
    digest: bool,
) -> None:
    with translation.override(user.language or tenant.language):
        parts = []
        if raised:
            parts.append(ngettext("%d promise is breaking", "%d promises are breaking", len(raised)) % len(raised))
        if resolved:
            parts.append(ngettext("%d is calm again", "%d are calm again", len(resolved)) % len(resolved))
        subject = f"{tenant.name}: {', '.join(parts)}"
        text = render_to_string(
            "promises/mail/alerts.txt",
            {
                "tenant": tenant,
                "digest": digest,
                "raised": [_row(alert, promises) for alert in raised],
                "resolved": [_row(alert, promises) for alert in resolved],
                "link": absolute(tenant_url(tenant.slug, "promise_alerts")),
            },
        )
    outbox.enqueue(to=user.email, subject=subject, text=text, tenant_id=tenant.pk)


def _row(alert: Alert, promises: dict[int, Promise]) -> dict[str, Any]:
    return {"alert": alert, "promise": promises[alert.rule_id], "windows": [said(each) for each in alert.windows]}


def said(window: dict[str, Any]) -> str:
    """One window in words."""
    values = {"broken": window["broken"], "n": window["n"]}
    if window["days"] == 1:
        return _("since yesterday %(broken)d of %(n)d broke") % values
    return _("in %(days)d days %(broken)d of %(n)d broke") % (values | {"days": window["days"]})
