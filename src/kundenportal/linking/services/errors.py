"""What several services of this package refuse with."""


class LinkExpired(Exception):
    """The link was used, ran out, was followed by a newer one, or never was."""


class StrongerLogin(Exception):
    """The other login has a second factor, so a password alone cannot dissolve it (product.md ruling 5)."""


class AccessHeld(Exception):
    """A grant that was won lately is restricted and can be neither linked nor linked to (ruling 6)."""
