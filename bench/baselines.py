"""What Mailshot is measured against, each against the same sink in the same run."""

import shutil
import subprocess
import time
from pathlib import Path

from bench.installation import Installation
from bench.sink import VAR, postfix_command, unpack_postfix


def smtp_source(port: int, letters: int, *, kept: bool) -> float | None:
    """Return the rate of Postfix's own load generator, None without it.

    Its connections are `kept` for further letters, or closed after each.
    """
    if not unpack_postfix():
        return None
    options = f"-s 20 -l 3000 -f bench@example.org -t you@example.org -m {letters}".split()
    options += ["-d"] if kept else []
    begun = time.perf_counter()
    subprocess.run(postfix_command("smtp-source", *options, f"127.0.0.1:{port}"), check=True)
    return letters / (time.perf_counter() - begun)


def nodemailer(port: int, letters: int) -> float | None:
    """Return the rate of nodemailer's pool, None when it cannot be had."""
    if not (shutil.which("node") and _install_nodemailer()):
        return None
    program = Path(__file__).with_name("nodemailer.cjs")
    command = ["env", f"NODE_PATH={VAR / 'node_modules'}", "node", str(program)]
    done = subprocess.run(
        [*command, str(port), str(letters)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def _install_nodemailer() -> bool:
    if not (VAR / "node_modules/nodemailer").exists() and shutil.which("npm"):
        VAR.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-save", "nodemailer"]
        subprocess.run(command, cwd=VAR, capture_output=True, timeout=120, check=False)
    return (VAR / "node_modules/nodemailer").exists()


def loop(installation: Installation, name: str, port: int, letters: int) -> float:
    """Return the rate of one of the loops in bench/loops.py."""
    return float(installation.run("-m", "bench.loops", name, str(port), str(letters)))
