from django.apps import AppConfig


class TenancyConfig(AppConfig):
    name = "cxplatform.tenancy"
    label = "tenancy"
    verbose_name = "Tenancy"
