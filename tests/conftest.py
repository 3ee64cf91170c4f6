"""Fixtures of tests that start real processes."""

from tests.browser import browser
from tests.installation import _installed, installation
from tests.local_site import local

__all__ = ["_installed", "browser", "installation", "local"]
