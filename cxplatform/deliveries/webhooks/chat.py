"""What happened as a message in a chat: for Slack and what takes its messages, and for Teams' workflows.

What customers and staff have written is never read as formatting: in Slack it is escaped, in Teams it stands in rich
text, which knows no marks; so nobody can write a link or call a whole channel by a name they gave.
"""

from typing import Any

import msgspec
import structlog
from django.utils import translation
from django.utils.translation import gettext as _

from cxplatform.deliveries.models import Webhook
from cxplatform.deliveries.webhooks import telling
from cxplatform.deliveries.webhooks.telling import Said
from cxplatform.tenancy.models import Tenant

log = structlog.get_logger(__name__)

_LONGEST = 1_500
_MOST_FACTS = 10  # Slack takes as many in a section
_CARD = "application/vnd.microsoft.card.adaptive"
_MARKS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def said(document: dict[str, Any], tenant: Tenant) -> Said:
    """An event, as it stands in a standard webhook, in words of the tenant's language."""
    with translation.override(tenant.language):
        if document["type"] == telling.TEST:
            return Said(_("A test: what happens at %(company)s is told here.") % {"company": tenant.name})
        kind = telling.kinds().get(document["type"])
        if kind is None:
            return Said(document["type"])
        try:
            return kind.say(document["data"], tenant) if kind.say else Said(str(kind.label))
        except (LookupError, TypeError, ValueError):
            # Written down by a version that told it otherwise: one event without facts is better than none at all.
            log.warning("event not put in words", type=document["type"])
            return Said(str(kind.label))


def message(webhook: Webhook, body: str, tenant: Tenant) -> bytes:
    """What is posted to a webhook for an event: the event itself, or its words as its chat takes them."""
    if not webhook.is_chat:
        return body.encode()
    words = said(msgspec.json.decode(body), tenant)
    with translation.override(tenant.language):
        form = _slack if webhook.format == Webhook.Format.SLACK else _teams
        return msgspec.json.encode(form(words))


def _slack(words: Said) -> dict[str, Any]:
    """https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks; `text` is for notifications."""
    title = _short(words.title).translate(_MARKS)
    blocks: list[dict[str, Any]] = [{"type": "section", "text": {"type": "mrkdwn", "text": f"*{title}*"}}]
    if words.facts:
        rows = [f"*{_short(name).translate(_MARKS)}*\n{_short(value).translate(_MARKS)}" for name, value in words.facts]
        fields = [{"type": "mrkdwn", "text": row} for row in rows[:_MOST_FACTS]]
        blocks.append({"type": "section", "fields": fields})
    if words.link:
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": f"<{words.link}|{_('Open it here')}>"}})
    return {"text": title, "blocks": blocks}


def _teams(words: Said) -> dict[str, Any]:
    """An adaptive card as the workflow "when a Teams webhook request is received" posts it on."""
    body: list[dict[str, Any]] = [_rich([{"text": _short(words.title), "weight": "Bolder", "size": "Medium"}])]
    body += [
        _rich([{"text": f"{_short(name)}: ", "isSubtle": True}, {"text": _short(value)}]) for name, value in words.facts
    ]
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": body,
    }
    if words.link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": _("Open it here"), "url": words.link}]
    return {"type": "message", "attachments": [{"contentType": _CARD, "contentUrl": None, "content": card}]}


def _rich(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", **run} for run in runs]}


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
