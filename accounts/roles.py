"""The roles: who is what, and the names of the groups that make it so."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

MANAGERS = gettext_noop("Managers")
CONTENT_MANAGERS = gettext_noop("Content managers")

OWNER = "owner"
MANAGER = "manager"
CONTENT_MANAGER = "content_manager"
ADMINISTRATOR = "administrator"

#: The group that makes somebody this.
GROUPS = {MANAGER: MANAGERS, CONTENT_MANAGER: CONTENT_MANAGERS}
ROLES = {
    OWNER: _("Owners"),
    MANAGER: _("Managers"),
    CONTENT_MANAGER: _("Content managers"),
    ADMINISTRATOR: _("Administrators"),
}
