"""Handing a letter to one of Django's mail backends, and what its answer proves."""

import smtplib
from email import message_from_bytes, policy
from email.message import EmailMessage as Parsed

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from mailing.sending.transport.outcome import (
    Letter,
    Outcome,
    Result,
    ServerTrouble,
    classify,
    printable,
)

#: Headers that a message has as attributes of its own.
OWN = {"from", "to", "subject", "reply-to", "mime-version", "content-type"}
#: Answers of e-mail services over HTTP that tell of the account or the load, not of the letter.
OF_THE_ACCOUNT = {401, 402, 403, 404, 408, 425, 429}

#: What django-anymail calls a letter that goes nowhere.
REFUSED = {"invalid", "rejected", "failed"}


def as_message(letter: Letter) -> EmailMultiAlternatives:
    """Return a letter as Django's mail backends want it."""
    parsed: Parsed = message_from_bytes(letter.content + letter.tail, policy=policy.SMTPUTF8)
    message = EmailMultiAlternatives(
        subject=str(parsed["Subject"]),
        body=_part(parsed, "plain"),
        from_email=str(parsed["From"]),
        to=[str(parsed["To"])],
        reply_to=[str(parsed["Reply-To"])] if parsed["Reply-To"] else [],
        headers={name: str(text) for name, text in parsed.items() if name.lower() not in OWN},
    )
    message.attach_alternative(_part(parsed, "html"), "text/html")
    for part in parsed.iter_attachments():
        content = part.get_payload(decode=True)
        message.attach(part.get_filename(), content, part.get_content_type())
    return message


def _part(parsed: Parsed, kind: str) -> str:
    body = parsed.get_body((kind,))
    return str(body.get_content()) if body is not None else ""


def deliver(backend: BaseEmailBackend, letter: Letter) -> Outcome:
    """Have `backend` send a letter; return what is proven of it.

    A letter that the backend says it sent was accepted. Where it raises an error that does not
    prove the contrary, the letter is uncertain.
    """
    message = as_message(letter)
    try:
        sent = backend.send_messages([message])
    except Exception as error:
        return _refusal(message, error) or _meaning(error)
    if sent:
        return Outcome(Result.ACCEPTED)
    return Outcome(Result.PERMANENT, None, "The mail backend did not take the letter.")


def _refusal(message: EmailMultiAlternatives, error: Exception) -> Outcome | None:
    """Return what django-anymail says of a letter that its service refused to take on."""
    status = getattr(getattr(message, "anymail_status", None), "status", None)
    if status and status <= REFUSED:
        return Outcome(Result.PERMANENT, None, printable(str(error)))
    return None


def _meaning(error: Exception) -> Outcome:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        ((code, text),) = list(error.recipients.values())[:1]
        return classify(code, text, Result.UNCERTAIN)
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error)
    reply = printable(str(error) or type(error).__name__)
    if isinstance(error, ConnectionRefusedError):
        return ServerTrouble(reply).outcome
    return _of_service(getattr(error, "status_code", None), reply)


def _answer(error: smtplib.SMTPResponseException) -> Outcome:
    """Return what an answer means with which smtplib gave up."""
    text = error.smtp_error
    reply = text if isinstance(text, bytes) else text.encode()
    if isinstance(error, smtplib.SMTPDataError | smtplib.SMTPSenderRefused):
        return classify(error.smtp_code, reply, Result.UNCERTAIN)
    return ServerTrouble(printable(reply), error.smtp_code).outcome


def _of_service(status: object, reply: str) -> Outcome:
    """Return what the HTTP status means with which an e-mail service refuses (RFC 9110, 15.5)."""
    if not isinstance(status, int) or not 400 <= status < 500:
        return Outcome(Result.UNCERTAIN, None, reply)
    result = Result.TROUBLE if status in OF_THE_ACCOUNT else Result.PERMANENT
    return Outcome(result, status, reply)
