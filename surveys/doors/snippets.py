"""What to copy to ask a survey: addresses, the widget's script, and buttons for a mail of one's own."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.addresses import absolute, root_url
from cxplatform.tenancy.models import Tenant
from surveys.models import Survey, SurveyLink, Widget
from surveys.questionnaire import published
from surveys.questionnaire.screen import Voice, screen

MOST = 6


@dataclass(frozen=True)
class Snippet:
    """A text to copy: what it is for, and the door's own name."""

    what: str | Promise
    name: str
    text: str


def snippets_of(survey: Survey, tenant: Tenant, *, language: str) -> list[Snippet]:
    """Of the open doors of a published survey, newest first; nothing for one that nobody can answer yet."""
    newest = published.newest(survey.pk)
    if newest is None or survey.archived_at:
        return []
    of = {"tenant": tenant, "survey_id": survey.pk, "closed_at": None}
    found: list[Snippet] = []
    for link in SurveyLink.objects.filter(**of, is_test=False).order_by("-pk")[:MOST]:
        address = absolute(root_url("survey_page", link.code))
        found.append(Snippet(_("Address, for a link or a message"), str(link), address))
        first = screen(newest.questions[0], survey=newest, voice=Voice(tenant.name, language, tenant.formal_address))
        if first.options and not first.many:
            buttons = [(f"{address}?lang={language}&q={first.key}&a={one.value}", one.label) for one in first.options]
            found.append(Snippet(_("Row of buttons, for an e-mail"), str(link), _row(first.title, buttons)))
    for widget in Widget.objects.filter(**of).order_by("-pk")[:MOST]:
        script = f'<script async src="{absolute(root_url("widget_script", widget.key))}"></script>'
        found.append(Snippet(_("Widget, for your own pages"), str(widget), script))
    return found


_CELL = (
    '<td style="padding:2px"><a href="{}" style="display:block;min-width:24px;padding:10px;border:1px solid #868e98;'
    'border-radius:6px;color:#16191d;text-align:center;text-decoration:none">{}</a></td>'
)


def _row(title: str, buttons: list[tuple[str, str]]) -> SafeString:
    """Mail programs know tables and styles in place, and little else. A button opens the page with the answer
    chosen; one more tap sends it, as scanners of mail follow links."""
    cells = format_html_join("", _CELL, buttons)
    return format_html('<p>{}</p><table role="presentation"><tr>{}</tr></table>', title, cells)
