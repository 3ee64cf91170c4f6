"""Makes an administrator."""

import getpass
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from accounts.addresses import confirm_address, user_with_address
from accounts.models import User, normalise_email


class Command(BaseCommand):
    """Asks for what is neither an option nor in the environment, if there is a terminal."""

    help = (
        "Makes an administrator, who may do everything in the dashboard, /cms/ and /admin/. "
        "Address and password come from the options, else from ADMIN_EMAIL and ADMIN_PASSWORD "
        "in the environment, else from the terminal. The address counts as confirmed. "
        "An address that has an account is refused unless --update is given."
    )
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", help="e-mail address to log in with")
        parser.add_argument(
            "--password", help="password; other users of this machine can read it while it runs"
        )
        parser.add_argument("--full-name", help="name to show; empty unless given")
        parser.add_argument(
            "--update",
            action="store_true",
            help="make an administrator of an existing account and set its password",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        email = normalise_email(options["email"] or self._read("ADMIN_EMAIL", "E-mail address: "))
        _check("The e-mail address", validate_email, email)
        user = user_with_address(email) or User(email=email)
        exists = user.pk is not None
        if exists and not options["update"]:
            raise CommandError(f"{email} has an account already; use --update to change it.")
        password = options["password"] or self._read("ADMIN_PASSWORD", "Password: ", hidden=True)
        _check("The password", validate_password, password, user)
        make_admin(user, password, options["full_name"])
        done = "updated" if exists else "made"
        self.stdout.write(f"Administrator {email} {done}.")

    def _read(self, variable: str, question: str, hidden: bool = False) -> str:
        """Return a value from the environment, or ask for it."""
        if value := os.environ.get(variable, ""):
            return value
        if not sys.stdin.isatty():
            raise CommandError(f"{variable} is not set, and there is no terminal to ask on.")
        return getpass.getpass(question) if hidden else input(question)


@transaction.atomic
def make_admin(user: User, password: str, full_name: str | None) -> None:
    """Save `user` as an administrator who can log in at once."""
    if user.is_blocked:
        user.unblock(by=None)
    user.is_active = user.is_staff = user.is_superuser = True
    user.full_name = full_name or user.full_name
    user.set_password(password)
    user.save()
    confirm_address(user)


def _check(what: str, validator: Any, *values: Any) -> None:
    """Turn what a validator refuses into one sentence."""
    try:
        validator(*values)
    except ValidationError as error:
        reasons = " ".join(str(message) for message in error.messages)
        raise CommandError(f"{what} is refused: {reasons}") from error
