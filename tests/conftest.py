"""Fixtures of tests that start real processes."""

from tests.browser import browser
from tests.faults.scene import _private, private_scene, scene
from tests.installation import _installed, installation
from tests.local_site import _first_start, local

__all__ = [
    "_first_start",
    "_installed",
    "_private",
    "browser",
    "installation",
    "local",
    "private_scene",
    "scene",
]
