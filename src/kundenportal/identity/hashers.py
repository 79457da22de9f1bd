"""The password hash: Argon2id with parameters a small machine can serve (stack.md row 3c)."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class PortalArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane: OWASP's minimum, 34 ms of one core.

    Django's default takes 100 MiB and eight lanes, so that eight logins a second stop a small machine.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
