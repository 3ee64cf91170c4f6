"""What a recipient's attributes may be called and hold."""

import re

KEY = re.compile(r"[a-z][a-z0-9_]*")
MAX_KEYS = 50
MAX_KEY_LENGTH = 50
MAX_VALUE_LENGTH = 500
