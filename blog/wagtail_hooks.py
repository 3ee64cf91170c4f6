"""Connects the blog to the Wagtail admin."""

from wagtail import hooks

from blog.panels import add_panels

hooks.register("construct_homepage_panels", add_panels)
