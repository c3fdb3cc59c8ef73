"""Every check of a finished film passes on a good film, and fails on one broken in just that way."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from videofactory.domain.footage import Frame, Word
from videofactory.domain.timeline import Caption
from videofactory.media.quality.film import measure_film
from videofactory.media.quality.report import FilmReport
from videofactory_tests.media.films import AUDIO, FRAME, FRAMES, LOUDNESS, PICTURE, TAGS, VIDEO, VOICE, film, remade

CAPTIONS = (
    Caption(start=0.0, end=1.2, lines=("We open at six.",), words=(Word(text="We", start=0.0, end=0.2),)),
    Caption(start=1.2, end=3.0, lines=("The first cup is", "for the baker.")),
)
Breaker = Callable[[Path, Path], Path]


def measured(path: Path, *, captions: tuple[Caption, ...] = CAPTIONS, expects_sound: bool = True) -> FilmReport:
    return measure_film(path, frame=FRAME, frames=FRAMES, captions=captions, expects_sound=expects_sound)


def checks(report: FilmReport) -> set[str]:
    return {finding.check for finding in report.findings}


def test_a_good_film_passes_every_check(good_film: Path) -> None:
    report = measured(good_film)
    assert report.explain() == ""
    assert report.passed
    assert report.measures["frames"] == FRAMES
    assert report.measures["integrated_lufs"] == pytest.approx(-14, abs=0.5)
    assert report.measures["faststart"] == "yes"
    assert FilmReport.model_validate_json(report.model_dump_json()) == report


def test_measuring_twice_says_the_same(good_film: Path) -> None:
    assert measured(good_film) == measured(good_film)


BROKEN_SOUND: dict[str, tuple[str, set[str]]] = {
    "silent": ("anullsrc=r=48000:cl=stereo:d=3", {"silence"}),
    "too quiet": (f"{VOICE},{LOUDNESS},volume=-2dB", {"loudness"}),
    "too loud": (f"{VOICE},{LOUDNESS},volume=0.9dB", {"loudness"}),
    "clipped": (f"{VOICE},volume=25dB,aformat=sample_fmts=s16", {"loudness", "true_peak", "clipping"}),
    "one click over": (f"{VOICE},{LOUDNESS},aeval='if(between(n,9000,9030),0.85,val(0))':c=same", {"true_peak"}),
    "a click on the last samples": (
        f"{VOICE},{LOUDNESS},atrim=end=2.98,aeval='if(between(n,142800,142830),0.85,val(0))':c=same",
        {"true_peak"},
    ),
    "100 ms longer": (f"{VOICE},{LOUDNESS},apad=pad_dur=0.1", {"sync"}),
    "100 ms shorter": (f"{VOICE},{LOUDNESS},atrim=end=2.9", {"sync"}),
    "mono at 44.1 kHz": (f"{VOICE},{LOUDNESS},volume=-3.5dB", {"loudness", "sample_rate", "channels"}),
}


@pytest.mark.parametrize("name", BROKEN_SOUND)
def test_broken_sound_is_found(name: str, tmp_path: Path) -> None:
    sound, expected = BROKEN_SOUND[name]
    audio = ("-c:a", "aac", "-ar", "44100", "-ac", "1") if name.startswith("mono") else AUDIO
    assert checks(measured(film(tmp_path / "broken.mp4", sound=sound, audio=audio))) == expected


BROKEN_PICTURES: dict[str, tuple[dict[str, Any], set[str]]] = {
    "black for a second": ({"picture": f"{PICTURE},drawbox=t=fill:c=black:enable='between(t,1,1.99)'"}, {"black"}),
    "fading to black too slowly": (
        {"picture": f"{PICTURE},fade=t=out:st=0.5:d=0.8,fade=t=in:st=1.8:d=0.8:enable='gte(t,1.8)'"},
        {"black"},
    ),
    "frozen throughout": ({"picture": "color=c=gray:s=320x180:r=30:d=3"}, {"frozen"}),
    "frozen under changing captions": (
        {"picture": "color=c=gray:s=320x180:r=30:d=3,drawbox=y=140:h=30:t=fill:c=white:enable='between(mod(t,1),0,0.5)'"},
        {"frozen"},
    ),
    "wrong size": ({"picture": PICTURE.replace("320x180", "322x180")}, {"size"}),
    "wrong rate": ({"picture": PICTURE.replace("r=30", "r=25")}, {"rate", "declared_rate", "length"}),
    "uneven frames": ({"picture": f"{PICTURE},settb=1/600,setpts='PTS+if(eq(N,30),0.02/TB,0)'"}, {"frame_times"}),
    "no tags": (
        {"look": "format=yuv420p,setparams=color_primaries=unknown:color_trc=unknown:colorspace=unknown"},
        {"primaries", "transfer", "matrix", "range"},
    ),
    "full range": (
        {"look": f"scale=out_color_matrix=bt709:out_range=pc,format=yuvj420p,{TAGS.replace('tv', 'pc')}"},
        {"range", "pixel_format"},
    ),
    "4:4:4": ({"look": f"scale=out_color_matrix=bt709:out_range=tv,format=yuv444p,{TAGS}"}, {"pixel_format", "profile"}),
}


@pytest.mark.parametrize("name", BROKEN_PICTURES)
def test_broken_pictures_are_found(name: str, tmp_path: Path) -> None:
    change, expected = BROKEN_PICTURES[name]
    video: tuple[str, ...] = (*VIDEO[:4], "-fps_mode", "passthrough", "-enc_time_base", "1:600")
    if name == "4:4:4":
        video = tuple("high444" if word == "high" else word for word in VIDEO)
    assert checks(measured(film(tmp_path / "broken.mp4", video=video, **change))) == expected


BROKEN_FILES: dict[str, tuple[Breaker, set[str]]] = {
    "index at the end": (lambda good, out: remade(good, out, "-c", "copy"), {"faststart"}),
    "sound delayed by 100 ms": (
        lambda good, out: remade(
            good, out, "-itsoffset", "0.1", "-i", str(good), "-map", "0:v", "-map", "1:a", "-c", "copy", "-movflags", "+faststart"
        ),
        {"sync"},
    ),
    "no sound track": (lambda good, out: remade(good, out, "-an", "-c", "copy", "-movflags", "+faststart"), {"silence"}),
    "last frames dropped": (lambda _, out: film(out, picture=PICTURE.replace("d=3", "d=2.7")), {"length", "sync"}),
    "baseline profile": (
        lambda good, out: remade(
            good, out, "-c:a", "copy", "-c:v", "libx264", "-profile:v", "baseline", "-movflags", "+faststart"
        ),
        {"profile"},
    ),
}


@pytest.mark.parametrize("name", BROKEN_FILES)
def test_broken_files_are_found(name: str, good_film: Path, tmp_path: Path) -> None:
    breaker, expected = BROKEN_FILES[name]
    assert checks(measured(breaker(good_film, tmp_path / "broken.mp4"))) == expected


def test_a_truncated_film_does_not_pass_as_shorter(good_film: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.mp4"
    content = good_film.read_bytes()
    short.write_bytes(content[: len(content) * 2 // 3])
    assert {"decode", "length"} <= checks(measured(short))


def test_damage_inside_the_picture_is_found(good_film: Path, tmp_path: Path) -> None:
    content = bytearray(good_film.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 400] = b"\xa5" * 400
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(bytes(content))
    assert "decode" in checks(measured(damaged))


@pytest.mark.parametrize("content", [b"", b"no film at all", b"\x00\x00\x00\x20ftypisom"])
def test_what_is_no_film_is_one_finding(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(content)
    assert [finding.check for finding in measured(path).findings] == ["decode"]


def test_a_film_asked_to_be_silent_may_have_no_sound_or_a_silent_track(good_film: Path, tmp_path: Path) -> None:
    without = remade(good_film, tmp_path / "without.mp4", "-an", "-c", "copy", "-movflags", "+faststart")
    silent = film(tmp_path / "silent.mp4", sound="anullsrc=r=48000:cl=stereo:d=3")
    assert measured(without, expects_sound=False).passed
    assert measured(silent, expects_sound=False).passed
    assert checks(measured(good_film, expects_sound=False)) == {"sound_unasked"}


def test_planned_stills_are_allowed_and_no_more(tmp_path: Path) -> None:
    still = film(tmp_path / "still.mp4", picture="color=c=gray:s=320x180:r=30:d=3")

    def found(*planned: tuple[float, float]) -> set[str]:
        return checks(measure_film(still, frame=FRAME, frames=FRAMES, captions=(), planned_stills=planned))

    assert found((0.0, 1.5)) == set()
    assert found((0.0, 0.4), (0.2, 0.5)) == {"frozen"}
    assert found((5.0, 9.0)) == {"frozen"}


def test_one_frame_more_or_less_is_within_the_timeline(good_film: Path) -> None:
    def found(frames: int) -> set[str]:
        return checks(measure_film(good_film, frame=FRAME, frames=frames, captions=()))

    assert found(FRAMES + 1) == found(FRAMES - 1) == set()
    assert found(FRAMES + 2) == found(FRAMES - 2) == {"length"}


def test_findings_say_where_and_how_much(tmp_path: Path) -> None:
    broken = film(tmp_path / "black.mp4", picture=f"{PICTURE},drawbox=t=fill:c=black:enable='between(t,1,1.99)'")
    (finding,) = measured(broken).findings
    assert finding.at == pytest.approx(1.0, abs=0.05)
    assert finding.measure == pytest.approx(1.0, abs=0.05)
    assert finding.limit == 0.5
    assert "black" in finding.words


def test_the_asked_format_is_what_counts(good_film: Path) -> None:
    tall = Frame(width=180, height=320, fps=24)
    found = checks(measure_film(good_film, frame=tall, frames=72, captions=()))
    assert found == {"size", "rate", "declared_rate", "length"}
