"""The PIN with which staff leave a kiosk: kept as a salted hash that the device itself can check, without a network.

Whoever has the page has the hash, so a short PIN can be found out by trying. It guards the screen against curious
fingers, and nothing else: behind it there is no data.
"""

import base64
import hashlib
import secrets

ROUNDS = 310_000
SHORTEST, LONGEST = 4, 8


def pin_hash(pin: str) -> str:
    """PBKDF2-SHA256 as "rounds$salt$hash", both base64: what WebCrypto on the device computes again."""
    salt = secrets.token_bytes(16)
    made = hashlib.pbkdf2_hmac("sha256", pin.encode(), salt, ROUNDS)
    return f"{ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(made).decode()}"


def holds(pin: str, stored: str) -> bool:
    """Whether `pin` is the one of the stored hash."""
    rounds, salt, made = stored.split("$")
    again = hashlib.pbkdf2_hmac("sha256", pin.encode(), base64.b64decode(salt), int(rounds))
    return secrets.compare_digest(again, base64.b64decode(made))
