"""Handing letters to the mail server, over connections that are kept open."""

from mailing.sending.transport.outcome import Letter, Outcome, Result

__all__ = ["Letter", "Outcome", "Result"]
