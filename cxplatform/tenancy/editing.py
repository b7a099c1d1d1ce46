"""What every page of the editor does alike: roles, forms that see one tenant, archiving, and the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.decorators import action
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminTextareaWidget

from cxplatform.tenancy import audit
from cxplatform.tenancy.admin import member_of
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.history import history_of
from cxplatform.tenancy.models import TenantRow, User
from cxplatform.tenancy.roles import Permission


@dataclass(frozen=True)
class Menu:
    """Where a list stands in the sidebar: its group's title, its icon (a Material Symbols name), its place there."""

    group: Any
    icon: str
    place: int = 0


class TenantForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form whose uniqueness checks know the tenant and whose choices are of this tenant and in use.

    `shown_as` names the form's own field where it stands for the model's.
    """

    shown_as: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                field.queryset = _offered(field.queryset, chosen=self.initial.get(name))

    def _update_errors(self, errors: ValidationError) -> None:
        """A model's complaint about a field that this form shows otherwise stands above the form."""
        if hasattr(errors, "error_dict"):
            shown: dict[str, list[ValidationError]] = {}
            for name, found in errors.error_dict.items():
                at = self.shown_as.get(name, name)
                shown.setdefault(at if at in self.fields else NON_FIELD_ERRORS, []).extend(found)
            errors = ValidationError(shown)
        super()._update_errors(errors)  # type: ignore[misc]

    def _get_validation_exclusions(self) -> set[str]:
        # Without the tenant Django skips every constraint that names it, and the database answers with a 500.
        return super()._get_validation_exclusions() - {"tenant"}  # type: ignore[misc,no-any-return]


def _offered(rows: models.QuerySet[Any], *, chosen: Any) -> models.QuerySet[Any]:
    """Members for a person, rows in use for a definition, and always what is chosen already."""
    model = rows.model
    if model is User:
        offered = models.Q(memberships__tenant_id=active_tenant_id())
    elif any(field.name == "archived_at" for field in model._meta.concrete_fields):
        offered = models.Q(archived_at=None)
    else:
        return rows
    return rows.filter(offered | models.Q(pk=getattr(chosen, "pk", chosen))).distinct()


class TenantFormSet(PaginationInlineFormSet):  # type: ignore[misc]
    def get_unique_error_message(self, unique_check: Sequence[str]) -> str:
        names = [self.form.base_fields[name].label for name in unique_check if name in self.form.base_fields]
        return gettext("Two rows have the same %(names)s. Change one of them.") % {
            "names": ", ".join(str(name) for name in names)
        }


class _ByRole:
    """Permissions of the member's role instead of `auth.Permission`; nothing is ever deleted."""

    permission: ClassVar[str] = Permission.DEFINE

    def _may(self, request: HttpRequest) -> bool:
        member = member_of(request)
        return member is not None and member.may(self.permission)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class InlineByRole(_ByRole):
    """Rows of a definition, edited on its page. A removed row is archived where it can be."""

    form = TenantForm
    formset = TenantFormSet
    extra = 0

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)


class TenantStackedInline(InlineByRole, StackedInline):  # type: ignore[misc]
    pass


class TenantTabularInline(InlineByRole, TabularInline):  # type: ignore[misc]
    pass


class InUseFilter(admin.SimpleListFilter):
    """What is archived stays out of sight until asked for."""

    title = _("archived")
    parameter_name = "archived"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Archived")), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        in_use, *others = super().choices(changelist)
        return [{**in_use, "display": _("In use")}, *others]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        match self.value():
            case "yes":
                return queryset.exclude(archived_at=None)
            case "all":
                return queryset
        return queryset.filter(archived_at=None)


class TenantModelAdmin(_ByRole, ModelAdmin):  # type: ignore[misc]
    """A list and a form of one kind of definition. Set `menu` to show it in the sidebar."""

    menu: ClassVar[Menu | None] = None
    form = TenantForm
    list_filter_submit = False
    list_filter_sheet = False
    warn_unsaved_form = True
    compressed_fields = True
    formfield_overrides: Any = {models.TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 3})}}
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = super().get_queryset(request)
        if issubclass(self.model, TenantRow):
            return rows
        # Outside row-level security: known before a tenant is, so nothing but this hides other tenants' rows.
        return rows.filter(tenant_id=active_tenant_id())

    # --- The history instead of LogEntry ---

    def log_addition(self, *args: Any) -> None:
        """Written by `save_model`."""

    def log_change(self, *args: Any) -> None:
        """Written by `save_model` and `save_formset`."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        before = audit.stored(obj) if change else None
        obj.save()
        audit.record("changed" if change else "added", obj, before=before)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        before = {row.instance.pk: audit.stored(row.instance) for row in formset.initial_forms if row.has_changed()}
        formset.save(commit=False)
        for row in formset.deleted_objects:
            remove(row, of=form.instance)
        for row, _changed in formset.changed_objects:
            row.save()
            audit.record("changed", row, before=before[row.pk])
        for row in formset.new_objects:
            row.save()
            audit.record("added", row)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Buttons beside Save run when the rows of the page are stored too."""
        super().save_related(request, form, formsets, change)
        for button in self.get_actions_submit_line(request, form.instance.pk):
            if button.action_name in request.POST:
                button.method(request, form.instance)

    def history_models(self) -> list[tuple[type[models.Model], str]]:
        """Rows whose history belongs to this page: (model, its field that names the object)."""
        return []

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, object_id)
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("History: %s") % obj,
            "entries": history_of(obj, rows=self.history_models()),
            "object": obj,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/object_history.html", context)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Any:
        """Not yours, and not there, are both 404."""
        from django.http import Http404

        raise Http404


class RemovableAdmin(TenantModelAdmin):
    """Something nothing else refers to: a mistake is removed, and the history keeps what it was."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        audit.record("removed", obj, before=audit.state(obj))
        obj.delete()

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        for obj in queryset:
            self.delete_model(request, obj)

    def log_deletions(self, *args: Any) -> None:
        """Written by `delete_model`."""


class ArchivableAdmin(TenantModelAdmin):
    """A definition that is archived instead of deleted."""

    actions = ("archive_selected", "restore_selected")
    actions_submit_line: Any = ("archive", "restore")
    list_filter: Any = (InUseFilter,)

    def get_list_filter(self, request: HttpRequest) -> Any:
        return (*super().get_list_filter(request), *(() if InUseFilter in self.list_filter else (InUseFilter,)))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        if request.path == reverse(f"{self.admin_site.name}:autocomplete"):
            queryset = queryset.filter(archived_at=None)
        return super().get_search_results(request, queryset, search_term)

    def get_actions_submit_line(self, request: HttpRequest, object_id: Any) -> Any:
        archived = self.model._base_manager.filter(pk=object_id).exclude(archived_at=None).exists()
        hidden = f"{self.opts.app_label}_{self.opts.model_name}_{'archive' if archived else 'restore'}"
        return [
            button for button in super().get_actions_submit_line(request, object_id) if button.action_name != hidden
        ]

    @action(description=_("Archive"), icon="archive")
    def archive(self, request: HttpRequest, obj: Any) -> None:
        set_archived(obj, archived=True)
        messages.info(request, gettext("“%s” is archived. Its results stay; restore it whenever you need it.") % obj)

    @action(description=_("Restore"), icon="unarchive")
    def restore(self, request: HttpRequest, obj: Any) -> None:
        set_archived(obj, archived=False)
        messages.info(request, gettext("“%s” is in use again.") % obj)

    @admin.action(description=_("Archive the selected"), permissions=["change"])
    def archive_selected(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        self._set_all(request, queryset.filter(archived_at=None), archived=True)

    @admin.action(description=_("Restore the selected"), permissions=["change"])
    def restore_selected(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        self._set_all(request, queryset.exclude(archived_at=None), archived=False)

    def _set_all(self, request: HttpRequest, rows: models.QuerySet[Any], *, archived: bool) -> None:
        changed = list(rows)
        for row in changed:
            set_archived(row, archived=archived)
        text = (
            ngettext("%d archived.", "%d archived.", len(changed))
            if archived
            else ngettext("%d in use again.", "%d in use again.", len(changed))
        )
        messages.success(request, text % len(changed))


def set_archived(obj: Any, *, archived: bool) -> None:
    """Archive a definition or take it into use again, with its entry in the history."""
    before = audit.stored(obj)
    obj.archived_at = timezone.now() if archived else None
    obj.save(update_fields=["archived_at"])
    audit.record("archived" if archived else "restored", obj, before=before)


def remove(row: Any, *, of: Any) -> None:
    """Take a row off a definition's page: archived where it can be, else removed with what it held in the history."""
    if hasattr(row, "archived_at"):
        set_archived(row, archived=True)
        return
    audit.record("removed", of, before=audit.state(of), **{str(row): [audit.state(row), None]})
    row.delete()
