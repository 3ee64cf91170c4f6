"""Chooses exact versions of all dependencies and writes them down with hashes (make lock)."""

import subprocess
import sys
from pathlib import Path

from tests.shared import ROOT

COMPILE = [
    *("uv", "pip", "compile", "--quiet", "--upgrade", "--universal", "--python-version", "3.11"),
    *("--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate"),
]


def compile_lock(output: str, *options: str) -> None:
    """Write one lock file; no address of an index gets into it."""
    uv = str(Path(sys.executable).parent / COMPILE[0])
    command = [uv, *COMPILE[1:], "pyproject.toml", *options, "--output-file", output]
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    compile_lock("requirements.lock")
    compile_lock("requirements-dev.lock", "--extra", "dev", "--constraint", "requirements.lock")
