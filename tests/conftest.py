"""Fixtures of tests that start real processes."""

from tests.installation import _installed, installation

__all__ = ["_installed", "installation"]
