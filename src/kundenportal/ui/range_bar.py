"""The bar that shows where a use lies beside the usual range (``ui/components/range_bar.html``)."""

from decimal import Decimal

from kundenportal.metering.usual_range import UsualRange

BAR_LOW, BAR_HIGH = 35, 65
"""Where the usual range begins and ends on its bar, in percent of the bar."""

BAR_END = 98
"""Where the pointer of the bar stops at either side, so that it stays in sight."""


def bar_position(use: Decimal | None, usual: UsualRange | None) -> int | None:
    """Return where a use lies on the bar, in percent; None where there is nothing to compare with."""
    if use is None or usual is None:
        return None
    part = (use - usual.low) / (usual.high - usual.low)
    return min(max(int(BAR_LOW + part * (BAR_HIGH - BAR_LOW)), 100 - BAR_END), BAR_END)
