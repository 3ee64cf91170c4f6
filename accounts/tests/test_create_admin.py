"""The command that makes an administrator."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from accounts.tests.browsing import is_logged_in, log_in
from accounts.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def run(**options: object) -> str:
    call_command("create_admin", stdout=(out := StringIO()), **options)
    return out.getvalue()


def test_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_EMAIL", "Root@Example.org")
    monkeypatch.setenv("ADMIN_PASSWORD", PASSWORD)
    assert run() == "Administrator root@example.org made.\n"
    log_in(client := Client(), "root@example.org")
    assert is_logged_in(client)
    assert client.get("/admin/").status_code == client.get("/cms/").status_code == 200


def test_options_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_EMAIL", "root@example.org")
    run(email="boss@example.org", password=PASSWORD, full_name="The Boss")
    user = User.objects.get()
    assert (user.email, user.full_name) == ("boss@example.org", "The Boss")


def test_an_existing_account_is_left_alone() -> None:
    run(email="root@example.org", password=PASSWORD)
    with pytest.raises(CommandError, match="has an account already; use --update"):
        run(email="ROOT@example.org", password="another good password")
    assert User.objects.get().check_password(PASSWORD)


def test_update_changes_an_existing_account(alice: User) -> None:
    alice.block(by=None, reason="mistake")
    done = run(email=alice.email, password="another good password", update=True)
    assert done == "Administrator alice@example.org updated.\n"
    user = User.objects.get()
    assert user.is_superuser
    assert (user.is_active, user.is_blocked, user.full_name) == (True, False, "Alice Archer")
    assert user.check_password("another good password")


@pytest.mark.parametrize(
    ("email", "password", "complaint"),
    [
        ("nonsense", PASSWORD, "The e-mail address is refused: "),
        ("root@example.org", "1234", "The password is refused: "),
        ("root@example.org", "", "ADMIN_PASSWORD is not set"),
        ("", PASSWORD, "ADMIN_EMAIL is not set"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, email: str, password: str, complaint: str
) -> None:
    for variable in ("ADMIN_EMAIL", "ADMIN_PASSWORD"):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(CommandError, match=complaint):
        run(email=email, password=password)
    assert not User.objects.exists()


def test_asking_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda question: "root@example.org")
    monkeypatch.setattr("getpass.getpass", lambda question: PASSWORD)
    run()
    assert User.objects.get().check_password(PASSWORD)
