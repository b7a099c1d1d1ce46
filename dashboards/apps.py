from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardsConfig(AppConfig):
    name = "dashboards"
    label = "dashboards"
    verbose_name = _("Dashboards")

    def ready(self) -> None:
        from dashboards.arrivals import cost_import
        from dashboards.gaps import finder as gaps_finder
        from dashboards.insights import finders
        from dashboards.kpis import file as kpi_file
        from dashboards.population import file as population_file
        from journeys.importing import offers

        offers.register(kpi_file.offered)
        offers.register(cost_import.offered)
        offers.register(population_file.offered)
        finders.register(gaps_finder.FINDER)
