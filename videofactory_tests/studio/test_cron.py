"""Cron expressions of publishing slots."""

import pytest

from videofactory.studio.cron import cron_problem


@pytest.mark.parametrize("text", ["0 17 * * 1-5", "*/15 0-6,22 1 jan-mar SUN", "5/10 * * * 7", "59 23 31 12 0"])
def test_well_formed(text: str) -> None:
    assert cron_problem(text) is None


@pytest.mark.parametrize("text", ["", "0 17 * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8"])
def test_out_of_range(text: str) -> None:
    assert cron_problem(text)


@pytest.mark.parametrize(
    "text", ["5-1 * * * *", "*/0 * * * *", "a * * * *", "1,, * * * *", "-1 * * * *", "* * * mon *", "² * * * *"]
)
def test_malformed(text: str) -> None:
    assert cron_problem(text)
