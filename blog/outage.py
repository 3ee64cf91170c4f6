"""Something that does not answer, and is not worth waiting for at every request."""

import logging
import time

logger = logging.getLogger("mailshot.outage")


class Outage:
    """Remembers that `what` does not answer: it is left alone for a while and logged once."""

    #: Seconds until what did not answer is asked again.
    PAUSE = 5.0

    def __init__(self, what: str) -> None:
        self.what = what
        self._known = False
        self._until = 0.0

    @property
    def is_on(self) -> bool:
        """Whether asking again is too early."""
        return time.monotonic() < self._until

    def begin(self, error: Exception) -> None:
        """Take note of a failure."""
        if not self._known:
            logger.warning("%s does not answer: %r", self.what, error)
        self._known = True
        self._until = time.monotonic() + self.PAUSE

    def end(self) -> None:
        """Take note of an answer."""
        if self._known:
            logger.info("%s answers again", self.what)
        self._known = False
        self._until = 0.0
