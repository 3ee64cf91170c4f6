"""The simple ways to send many letters: a bare smtplib loop, and Django's send_mail with rows."""

import smtplib
import sys
import time
from collections.abc import Callable

import django

FROM = "bench@example.org"


def letter(size: int = 3000) -> str:
    """Return the text of a letter of about `size` bytes."""
    line = "All work and no play makes Jack a dull boy; so say the letters.\r\n"
    return line * (size // len(line))


def smtplib_loop(port: int, letters: int) -> None:
    """Send over one kept connection, one letter after another."""
    text = f"From: {FROM}\r\nTo: you@example.org\r\nSubject: News\r\n\r\n{letter()}".encode()
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for number in range(letters):
            smtp.sendmail(FROM, f"reader{number}@example.org", text)


def send_mail_loop(port: int, letters: int) -> None:
    """Send with Django, and keep a row for each recipient."""
    django.setup()
    from django.conf import settings
    from django.core.mail import send_mail

    from mailing.models import Recipient

    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    for recipient in Recipient.objects.order_by("pk")[:letters]:
        send_mail("News", letter(), FROM, [recipient.email])
        Recipient.objects.filter(pk=recipient.pk).update(comment="sent")


LOOPS: dict[str, Callable[[int, int], None]] = {
    "smtplib": smtplib_loop,
    "send_mail": send_mail_loop,
}

if __name__ == "__main__":
    begun = time.perf_counter()
    LOOPS[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3]))
    print(f"{int(sys.argv[3]) / (time.perf_counter() - begun):.0f}")
