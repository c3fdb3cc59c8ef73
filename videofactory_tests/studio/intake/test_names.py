"""File names from outside, made harmless."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videofactory.studio.intake.names import MAX_NAME, clean_name


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\Users\\me\\cup.png", "cup.png"),
        ("cup.png\x00.exe", "cup.png.exe"),
        ("/etc/", "unnamed"),
        ("..", "unnamed"),
        (".htaccess", "htaccess"),
        ("a\nb\u202e.png", "a b.png"),
        ('a<b>:"|?*.png', "a_b______.png"),
        ("CON.png", "_CON.png"),
        ("Café ☕.png", "Café ☕.png"),
    ],
)
def test_names(dirty: str, clean: str) -> None:
    assert clean_name(dirty) == clean


def test_long_names_keep_their_ending() -> None:
    name = clean_name("x" * 500 + ".jpeg")
    assert len(name) == MAX_NAME
    assert name.endswith("x.jpeg")
    assert len(clean_name("x." + "y" * 500)) == MAX_NAME


@given(st.text())
def test_any_name_becomes_one_safe_part(name: str) -> None:
    clean = clean_name(name)
    assert 1 <= len(clean) <= MAX_NAME
    assert not {"/", "\\", "\x00"} & set(clean)
    assert not clean.startswith(".")
