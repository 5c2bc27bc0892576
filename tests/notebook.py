"""The notebook with its outputs, as a code host shows it: python -m tests.notebook writes them.

What only a running notebook can show, the page to play with, is left out.
"""

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[1] / "demos" / "chapter1_gradients" / "first_steps.ipynb"
LARGEST = 30_000  # characters of HTML


def executed() -> dict[str, Any]:
    """The notebook after all its cells have run."""
    import nbformat
    from nbclient import NotebookClient

    cells = nbformat.read(FILE, as_version=4)
    resources = {"metadata": {"path": str(FILE.parents[2])}}
    NotebookClient(cells, resources=resources).execute()
    notebook: dict[str, Any] = json.loads(nbformat.writes(cells))
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if len("".join(data.get("text/html", ""))) > LARGEST:
                del data["text/html"]
    notebook["metadata"]["language_info"] = {"name": "python"}
    return notebook


if __name__ == "__main__":
    FILE.write_text(json.dumps(executed(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
