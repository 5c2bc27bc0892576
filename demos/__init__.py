"""The course: `python -m demos` lists its lessons, `python -m demos neuron` runs one."""

from importlib.util import find_spec
from pathlib import Path

for _name, _file in (("engine", "value.py"), ("nn", "module.py")):
    if (_package := find_spec(_name)) and not any(
        Path(folder, _file).exists() for folder in _package.submodule_search_locations or ()
    ):  # somebody's own script, which is not run
        _found = _package.origin or _package.submodule_search_locations
        _said = f"demos needs the package {_name}, which {_found} hides: give that another name"
        raise ImportError(_said)
