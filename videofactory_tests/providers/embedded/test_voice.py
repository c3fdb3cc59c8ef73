"""The embedded voice: written words with true times, the same bytes always, clear answers to what it cannot say."""

import hashlib
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from videofactory.domain.errors import EngineFailed
from videofactory.domain.footage import Artifact, Word
from videofactory.media.synth.level import decibels_of, loudness, peak
from videofactory.media.synth.wav import RATE, Signal, wav_signal
from videofactory.media.written_words import joined
from videofactory.providers.embedded import espeak
from videofactory.providers.embedded.voice import EmbeddedVoice, voice_name
from videofactory.providers.roles import Delivered, SpeechRequest

SENTENCE = "We open at six. The first cup is for the baker next door, who has been up since three."
LANGUAGES = {
    "ar": "مرحبا بالعالم، القهوة جاهزة",
    "zh": "你好，世界。今天天气很好",  # noqa: RUF001 - a Chinese comma
    "ja": "こんにちは、せかい。コーヒーです",
    "th": "สวัสดีครับ",
    "de-AT": "Grüß Gott, schöne Brötchen für 3,50 €!",
    "he": "שלום עולם",
    "en": "At 6:30, €12.50 for café naïve — <b>Hi & you</b>. Well-known 😀 isn't 1,234. 👩‍🍳",
}


def no_shelf(artifact: Artifact) -> Path:
    message = f"speech needs no file, {artifact.sha256} was asked for"
    raise AssertionError(message)


def spoken(text: str, *, language: str = "en", voice: str = "", rate: float = 1.0, **said: str) -> tuple[bytes, list[Word]]:
    request = SpeechRequest(text=text, language=language, voice=voice, rate=rate, pronunciation=said)
    receipt = EmbeddedVoice().submit(request, shelf=no_shelf, token="t")  # noqa: S106 - an id, no secret
    assert isinstance(receipt, Delivered)
    words = json.loads(receipt.files["words"].content)
    return receipt.files["speech"].content, [Word.model_validate(word) for word in words]


def energy_inside(signal: Signal, words: list[Word]) -> float:
    inside = np.zeros(len(signal), dtype=bool)
    for word in words:
        inside[round(word.start * RATE) : round(word.end * RATE)] = True
    return float(np.mean(signal[inside] ** 2) / (np.mean(signal[~inside] ** 2) + 1e-12))


def test_words_carry_the_written_text_and_cover_the_sound() -> None:
    content, words = spoken(SENTENCE)
    assert joined([word.text for word in words]) == SENTENCE
    assert energy_inside(wav_signal(content), words) > 100


def test_a_pause_belongs_to_no_word() -> None:
    _, words = spoken("It is six. The first cup.")
    assert words[3].start - words[2].end > 0.15


def test_the_voice_is_even_and_does_not_clip() -> None:
    signal = wav_signal(spoken(SENTENCE)[0])
    assert decibels_of(peak(signal)) <= -2.9
    assert -21 < loudness(signal) < -17
    assert signal[0] == signal[-1] == 0
    assert abs(float(np.mean(signal))) < 1e-3


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_any_script_follow_each_other_inside_the_sound(language: str) -> None:
    text = LANGUAGES[language]
    content, words = spoken(text, language=language)
    times = [time for word in words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert times[-1] <= len(wav_signal(content)) / RATE
    assert joined([word.text for word in words]) == " ".join(text.split())


def test_markup_is_spoken_not_obeyed() -> None:
    assert len(spoken("a <break time='9s'/> b")[0]) > len(spoken("a b")[0]) * 1.5
    assert len(spoken("a <break time='9s'/> b")[0]) < 8 * RATE * 2


@pytest.mark.parametrize("text", ["😀 🎉", "", "—", "\u0000\u0007"])
def test_a_text_with_nothing_to_say_is_a_short_silence(text: str) -> None:
    content, words = spoken(text)
    assert peak(wav_signal(content)) == 0
    assert [word.text for word in words] == text.split()


def test_a_pronunciation_changes_the_sound_and_keeps_the_written_word() -> None:
    plain, _ = spoken("Drink XQ now.")
    content, words = spoken("Drink XQ now.", xq="a very long name")
    assert content != plain
    assert [word.text for word in words] == ["Drink", "XQ", "now."]
    assert words[1].end - words[1].start > 0.7
    assert spoken("Drink XQR now.", xq="a very long name")[0] == spoken("Drink XQR now.")[0]


def test_the_exact_writing_wins_over_another_case() -> None:
    assert spoken("It is US.", us="us", US="you ess")[0] == spoken("It is you ess.")[0]


def test_speech_fits_its_scene_and_follows_the_rate() -> None:
    seconds = {rate: len(wav_signal(spoken(SENTENCE, rate=rate)[0])) / RATE for rate in (0.5, 1.0, 2.0)}
    assert len(SENTENCE.split()) / seconds[1.0] <= 3.2
    assert seconds[0.5] > 1.5 * seconds[1.0] > 2.2 * seconds[2.0]


def test_two_thousand_characters_keep_their_words_in_time() -> None:
    text = ("The quick brown fox jumps over the lazy dog. " * 45)[:2000].strip()
    content, words = spoken(text, rate=2.0)
    assert len(words) == len(text.split())
    assert energy_inside(wav_signal(content), words) > 30
    assert words[-1].end > len(wav_signal(content)) / RATE - 0.4


@pytest.mark.parametrize(
    ("language", "voice", "named"), [("xx", "", "'xx'"), ("en", "nobody", "'nobody'"), ("en", "en-gb+nobody", "'nobody'")]
)
def test_what_it_cannot_speak_is_named(language: str, voice: str, named: str) -> None:
    with pytest.raises(EngineFailed, match=named) as caught:
        spoken("x", language=language, voice=voice)
    assert "engines.voice.id" in caught.value.remedy


def test_a_rate_out_of_range_is_refused() -> None:
    with pytest.raises(EngineFailed, match=r"3\.0"):
        spoken("x", rate=3.0)


def test_voices_are_named_by_language_variant_or_both() -> None:
    assert voice_name("de", voice="F3") == "gmw/de+f3"
    assert voice_name("de", voice="en-gb+f3") == "gmw/en+f3"
    assert voice_name("en-AU", voice="") == voice_name("en", voice="")
    assert {"en-us", "de", "ja", "ar", "cmn"} <= set(espeak.languages())


def test_other_texts_before_and_threads_beside_change_no_byte() -> None:
    alone = spoken(SENTENCE)[0]
    spoken("Guten Tag", language="de", voice="f3")
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda index: spoken(SENTENCE if index % 2 else "你好", language="en")[0], range(6)))
    assert together[1] == together[3] == together[5] == alone


def test_a_new_process_speaks_the_same_bytes() -> None:
    code = (
        "import hashlib\nfrom videofactory_tests.providers.embedded.test_voice import SENTENCE, spoken\n"
        "print(hashlib.sha256(spoken(SENTENCE)[0]).hexdigest())"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    assert answer.stdout.strip() == hashlib.sha256(spoken(SENTENCE)[0]).hexdigest()
