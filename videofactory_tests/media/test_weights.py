"""What is measured of memory: what a process held itself, not what its parent held when it began."""

import numpy as np

from videofactory_tests.media.weights import MEBIBYTE, held_by


def test_a_parents_memory_is_not_the_childs() -> None:
    ballast = np.ones(400 * MEBIBYTE, np.uint8)
    assert held_by("pass") < 300 * MEBIBYTE < ballast.nbytes
