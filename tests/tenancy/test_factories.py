"""The factories make what they say, one company's things apart from another's."""

import pytest

from cxplatform.tenancy.context import activate
from journeys.models import Journey, Step
from tests.factories import api_of, client_of, make_customer, make_journey, make_key, make_member, make_tenant


@pytest.mark.django_db
def test_a_company_has_its_own_journey_people_and_keys():
    ours, theirs = make_tenant(), make_tenant()
    path = make_journey(ours, "tyre-change", stages=["Choose", "Buy"])
    make_customer(ours)
    with activate(ours.id):
        assert Journey.objects.get() == path.journey
        assert [step.touchpoint for step in Step.objects.all()] == path.touchpoints
    with activate(theirs.id):
        assert not Journey.objects.exists()


@pytest.mark.django_db
def test_clients_are_signed_in():
    member = make_member()
    assert int(client_of(member).session["_auth_user_id"]) == member.user_id
    key = make_key(member.tenant)
    assert api_of(key).defaults["HTTP_AUTHORIZATION"] == f"Bearer {key.secret}"
