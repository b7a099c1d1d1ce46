from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardsConfig(AppConfig):
    name = "dashboards"
    label = "dashboards"
    verbose_name = _("Dashboards")

    def ready(self) -> None:
        from dashboards import cost_import, kpi_import, population_import
        from journeys.importing import offers

        offers.register(kpi_import.offered)
        offers.register(cost_import.offered)
        offers.register(population_import.offered)
