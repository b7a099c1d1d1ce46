from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardsConfig(AppConfig):
    name = "dashboards"
    label = "dashboards"
    verbose_name = _("Dashboards")

    def ready(self) -> None:
        from cxplatform.deliveries import outbox
        from cxplatform.pipeline import consumers
        from dashboards import called
        from dashboards.ahead.finder import FINDERS as AHEAD_FINDERS
        from dashboards.arrivals import cost_import
        from dashboards.chair import cases as chair_cases
        from dashboards.chair import people as chair_people
        from dashboards.changes.finder import FINDERS as CHANGE_FINDERS
        from dashboards.experiments import lot
        from dashboards.feedback import apart, news
        from dashboards.focus import drivers, proposals, reach
        from dashboards.gaps import finder as gaps_finder
        from dashboards.gestures import effect, uses
        from dashboards.insights import finders
        from dashboards.journeys import afterwards
        from dashboards.kpis import file as kpi_file
        from dashboards.leadership import signals, voices
        from dashboards.levels import found as company_level
        from dashboards.meeting import hold
        from dashboards.population import file as population_file
        from dashboards.worth import finder as worth_finder
        from journeys import keepers
        from journeys.importing import offers
        from surveys.doors import variants

        called.register()
        consumers.register(uses.NAME, uses.consume, uses.rebuild)
        keepers.register(uses.NAME, uses.KEEPER)
        finders.register(effect.FINDER)
        variants.register("dashboards.experiments", lot.carried)
        offers.register(kpi_file.offered)
        offers.register(cost_import.offered)
        offers.register(population_file.offered)
        finders.register(signals.FINDER)
        finders.register(voices.FINDER)
        keepers.register("dashboards.chair", chair_people.KEEPER)
        outbox.register("dashboards.chair", chair_cases.withdrawn)
        for finder in (apart.FINDER, *news.FINDERS):
            finders.register(finder)
        finders.register(gaps_finder.FINDER)
        finders.register(drivers.FINDER)
        finders.register(reach.FINDER)
        finders.register(proposals.FINDER)
        # A merge moves nothing here, and what a meeting keeps is no row of one person's.
        keepers.register("dashboards.meeting", keepers.Keeper(lambda merging: None, hold.erase, lambda customer: {}))
        keepers.register(
            "dashboards.focus", keepers.Keeper(lambda merging: None, proposals.forget_quotes, lambda customer: {})
        )
        finders.register(company_level.FINDER)
        finders.register(worth_finder.FINDER)
        finders.register(afterwards.FINDER)
        for finder in (*CHANGE_FINDERS, *AHEAD_FINDERS):
            finders.register(finder)
