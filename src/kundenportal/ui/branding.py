"""The utility's colours and logo as the browser gets them (ux.md 2.1, "Branding per utility")."""

import hashlib
from functools import cache
from pathlib import Path

from kundenportal.core.brand import Brand


@cache
def brand_stylesheet(brand: Brand) -> str:
    """Return the style sheet that puts the utility's colours in the place of the default ones.

    The rule stands in no layer, so it wins over the tokens of ``portal.css``.
    """
    return (
        f":root{{--marke-hell:{brand.light};--marke-hell-flaeche:{brand.light_tint};"
        f"--marke-dunkel:{brand.dark};--marke-dunkel-flaeche:{brand.dark_tint};--marke-schild:{brand.plate}}}\n"
    )


@cache
def brand_version(brand: Brand) -> str:
    """Return a short hash of colours and logo: addresses carry it, so that copies may be kept for ever."""
    content = brand_stylesheet(brand).encode()
    if brand.logo:
        content += Path(brand.logo).read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]
