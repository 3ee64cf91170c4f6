"""Who may do what at which address. A new address has to be entered here, or the test fails."""

from typing import Any, NamedTuple

ROLES = ("anonymous", "owner", "other", "manager", "editor", "admin", "blocked")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

#: What somebody gets. `page` is anything but a refusal, `login` is being led there, `any` is
#: anything but a fault of ours. 403 is said at the door; `refused` is 403, too, but of the act.
PAGE, LOGIN, ANY, REFUSED = "page", "login", "any", "refused"


class Kind(NamedTuple):
    """What each role gets where a method is taken. What belongs to an owner is "owner"'s;
    "other" is another owner, "editor" a content manager, "admin" an administrator."""

    anonymous: str
    owner: str
    other: str
    manager: str
    editor: str
    admin: str
    blocked: str


KINDS = {
    #                    anonymous owner   other   manager editor  admin   blocked
    "for everybody": Kind(ANY, ANY, ANY, ANY, ANY, ANY, ANY),
    "for whoever is in": Kind(LOGIN, PAGE, PAGE, PAGE, PAGE, PAGE, LOGIN),
    "of the entrance": Kind(LOGIN, ANY, ANY, ANY, ANY, ANY, LOGIN),
    # an owner's pages without an object; administrators may be owners too
    "for owners": Kind(LOGIN, PAGE, PAGE, "403", "403", PAGE, LOGIN),
    # what belongs to one owner and nobody else looks at
    "owner's own": Kind(LOGIN, PAGE, "404", "403", "403", "404", LOGIN),
    # a notice: its reader alone knows that there is one
    "reader's own": Kind(LOGIN, PAGE, "404", "404", "404", "404", LOGIN),
    # lists that show owners their own and managers everything
    "for the dashboard": Kind(LOGIN, PAGE, PAGE, PAGE, "403", PAGE, LOGIN),
    "home": Kind(LOGIN, PAGE, PAGE, PAGE, PAGE, PAGE, LOGIN),
    # one of these
    "overseen": Kind(LOGIN, PAGE, "404", PAGE, "403", PAGE, LOGIN),
    # what owners do with what managers may look at
    "owner's act": Kind(LOGIN, PAGE, "404", REFUSED, "403", REFUSED, LOGIN),
    # what managers do to it; its owner learns that it cannot be done, others nothing
    "manager's act": Kind(LOGIN, REFUSED, "404", PAGE, "403", PAGE, LOGIN),
    "for managers": Kind(LOGIN, "403", "403", PAGE, "403", PAGE, LOGIN),
    "for administrators": Kind(LOGIN, "403", "403", "403", "403", PAGE, LOGIN),
}


class Row(NamedTuple):
    """An address: what it is, the methods it takes, and the arguments in it.

    Arguments that are names of THINGS become the key of the owner's thing.
    """

    kind: str
    methods: str = "read"
    arguments: tuple[Any, ...] = ()


#: Methods that a page takes. Forms also take PUT, as Django's generic views do.
READ, WRITE = {"GET", "HEAD", "OPTIONS"}, {"POST", "PUT"}
TAKEN: dict[str, set[str]] = {
    "read": READ,
    "function": {*METHODS},
    "form": READ | WRITE,
    "delete": READ | {"POST", "DELETE"},
    "ask": READ | {"POST"},
    "post": {"POST"},
    "act": {"POST", "OPTIONS"},
    "get": {"GET"},
}

ADDRESSES: dict[str, Row] = {
    # the dashboard
    "mailing:home": Row("home", "function"),
    "mailing:recipients": Row("for owners"),
    "mailing:recipient_create": Row("for owners", "form"),
    "mailing:recipients_import": Row("for owners", "form"),
    "mailing:recipients_bulk": Row("for owners", "post"),
    "mailing:recipients_change": Row("owner's own", "get", ("change",)),
    "mailing:imports": Row("for owners"),
    "mailing:import_detail": Row("owner's own", "read", ("import",)),
    "mailing:import_columns": Row("owner's own", "form", ("import",)),
    "mailing:import_start": Row("owner's own", "post", ("import",)),
    "mailing:import_cancel": Row("owner's own", "ask", ("import",)),
    "mailing:import_undo": Row("owner's own", "ask", ("import",)),
    "mailing:import_rows": Row("owner's own", "read", ("import", "wrong")),
    "mailing:recipient_data": Row("owner's own", "get", ("recipient",)),
    "mailing:recipient_detail": Row("owner's own", "read", ("recipient",)),
    "mailing:recipient_edit": Row("owner's own", "form", ("recipient",)),
    "mailing:recipient_delete": Row("owner's own", "delete", ("recipient",)),
    "mailing:lists": Row("for owners"),
    "mailing:list_create": Row("for owners", "form"),
    "mailing:list_detail": Row("owner's own", "read", ("list",)),
    "mailing:list_size": Row("owner's own", "get", ("list",)),
    "mailing:list_edit": Row("owner's own", "form", ("list",)),
    "mailing:list_delete": Row("owner's own", "delete", ("list",)),
    "mailing:list_bulk": Row("owner's own", "post", ("list",)),
    "mailing:list_remove": Row("owner's own", "post", ("list", "member")),
    "mailing:segments": Row("for owners"),
    "mailing:segment_create": Row("for owners", "form"),
    "mailing:segments_count": Row("for owners", "post"),
    "mailing:segment_detail": Row("owner's own", "read", ("segment",)),
    "mailing:segment_edit": Row("owner's own", "form", ("segment",)),
    "mailing:segment_delete": Row("owner's own", "delete", ("segment",)),
    "mailing:segment_matches": Row("owner's own", "get", ("segment",)),
    "mailing:messages": Row("for owners"),
    "mailing:message_create": Row("for owners", "form"),
    "mailing:message_detail": Row("owner's own", "read", ("message",)),
    "mailing:message_edit": Row("owner's own", "form", ("message",)),
    "mailing:message_delete": Row("owner's own", "delete", ("message",)),
    "mailing:message_preview": Row("owner's own", "read", ("message",)),
    "mailing:message_begin": Row("for owners"),
    "mailing:message_layout": Row("for owners", "read", ("plain",)),
    "mailing:message_articles": Row("for owners"),
    "mailing:message_from_article": Row("for owners", "ask", ("article",)),
    "mailing:message_article_preview": Row("for owners", "read", ("article",)),
    "mailing:message_draft": Row("for owners", "act"),
    "mailing:message_draft_letter": Row("owner's own", "read", ("newletter",)),
    "mailing:message_recipients": Row("for owners"),
    "mailing:message_test": Row("owner's own", "act", ("message",)),
    "mailing:trial_letter": Row("owner's own", "read", ("trial",)),
    "mailing:message_attach": Row("owner's own", "act", ("message",)),
    "mailing:message_attachment": Row("owner's own", "read", ("message", "attachment")),
    "mailing:message_detach": Row("owner's own", "act", ("message", "attachment")),
    "mailing:message_versions": Row("owner's own", "read", ("message",)),
    "mailing:message_version": Row("owner's own", "ask", ("message", "version")),
    "mailing:message_version_preview": Row("owner's own", "read", ("message", "version")),
    "mailing:pictures": Row("for owners", "ask"),
    "mailing:picture_delete": Row("owner's own", "delete", ("picture",)),
    "mailing:mailings": Row("for the dashboard"),
    "mailing:mailing_create": Row("for owners", "form"),
    "mailing:mailing_detail": Row("overseen", "read", ("mailing",)),
    "mailing:mailing_edit": Row("owner's own", "form", ("mailing",)),
    "mailing:mailing_recipients": Row("owner's own", "form", ("mailing",)),
    "mailing:mailing_time": Row("owner's own", "form", ("mailing",)),
    "mailing:mailing_review": Row("owner's own", "read", ("mailing",)),
    "mailing:mailing_find": Row("for owners"),
    "mailing:mailing_calendar": Row("for the dashboard"),
    "mailing:mailing_plan": Row("overseen", "read", ("mailing",)),
    "mailing:mailing_delete": Row("owner's own", "delete", ("mailing",)),
    "mailing:mailing_action pause": Row("owner's act", "ask", ("mailing", "pause")),
    "mailing:mailing_action disable": Row("manager's act", "ask", ("mailing", "disable")),
    "mailing:attempt_detail": Row("overseen", "read", ("attempt",)),
    "mailing:attempt_progress": Row("overseen", "read", ("attempt",)),
    "mailing:attempt_why": Row("overseen", "read", ("attempt",)),
    "mailing:attempt_export": Row("owner's own", "read", ("attempt",)),
    "mailing:attempt_action": Row("owner's own", "ask", ("attempt", "mark")),
    "mailing:reports": Row("for the dashboard"),
    "mailing:report_download": Row("for the dashboard", "read", ("all",)),
    "mailing:suppressions": Row("for owners"),
    "mailing:suppression_create": Row("for owners", "form"),
    "mailing:suppression_delete": Row("owner's own", "delete", ("suppression",)),
    "accounts:users": Row("for managers"),
    "accounts:user_detail": Row("for managers", "read", ("user",)),
    "accounts:user_block": Row("for managers", "form", ("user",)),
    "accounts:user_unblock": Row("for managers", "form", ("user",)),
    "accounts:audit": Row("for administrators"),
    "accounts:audit_csv": Row("for administrators"),
    "accounts:notice_dismiss": Row("reader's own", "post", ("notice",)),
    "accounts:profile": Row("for whoever is in", "form"),
    "accounts:language": Row("for everybody", "post"),
    # the public site
    "healthz": Row("for everybody", "function"),
    "readyz": Row("for everybody", "function"),
    "/favicon.ico": Row("for everybody", "function"),
    "robots": Row("for everybody"),
    "sitemap": Row("for everybody", "function"),
    "manifest": Row("for everybody"),
    "media": Row("for everybody", "function", ("picture.webp",)),
    "wagtail_serve": Row("for everybody", "function", ("",)),
    "wagtaildocs_serve": Row("for everybody", "function", (1, "file.pdf")),
    "wagtaildocs_authenticate_with_password": Row("for everybody", "function", (1,)),
    "wagtailcore_authenticate_with_password": Row("for everybody", "function", (1, 1)),
    "letters:unsubscribe": Row("for everybody", "function", ("no-such-token",)),
    "letters:test": Row("for everybody", "function"),
    "letters:view": Row("for everybody", "function", ("no-such-token",)),
    "letters:subscribe": Row("for everybody", "function", ("no-such-token",)),
    "letters:confirm": Row("for everybody", "function", ("no-such-token",)),
    "letters:preferences": Row("for everybody", "function", ("no-such-token",)),
    # the entrance
    "/_util/login/": Row("for everybody", "function"),
    "wagtailcore_login": Row("for everybody", "function"),
    "/accounts/confirm-email/no-such-key/": Row("for everybody", "form"),
    "/accounts/inactive/": Row("for everybody"),
    "account_login": Row("for everybody", "function"),
    "account_logout": Row("for everybody", "function"),
    "account_inactive": Row("for everybody", "function"),
    "account_signup": Row("for everybody", "function"),
    "account_email_verification_sent": Row("for everybody", "function"),
    "account_confirm_email": Row("for everybody", "function", ("no-such-key",)),
    "account_reset_password": Row("for everybody", "function"),
    "account_reset_password_done": Row("for everybody", "function"),
    "account_reset_password_from_key": Row("for everybody", "function", ("1", "no-such-key")),
    "account_reset_password_from_key_done": Row("for everybody", "function"),
    "account_confirm_login_code": Row("for everybody", "function"),
    "mfa_authenticate": Row("for everybody", "function"),
    "account_reauthenticate": Row("of the entrance", "function"),
    "account_email": Row("of the entrance", "function"),
    "account_change_password": Row("of the entrance", "function"),
    "account_set_password": Row("of the entrance", "function"),
    "mfa_index": Row("of the entrance", "function"),
    "mfa_reauthenticate": Row("of the entrance", "function"),
    "mfa_activate_totp": Row("of the entrance", "function"),
    "mfa_deactivate_totp": Row("of the entrance", "function"),
    "mfa_view_recovery_codes": Row("of the entrance", "function"),
    "mfa_generate_recovery_codes": Row("of the entrance", "function"),
    "mfa_download_recovery_codes": Row("of the entrance", "function"),
}
