"""What the tests of the compiler share: programs in C are compiled quickly, and each only once."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.program.c import building
from tests.engine.program.agreement import float64

STRICT = ["-Wall", "-Wextra", "-Werror"]


@pytest.fixture(scope="module")
def jax_of_float64() -> Iterator[None]:
    """The tests of a module compute with floats of 64 bits in JAX, too."""
    with float64():
        yield


@pytest.fixture(scope="session")
def cache_of_c(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where machine code is kept while the tests run."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module", autouse=True)
def quickly(cache_of_c: Path) -> Iterator[None]:
    """C is compiled without optimising, which takes longer than all else, and without a warning."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", os.fspath(cache_of_c))
        quick = ["-O0" if option == "-O2" else option for option in building.OPTIONS]
        patch.setattr(building, "OPTIONS", [*quick, *STRICT])
        yield
