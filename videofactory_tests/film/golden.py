"""The golden film: made in deterministic mode, its hashes kept in `golden.json` for exactly one set of versions and platform.

`python -m videofactory_tests.film.golden` makes it anew and rewrites the file; do that after every wanted change of pictures,
sounds or the versions locked. What is compared when versions or platform differ stands in `test_deterministic`.
"""

import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import cv2
from numpy._core._multiarray_umath import __cpu_features__  # type: ignore[import-not-found]  # where NumPy says what it found

from videofactory_tests.film.line import CHANNEL, Line, environment, put_channel
from videofactory_tests.film.traces import artifacts, film_file, sha256

FILE = Path(__file__).with_name("golden.json")
PACKAGES = ("av", "espeakng-loader", "fontpkg-inter", "imageio-ffmpeg", "numpy", "opencv-python-headless", "pillow")
"""Whose code makes pictures and sounds."""
SCENES = (
    {"narration": "We open at six.", "seconds": 2, "on_screen_text": "Six", "sound": "rain"},
    {"narration": "Warm cups.", "seconds": 2, "transition": "crossfade", "layout": "composite"},
    {"narration": "", "seconds": 2, "transition": "fade_black", "layout": "split_screen", "camera": "orbit"},
)


class Made(NamedTuple):
    """The hashes of a film and of all artifacts that lie in the store with it."""

    film: str
    artifacts: tuple[str, ...]


def versions() -> dict[str, str]:
    """All that may change a byte: package versions, operating system, processor, and the vector units OpenCV and NumPy use.

    Measured: without AVX2 and AVX-512 both round differently in the last digit, which pictures and sounds show in some bytes.
    """
    found = {name: importlib.metadata.version(name) for name in PACKAGES}
    vectors = " ".join(sorted(name for name, present in __cpu_features__.items() if present))
    units = {"numpy vectors": vectors, "opencv vectors": cv2.getCPUFeaturesLine()}
    return {**found, **units, "system": platform.system(), "machine": platform.machine()}


def make(home: Path) -> None:
    """Make the golden film in this process, and print its hashes as JSON."""
    if not (home / "channels" / f"{CHANNEL}.yaml").exists():
        put_channel(home, captions={"burn_in": "word"})
    line = Line.at(home, **{name: os.environ[name] for name in os.environ if name.startswith("VIDEOFACTORY_")})
    project = line.take_in(script=list(SCENES), aspects=["16:9", "9:16"])
    cut = line.film(project)
    assert not cut.findings, cut.findings
    made = Made(sha256(film_file(home, project)), tuple(sorted(artifacts(home))))
    print(json.dumps(made._asdict()))  # noqa: T201 - read by `made_in`


def made_in(home: Path, **variables: str) -> Made:
    """The golden film made in a fresh process on this home, with these variables over the usual ones."""
    own = environment(VIDEOFACTORY_DETERMINISTIC="1", **variables)
    program = f"from pathlib import Path; from videofactory_tests.film.golden import make; make(Path({str(home)!r}))"
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], env={**os.environ, **own}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    found = json.loads(done.stdout.splitlines()[-1])
    return Made(found["film"], tuple(found["artifacts"]))


def main() -> None:
    """Rewrite `golden.json`."""
    with tempfile.TemporaryDirectory() as folder:
        made = made_in(Path(folder) / "home")
    FILE.write_text(json.dumps({"versions": versions(), **made._asdict()}, indent=1) + "\n", encoding="utf-8")
    print(f"{FILE}: film {made.film}, {len(made.artifacts)} artifacts")  # noqa: T201 - said to who runs it


if __name__ == "__main__":
    main()
