"""The command `callbacks`: takes in what engines and Notion report by themselves, on a port that a proxy makes public."""

from contextlib import closing
from typing import Annotated

import typer

from videofactory.board.app import listening, receiver, server
from videofactory.cli.answers import Exit, out
from videofactory.cli.opening import HomeOption, studio_at

PORT = 8787


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(callbacks)


def callbacks(
    home: HomeOption = None,
    port: Annotated[int, typer.Option(help="Port to listen on.")] = PORT,
    host: Annotated[str, typer.Option(help="Address to listen on; the public one is your proxy's.")] = "127.0.0.1",
) -> int:
    """Listen for the reports of engines and Notion (VIDEOFACTORY_CALLBACK_URL is their public address); Ctrl-C stops."""
    app = receiver(studio_at(home))
    with closing(listening(host, port)) as line:
        address = f"http://{host}:{line.getsockname()[1]}"
        out.print(f"Listening at {address}. Engines and Notion are told VIDEOFACTORY_CALLBACK_URL; let it lead here.")
        try:
            server(app).run(sockets=[line])
        except KeyboardInterrupt:
            return Exit.DONE
    return Exit.DONE
