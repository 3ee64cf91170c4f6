"""Limits of sending among the settings: what is no number is refused before anything starts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from environ import Env

from config.rates import number_of_letters
from tests.local_site import environment


@pytest.mark.parametrize("text", ["many", "-1", "1.5", "10 per minute", "²"])
def test_what_is_no_number_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEND_RATE_PER_MINUTE", text)
    with pytest.raises(ImproperlyConfigured, match=r"SEND_RATE_PER_MINUTE is .* no number"):
        number_of_letters(Env(), "SEND_RATE_PER_MINUTE")


@pytest.mark.parametrize(("text", "number"), [("600", 600), ("0", 0), ("", 0), (" 7 ", 7)])
def test_a_number_or_nothing_is_fine(
    text: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEND_RATE_PER_MINUTE", text)
    assert number_of_letters(Env(), "SEND_RATE_PER_MINUTE") == number


def test_gunicorn_does_not_start_with_a_wrong_limit(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "config.wsgi", "--check-config"],
        env=environment(tmp_path, OWNER_RATE_PER_HOUR="lots", PATH=os.environ["PATH"]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "OWNER_RATE_PER_HOUR is 'lots', which is no number of letters." in done.stderr
