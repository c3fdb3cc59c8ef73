"""Money is exact, rounded once and half up, and never anything but a finite number."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from videofactory.domain.money import MILLIONTH, Usd, usd
from videofactory.domain.value import Value


class _Price(Value):
    amount: Usd


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (0.1, "0.100000"),
        ("12.5", "12.500000"),
        (7, "7.000000"),
        ("0.0000005", "0.000001"),
        ("0.0000004999", "0.000000"),
        ("0.0000025", "0.000003"),
        ("-0.0000005", "-0.000001"),
        ("-0", "0.000000"),
        ("1e3", "1000.000000"),
    ],
)
def test_amounts_are_kept_to_a_millionth_rounded_half_up(written: str | float, kept: str) -> None:
    assert str(usd(written)) == kept


def test_a_float_is_read_as_it_is_written() -> None:
    assert sum((usd(0.1) for _ in range(10)), usd(0)) == usd(1)
    assert usd(0.1) + usd(0.2) == usd(0.3)


@pytest.mark.parametrize(
    "wrong", ["NaN", "inf", "-Infinity", "sNaN", float("nan"), float("inf"), "", "ten", "1,50", True, "1e40"]
)
def test_what_is_no_finite_number_is_refused(wrong: str | float) -> None:
    with pytest.raises(ValueError, match="not an amount in US dollars"):
        usd(wrong)
    with pytest.raises(ValidationError, match="not an amount"):
        _Price.model_validate({"amount": wrong})


def test_json_carries_money_as_text_and_gives_it_back_exactly() -> None:
    price = _Price(amount=usd("0.3"))
    assert price.model_dump_json() == '{"amount":"0.300000"}'
    assert _Price.model_validate_json(price.model_dump_json()) == price
    assert price.model_dump()["amount"] == Decimal("0.3")


@given(st.lists(st.decimals(min_value=-(10**6), max_value=10**6, places=6), max_size=30))
def test_sums_are_exact_in_any_order(amounts: list[Decimal]) -> None:
    assert sum(map(usd, amounts), usd(0)) == sum(map(usd, reversed(amounts)), usd(0)) == sum(amounts)


@given(st.decimals(min_value=-(10**9), max_value=10**9, allow_nan=False))
def test_rounding_moves_by_half_a_millionth_at_most(amount: Decimal) -> None:
    assert abs(usd(amount) - amount) <= MILLIONTH / 2
