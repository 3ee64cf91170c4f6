"""Connects our pages about users to Wagtail."""

from wagtail import hooks

from accounts.cms import SwitchUsersBulkAction, editor_avatar

hooks.register("get_avatar_url", editor_avatar)
hooks.register("register_bulk_action", SwitchUsersBulkAction, order=1)
