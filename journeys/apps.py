from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JourneysConfig(AppConfig):
    name = "journeys"
    verbose_name = _("Journeys")

    def ready(self) -> None:
        from cxplatform.pipeline import consumers
        from cxplatform.tenancy import founding, history, units
        from cxplatform.tenancy.models import Invitation, Membership
        from journeys import erasing, explain, exporting, keepers, merging, remapping, rule_words, rules
        from journeys.founding import list_units, make_channels
        from journeys.importing import customers, offers
        from journeys.models import Unit
        from journeys.paths.consume import NAME, consume, reread
        from journeys.paths.rebuild import rebuild
        from journeys.templates import begin_with, beginnings
        from journeys.unmapped import count_unmapped

        consumers.register("journeys.merged", merging.follow)
        consumers.register("journeys.unmapped", count_unmapped)
        consumers.register(NAME, consume, rebuild)
        consumers.register(rules.NAME, rules.consume)
        explain.register(rules.NAME, rule_words.explain)
        remapping.register(NAME, arrive=reread)
        founding.register(make_channels)
        founding.register_beginnings(beginnings, begin_with)
        units.register(list_units)
        for model in (Membership, Invitation):
            history.call(model, refers={"unit_ids": Unit})
        offers.register(customers.offered)
        keepers.register("journeys", keepers.Keeper(merging.move, erasing.forget, exporting.own))
