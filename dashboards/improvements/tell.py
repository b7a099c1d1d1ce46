"""Mail to who is given an improvement or an action of one, in their own language."""

from uuid import UUID

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cxplatform.deliveries import outbox
from cxplatform.tenancy.addresses import absolute, tenant_url
from cxplatform.tenancy.models import User
from dashboards.models import Action, Improvement, Source
from surveys.models import FollowUp


def tell(improvement: Improvement, *, to: User | None, by: User | None, action: Action | None = None) -> None:
    """Nobody is told of what they gave themselves."""
    if to is None or to == by:
        return
    tenant = improvement.tenant
    with translation.override(to.language or tenant.language), timezone.override(tenant.zone):
        about = action.text if action else improvement.title
        subject = _("An action for you") if action else _("An improvement for you")
        outbox.enqueue(
            to=to.email,
            subject=f"{subject}: {' '.join(about.split())}"[:150],
            text=render_to_string(
                "dashboards/improvements/mail.txt",
                {
                    "improvement": improvement,
                    "action": action,
                    "by": by or tenant.name,
                    "link": absolute(tenant_url(tenant.slug, "improvement", improvement.pk)),
                },
            ),
            tenant_id=tenant.pk,
            about=came_of(improvement),
        )


def came_of(improvement: Improvement) -> list[UUID]:
    """Customers and answers of the follow-ups that it, or the iteration before it, came of: who writes of it may have
    put their words in."""
    of = Source.objects.filter(improvement__in=[improvement.pk, improvement.before_id])  # type: ignore[attr-defined]
    rows = FollowUp.objects.filter(pk__in=of.values("follow_up_id")).values_list("customer_id", "response_id")
    return [id_ for row in rows for id_ in row if id_]
