"""The colours and the logo of a utility: a table of ``utility.toml``."""

import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from kundenportal.core.toml_tables import InvalidUtilityFile, check_keys, table_of

LOGO_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}
"""The kinds of logo a browser draws, by the end of the file's name."""

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Brand:
    """The colours of a utility, each ``#rrggbb`` (design: ux.md 2.1), and its logo."""

    light: str = "#12418f"
    light_tint: str = "#e7eefa"
    dark: str = "#93b7ff"
    dark_tint: str = "#1b2b49"
    plate: str = "#1a4fa6"
    logo: str = ""


def read_brand(data: dict[str, Any]) -> Brand:
    """Read the table ``brand``.

    Args:
        data: all of ``utility.toml``.

    Raises:
        InvalidUtilityFile: when a key is unknown or malformed.

    """
    table = table_of(data, "brand")
    check_keys(Brand, table, "brand.", also=set())
    brand = Brand(**table)
    for each in fields(Brand):
        value = getattr(brand, each.name)
        if each.name != "logo" and not (isinstance(value, str) and _COLOUR.fullmatch(value)):
            raise InvalidUtilityFile(
                f"brand.{each.name}", f"expected a colour such as #12418f, found {value!r}"
            )
    if brand.logo:
        _check_logo(brand.logo)
    return brand


def _check_logo(logo: object) -> None:
    """Refuse a logo that cannot be shown: every page, also that of errors, is drawn with it."""
    is_shown = isinstance(logo, str) and Path(logo).suffix.lower() in LOGO_TYPES and Path(logo).is_file()
    if not is_shown:
        kinds = ", ".join(LOGO_TYPES)
        raise InvalidUtilityFile("brand.logo", f"expected the path of a file ({kinds}), found {logo!r}")
