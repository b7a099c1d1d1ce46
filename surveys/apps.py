from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "surveys"
    label = "surveys"
    verbose_name = _("Surveys")

    def ready(self) -> None:
        from cxplatform.pipeline import consumers
        from cxplatform.tenancy import founding
        from journeys import contact, explain, keepers, remapping
        from journeys.importing import offers
        from surveys import called, corrections, encounters, importing, monthly_import, outcome, people, rollups
        from surveys.asking import counts, letting, optout_import, triggers
        from surveys.explain import explain as explain_surveys
        from surveys.followups import defaults, figures, happened, heard, hooks, opening, shown, stands, tasks, telling
        from surveys.followups.kept import KEEPER as FOLLOW_UPS
        from surveys.texts import verbatims
        from surveys.texts.usual_topics import make_topics

        called.register()
        consumers.register("surveys.merged", people.follow)
        consumers.register("surveys.rollups", rollups.consume, rollups.rebuild)
        consumers.register(triggers.NAME, triggers.consume)
        consumers.register(encounters.NAME, encounters.consume, encounters.rebuild)
        consumers.register(counts.NAME, counts.consume, counts.rebuild)
        consumers.register(verbatims.NAME, verbatims.consume, verbatims.rebuild)
        consumers.register(opening.NAME, opening.consume)
        offers.register(importing.offered)
        offers.register(optout_import.offered)
        offers.register(monthly_import.offered)
        explain.register("surveys", explain_surveys)
        remapping.register("surveys.rollups", leave=rollups.uncount, arrive=corrections.follow_events)
        remapping.register(encounters.NAME, arrive=encounters.follow_events)
        contact.register(letting.judge)
        keepers.register("surveys", people.KEEPER)
        outcome.register("surveys.followups", shown.tell)
        stands.register("page", figures.count)
        stands.register("groups", figures.count_groups)
        founding.register(make_topics)
        founding.register(defaults.make_rules)
        keepers.register("surveys.followups", FOLLOW_UPS)
        heard.register("surveys.events", happened.listen)
        heard.register("surveys.notices", tasks.listen)
        heard.register("surveys.webhooks", hooks.listen)
        hooks.register()
        heard.register("surveys.telling", telling.listen)
