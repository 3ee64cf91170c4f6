"""One courier: carries one letter after another over one connection."""

import selectors
import ssl
import time
from collections import deque

from mailing.sending.transport import session as sessions
from mailing.sending.transport.conversation import NO_SMTPUTF8, Conversation, Left
from mailing.sending.transport.job import Ended, Job
from mailing.sending.transport.outcome import Outcome, Result, ServerTrouble, printable
from mailing.sending.transport.session import Session

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
CHUNK = 65_536
NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Courier:
    """A connection with the letters that are under way on it.

    Its owner gives it letters and sessions, tells it when the socket can be read or written, and
    takes what has `ended`. `deadline` (of `time.monotonic`) is when the step under way must be
    over. A courier that met trouble which a new session would not mend `is_gone`.
    """

    def __init__(self, selector: selectors.BaseSelector) -> None:
        self.session: Session | None = None
        self.letters: deque[Job] = deque()  # composed and not yet offered
        self.ended: list[Ended] = []
        self.deadline: float | None = None
        self.is_gone = False
        self._selector = selector
        self._interest = 0
        self._talk = Conversation(())

    @property
    def asking(self) -> Job | None:
        """The letter that waits for leave to be ended; all else of it is on its way."""
        return None if self._talk.outgoing else self._talk.asking

    @property
    def is_idle(self) -> bool:
        """Whether it has no letter at all."""
        talk = self._talk
        return not (self.letters or talk.offered or talk.asking or talk.dotted or self.is_gone)

    @property
    def wants_session(self) -> bool:
        return self.session is None and bool(self.letters)

    @property
    def is_in_motion(self) -> bool:
        """Whether something will come of waiting for the server."""
        return self._talk.is_waiting or bool(self._talk.outgoing)

    def begin(self, session: Session) -> None:
        """Work over `session` from now on."""
        self.session = session
        self._talk = Conversation(session.features)
        self._interest = READ
        self._selector.register(session.sock, READ, self)
        self.go_on()

    def go_on(self) -> None:
        """Offer the next letter, if nothing else is under way."""
        talk = self._talk
        if self.session and self.letters and not (talk.offered or talk.asking or talk.dotted):
            self._offer()
            self._flush()

    def answer(self, granted: bool) -> None:
        """End the letter that asks, and offer the next one with it; or take it back."""
        talk = self._talk
        if talk.asking is None:
            return
        if not granted:
            self.ended.append(Ended(talk.asking, Outcome(Result.DENIED)))
            self._close()  # the only way to take a letter back (RFC 5321 section 4.1.1.4)
            return
        talk.end_letter()
        if talk.pipelines and self.letters:
            self._offer()
        self._flush()

    def on_ready(self, events: int) -> None:
        """Read and write what can be read and written now."""
        if events & READ:
            self._read()
        if self.session is not None:
            self._flush()

    def fail(self, trouble: ServerTrouble) -> None:
        """Give up the session, or the attempt to begin one."""
        talk, session, outcome = self._talk, self.session, trouble.outcome
        self._note_ended()
        self._close()
        if talk.dotted:
            uncertain = Outcome(Result.UNCERTAIN, outcome.code, outcome.reply)
            self.ended.append(Ended(talk.dotted, uncertain if talk.has_dotted else outcome))
        job = talk.offered or talk.asking
        if session is None:
            job = self.letters.popleft()
        elif session.letters and job and not job.was_offered:
            job.was_offered = True  # a server may end a session that it has served long enough
            self.letters.appendleft(job)
            return
        if job:
            self.ended.append(Ended(job, outcome))
        served = session.letters if session else 0
        self.is_gone = bool(job) or (talk.dotted is not None and not served)

    def overdue(self) -> None:
        """Give up because the step under way took too long."""
        self.fail(ServerTrouble("The server took too long"))

    def give_session(self) -> Session | None:
        """Part with the session: return it when it is idle and can serve somebody else."""
        session = self.session if self.is_idle else None
        if session is not None:
            self._selector.unregister(session.sock)
            self.session = None
            session.used_at = time.monotonic()
        self._close()
        return session

    # --- within ----------------------------------------------------------------------------------

    def _offer(self) -> None:
        """Say the envelope of the next letter that this server can take."""
        while self.letters:
            job = self.letters.popleft()
            assert job.letter is not None  # noqa: S101 - composed by who gave it
            if self._talk.takes(job.letter):
                self._talk.offer(job, job.letter)
                return
            self.ended.append(Ended(job, NO_SMTPUTF8))

    def _read(self) -> None:
        sock = self.session.sock  # type: ignore[union-attr]
        try:
            received = sock.recv(CHUNK)
            while isinstance(sock, ssl.SSLSocket) and sock.pending():
                received += sock.recv(CHUNK)
        except NOT_NOW:
            return
        except OSError as error:
            self.fail(ServerTrouble(printable(str(error))))
            return
        if received:
            self._hear(received)
        else:
            self.fail(ServerTrouble("The server closed the connection"))

    def _hear(self, received: bytes) -> None:
        try:
            is_answer = self._talk.hear(received)
        except Left:
            self._leave()
            return
        except ServerTrouble as trouble:
            self.fail(trouble)
            return
        self._note_ended()
        if is_answer:
            self.deadline = None
            self.go_on()

    def _note_ended(self) -> None:
        ended = self._talk.ended
        if ended and self.session is not None:
            self.session.letters += len(ended)
            self.ended += ended
            self._talk.ended = []

    def _leave(self) -> None:
        """Give up a session of which the last letter ended otherwise than usual."""
        talk, session = self._talk, self.session
        served = session.letters if session else 0
        self._note_ended()
        self._close()
        if talk.offered:
            self.letters.appendleft(talk.offered)
        last = self.ended[-1].outcome.result
        self.is_gone = last is Result.UNCERTAIN and not served

    def _flush(self) -> None:
        """Send as much as the socket takes."""
        session, talk = self.session, self._talk
        if session is None:
            return
        try:
            while talk.outgoing:
                talk.sent(session.sock.send(talk.outgoing))
        except NOT_NOW:
            pass
        except OSError as error:
            self.fail(ServerTrouble(printable(str(error))))
            return
        self._wait()

    def _wait(self) -> None:
        """Say what is awaited from the socket, and until when."""
        interest = READ | (WRITE if self._talk.outgoing else 0)
        if interest != self._interest:
            self._interest = interest
            self._selector.modify(self.session.sock, interest, self)  # type: ignore[union-attr]
        if not self.is_in_motion:
            self.deadline = None
        elif self.deadline is None:
            self.deadline = time.monotonic() + sessions.STEP_SECONDS

    def _close(self) -> None:
        self.deadline = None
        if self.session is not None:
            self._selector.unregister(self.session.sock)
            self.session.close()
            self.session = None
        self._talk = Conversation(())
