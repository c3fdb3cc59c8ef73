"""The command `doctor`: whether this machine and this home can make, publish and tell of films, and what to mend."""

import typer

from videofactory.cli.answers import Exit, answer, out, plain
from videofactory.cli.opening import HomeOption, JsonOption, studio_at
from videofactory.domain.errors import InvalidInput
from videofactory.settings import addresses
from videofactory.studio.alerts import places
from videofactory.studio.factory import Studio
from videofactory.studio.health import Finding, examined


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(doctor)


def doctor(home: HomeOption = None, *, as_json: JsonOption = False) -> int:
    """Look at everything a film needs: FFmpeg, voice, fonts, ledger, store, disk, channels, their tokens and alerts."""
    studio = studio_at(home)
    findings = list(examined(studio, _addresses(studio)))
    told = [finding.model_dump(mode="json") for finding in findings]
    answer(told, as_json=as_json, show=lambda: _show(findings))
    return Exit.DONE if all(finding.ok for finding in findings) else Exit.FAILED


def _addresses(studio: Studio) -> dict[str, str]:
    """Where channels' alerts go, by variable; none while their files have errors."""
    try:
        return addresses(place.partition(":")[2] for place in places(studio))
    except InvalidInput:
        return {}


def _show(findings: list[Finding]) -> None:
    for finding in findings:
        mark = "[green]✓[/]" if finding.ok else "[red]✗[/]"
        whose = f" [dim]{finding.channel}:[/]" if finding.channel else ""
        out.print(f"{mark} {finding.name:<10}{whose} {plain(finding.words)}")
        if finding.remedy and finding.remedy not in finding.words:
            out.print(f"  {'':<10} {plain(finding.remedy)}")
