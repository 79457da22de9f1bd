"""Static files for production: one style sheet and one script out of many, hashed and compressed."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

BUNDLES = ("ui/css/portal.css", "ui/js/portal.js")
_CSS_IMPORT = re.compile(r'^@import "(?P<name>[^"]+)";$', re.MULTILINE)
_JS_IMPORT = re.compile(r'^import "\./(?P<name>[^"]+)";$', re.MULTILINE)
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_JS_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)


def bundle(path: Path) -> str:
    """Return a style sheet or script with the files of its own folder in the place of its imports.

    Comments and indentation go; the rest is left to compression. A script's modules share nothing, so
    each becomes a block of its own.

    Raises:
        FileNotFoundError: when an imported file is missing.

    """
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".css":
        joined = _CSS_IMPORT.sub(lambda match: bundle(path.with_name(match["name"])), text)
        plain = _CSS_COMMENT.sub("", joined)
    else:
        joined = _JS_IMPORT.sub(lambda match: f"{{\n{bundle(path.with_name(match['name']))}}}", text)
        plain = _JS_COMMENT.sub("", joined)
    return "".join(f"{line.strip()}\n" for line in plain.splitlines() if line.strip())


class PortalStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Whitenoise's storage that first joins the style sheets and the scripts.

    Without it (``DEBUG``, tests) the browser follows the imports itself.
    """

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Join the bundles in the target folder, then hash and compress everything."""
        if not dry_run:
            for name in BUNDLES:
                source, path = paths[name]
                Path(self.path(name)).write_text(bundle(Path(source.path(path))), encoding="utf-8")
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)
