"""The editor of services whose recordings of visits may be opened from a customer's page."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.admin import site
from cxplatform.tenancy.editing import Menu, RemovableAdmin, TenantForm
from journeys.models import ReplayOrigin


class ReplayOriginForm(TenantForm):
    class Meta:
        model = ReplayOrigin
        fields = ("origin",)

    def clean_origin(self) -> str:
        origin: str = self.cleaned_data["origin"]
        if ReplayOrigin.objects.filter(origin=origin).exclude(pk=self.instance.pk).exists():
            raise ValidationError(gettext("This service is listed already."))
        return origin


@admin.register(ReplayOrigin, site=site)
class ReplayOriginAdmin(RemovableAdmin):
    menu = Menu(_("Journeys"), "videocam", 20)
    form = ReplayOriginForm
    list_display = ("origin",)
    fields = ("origin",)
