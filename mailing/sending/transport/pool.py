"""The sessions that a process keeps open between its slices of sending."""

import threading

from django.conf import settings

from mailing.sending.transport.session import Session


class Pool:
    """Idle sessions with one mail server."""

    def __init__(self) -> None:
        self._idle: list[Session] = []
        self._lock = threading.Lock()
        self._server: tuple[object, ...] = ()

    def take(self) -> Session | None:
        """Return a session that nobody else uses and that was in use a moment ago."""
        with self._lock:
            self._forget_other_servers()
            while self._idle:
                session = self._idle.pop()
                if session.is_trusted:
                    return session
                session.close()
        return None

    def put_back(self, session: Session) -> None:
        with self._lock:
            self._idle.append(session)

    def close(self) -> None:
        """Close what is open and not in use."""
        with self._lock:
            self._close_idle()

    def _close_idle(self) -> None:
        for session in self._idle:
            session.close()
        self._idle.clear()

    def _forget_other_servers(self) -> None:
        server = (settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_HOST_USER)
        if server != self._server:
            self._close_idle()
            self._server = server


pool = Pool()
