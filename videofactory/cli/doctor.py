"""The command `doctor`: whether this machine and this home can make films, and what to mend."""

import shutil
from collections.abc import Callable
from typing import Any

import typer

from videofactory.cli.answers import Exit, answer, out
from videofactory.cli.opening import HomeOption, JsonOption, studio_at
from videofactory.domain.errors import FactoryError
from videofactory.media import ffmpeg, fonts
from videofactory.providers.embedded.espeak import languages
from videofactory.studio.factory import Studio

ROOM = 2 * 10**9
"""Bytes of free disk a film may need while it is made."""


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(doctor)


def doctor(home: HomeOption = None, *, as_json: JsonOption = False) -> int:
    """Look at everything a film needs: FFmpeg, voice, fonts, channels, ledger, disk."""
    studio = studio_at(home)
    findings = [_examined(name, look) for name, look in _looks(studio).items()]

    def show() -> None:
        for finding in findings:
            mark = "[green]✓[/]" if finding["ok"] else "[red]✗[/]"
            out.print(f"{mark} {finding['name']:<10} {finding['words']}")

    answer(findings, as_json=as_json, show=show)
    return Exit.DONE if all(finding["ok"] for finding in findings) else Exit.FAILED


def _looks(studio: Studio) -> dict[str, Callable[[], str]]:
    return {
        "FFmpeg": ffmpeg.version,
        "voice": lambda: f"espeak-ng, {len(languages())} languages",
        "fonts": lambda: fonts.find("Inter").path.name,
        "channels": lambda: f"{len(studio.channels)} in {studio.settings.channels_dir}",
        "ledger": lambda: f"{len(studio.ledger.projects.all())} projects in {studio.settings.home}",
        "disk": lambda: _disk(studio),
    }


def _examined(name: str, look: Callable[[], str]) -> dict[str, Any]:
    try:
        return {"name": name, "ok": True, "words": look()}
    except (FactoryError, OSError) as error:
        return {"name": name, "ok": False, "words": str(error)}


def _disk(studio: Studio) -> str:
    free = shutil.disk_usage(studio.settings.home).free
    if free < ROOM:
        raise OSError(f"only {free / 1e9:.1f} GB are free; a film may need {ROOM / 1e9:.0f} GB while it is made")
    return f"{free / 1e9:.0f} GB free"
