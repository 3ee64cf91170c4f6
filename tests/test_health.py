import pytest
from django.test import Client


@pytest.mark.django_db
def test_the_process_says_that_it_is_up(client: Client) -> None:
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.content == b"ok\n"
