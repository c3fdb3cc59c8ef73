"""Waves, filters, rooms and levels: exact lengths, true frequencies, no clipping."""

import numpy as np
import pytest

from videofactory.media.synth.level import at_loudness, compressed, decibels_of, faded, loudness, peak
from videofactory.media.synth.room import convolved, impulse_response
from videofactory.media.synth.spectrum import filtered, high_pass, low_pass, resampled
from videofactory.media.synth.wav import RATE, Signal, wav_bytes, wav_signal
from videofactory.media.written_words import joined, written_words


def sine(hertz: float, *, seconds: float = 1.0, rate: int = RATE) -> Signal:
    return np.asarray(np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate))


def test_a_wav_holds_the_signal_and_nothing_else() -> None:
    stereo = np.stack([sine(440), 0.5 * sine(880)], axis=1)
    content = wav_bytes(stereo)
    assert len(content) == 44 + RATE * 4
    assert np.allclose(wav_signal(content), stereo, atol=1e-4)


def test_a_signal_beyond_full_scale_is_refused_not_clipped() -> None:
    with pytest.raises(ValueError, match="would clip"):
        wav_bytes(1.01 * sine(440))
    with pytest.raises(ValueError, match="would clip"):
        wav_bytes(np.array([np.nan]))


def test_resampling_keeps_pitch_level_and_length() -> None:
    raw = faded(sine(1000, rate=22_050), fade_in=0.05, fade_out=0.05)[: 22_050 - 1]
    up = resampled(raw, rate=22_050)
    middle = slice(RATE // 4, RATE // 2)
    assert len(up) == round(22_049 * RATE / 22_050)
    assert np.allclose(up[middle], sine(1000)[middle], atol=2e-3)


def test_filters_take_what_they_should() -> None:
    assert decibels_of(peak(filtered(sine(50), high_pass(200))[RATE // 3 : RATE // 2])) == pytest.approx(-24, abs=1)
    assert decibels_of(peak(filtered(sine(1000), high_pass(200), low_pass(9000))[RATE // 3 : RATE // 2])) == pytest.approx(
        0, abs=0.1
    )


def test_loudness_of_the_standard_test_tone() -> None:
    assert loudness(0.1 * sine(997, seconds=2.0)) == pytest.approx(-23.0, abs=0.3)
    assert loudness(at_loudness(sine(997, seconds=2.0), target=-20, ceiling=-3)) == pytest.approx(-20, abs=0.1)
    assert loudness(np.zeros(RATE)) == -120


def test_a_compressor_turns_down_only_what_is_loud() -> None:
    signal = np.concatenate([0.05 * sine(500), sine(500)])
    out = compressed(signal, threshold=-20, ratio=4)
    assert peak(out[: RATE // 2]) == pytest.approx(0.05, rel=0.01)
    assert decibels_of(peak(out[-RATE // 2 :])) == pytest.approx(-12.75, abs=1)


def test_a_room_decays_by_sixty_decibels_in_its_time() -> None:
    response = impulse_response(seconds=1.0, seed=1, delay=0.0)
    assert np.allclose(np.sum(response**2, axis=0), 1.0)
    early, late = np.std(response[: RATE // 20]), np.std(response[-RATE // 20 :])
    assert decibels_of(float(late / early)) == pytest.approx(-57, abs=4)
    assert np.allclose(convolved(np.array([0.0, 1.0]), response=response[:, 0])[1:], response[:, 0], atol=1e-9)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Two words,  here — 😀", ["Two", "words,", "here", "—", "😀"]),
        ("你好（世界）。", ["你", "好", "（世", "界）。"]),  # noqa: RUF001 - these very brackets are meant
        ("iPhone 手机OK吗", ["iPhone", "手", "机OK吗"]),
        ("กำลังดี", ["กำ", "ลั", "ง", "ดี"]),
        ("", []),
    ],
)
def test_words_stand_where_they_are_written_and_join_to_the_text(text: str, words: list[str]) -> None:
    found = written_words(text)
    assert [word.text for word in found] == words
    assert all(text[word.start : word.end] == word.text for word in found)
    assert joined(words) == " ".join(text.split())
