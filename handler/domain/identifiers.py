"""Random names in base62, the alphabet that survives double clicks, URLs and gateways."""

import secrets

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def encode62(number: int, width: int) -> str:
    """A whole number in base62, padded so that texts of one width sort as their numbers do."""
    digits: list[str] = []
    for _ in range(width):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))


def random62(width: int) -> str:
    """Unpredictable base62, 5.95 bits a character."""
    return "".join(secrets.choice(ALPHABET) for _ in range(width))


def sortable_id(now_us: int) -> str:
    """A unique name that sorts by the moment it was made."""
    # Nine digits of microseconds last until the year 2399; 71 random bits part what one moment made.
    return encode62(now_us, 9) + random62(12)
