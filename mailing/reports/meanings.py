"""What the answers of mail servers mean, and what can be done: RFC 3463 and RFC 5321.

Texts are by the meaning of the code, in words for people who have never read either.
"""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mailing.models import Delivery
from mailing.models.delivery import State

Reason = Delivery.Reason


class Meaning(NamedTuple):
    """What an answer means, and what to do about it."""

    title: str | Promise
    advice: str | Promise


#: By subject and detail of an enhanced status code (RFC 3463 section 3), whatever its class.
STATUS_CODES: dict[str, Meaning] = {
    "1.1": Meaning(
        _("There is no such mailbox"),
        _("The address is misspelt or was given up. Remove it, or ask for the right one."),
    ),
    "1.2": Meaning(
        _("The part after the @ does not exist"),
        _("The domain is misspelt or has gone. Correct the address or remove it."),
    ),
    "1.3": Meaning(_("The address is written wrongly"), _("Correct the address or remove it.")),
    "1.6": Meaning(
        _("The mailbox has moved"), _("Ask the recipient for the new address and change it.")
    ),
    "1.8": Meaning(
        _("The sender's address was refused"),
        _("The server does not find the sender's domain. Tell the administrator of this site."),
    ),
    "1.10": Meaning(
        _("This domain takes no mail"),
        _("Its owner has declared that it has no mailboxes. Remove the address."),
    ),
    "2.0": Meaning(
        _("Something is wrong with the mailbox"),
        _("Send once more later; remove the address if it fails again."),
    ),
    "2.1": Meaning(
        _("The mailbox is switched off"),
        _("It takes no mail, perhaps because nobody uses it any more. Remove the address."),
    ),
    "2.2": Meaning(
        _("The mailbox is full"),
        _("Nobody has tidied it up for a while. Send again later; remove it if it stays full."),
    ),
    "2.3": Meaning(
        _("The letter is too large for this mailbox"),
        _("Make pictures and attachments smaller, or link to them."),
    ),
    "3.0": Meaning(
        _("The receiving server is out of order"), _("Send again later to those who got nothing.")
    ),
    "3.2": Meaning(
        _("The receiving server takes no mail at the moment"),
        _("Send again later to those who got nothing."),
    ),
    "3.4": Meaning(
        _("The letter is too large for the receiving server"),
        _("Make pictures and attachments smaller, or link to them."),
    ),
    "4.1": Meaning(
        _("The receiving server does not answer"), _("Send again later to those who got nothing.")
    ),
    "4.2": Meaning(
        _("The connection to the receiving server broke"),
        _("Send again later to those who got nothing."),
    ),
    "4.4": Meaning(
        _("The domain has no server for mail"),
        _("The domain is misspelt or has gone. Correct the address or remove it."),
    ),
    "4.6": Meaning(
        _("The letter goes round in circles"),
        _("The recipient's forwarding is set up wrongly. Write to them another way."),
    ),
    "4.7": Meaning(
        _("The receiving server could not be reached in time"),
        _("Send again later to those who got nothing."),
    ),
    "5.0": Meaning(
        _("The servers did not understand each other"),
        _("If it happens often, tell the administrator of this site."),
    ),
    "5.3": Meaning(
        _("Too many recipients at once"), _("Send more slowly: lower the limits of sending.")
    ),
    "6.0": Meaning(
        _("The form of the letter was refused"),
        _("Look at the message: unusual attachments or broken HTML may be the cause."),
    ),
    "7.0": Meaning(
        _("The letter was refused by a rule of the receiving server"),
        _("Read the answer of the server; it often holds a link that explains the rule."),
    ),
    "7.1": Meaning(
        _("The receiving server does not let this sender in"),
        _(
            "The letter was taken for spam, or the sender's server has a bad name. Write only to"
            " people who asked for it, and tell the administrator of this site."
        ),
    ),
    "7.23": Meaning(
        _("The sender could not be proven (SPF)"),
        _("The administrator of this site has to correct the SPF record of the sender's domain."),
    ),
    "7.20": Meaning(
        _("The signature of the letter is missing (DKIM)"),
        _("The administrator of this site has to set up DKIM for the sender's domain."),
    ),
    "7.25": Meaning(
        _("The sender's server has no name of its own"),
        _("The administrator of this site has to set up reverse DNS for the mail server."),
    ),
    "7.26": Meaning(
        _("The sender could not be proven (SPF, DKIM)"),
        _("The administrator of this site has to set up SPF and DKIM for the sender's domain."),
    ),
    "7.28": Meaning(
        _("Too many letters in too short a time"),
        _("Send more slowly: lower the limits of sending."),
    ),
}

#: By reply code (RFC 5321 section 4.2.3).
SMTP_CODES: dict[int, Meaning] = {
    421: Meaning(
        _("The receiving server closed the door for a while"),
        _("It is overloaded or being repaired. Send again later to those who got nothing."),
    ),
    450: Meaning(
        _("The mailbox could not be reached for too long"),
        _("Send again later to those who got nothing."),
    ),
    451: Meaning(
        _("The receiving server had trouble of its own for too long"),
        _("Send again later to those who got nothing."),
    ),
    452: Meaning(
        _("There was no room for the letter for too long"),
        _("The mailbox or the server is full. Send again later."),
    ),
    550: Meaning(
        _("The mailbox does not take the letter"),
        _("Mostly there is no such mailbox: check the address, or remove it."),
    ),
    551: Meaning(_("The recipient is somewhere else"), _("Ask the recipient for the new address.")),
    552: Meaning(
        _("The mailbox is full or the letter too large"),
        _("Make pictures and attachments smaller, and send again later."),
    ),
    553: Meaning(_("The address is not allowed"), _("Correct the address or remove it.")),
    554: Meaning(
        _("The receiving server refused the letter"),
        _("Read the answer of the server; often the letter was taken for spam."),
    ),
}

#: By the first digit of either code (RFC 3463 section 2, RFC 5321 section 4.2.1).
CLASSES: dict[str, Meaning] = {
    "4": Meaning(
        _("Refused for the time being, until there was no time left"),
        _("Send again later to those who got nothing."),
    ),
    "5": Meaning(
        _("Refused for good"),
        _("Read the answer of the server. Remove the address if it is refused every time."),
    ),
}

#: By what we noted ourselves where no server said anything.
REASONS: dict[str, Meaning] = {
    Reason.UNSUBSCRIBED: Meaning(
        Reason.UNSUBSCRIBED.label, _("Nothing: this is how it should be.")
    ),
    Reason.SUPPRESSED: Meaning(
        Reason.SUPPRESSED.label, _("Nothing: letters to these addresses would harm your good name.")
    ),
    Reason.INACTIVE: Meaning(
        Reason.INACTIVE.label, _("Nothing: earlier letters to them bounced or were complained of.")
    ),
    Reason.DELETED: Meaning(
        Reason.DELETED.label, _("Nothing: they were deleted before it was their turn.")
    ),
    Reason.STOPPED: Meaning(
        Reason.STOPPED.label, _("Copy the mailing, or send it to those who did not get it.")
    ),
    Reason.DISABLED: Meaning(
        Reason.DISABLED.label, _("Read the manager's reason on the page of the mailing.")
    ),
    Reason.OWNER_BLOCKED: Meaning(
        Reason.OWNER_BLOCKED.label, _("The mailing can be sent once the owner is let in again.")
    ),
    Reason.ENDED: Meaning(
        Reason.ENDED.label, _("Choose a later end, or send to fewer recipients at a time.")
    ),
    Reason.GAVE_UP: Meaning(Reason.GAVE_UP.label, _("Send again later to those who got nothing.")),
    Reason.NOT_COMPOSED: Meaning(
        Reason.NOT_COMPOSED.label, _("Look at the preview of the message as one of them sees it.")
    ),
    Reason.NO_ANSWER: Meaning(
        Reason.NO_ANSWER.label,
        _("It may have arrived or not. Decide on the page of the run: sent, or send again."),
    ),
    Reason.SENDER_DIED: Meaning(
        Reason.SENDER_DIED.label,
        _("It may have arrived or not. Decide on the page of the run: sent, or send again."),
    ),
}
UNKNOWN = {
    State.FAILED: Meaning(_("Not delivered, and no reason was kept"), ""),
    State.SKIPPED: Meaning(_("Skipped, and no reason was kept"), ""),
    State.UNCERTAIN: Meaning(_("Uncertain, and no reason was kept"), ""),
}


def meaning_of(state: str, reason: str, smtp_code: int, status_code: str) -> Meaning:
    """Return what it means that letters ended in this way, from the most to the least precise."""
    if state == State.FAILED and (smtp_code or status_code):
        detail = STATUS_CODES.get(status_code[2:])
        known = detail or SMTP_CODES.get(smtp_code)
        if found := known or CLASSES.get((status_code or str(smtp_code))[0]):
            return found
    return REASONS.get(reason) or UNKNOWN.get(State(state), UNKNOWN[State.FAILED])
