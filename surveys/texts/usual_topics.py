"""The ten topics a company begins with, with the words that tell of them before anybody has taught it more."""

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cxplatform.tenancy.models import Tenant
from surveys.models import Topic

_FILE = Path(__file__).with_name("usual_topics.toml")


@functools.cache
def usual_topics() -> Mapping[str, Any]:
    """By identifier {"names": {language: name}, "words": {language: words with a space between}}."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def make_topics(tenant: Tenant) -> None:
    """Give the active tenant the usual topics, named in its language; those whose identifiers it has stay."""
    known = set(Topic.objects.values_list("slug", flat=True))
    Topic.objects.bulk_create(
        Topic(
            slug=slug,
            name=usual["names"].get(tenant.language, usual["names"]["en"]),
            names=usual["names"],
            words={language: listed.split() for language, listed in usual["words"].items()},
        )
        for slug, usual in usual_topics().items()
        if slug not in known
    )
