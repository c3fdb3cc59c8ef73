"""Words before seed: what a prompt names is decided by it, what it leaves open by the seed."""

import pytest

from videofactory.domain.footage import Box
from videofactory.domain.script import Camera
from videofactory.media.compose.direction import Wish, direct
from videofactory.media.compose.framing import Framing, camera_view, moved, window
from videofactory.media.compose.masks import Rect


@pytest.mark.parametrize(
    ("prompt", "framing"),
    [
        ("Close-up of the cup, wide smile", Framing.CLOSE),
        ("wide establishing shot, details later", Framing.WIDE),
        ("Medium close-up of the owner", Framing.MEDIUM),
        ("Macro detail of the crema", Framing.MACRO),
        ("top view, hands off", Framing.TOP),
    ],
)
def test_the_first_word_for_a_shot_size_decides(prompt: str, framing: Framing) -> None:
    assert {direct(Wish(prompt, seed=seed)).framing for seed in range(12)} == {framing}


def test_lighting_notes_go_before_the_prompt() -> None:
    assert direct(Wish("a night street", lighting="golden hour back light")).grade.name == "golden hour"
    assert direct(Wish("a night street")).grade.name == "night"


def test_words_inside_words_do_not_count() -> None:
    names = {direct(Wish("a knight called Goldenberg", seed=seed)).grade.name for seed in range(25)}
    assert "night" not in names
    assert len(names) > 3


def test_the_seed_decides_what_words_leave_open() -> None:
    directions = [direct(Wish("the cup", seed=seed)) for seed in range(30)]
    assert {d.framing for d in directions} >= {Framing.WIDE, Framing.MEDIUM, Framing.CLOSE}
    assert {d.side for d in directions} == {-1.0, 0.0, 1.0}


def test_a_style_at_the_end_of_a_prompt_leans_and_does_not_force() -> None:
    direction = direct(Wish("The first cup of the day stands on the counter. " * 3 + "minimal set"))
    assert (direction.wished, direction.leaning) == ("", "porthole")
    assert direct(Wish("minimal set")).wished == "porthole"


def test_strength_nought_has_no_grade_and_no_added_light() -> None:
    direction = direct(Wish("sunbeams at night", strength=0))
    assert direction.lights == ()
    assert (direction.grade.exposure, direction.grade.split, direction.grade.warmth) == (0, 0, 0)


def test_the_windows_of_shot_sizes_shrink_and_stay_inside() -> None:
    focus, photo = Box(x=0.6, y=0.1, width=0.3, height=0.3), (600, 400)
    sizes = [Framing.WIDE, Framing.MEDIUM, Framing.CLOSE, Framing.MACRO]
    windows = [window(photo, focus, size, aspect=16 / 9, side=1.0) for size in sizes]
    widths = [part.width for part in windows]
    assert widths == sorted(widths, reverse=True)
    assert len(set(widths)) == 4
    for part in windows:
        assert part.left >= -1e-6
        assert part.top >= -1e-6
        assert part.left + part.width <= 600 + 1e-6
        assert part.top + part.height <= 400 + 1e-6
        assert part.width / part.height == pytest.approx(16 / 9)


def test_camera_moves_change_the_window_as_their_names_say() -> None:
    start = Rect(300, 200, 300, 200)

    def at(camera: Camera, moment: str) -> Rect:
        return moved(start, camera_view(camera, "last" if moment == "last" else "first"), (600, 400))

    assert at(Camera.PUSH_IN, "last").width < at(Camera.PUSH_IN, "first").width
    assert at(Camera.PULL_OUT, "last").width > at(Camera.PULL_OUT, "first").width
    assert at(Camera.PAN_LEFT, "last").x < at(Camera.PAN_LEFT, "first").x
    assert at(Camera.TILT_DOWN, "last").y > at(Camera.TILT_DOWN, "first").y
    assert at(Camera.STATIC, "last") == at(Camera.STATIC, "first")
