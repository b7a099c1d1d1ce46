from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TenancyConfig(AppConfig):
    name = "cxplatform.tenancy"
    label = "tenancy"
    verbose_name = "Tenancy"

    def ready(self) -> None:
        from cxplatform.tenancy import history
        from cxplatform.tenancy.models import Invitation

        history.call(Invitation, kind=_("member's invitation"))
