"""espeak-ng through ctypes: one text in, raw samples and word events out, always the same for the same call.

The library keeps state between texts (phase of its flutter, its random numbers), which changes samples and even lengths. So
it is loaded anew for each text and unloaded after it, which takes some 10 ms, and only one thread is inside at a time.
Which words the events belong to is decided in `spoken_text`; how the voice is made pleasant in `media.synth.speech`.
"""

import contextlib
import ctypes
import sys
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import ClassVar, NamedTuple

import espeakng_loader
import numpy as np
from numpy.typing import NDArray

from videofactory.domain.errors import EngineFailed

_LOCK = threading.Lock()
_SYNCHRONOUS = 2
_DO_NOT_EXIT = 0x8000
_CHUNK_MS = 200
_UTF8 = 1
_BY_CHARACTER = 1
_RATE_PARAMETER = 1
_PITCH_PARAMETER = 3
_RANGE_PARAMETER = 4
_LIST_END = 0
_WORD = 1
_SEED = 1
_OK = 0
SLOWEST_WPM = 80
FASTEST_WPM = 450
"""What espeak-ng accepts, words a minute (speak_lib.h, espeakRATE)."""


class _Id(ctypes.Union):
    _fields_: ClassVar = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    """espeak_EVENT of speak_lib.h."""

    _fields_: ClassVar = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    ]


class _Voice(ctypes.Structure):
    """espeak_VOICE of speak_lib.h."""

    _fields_: ClassVar = [
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_void_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("xx1", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    ]


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(_Event))


class Manner(NamedTuple):
    """How to speak: espeak voice (`gmw/en-US+Michael`), words a minute, pitch and its range (0..99, 50 as the voice was made)."""

    voice: str
    words_per_minute: int
    pitch: int = 50
    pitch_range: int = 50


class WordEvent(NamedTuple):
    """A word was begun: index of a character in the text (from 0), index of the first sample."""

    position: int
    sample: int


class Raw(NamedTuple):
    """What espeak-ng said: mono samples within ±1, samples per second, word events in order of time."""

    samples: NDArray[np.float64]
    rate: int
    words: tuple[WordEvent, ...]


def speak(text: str, *, manner: Manner) -> Raw:
    """Speak a text as it stands: no markup is understood. Raises `EngineFailed` for a voice espeak-ng does not have."""
    pcm: list[bytes] = []
    words: list[WordEvent] = []

    def keep(wave: int | None, count: int, events: "ctypes._Pointer[_Event]") -> int:
        if wave and count > 0:
            pcm.append(ctypes.string_at(wave, count * 2))
        words.extend(_word_events(events))
        return 0

    with _library() as (library, rate):
        callback = _Callback(keep)
        library.espeak_SetSynthCallback(callback)
        _prepare(library, manner)
        _synthesise(library, text)
    samples = np.frombuffer(b"".join(pcm), dtype="<i2").astype(np.float64) / 32768
    return Raw(samples, rate, tuple(sorted(words, key=lambda word: word.sample)))


@cache
def languages() -> dict[str, str]:
    """Language tags espeak-ng has a voice for, in lower case, each with the voice that speaks it best."""
    found: dict[str, tuple[int, str]] = {}
    with _library() as (library, _):
        library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
        voices = library.espeak_ListVoices(None)
        index = 0
        while voices[index]:
            voice = voices[index].contents
            for priority, tag in _language_tags(voice.languages):
                found[tag] = min(found.get(tag, (priority, voice.identifier.decode())), (priority, voice.identifier.decode()))
            index += 1
    return {tag: voice for tag, (_, voice) in sorted(found.items())}


@cache
def variants() -> dict[str, str]:
    """Voice variants by their name in lower case: the name as espeak-ng writes it."""
    folder = Path(espeakng_loader.get_data_path()) / "voices" / "!v"
    return {path.name.lower(): path.name for path in sorted(folder.iterdir()) if path.is_file()}


@contextlib.contextmanager
def _library() -> Iterator[tuple[ctypes.CDLL, int]]:
    with _LOCK:
        library = ctypes.CDLL(espeakng_loader.get_library_path())
        try:
            folder = espeakng_loader.get_data_path().encode()
            rate = library.espeak_Initialize(_SYNCHRONOUS, _CHUNK_MS, folder, _DO_NOT_EXIT)
            if rate <= 0:
                message = f"espeak-ng could not be started with its data in {folder.decode()!r}."
                raise EngineFailed(message, remedy="Install the package espeakng-loader again.")
            library.espeak_ng_SetRandSeed(ctypes.c_long(_SEED))
            yield library, rate
        finally:
            library.espeak_Terminate()
            _unload(library)


def _unload(library: ctypes.CDLL) -> None:
    import _ctypes  # noqa: PLC0415 - named differently on each system, and needed only here

    if sys.platform == "win32":
        _ctypes.FreeLibrary(library._handle)  # noqa: SLF001 - ctypes has no public way to unload
    else:
        _ctypes.dlclose(library._handle)  # noqa: SLF001 - ctypes has no public way to unload


def _prepare(library: ctypes.CDLL, manner: Manner) -> None:
    if library.espeak_SetVoiceByName(manner.voice.encode()) != _OK:
        message = f"espeak-ng has no voice {manner.voice!r}."
        raise EngineFailed(message, remedy="Set engines.voice.id to a language tag, a variant such as f3, or both: en-gb+f3.")
    for parameter, value in (
        (_RATE_PARAMETER, manner.words_per_minute),
        (_PITCH_PARAMETER, manner.pitch),
        (_RANGE_PARAMETER, manner.pitch_range),
    ):
        library.espeak_SetParameter(parameter, value, 0)


def _synthesise(library: ctypes.CDLL, text: str) -> None:
    content = text.encode() + b"\0"
    arguments = (content, ctypes.c_size_t(len(content)), 0, _BY_CHARACTER, 0, _UTF8, None, None)
    if library.espeak_Synth(*arguments) != _OK or library.espeak_Synchronize() != _OK:
        message = f"espeak-ng gave up on a text of {len(text)} characters."
        raise EngineFailed(message, remedy="Shorten the narration of the scene, or look for unusual characters in it.")


def _word_events(events: "ctypes._Pointer[_Event]") -> Iterator[WordEvent]:
    index = 0
    while events[index].type != _LIST_END:
        if events[index].type == _WORD:
            yield WordEvent(max(events[index].text_position - 1, 0), events[index].sample)
        index += 1


def _language_tags(address: int) -> Iterator[tuple[int, str]]:
    """The tags of one voice with their priorities (1 is best): a byte and a string each, ended by a zero byte."""
    while priority := ctypes.c_ubyte.from_address(address).value:
        tag = ctypes.string_at(address + 1)
        yield priority, tag.decode().lower()
        address += len(tag) + 2
