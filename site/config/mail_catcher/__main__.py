"""Catches letters without loading the site: `python -m config.mail_catcher PORT DIRECTORY`."""

import asyncio
import sys
from pathlib import Path

from config.mail_catcher.server import serve
from config.mail_catcher.store import Store

if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Store(Path(sys.argv[2]))))
