"""What a password must be, as a profile. The two contradict each other, so a bureau chooses one.

`dengbao` is what assessors of 网络安全等级保护 ask for: several classes of characters, changed every ninety
days. `asvs` is OWASP's: longer, no classes and no expiry, for both make people choose worse ones.
"""

from dataclasses import dataclass
from typing import Any

_DJANGO = "django.contrib.auth.password_validation"


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """One profile; 0 where it has no such rule."""

    shortest: int
    classes: int = 0
    """How many of the four classes of characters there must be."""
    days: int = 0
    """After how many days another must be chosen."""
    remembered: int = 0
    """How many of the last ones may not be chosen again."""

    @property
    def validators(self) -> list[dict[str, Any]]:
        """What Django checks a new password with."""
        rules: list[tuple[str, dict[str, int]]] = [
            (f"{_DJANGO}.UserAttributeSimilarityValidator", {}),
            ("orgs.passwords.LongEnough", {"min_length": self.shortest}),
            (f"{_DJANGO}.CommonPasswordValidator", {}),
            (f"{_DJANGO}.NumericPasswordValidator", {}),
        ]
        if self.classes:
            rules.append(("orgs.passwords.SeveralClasses", {"least": self.classes}))
        if self.remembered:
            rules.append(("orgs.passwords.NotAmongTheLast", {"number": self.remembered}))
        return [{"NAME": name, "OPTIONS": options} for name, options in rules]


PROFILES = {
    "dengbao": PasswordRules(shortest=10, classes=3, days=90, remembered=5),
    "asvs": PasswordRules(shortest=12),
}
