"""Money: decimal US dollars to a millionth, never a float.

Prices, reservations and costs all pass through `usd`, so that sums are exact and a rounding is decided once.
"""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

MILLIONTH = Decimal("0.000001")
ZERO = Decimal("0.000000")


def usd(amount: Decimal | str | float) -> Decimal:
    """The amount in US dollars, rounded half up to a millionth; a float is read by its shortest decimal text.

    Raises `ValueError` for what is no finite number.
    """
    try:
        value = Decimal(str(amount)).quantize(MILLIONTH, rounding=ROUND_HALF_UP) + ZERO
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise ValueError(f"{amount!r} is not an amount in US dollars; write for example 12.50")
    return value


Usd = Annotated[Decimal, BeforeValidator(usd), PlainSerializer(str, return_type=str, when_used="json")]
