"""Layouts: how many panes a split screen has, and the colour of the lines between them."""

import pytest

from videofactory.domain.channel import Colours
from videofactory.domain.script import panes_for


@pytest.mark.parametrize(
    ("prompt", "pictures", "panes"),
    [
        ("a cup and a jug", 1, 2),
        ("a cup and a jug", 2, 2),
        ("a cup, a jug and a tin", 3, 3),
        ("a cup, seen by ten people", 9, 3),
        ("Three panes: a cup, a jug, a tin", 1, 3),
        ("a 3-way split of one cup", 1, 3),
        ("a triptych of the harbour", 1, 3),
        ("two panes, before and after", 5, 2),
        ("a diptych of the harbour", 4, 2),
        ("threepanes", 1, 2),
    ],
)
def test_the_prompt_says_how_many_panes_else_the_pictures_do(prompt: str, pictures: int, panes: int) -> None:
    assert panes_for(prompt, pictures=pictures) == panes


def test_the_accent_is_the_channels_own_else_the_brands_second_colour() -> None:
    palette = ("#111111", "#222222", "#333333")
    assert Colours(accent="#e8b04b").accent_beside(palette) == "#e8b04b"
    assert Colours().accent_beside(palette) == "#222222"
    assert Colours().accent_beside(palette[:1]) == "#111111"
