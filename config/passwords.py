"""Hash passwords."""

from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

AT_ONCE = BoundedSemaphore(2)


class Argon2id(Argon2PasswordHasher):
    """Hash with Argon2id at a cost a county's server can carry.

    46 MiB and one thread instead of Django's 100 MiB and eight.
    At most two hashes are computed at the same time, so that fifty people signing in together at nine o'clock
    do not take gigabytes of memory.
    """

    algorithm = "argon2"
    time_cost = 2
    memory_cost = 47104  # KiB
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Return the encoded hash, one of at most two being computed."""
        with AT_ONCE:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Compare, one of at most two being computed."""
        with AT_ONCE:
            return super().verify(password, encoded)
