"""Starts everything on this machine."""

import logging
import os

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from accounts.models import User
from config.local import ADDRESS, GRACE, Screen, reserved, run_processes, wanted_port
from config.translations import compile_catalogues
from home.demo.people import PASSWORD, PEOPLE
from home.demo.seed import seed

FIRST_MAIL_PORT = 1025


class Command(BaseCommand):
    """Runs the site, a worker and a mail catcher until Ctrl-C."""

    help = (
        "Prepares the database (with demo data on the first start) and runs the site, a worker "
        "and a mail catcher on this machine, until Ctrl-C. PORT chooses the port (8000)."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--no-reload",
            action="store_true",
            help="do not start the site anew when one of its files is changed",
        )

    def handle(self, *, no_reload: bool, **options: object) -> None:
        if not settings.DEBUG:
            raise CommandError("This is for work on one's own machine. Set DEBUG=1 and try again.")
        try:
            self.port()
            self.prepare()
            stopped = self.run(self.port(), ["--noreload"] if no_reload else [])
        except KeyboardInterrupt:
            stopped = True
        if not stopped:
            raise CommandError("One of the processes ended by itself; see its last lines above.")

    def port(self) -> int:
        """Return the port to use if it is free now; somebody may take it during preparations."""
        try:
            return wanted_port(os.environ.get("PORT", "8000"), "make run PORT={}".format)
        except ValueError as error:
            raise CommandError(str(error)) from error

    def prepare(self) -> None:
        """Bring translations and database up to date; put the demo into an empty one."""
        self.stdout.write("Preparing the database …")
        for directory in settings.LOCALE_PATHS:
            compile_catalogues(directory)
        call_command("migrate", verbosity=0)
        if not User.objects.exists():  # only once: a demo that was deleted stays deleted
            self.stdout.write("Making the demo …")
            logging.disable(logging.WARNING)  # nobody wants to read that each page was made
            seed()
            logging.disable(logging.NOTSET)

    def run(self, port: int, server_options: list[str]) -> bool:
        """Run the processes; return whether they were stopped."""
        site = f"http://localhost:{port}"
        os.environ.update({"DEBUG": "1", "DJANGO_RUNSERVER_HIDE_WARNING": "true"})
        os.environ.setdefault("SITE_URL", site)
        commands = {
            "web": ["manage.py", "runserver", f"{ADDRESS}:{port}", *server_options],
            "worker": ["manage.py", "worker", "--grace", str(GRACE)],
        }
        if "EMAIL_URL" not in os.environ:
            reservation = reserved(FIRST_MAIL_PORT)
            mail_port = reservation.getsockname()[1]
            if os.name == "nt":
                reservation.close()  # there nobody can listen on it before
            os.environ["EMAIL_URL"] = f"smtp://{ADDRESS}:{mail_port}"
            directory = str(settings.CAUGHT_MAIL_DIR)
            commands["mail"] = ["-m", "config.mail_catcher", str(mail_port), directory]
        screen = Screen(f"http://{ADDRESS}:{port}/healthz", notice(site, "mail" in commands))
        connections.close_all()
        return run_processes(commands, screen, settings.BASE_DIR)


def demo_logins() -> list[str]:
    """Return a line for each user of the demo that is left."""
    left = set(User.objects.values_list("email", flat=True))
    return [f"  {person.email:<24} {person.role}" for person in PEOPLE if person.email in left]


def notice(site: str, catches_mail: bool) -> str:
    """Return what a newcomer wants to know."""
    lines = ["", f"Mailshot is running at {site}/"]
    if catches_mail:
        lines.append(f"Every letter it sends is caught: read it at {site}/mail/")
    if logins := demo_logins():
        lines += [f"Log in at {site}/accounts/login/ with the password {PASSWORD} as", *logins]
    return "\n".join([*lines, "Ctrl-C stops everything.", ""])
