"""Setting levels: on their grids, from what is heard, the same whatever the way; and an honest no where it cannot be done."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from videofactory.domain.errors import MediaBroken
from videofactory.media.mix.loudness import integrated
from videofactory.media.mix.mastering import AIM, GRID, PEAK, TARGET, Heard, Levels, mastered

TENTHS = 100


def sounding(lufs: float) -> list[float]:
    """Powers of ten seconds at this loudness."""
    return [10 ** ((lufs + 0.691) / 10)] * TENTHS


def film(dry: float, *, slope: float = 1.0, overshoot: tuple[float, ...] = (0.2, 0.2, 0.2)) -> Callable[[Levels], Heard]:
    """A film whose limiter leaves `slope` of each dB, and whose coder adds so many dB to the ceiling of each piece."""

    def listen(levels: Levels) -> Heard:
        peaks = [10 ** ((ceiling + over) / 20) for ceiling, over in zip(levels.ceilings, overshoot, strict=True)]
        return Heard(sounding(dry + levels.gain * slope), peaks)

    return listen


@pytest.mark.parametrize("dry", [-30.0, -23.37, -14.11, -9.9])
@pytest.mark.parametrize("slope", [1.0, 0.6, 0.25])
def test_the_target_is_met_on_a_grid(dry: float, slope: float) -> None:
    levels, reached = mastered(dry, pieces=3, listen=film(dry, slope=slope))
    assert reached.integrated == pytest.approx(TARGET, abs=0.2)
    assert levels.gain / GRID == round(levels.gain / GRID)
    assert levels.ceilings == (AIM,) * 3


def test_a_small_change_of_loudness_leaves_the_gain() -> None:
    gains = {mastered(dry, pieces=3, listen=film(dry))[0].gain for dry in np.arange(-20.1, -19.9, 0.02)}
    assert gains == {6.0}


def test_a_piece_that_overshoots_is_lowered_alone() -> None:
    levels, reached = mastered(-20.0, pieces=3, listen=film(-20.0, overshoot=(0.3, 0.9, 0.1)))
    assert levels.ceilings == (AIM, AIM - 2 * GRID, AIM)
    assert reached.true_peak <= PEAK - 0.1
    assert [levels.around(number) for number in range(3)] == [(-1.5, -1.5, -2.0), (-2.0, -2.0, -2.0), (-2.0, -1.5, -1.5)]


def test_what_cannot_be_met_is_said() -> None:
    with pytest.raises(MediaBroken, match=r"reaches -2\d\.\d LUFS at .* not -14.0 at -1.0.*check the effects, or add music"):
        mastered(-30.0, pieces=3, listen=film(-30.0, slope=0.01))


def test_loudness_of_the_whole_is_that_of_all_pieces_together() -> None:
    heard = Heard([*sounding(-14), *sounding(-60)], [0.5, 0.25])
    assert heard.loudness.integrated == pytest.approx(-14, abs=0.1), "what is silent does not count"
    assert heard.loudness.integrated == integrated(np.asarray(heard.powers))
    assert heard.loudness.true_peak == pytest.approx(20 * math.log10(0.5))
