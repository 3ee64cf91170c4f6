"""The names of the groups, and what each may do."""

from django.utils.translation import gettext_noop

MANAGERS = gettext_noop("Managers")
CONTENT_MANAGERS = gettext_noop("Content managers")
