"""Connects our pages about users to Wagtail."""

from wagtail import hooks

from accounts.auditing import record_bulk_action
from accounts.cms import SwitchUsersBulkAction, editor_avatar

hooks.register("get_avatar_url", editor_avatar)
hooks.register("register_bulk_action", SwitchUsersBulkAction, order=1)
hooks.register("before_bulk_action", record_bulk_action)
