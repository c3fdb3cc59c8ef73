"""The embedded composer: exact lengths, one key, an ending on the tonic, level without clipping, the same bytes always."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from videofactory.domain.errors import EngineFailed
from videofactory.domain.footage import Artifact
from videofactory.media.synth.level import decibels_of, loudness, peak
from videofactory.media.synth.wav import RATE, wav_signal
from videofactory.providers.embedded.music import EmbeddedMusic, mood_of, moods, written
from videofactory.providers.roles import Delivered, MusicRequest
from videofactory_tests.media.weights import allocated


def no_shelf(artifact: Artifact) -> Path:
    message = f"music needs no file, {artifact.sha256} was asked for"
    raise AssertionError(message)


def music(prompt: str, *, seconds: float, seed: int = 3) -> bytes:
    request = MusicRequest(prompt=prompt, seconds=seconds, seed=seed)
    receipt = EmbeddedMusic().submit(request, shelf=no_shelf, token="t")  # noqa: S106 - an id, no secret
    assert isinstance(receipt, Delivered)
    return receipt.files["music"].content


@pytest.mark.parametrize("seconds", [1.0, 3.0, 7.77, 17.003])
def test_a_piece_is_exact_to_the_sample_even_and_unclipped(seconds: float) -> None:
    signal = wav_signal(music("warm", seconds=seconds))
    assert signal.shape == (round(seconds * RATE), 2)
    assert decibels_of(peak(signal)) <= -2.99
    assert -22 < loudness(signal) < -19
    assert float(np.max(np.abs(signal.mean(axis=0)))) < 1e-3


def test_it_fades_to_nothing_at_its_end() -> None:
    signal = wav_signal(music("cinematic", seconds=6.0))
    assert peak(signal[-RATE // 20 :]) < 0.05 * peak(signal)
    assert peak(signal[:10]) < 0.001
    assert peak(signal[-1:]) < 0.001


@pytest.mark.parametrize("mood", moods())
def test_a_mood_is_found_by_its_words(mood: str) -> None:
    words = moods()[mood].words
    assert mood_of(f"{words[0]} and {words[1]}".upper()) == mood


def test_the_moods_of_our_styles_are_understood() -> None:
    assert mood_of("warm felt piano with quiet strings, unhurried") == "warm"
    assert mood_of("driving electronic pulse, bright synths, rising") == "energetic"
    assert mood_of("easy swing, muted trumpet, vibraphone") == "jazzy"
    assert mood_of("zzz") == mood_of("") == "warm"


def test_seeds_write_different_pieces_and_the_same_seed_the_same() -> None:
    scores = {written(MusicRequest(prompt="warm", seconds=30, seed=seed)) for seed in (1, 2, 3, 3)}
    assert len(scores) == 3


@pytest.mark.parametrize("seconds", [0.5, 661.0])
def test_impossible_lengths_are_refused(seconds: float) -> None:
    with pytest.raises(EngineFailed, match=f"{seconds} s"):
        music("warm", seconds=seconds)


def test_a_new_process_plays_the_same_bytes() -> None:
    code = (
        "import hashlib\nfrom videofactory_tests.providers.embedded.test_music import music\n"
        "print(hashlib.sha256(music('playful', seconds=9.0)).hexdigest())"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    assert answer.stdout.strip() == hashlib.sha256(music("playful", seconds=9.0)).hexdigest()


def test_a_longer_piece_needs_no_more_memory_than_its_bytes() -> None:
    """Nothing of what was played: that waits on a tape."""
    music("warm", seconds=20.0)
    short, long = (allocated(lambda seconds=seconds: music("warm", seconds=seconds)) for seconds in (20.0, 100.0))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
    assert long - short < 80 * RATE * 4
