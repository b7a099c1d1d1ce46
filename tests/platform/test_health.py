"""What machines ask of a running program."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from cxplatform.pipeline.models import QueueRow


def wait_in_queue(**age: float) -> None:
    QueueRow.objects.create(tenant_id=1, event_ids=[], enqueued_at=timezone.now() - timedelta(**age))


def test_healthz_asks_nobody(client):
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.django_db(transaction=True)
def test_readyz_is_ready_with_a_short_queue(client):
    wait_in_queue(seconds=5)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["problems"]) == (200, {})
    assert answer.json()["queue"]["rows"] == 1
    assert 5 <= answer.json()["queue"]["seconds"] < 60


@pytest.mark.django_db(transaction=True)
def test_readyz_names_a_queue_that_stands_still(client):
    wait_in_queue(hours=1)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert list(answer.json()["problems"]) == ["queue"]


@pytest.mark.django_db(transaction=True)
def test_readyz_names_a_broker_that_is_away(client, settings):
    settings.REDIS_URL = "unix:///nowhere/valkey.sock?db=0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert list(answer.json()["problems"]) == ["broker"]


@pytest.mark.django_db(transaction=True)
def test_readyz_names_a_database_that_is_away(client, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    answer = client.get("/readyz")
    connection.close()
    assert answer.status_code == 503
    assert list(answer.json()["problems"]) == ["database"]
    assert answer.json()["queue"] == {"rows": None, "seconds": None}


@pytest.mark.django_db(transaction=True)
def test_metrics_give_the_queue(client):
    wait_in_queue(seconds=5)
    lines = client.get("/metrics").content.decode().splitlines()
    assert 'cx_up{part="database"} 1.0' in lines
    assert 'cx_up{part="broker"} 1.0' in lines
    assert "cx_queue_rows 1.0" in lines


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_health_is_only_read(client, path):
    assert client.post(path).status_code == 405
