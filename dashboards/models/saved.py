"""Views of the leadership page that people keep: what they ask of it, by a name."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel, User


class SavedView(TenantModel):
    """A question to the leadership page ("?journey=fleet", "?" = all of it): its owner's own, or everybody's."""

    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(_("address"), max_length=1000)
    owner = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("owner"))
    shared = models.BooleanField(_("shared with everybody"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint("tenant", "owner", Lower("name"), name="saved_view_name"),
        ]

    def __str__(self) -> str:
        return self.name


class FirstView(TenantModel):
    """The view that opens when a person signs in."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    view = models.ForeignKey(SavedView, models.CASCADE, db_constraint=False, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "user"], name="first_view_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.view}"
