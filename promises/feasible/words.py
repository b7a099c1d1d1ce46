"""Deadlines as one says them."""

from django.utils.translation import gettext as _

_DAY = 24 * 60


def span(minutes: int, *, business: bool = False) -> str:
    """45 min, 1 h 30 min, 31 h, 4 d 6 h; of business hours never in days, since a day of theirs is shorter."""
    if minutes < 60:
        return _("%(n)s min") % {"n": minutes}
    if not business and minutes >= 3 * _DAY:
        days, hours = minutes // _DAY, minutes % _DAY // 60
        return _("%(days)s d %(hours)s h") % {"days": days, "hours": hours} if hours else _("%(n)s d") % {"n": days}
    hours, rest = divmod(minutes, 60)
    if rest:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}
    return _("%(n)s h") % {"n": hours}
