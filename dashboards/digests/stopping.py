"""The link in every digest that ends it, without signing in."""

from django.core import signing

from cxplatform.tenancy.addresses import absolute, root_url
from dashboards.models import DigestChoice

_SALT = "dashboards.digests.stop"


def stop_address(choice: DigestChoice) -> str:
    """A whole address that stops this digest and nothing else."""
    return absolute(root_url("digest_stop", signing.dumps([choice.tenant_id, choice.pk], salt=_SALT)))


def read_stop(token: str) -> tuple[int, int] | None:
    """The ids of tenant and choice in a token of ours; None for any other."""
    try:
        tenant_id, choice_id = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return tenant_id, choice_id
