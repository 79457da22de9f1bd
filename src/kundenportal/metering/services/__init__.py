"""What is done with meter readings: taking them in, from whomever they come, and settling them."""

from kundenportal.metering.services.assessing import ReadingToSubmit
from kundenportal.metering.services.links import (
    LinkOver,
    MadeLink,
    create_reading_link,
    create_reading_links,
    make_reading_links,
    submit_readings_by_link,
)
from kundenportal.metering.services.placing import (
    NotPlaceable,
    RegistersUnclear,
    place_public_readings,
    place_report,
)
from kundenportal.metering.services.public import (
    Report,
    TooManyReports,
    TypedValue,
    forget_visitors,
    report_reading,
)
from kundenportal.metering.services.settling import settle_reading_submission
from kundenportal.metering.services.submitting import ReadingRejected, submit_meter_readings

__all__ = [
    "LinkOver",
    "MadeLink",
    "NotPlaceable",
    "ReadingRejected",
    "ReadingToSubmit",
    "RegistersUnclear",
    "Report",
    "TooManyReports",
    "TypedValue",
    "create_reading_link",
    "create_reading_links",
    "forget_visitors",
    "make_reading_links",
    "place_public_readings",
    "place_report",
    "report_reading",
    "settle_reading_submission",
    "submit_meter_readings",
    "submit_readings_by_link",
]
