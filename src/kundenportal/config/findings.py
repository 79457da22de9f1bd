"""One thing that ``check_installation`` looked at."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Something that was looked at; ``fix`` says what to do about it and is empty when all is well."""

    subject: str
    text: str
    fix: str = ""

    @property
    def is_well(self) -> bool:
        """Whether nothing needs doing."""
        return not self.fix
