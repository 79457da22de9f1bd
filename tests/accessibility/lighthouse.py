"""Lighthouse on a page, where Node.js is there: installed from npm into .cache, told to use Debian's Chromium."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

_VERSION = "12.8.2"
_HOME = Path(".cache/lighthouse").resolve()
CATEGORIES = ("performance", "accessibility", "best-practices")


class LighthouseMissing(Exception):
    """It cannot be installed here; says why."""


class LighthouseFailed(Exception):
    """It could not measure a page, twice; says why."""


def install() -> Path:
    """Install Lighthouse, unless it is there, and return its command.

    Raises:
        LighthouseMissing: when there is no npm, or it cannot fetch the package.

    """
    command = _HOME / "node_modules/.bin/lighthouse"
    if command.exists():
        return command
    npm = shutil.which("npm")
    if npm is None:
        raise LighthouseMissing("npm is not installed")
    _HOME.mkdir(parents=True, exist_ok=True)
    (_HOME / "package.json").write_text('{"private": true}', encoding="utf-8")
    done = subprocess.run(
        [npm, "install", "--no-audit", "--no-fund", f"lighthouse@{_VERSION}"],
        cwd=_HOME,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise LighthouseMissing(done.stderr.strip().splitlines()[-1])
    return command


def scores(command: Path, url: str, chromium: str, cookie: str = "") -> dict[str, int]:
    """Return Lighthouse's scores of a page, 0 to 100, as a telephone on a slow network sees it.

    Args:
        command: what ``install`` returned.
        url: the page.
        chromium: the browser.
        cookie: the Cookie header of a session, for pages behind the sign-in.

    Raises:
        LighthouseFailed: when it cannot measure the page, not at a second try either.

    """
    return _scores(command, url, chromium, cookie) or _scores(command, url, chromium, cookie, is_last=True)


def _scores(command: Path, url: str, chromium: str, cookie: str, *, is_last: bool = False) -> dict[str, int]:
    """Return the scores; nothing when it fails for the first time, as it does when the machine is busy."""
    with tempfile.TemporaryDirectory() as directory:
        report = Path(directory) / "report.json"
        extra = [f"--extra-headers={json.dumps({'Cookie': cookie})}"] if cookie else []
        done = subprocess.run(
            [
                str(command),
                url,
                "--quiet",
                "--output=json",
                f"--output-path={report}",
                f"--only-categories={','.join(CATEGORIES)}",
                "--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-background-networking",
                *extra,
            ],
            env=os.environ | {"CHROME_PATH": chromium},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            if is_last:
                raise LighthouseFailed(done.stderr.strip().splitlines()[-1:])
            return {}
        found = json.loads(report.read_text(encoding="utf-8"))["categories"]
    return {name: round(100 * (found[name]["score"] or 0)) for name in CATEGORIES}
