"""Child processes that die with us: on Linux a launcher asks the kernel for it and becomes the program.

Asking between fork and exec in Python itself (`preexec_fn`) can hang for ever in a process with threads, which ours are.
"""

import os
import sys
from collections.abc import Sequence

_LAUNCHER = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, 9)
if os.getppid() != int(sys.argv[1]):
    os._exit(137)
os.execv(sys.argv[2], sys.argv[2:])
"""
"""PR_SET_PDEATHSIG with SIGKILL; a parent that died before it was set is noticed by the parent's id."""


def bound(command: Sequence[str]) -> list[str]:
    """The command, to be started so that it dies when this process does; its program is named by a path."""
    if sys.platform != "linux":
        return list(command)
    return [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(os.getpid()), *command]
