"""The environment, parsed once and refused with a sentence when it makes no sense."""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit


class BadEnvironment(SystemExit):
    """Wrong configuration stops start-up; the message says what to set."""

    def __init__(self, name: str, problem: str, remedy: str) -> None:
        super().__init__(f"{name} {problem}. {remedy}")


class Environment:
    """Typed reads from a mapping of environment variables."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self.values = os.environ if values is None else values

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name, "").strip() or default

    def flag(self, name: str, *, default: bool) -> bool:
        given = self.text(name).lower()
        if not given:
            return default
        if given in {"1", "true", "yes", "on"}:
            return True
        if given in {"0", "false", "no", "off"}:
            return False
        raise BadEnvironment(name, f"is {given!r}", "Set it to 1 or 0.")

    def number(self, name: str, default: int, *, low: int = 0, high: int = 2**31) -> int:
        given = self.text(name)
        if not given:
            return default
        try:
            value = int(given)
        except ValueError:
            raise BadEnvironment(name, f"is {given!r}", f"Set it to a whole number {low}-{high}.") from None
        if not low <= value <= high:
            raise BadEnvironment(name, f"is {value}", f"Set it to a whole number {low}-{high}.")
        return value

    def list(self, name: str) -> list[str]:
        return [part.strip() for part in self.text(name).split(",") if part.strip()]

    def choice(self, name: str, default: str, choices: set[str]) -> str:
        given = self.text(name, default)
        if given not in choices:
            raise BadEnvironment(name, f"is {given!r}", f"Set it to one of: {', '.join(sorted(choices))}.")
        return given

    def url(self, name: str, schemes: set[str]) -> str:
        """The URL, or "" when it is not set."""
        given = self.text(name)
        if not given:
            return ""
        if urlsplit(given).scheme not in schemes:
            raise BadEnvironment(
                name,
                "is not an address this program can use",
                f"Start it with {' or '.join(sorted(schemes))}://",
            )
        return given

    def folder(self, name: str, default: Path) -> Path:
        path = Path(self.text(name, str(default))).expanduser().resolve()
        if path.exists() and not path.is_dir():
            raise BadEnvironment(name, f"is {path}, which is a file", "Set it to a folder this user can write to.")
        return path

    def mailbox(self, name: str, *, default: str = "") -> str:
        """A plain e-mail address that takes a token after a plus, or ""."""
        given = self.text(name, default)
        local, _, domain = given.rpartition("@")
        if given and (not local or "." not in domain or "+" in given or not given.isascii() or " " in given):
            raise BadEnvironment(name, f"is {given!r}", "Set it to an address such as replies@example.fi.")
        if len(local) > 18:  # with the token at most 64 signs, which is what mail servers take
            raise BadEnvironment(name, "is too long", "Use at most 18 characters before the @.")
        return given
