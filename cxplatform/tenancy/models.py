"""Companies, their people and keys, and the history of what was changed by whom."""

import hashlib
import hmac
import zoneinfo
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxplatform.ids import uuid7
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.roles import PERMISSIONS, Permission, Role

slug_of_tenant = RegexValidator(
    r"^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$", _("Use small letters a-z, digits and hyphens, at most 50.")
)
hex_colour = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write the colour as # and six hexadecimal digits."))


def valid_timezone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("Unknown time zone. Write it like Europe/Helsinki."))


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_verified(self, email: str, password: str | None = None, **extra: Any) -> "User":
        """A person whose address is known to be theirs: no code is asked at their first sign-in."""
        from allauth.account.models import EmailAddress

        user = self.create_user(email, password, **extra)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)


class User(AbstractUser):
    """A person who signs in with an e-mail address; may belong to several companies."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail"), unique=True)
    language = models.CharField(_("language"), max_length=5, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()  # type: ignore[assignment,misc]

    def __str__(self) -> str:
        return self.get_full_name() or self.email


class Tenant(models.Model):
    """A company on this installation. Outside row-level security: known before any tenant is active."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.CharField(_("address"), max_length=50, unique=True, validators=[slug_of_tenant])
    language = models.CharField(_("language"), max_length=5, default="fi")
    timezone = models.CharField(_("time zone"), max_length=64, default="Europe/Helsinki", validators=[valid_timezone])
    formal_address = models.BooleanField(_("formal address (teitittely)"), default=False)
    brand_colour = models.CharField(_("brand colour"), max_length=7, default="#0b5cad", validators=[hex_colour])
    anonymity_minimum = models.PositiveSmallIntegerField(
        _("smallest group shown"),
        default=5,
        validators=[MinValueValidator(3, _("Groups under 3 are never shown."))],
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.CheckConstraint(condition=models.Q(anonymity_minimum__gte=3), name="tenant_anonymity_floor")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.timezone)


class Membership(models.Model):
    """A person's place in a company. Outside row-level security: read before a tenant is active."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    # Units live in `journeys`, which stands above this room: ids, not a relation. Empty = every unit.
    unit_ids = ArrayField(models.BigIntegerField(), verbose_name=_("units"), default=list, blank=True)
    sees_identity = models.BooleanField(_("sees customer identity"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [models.UniqueConstraint(fields=["tenant", "user"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"

    @property
    def of_units(self) -> bool:
        """Whether the member sees some units only, not the company."""
        return self.role == Role.UNIT_MANAGER and bool(self.unit_ids)

    @property
    def own_units(self) -> tuple[int, ...]:
        """Ids of the units the member is limited to; none: the whole company."""
        return tuple(self.unit_ids) if self.of_units else ()

    def may(self, permission: str) -> bool:
        if permission == Permission.SEE_IDENTITY:
            return self.sees_identity
        return permission in PERMISSIONS[self.role]


class Invitation(models.Model):
    """An offer of membership, accepted by a link. Outside row-level security: found by its token."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.VIEWER)
    unit_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return self.email


class Scope(models.TextChoices):
    EVENTS_WRITE = "events:write", _("Send events")
    RESPONSES_WRITE = "responses:write", _("Send answers")
    DEFINITIONS_WRITE = "definitions:write", _("Change customers, journeys, surveys and promises")
    READ = "read", _("Read")
    CUSTOMERS_READ = "customers:read", _("Read who customers are")
    FOLLOW_UPS = "follow-ups", _("Work follow-ups")
    WEBHOOKS = "webhooks", _("Set up webhooks and read what they told")
    COACHING = "coaching", _("Read and write your own coaching talks")


class ApiKey(models.Model):
    """A key of an integrator; only its hash is kept. Outside row-level security: it names the tenant."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="api_keys")
    name = models.CharField(_("name"), max_length=100)
    prefix = models.CharField(_("begins with"), max_length=12, editable=False)
    hash = models.CharField(max_length=64, unique=True, editable=False)
    # After a rotation the secret before it is good for a while, so that integrations can change over.
    previous_hash = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    previous_until = models.DateTimeField(_("old secret works until"), null=True, blank=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=30, choices=Scope.choices), verbose_name=_("scopes"))
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="api_key_name")]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def usable(self) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > timezone.now())

    @property
    def allowed(self) -> list[tuple[str, str]]:
        """What the key may do: each scope, and in words."""
        words = {scope.value: str(scope.label) for scope in Scope}
        return [(scope, words.get(scope, scope)) for scope in self.scopes]

    def accepts(self, digest: str) -> bool:
        """Whether this digest of a secret opens the key now."""
        if not self.usable:
            return False
        if hmac.compare_digest(self.hash, digest):
            return True
        return (
            self.previous_until is not None
            and self.previous_until > timezone.now()
            and hmac.compare_digest(self.previous_hash or "", digest)
        )

    @staticmethod
    def digest(secret: str) -> str:
        """SHA-256 is enough: the secret is 256 random bits, not a password."""
        return hashlib.sha256(secret.encode()).hexdigest()


class TenantManager(models.Manager[Any]):
    """Raises while no tenant is active: row-level security alone would fail silently, with zero rows.

    It adds no filter of its own, so a queryset built under one tenant can never be read under another:
    the rows are the database's to choose.
    """

    def get_queryset(self) -> models.QuerySet[Any]:
        active_tenant_id()
        return super().get_queryset()


class TenantRow(models.Model):
    """Base of every table behind row-level security.

    No database constraint on the tenant by default: each fact's check would lock the same tenant row.
    """

    tenant = models.ForeignKey(
        Tenant,
        models.CASCADE,
        default=active_tenant_id,
        editable=False,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )

    objects: Any = TenantManager()

    class Meta:
        abstract = True


class TenantModel(TenantRow):
    """Base of every definition: a plain key, unique with its tenant so that others can refer to both."""

    tenant = models.ForeignKey(
        Tenant, models.CASCADE, default=active_tenant_id, editable=False, related_name="+", db_index=False
    )

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="%(app_label)s_%(class)s_tenant_id")]


class FactModel(TenantRow):
    """Base of every fact: `(tenant_id, id)` is the key, so rows can be spread over a cluster by tenant."""

    pk = models.CompositePrimaryKey("tenant_id", "id")
    id = models.UUIDField(default=uuid7, editable=False)

    class Meta:
        abstract = True


class Archivable(models.QuerySet[Any]):
    def in_use(self) -> Self:
        return self.filter(archived_at=None)


class AuditEntry(FactModel):
    """One change: who, when, what, from which value to which. The application can add these, never alter them."""

    at = models.DateTimeField(default=timezone.now)
    actor = models.CharField(max_length=300)
    user_id = models.BigIntegerField(null=True)
    key_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=30)
    model = models.CharField(max_length=100)
    object_id = models.CharField(max_length=64)
    object_label = models.CharField(max_length=300)
    changes = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["tenant", "model", "object_id", "id"], name="audit_by_object")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor}: {self.action} {self.object_label}"
