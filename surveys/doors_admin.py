"""The editor of the doors through which a survey is answered: links to send and print, widgets to place."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from cxplatform.tenancy import audit
from cxplatform.tenancy.addresses import absolute, root_url
from cxplatform.tenancy.admin import site
from cxplatform.tenancy.editing import Menu, TenantModelAdmin
from surveys.forms import LinkForm
from surveys.identity import secret_of
from surveys.models import Survey, SurveyLink, Widget
from surveys.widget_form import WidgetForm
from surveys.widget_settings import settings_of


class DoorAdmin(TenantModelAdmin):
    """Closed instead of deleted: what was printed stays printed, and then says that it is closed."""

    actions_submit_line = ("close", "reopen")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        name = Survey.objects.filter(pk=models.OuterRef("survey_id")).values("name")
        return super().get_queryset(request).annotate(survey_name=models.Subquery(name)).order_by("closed_at", "-id")

    @display(description=_("survey"), ordering="survey_name")
    def asks(self, door: Any) -> str:
        return door.survey_name or "–"

    @display(description=_("state"), label={"open": "success", "closed": "danger"}, ordering="closed_at")
    def door_state(self, door: Any) -> tuple[str, str]:
        return ("closed", gettext("closed")) if door.closed_at else ("open", gettext("open"))

    def get_actions_submit_line(self, request: HttpRequest, object_id: Any) -> Any:
        closed = self.get_queryset(request).filter(pk=object_id).exclude(closed_at=None).exists()
        hidden = f"{self.opts.app_label}_{self.opts.model_name}_{'close' if closed else 'reopen'}"
        buttons = super().get_actions_submit_line(request, object_id)
        return [button for button in buttons if button.action_name != hidden]

    @action(description=_("Close"), icon="lock")
    def close(self, request: HttpRequest, door: Any) -> None:
        self._set(door, timezone.now())
        messages.info(request, gettext("“%s” is closed: it takes no more answers.") % door)

    @action(description=_("Open again"), icon="lock_open")
    def reopen(self, request: HttpRequest, door: Any) -> None:
        self._set(door, None)
        messages.info(request, gettext("“%s” takes answers again.") % door)

    def _set(self, door: Any, closed_at: Any) -> None:
        before = audit.stored(door)
        door.closed_at = closed_at
        door.save(update_fields=["closed_at"])
        audit.record("changed", door, before=before)


def _copyable(text: str) -> Any:
    return format_html(
        '<span class="editor-copy"><code>{}</code><button type="button" class="editor-button" data-copy="{}"'
        ' data-copied="{}">{}</button></span>',
        text,
        text,
        _("Copied"),
        _("Copy"),
    )


@admin.register(SurveyLink, site=site)
class SurveyLinkAdmin(DoorAdmin):
    menu = Menu(_("Surveys"), "qr_code_2", 21)
    form = LinkForm
    list_display = ("__str__", "asks", "code", "is_test", "door_state")
    search_fields = ("label", "code")
    readonly_fields = ("address",)
    fields = ("label", "survey", "touchpoint", "channel", "unit", "is_test", "address")

    @display(description=_("address"))
    def address(self, link: SurveyLink) -> Any:
        if not link.pk:
            return _("Shown when saved.")
        return _copyable(absolute(root_url("survey_page", link.code)))


@admin.register(Widget, site=site)
class WidgetAdmin(DoorAdmin):
    menu = Menu(_("Surveys"), "widgets", 22)
    form = WidgetForm
    list_display = ("name", "asks", "key", "door_state")
    search_fields = ("name", "key")
    readonly_fields = ("snippet", "secret")
    fieldsets = (
        (None, {"fields": ("name", "survey", "touchpoint", "channel", "origins", "snippet")}),
        (
            _("When it is shown"),
            {
                "fields": (
                    *("pages", ("event", "where"), ("element", "clicked"), ("scroll", "exit")),
                    *("delay_seconds", "share", "again_days"),
                ),
                "description": _("Of several things waited for, the first is enough; with none the page itself is."),
            },
        ),
        (_("How it looks"), {"fields": (("position", "scheme"),)}),
        (_("Who the visitor is"), {"fields": ("secret",)}),
    )
    actions_submit_line = ("close", "reopen", "new_secret")

    @display(description=_("snippet for your pages"))
    def snippet(self, widget: Widget) -> Any:
        if not widget.pk:
            return _("Shown when saved.")
        script = f'<script async src="{absolute(root_url("widget_script", widget.key))}"></script>'
        early = "window.cx = window.cx || function () { (cx.q = cx.q || []).push(arguments) };"
        rows = [
            (_("In every page, before </head>:"), script),
            (_("Where your own script calls cx() before the widget has loaded:"), early),
            (_("When something has happened:"), "cx('event', 'ordered', {plan: 'pro'});"),
            (_("A place inside the page:"), f'<div data-cx-inline="{widget.key}"></div>'),
            (_("Why is nothing shown? In the browser's console:"), "cx.why()"),
        ]
        return format_html_join("", "<p>{}</p><p>{}</p>", [(said, _copyable(text)) for said, text in rows])

    @display(description=_("secret"))
    def secret(self, widget: Widget) -> Any:
        if not widget.pk:
            return _("Shown when saved.")
        return format_html(
            "<p>{}</p><p>{}</p><p>{}</p>",
            _(
                "Your server signs a JWT (HS256) with this secret: sub = customer number, exp = at most seven days "
                "ahead. Never put the secret into a page."
            ),
            _copyable(secret_of(widget)),
            _copyable("cx('identify', token);"),
        )

    @action(description=_("New secret"), icon="key")
    def new_secret(self, request: HttpRequest, widget: Widget) -> None:
        before = audit.stored(widget)
        stored = widget.settings if isinstance(widget.settings, dict) else {}
        widget.settings = stored | {"secret_number": settings_of(widget).secret_number + 1}
        widget.save(update_fields=["settings"])
        audit.record("changed", widget, before=before)
        messages.info(request, gettext("“%s” has a new secret: tokens signed with the old one name nobody.") % widget)
