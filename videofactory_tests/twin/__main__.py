"""Run the twin by hand: `python -m videofactory_tests.twin` prints where it listens, and the settings that lead there."""

import sys
import time

from videofactory_tests.twin.server import Twin

with Twin(render_seconds=2.0).running() as twin:
    sys.stdout.write(f"The twin listens at {twin.url}; stop with Ctrl-C.\n")
    while True:
        time.sleep(3600)
