"""A reading with its verdict, as the pages show it."""

from dataclasses import dataclass
from decimal import Decimal

from kundenportal.customers.models import Division
from kundenportal.metering.rules import Doubt, Plausible, Unusual
from kundenportal.metering.services import ReadingToSubmit
from kundenportal.metering.to_read import MeterToRead, RegisterToRead
from kundenportal.metering.usual_range import PastReading, UsualRange
from kundenportal.ui.range_bar import bar_position


def label_of(meter: MeterToRead, register: RegisterToRead) -> str:
    """Return what tells a register apart from the others of its meter; empty when it is the only one."""
    return register.label or register.code if len(meter.registers) > 1 else ""


def name_of(meter: MeterToRead, register: RegisterToRead) -> str:
    """Return what people call a register: ``Strom``, ``Strom HT``."""
    return f"{Division(meter.division).label} {label_of(meter, register)}".strip()


@dataclass(frozen=True)
class AssessedReading:
    """What was typed for a register, and what the rule says of it. ``typed_value`` has its decimals still."""

    meter: MeterToRead
    register: RegisterToRead
    item: ReadingToSubmit
    verdict: Plausible | Unusual
    typed_value: Decimal

    @property
    def value(self) -> Decimal:
        """The value that will be sent."""
        return self.item.reading.value

    @property
    def is_cut(self) -> bool:
        """Whether digits after the comma were typed that are not needed."""
        return self.typed_value != self.value

    @property
    def last(self) -> PastReading | None:
        """The reading before."""
        return self.register.last(without=self.item.replaces)

    @property
    def last_value(self) -> Decimal | None:
        """What the counter showed then."""
        return self.register.last_value(without=self.item.replaces)

    @property
    def name(self) -> str:
        """What people call the register: ``Strom``, ``Strom HT``."""
        return name_of(self.meter, self.register)

    @property
    def register_label(self) -> str:
        """What tells the register apart from the others of its meter; empty when it is the only one."""
        return label_of(self.meter, self.register)

    @property
    def days(self) -> int | None:
        """How many days lie between the last reading and this one."""
        return (self.item.reading.date - self.last.date).days if self.last else None

    @property
    def use(self) -> Decimal | None:
        """The use since the last reading, where it can be told."""
        return self.verdict.use

    @property
    def usual(self) -> UsualRange | None:
        """The usual use since the last reading."""
        return self.verdict.usual

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """Why the customer is asked to confirm; empty for a plausible reading."""
        return self.verdict.doubts if isinstance(self.verdict, Unusual) else ()

    @property
    def suggestion(self) -> Decimal | None:
        """The value that may have been meant."""
        return self.verdict.suggestion if isinstance(self.verdict, Unusual) else None

    @property
    def padded_suggestion(self) -> str:
        """The value that may have been meant, as the counter shows it."""
        return str(self.suggestion or "").zfill(self.register.facts.integer_digits)

    @property
    def tone(self) -> str:
        """The colour of the verdict: ``ok`` or ``warn``."""
        return "warn" if self.doubts else "ok"

    @property
    def bar_position(self) -> int | None:
        """Where the use lies on the bar beside the usual range, in percent."""
        return bar_position(self.use, self.usual)
