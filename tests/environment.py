"""The environment that tests run in, set before the settings are read."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-and-long-enough-to-please-the-deployment-checks")
os.environ["DEBUG"] = "0"
os.environ.setdefault("SITE_URL", "http://testserver")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
os.environ["STATIC_HASHED"] = "0"
