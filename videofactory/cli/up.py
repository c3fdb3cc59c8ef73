"""The command `up`: Dagster's web server and daemon on this home, and the receiver of reports, until stopped."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from videofactory.board.app import listening
from videofactory.cli.answers import Exit, err, out, plain
from videofactory.cli.callbacks import PORT
from videofactory.cli.opening import HomeOption, instance_of, product_file, studio_at
from videofactory.domain.errors import Lasting
from videofactory.media.children import bound
from videofactory.studio.factory import Studio

HERE = "127.0.0.1"
LOOK_EVERY = 0.5
GRACE = 20.0
"""Seconds the processes get to end by themselves before they are killed."""


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(up)


def up(
    home: HomeOption = None,
    port: Annotated[int, typer.Option(help="Port of the Dagster UI.")] = 3000,
    host: Annotated[str, typer.Option(help="Address of the Dagster UI.")] = "127.0.0.1",
    callback_port: Annotated[
        int, typer.Option(help="Port for the reports of engines and Notion, on 127.0.0.1; 0: 'videofactory callbacks' listens.")
    ] = PORT,
) -> int:
    """Run the factory: Dagster UI and daemon. Briefs dropped into the inbox become films; Ctrl-C stops.

    Where VIDEOFACTORY_CALLBACK_URL is set, it listens for the reports of engines and Notion, too.
    """
    studio = studio_at(home)
    len(studio.channels)
    workspace = str(product_file("workspace.yaml").resolve())
    logs = studio.settings.home / "logs"
    logs.mkdir(exist_ok=True)
    with instance_of(studio):  # makes Dagster's tables: server and daemon, making them both at once, trip over each other
        pass
    server = _start("dagster_webserver", "-w", workspace, "-h", host, "-p", str(port), log=logs / "webserver.log")
    daemon = _start("dagster._daemon", "run", "-w", workspace, log=logs / "daemon.log")
    processes = {"web server": server, "daemon": daemon, **_receiver(studio, port=callback_port, log=logs / "callbacks.log")}
    out.print(f"Dagster UI  [bold]http://{host}:{port}[/]")
    out.print(f"Inbox       {studio.settings.inbox}   (drop a brief here)")
    out.print(f"Films       {studio.settings.films}")
    out.print(f"Logs        {logs}")
    return _watch(processes, logs=logs)


def _receiver(studio: Studio, *, port: int, log: Path) -> "dict[str, subprocess.Popen[bytes]]":
    """The receiver of reports, where a public address leads to it and nobody listens at its port yet."""
    if not studio.settings.callback_url or port == 0:
        return {}
    try:
        listening(HERE, port).close()
    except Lasting as error:
        err.print(f"Reports are left to who listens at port {port} already: {plain(error.message)}")
        return {}
    out.print(f"Reports     {plain(studio.settings.callback_url)} must lead to http://{HERE}:{port}")
    return {"receiver of reports": _start("videofactory", "callbacks", "--host", HERE, "--port", str(port), log=log)}


def _start(module: str, *arguments: str, log: Path) -> "subprocess.Popen[bytes]":
    with log.open("ab") as stream:
        return subprocess.Popen(  # noqa: S603 - our own interpreter, a module of Dagster, no shell
            bound([sys.executable, "-m", module, *arguments]),
            env=os.environ,
            stdout=stream,
            stderr=stream,
        )


def _watch(processes: "dict[str, subprocess.Popen[bytes]]", *, logs: Path) -> int:
    """Wait until stopped, or until one of them ends; then end all."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)  # also where a shell started us with interrupts ignored
    try:
        while True:
            for name, process in processes.items():
                if process.poll() is not None:
                    err.print(f"The {name} ended by itself (exit code {process.returncode}); see its log in {logs}.")
                    return Exit.FAILED
            time.sleep(LOOK_EVERY)
    except KeyboardInterrupt:
        return Exit.DONE
    finally:
        _stop(processes)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _stop(processes: "dict[str, subprocess.Popen[bytes]]") -> None:
    for process in processes.values():
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + GRACE
    for process in processes.values():
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
