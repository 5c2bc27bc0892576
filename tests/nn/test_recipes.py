"""The recipes in nn/README.md are followed in a copy; its table names every file and folder."""

import re
from pathlib import Path

from tests.recipes import ROOT, Copy, blocks_of

README = "nn/README.md"
ROOMS = (ROOT / README).read_text(encoding="utf-8").partition("\n## ")[0]


def test_the_table_has_every_file_and_folder() -> None:
    rows = re.findall(r"^\| (`.*?) \|", ROOMS, re.M)
    named = {name for row in rows for name in re.findall(r"`([\w.]+)/?`", row)}
    hidden = {"README.md", "__init__.py", "py.typed", "__pycache__"}
    assert named == {path.name for path in (ROOT / "nn").iterdir()} - hidden


def test_a_room_imports_those_above_it_in_the_table() -> None:
    rows = re.findall(r"^\| `(\w+)", ROOMS, re.M)
    for number, room in enumerate(rows):
        files = [*(ROOT / "nn").glob(f"{room}.py"), *(ROOT / f"nn/{room}").glob("*.py")]
        for path in files:
            for other in re.findall(r"^from nn\.(\w+)", path.read_text(encoding="utf-8"), re.M):
                assert other in rows[: number + 1], f"{path.name} imports nn.{other}"


def test_a_layer_a_loss_and_an_optimizer_are_added_as_the_recipes_say(tmp_path: Path) -> None:
    copy = Copy(tmp_path, "nn", "tests/nn")
    layer, import_line, entry, test = blocks_of(README, "How to add a layer")
    copy.write("nn/layers/scale.py", layer)
    copy.write("tests/nn/layers/test_scale.py", test)
    copy.insert("tests/nn/layers/test_every_layer.py", entry, before='"SelfAttention": attention')
    loss, test = blocks_of(README, "How to add a loss")
    copy.insert("nn/losses/losses.py", loss, before="def _mean")
    copy.write("tests/nn/losses/test_mean_fourth_power.py", test)
    rule, test = blocks_of(README, "How to add an optimizer")
    copy.insert("nn/optim/update_rules.py", rule, before="def _check_fraction")
    copy.write("tests/nn/optim/test_adagrad.py", test)
    elsewhere = copy.place / "nn/elsewhere.py"
    elsewhere.write_text(elsewhere.read_text(encoding="utf-8").replace('"Adagrad", ', ""), "utf-8")
    imports = [
        import_line,
        import_line.replace("layers.scale", "losses.losses").replace("Scale", "mean_fourth_power"),
        import_line.replace("layers.scale", "optim.update_rules").replace("Scale", "Adagrad"),
    ]
    copy.insert("nn/__init__.py", "".join(imports), before="from nn.layers.sequential")
    names = '"Scale",\n"mean_fourth_power",\n"Adagrad",\n'
    copy.insert("nn/__init__.py", names, before='"SelfAttention",')
    new = "(Scale or scale or no_layer_is_missing or fourth_power or adagrad)"
    files = ["layers/test_every_layer.py", "layers/test_scale.py"]
    files += ["losses/test_mean_fourth_power.py", "optim/test_adagrad.py", "test_package.py"]
    said = copy.run(
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "tests.conftest"),
        *("--import-mode=importlib", "-k", f"{new} and not pytorch"),
        *[f"tests/nn/{file}" for file in files],
    )
    assert "12 passed" in said
