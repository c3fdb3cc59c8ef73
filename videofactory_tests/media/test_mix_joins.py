"""Joins of coded pieces: nobody hears them, whatever sounds there; and where two pieces would not fit, the join moves."""

import numpy as np
import pytest

from videofactory.media.mix import aac, joins
from videofactory.media.mix.aac import FRAME
from videofactory.media.mix.joins import SHARED, Join, between, joined
from videofactory.media.mix.pieces import AFTER, BEFORE
from videofactory.media.mix.sound import RATE, Signal

PLACE = 40
"""Frame of the join."""
FRAMES = 70
Packets = dict[int, bytes]


def awkward(seed: int) -> Signal:
    """Tones, noise, and attacks exactly at the join and around it, each side of its own."""
    rng = np.random.default_rng(seed)
    at = np.arange(FRAMES * FRAME)
    sound = np.zeros((len(at), 2))
    if seed % 3:
        for _ in range(5):
            sound += 0.07 * np.sin(2 * np.pi * rng.uniform(60, 6000) * at / RATE + rng.uniform(0, 6))[:, None] * rng.random(2)
    if seed % 4 == 1:
        sound += 0.05 * rng.standard_normal(sound.shape)
    for begin in (0, *rng.integers(-3 * FRAME, 3 * FRAME, seed % 5)):
        since = np.maximum(at - PLACE * FRAME - begin, 0)
        attack = (since > 0) * np.exp(-since / rng.uniform(15, 900)) * rng.standard_normal(len(at))
        sound += rng.uniform(0.1, 0.6) * attack[:, None] * rng.random(2)
    return np.asarray(np.clip(sound, -0.8, 0.8), np.float32)


def coded(sound: Signal, *, first: int) -> Packets:
    """Packets by frame of a sound that begins at frame `first`."""
    return {first + number - 1: packet for number, packet in enumerate(aac.encoded(sound, amid=first > 0))}


def shared(packets: Packets) -> list[bytes]:
    return [packets[frame] for frame in range(PLACE - SHARED, PLACE + SHARED)]


def played(before: Packets, after: Packets, *, at: int) -> Signal:
    """The frames from ten before the planned place to ten after it as a player gives them out, joined at frame `at`."""
    row = [(before if frame < at else after)[frame] for frame in range(PLACE - 11, PLACE + 7)]
    return aac.heard(row)[FRAME:]


def rms(signal: Signal) -> float:
    return float(np.sqrt(np.mean(np.square(signal))))


@pytest.mark.parametrize("seed", range(60))
def test_a_join_adds_nothing_to_the_noise_of_coding(seed: int) -> None:
    sound = awkward(seed)
    before = coded(sound[: PLACE * FRAME + AFTER], first=0)
    after = coded(sound[PLACE * FRAME - BEFORE :], first=PLACE - BEFORE // FRAME)
    join = joined(shared(before), shared(after))
    assert join.error <= 1.0
    wanted = sound[(PLACE - 10) * FRAME : (PLACE + 7) * FRAME]
    errors = [played(before, after, at=at) - wanted for at in (PLACE + join.offset, 10**6, -(10**6))]
    for frame in range(10 + join.offset - 1, 10 + join.offset + 2):
        met, *alone = (rms(error[frame * FRAME : (frame + 1) * FRAME]) for error in errors)
        assert met <= 1.25 * max(alone) + 1e-4
    highest = np.abs(played(before, after, at=PLACE + join.offset)[(9 + join.offset) * FRAME :][: 3 * FRAME]).max()
    assert highest * 0.85 <= join.peak <= highest * 1.5, "but for the noise that each player makes up for itself"


@pytest.mark.parametrize("seed", [0, 2, 3, 4, 6, 7])
def test_a_join_that_would_be_heard_is_moved(seed: int) -> None:
    """One coder is made to take short windows where the other takes long ones, by a click that only it hears."""
    rng = np.random.default_rng(seed)
    at = np.arange(FRAMES * FRAME)
    tones = [0.2 * np.sin(2 * np.pi * rng.uniform(100, 900) * at / RATE) for _ in range(2)]
    sound = np.stack(tones, axis=1).astype(np.float32)
    clicked = sound.copy()
    clicked[(PLACE + 1) * FRAME :][:20] += 0.1
    before, after = coded(sound, first=0), coded(clicked, first=0)
    join = joined(shared(before), shared(after))
    planned = played(before, after, at=PLACE)[10 * FRAME : 11 * FRAME]
    moved = played(before, after, at=PLACE + join.offset)[(10 + join.offset) * FRAME :][:FRAME]
    assert join.offset != 0
    assert join.error <= 1.0
    assert rms(planned - sound[PLACE * FRAME :][:FRAME]) > 5 * rms(moved - sound[(PLACE + join.offset) * FRAME :][:FRAME])


def test_where_nothing_fits_the_smallest_error_is_taken() -> None:
    """One of the coders hears a click in every frame."""
    at = np.arange(FRAMES * FRAME)
    sound = np.stack([0.2 * np.sin(2 * np.pi * tone * at / RATE) for tone in (220, 330)], axis=1).astype(np.float32)
    clicked = sound + np.where(at % FRAME < 20, 0.1, 0)[:, None].astype(np.float32)
    before, after = shared(coded(sound, first=0)), shared(coded(clicked, first=0))
    join = joined(before, after)
    own, other = aac.heard(before), aac.heard(after)
    errors = {offset: joins._tried(before, after, own, other, offset=offset).error for offset in range(-4, 5)}
    assert join.error > 1.0
    assert errors[join.offset] == min(errors.values())


def test_wherever_joins_stand_each_frame_is_there_once() -> None:
    """Three pieces of 20 frames, each with packets of what it shares, the first with the one that gives nothing out."""
    starts, frames = (-1, 20 - SHARED, 40 - SHARED), 60
    stops = (20 + SHARED, 40 + SHARED, frames)
    rows = [[bytes([frame + 1]) for frame in range(start, stop)] for start, stop in zip(starts, stops, strict=True)]
    for one in range(-4, 5):
        for two in range(-4, 5):
            joins = (Join(one, 0.0, 0.0), Join(two, 0.0, 0.0))
            ends = zip(rows, (None, *joins), (*joins, None), strict=True)
            film = [packet[0] - 1 for row, before, after in ends for packet in between(row, before=before, after=after)]
            assert film == list(range(-1, frames))
