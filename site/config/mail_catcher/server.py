"""The SMTP server that catches letters."""

import asyncio
import contextlib
import signal
from functools import partial

from aiosmtpd.smtp import SMTP, Envelope, Session

from config.mail_catcher.store import Store

HOST = "127.0.0.1"
LARGEST_LETTER = 32 * 1024 * 1024


class Catcher:
    """Takes every letter for delivered once it lies in the store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.store.add(envelope.original_content or b"", envelope.rcpt_tos)
        return "250 Caught"


def _stopped() -> asyncio.Event:
    """Return an event that SIGTERM or Ctrl-C sets."""
    event, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        # Windows has no such handlers; there the process is ended without them
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, event.set)
    return event


async def serve(port: int, store: Store) -> None:
    """Catch letters on 127.0.0.1:`port` until SIGTERM or Ctrl-C.

    Raises:
        OSError: the port is taken.
    """
    stopped = _stopped()
    session = partial(
        SMTP,
        Catcher(store),
        data_size_limit=LARGEST_LETTER,
        enable_SMTPUTF8=True,
        hostname="localhost",
    )
    server = await asyncio.get_running_loop().create_server(session, HOST, port)
    await stopped.wait()
    server.close()
