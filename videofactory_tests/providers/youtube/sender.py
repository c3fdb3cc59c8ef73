"""A process of its own that sends a film to a session, and may be struck dead on the way: `sender SESSION FILM FATAL`.

Prints the video's id and the most memory it ever held, in bytes. `FATAL`: after so many bytes it kills itself (0: never).
"""

import os
import signal
import sys
from pathlib import Path

from videofactory.providers.account import Account
from videofactory.providers.youtube.client import YouTube
from videofactory_tests.media.weights import most_held


def main(session: str, film: Path, fatal: int) -> None:
    """Ask, then send what is missing."""

    def told(left: int) -> None:
        if fatal and left >= fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    youtube = YouTube(Account("youtube", bases={"youtube": session}), access_token=lambda: "ya29.x")
    there = youtube.ask(session, size=film.stat().st_size)
    sent = youtube.send(there.session, film, offset=there.confirmed, told=told)
    sys.stdout.write(f"{sent.video_id} {most_held()}")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
