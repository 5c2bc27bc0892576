"""The command line of the course: list the lessons, explain one, run one."""

import os
import sys
import tempfile
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from shutil import get_terminal_size
from textwrap import fill, wrap

from demos.course import CHAPTERS, FIRST, LESSONS, PACKAGES, Lesson, description_of
from engine.optional import missing

# Beside the lessons: the module of each, with a `run(arguments)`.
COMMANDS = {
    "exercises": "demos.exercises.command_line",
    "playground": "demos.playground.command",
    "site": "demos.site.command",
}
INDENT = " " * 13  # of what "It shows" and so on say, where it goes on


def run(arguments: list[str]) -> None:
    """Run `python -m demos` with these arguments. Ends with a one-line error where it cannot."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(listing(get_terminal_size((100, 24)).columns))
        return
    word, *options = arguments
    if word in COMMANDS:
        import_module(COMMANDS[word]).run(options)
        return
    lesson = find(word)
    parser = ArgumentParser(
        prog=f"python -m demos {lesson.name}",
        description=explanation(lesson, get_terminal_size((100, 24)).columns),
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="run at small size, in a few seconds")
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("output", lesson.name),
        metavar="FOLDER",
        help="where the files go (default: %(default)s)",
    )
    for option, default in lesson.options.items():
        kind, metavar, said = (size, "N", "%(default)s") if default else (Path, "FILE", "none")
        parser.add_argument(
            f"--{option}", type=kind, default=default, metavar=metavar, help=f"(default: {said})"
        )
    chosen = parser.parse_args(options)
    prepare(chosen.output)
    # Nets as small as these are slower on several threads, and many times so where cores are busy.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    more = {option: getattr(chosen, option) for option in lesson.options}
    try:
        import_module(lesson.module).main(chosen.output, quick=chosen.quick, **more)
    except ArgumentTypeError as error:
        parser.error(str(error))
    except ModuleNotFoundError as error:
        package = (error.name or "").split(".")[0]
        if package not in PACKAGES:
            raise
        sys.exit(str(missing(f"the lesson {lesson.name}", PACKAGES[package], "demos")))
    print(f"\n{what_is_next(lesson)}")


def size(word: str) -> int:
    """A whole number from 1 on. Raises ArgumentTypeError for anything else."""
    try:
        number = int(word)
    except ValueError:
        number = 0
    if number < 1:
        raise ArgumentTypeError(f"a whole number from 1 on is needed, and {word!r} was given")
    return number


def find(word: str) -> Lesson:
    """The lesson of this name or number. Ends here where there is none."""
    by_word = LESSONS | {str(lesson.number): lesson for lesson in LESSONS.values()}
    if word in by_word:
        return by_word[word]
    if word.isdecimal():
        sys.exit(f"there is no lesson {word}; they go from 1 to {len(LESSONS)}")
    close = get_close_matches(word, [*LESSONS, *COMMANDS])
    all_of_them = f"there are {', '.join(LESSONS)}"
    hint = f"did you mean {' or '.join(close)}?" if close else all_of_them
    sys.exit(f"there is no lesson {word!r}; {hint}")


def listing(width: int) -> str:
    """The lessons in reading order, under the titles of their chapters, and how to run one."""
    blocks = [
        f"To begin with, a notebook: {FIRST}\n"
        f"{len(LESSONS)} lessons in reading order; each ends by naming the next one."
    ]
    for chapter in CHAPTERS:
        lines = [entry(lesson, width) for lesson in LESSONS.values() if lesson.chapter == chapter]
        blocks.append("\n".join([description_of(f"demos.{chapter}"), *lines]))
    blocks.append(
        "python -m demos exercises    what there is to do, marked at once\n"
        "python -m demos playground   writes a page to try it all in, with Python in it\n"
        "python -m demos site         builds all of this as pages\n"
        "python -m demos NAME         runs a lesson, as does its number\n"
        "python -m demos NAME --help  says what it shows, and what it writes"
    )
    return "\n\n".join(blocks)


def entry(lesson: Lesson, width: int) -> str:
    """What the list says of a lesson: number, name, title, time, the lessons and packages it needs.

    >>> print(entry(Lesson(2, "topological_order", "chapter1_gradients", ("chain_rule",)), 80))
      2  topological_order    Why a topological order: the same backward pass in the
                              wrong order gives a wrong gradient.
                              about a second; builds on 1
    """
    numbers = ", ".join(str(LESSONS[name].number) for name in lesson.builds_on)
    builds_on = [f"builds on {numbers}"] if numbers else []
    needs = [f"needs {', '.join(lesson.packages)}"] if lesson.packages else []
    facts = "; ".join([lesson.time, *builds_on, *needs])
    indent = max(map(len, LESSONS)) + 7
    room = max(width - indent, 40)
    said = [
        line for text in (lesson.title, facts) for line in wrap(text, room, break_on_hyphens=False)
    ]
    head = f"{lesson.number:3}  {lesson.name}".ljust(indent)
    return head + f"\n{' ' * indent}".join(said)


def explanation(lesson: Lesson, width: int) -> str:
    """All that is known of a lesson before it runs, in lines of this width."""
    builds_on = ", ".join(lesson.builds_on) or "nothing"
    packages = ", ".join(lesson.packages) or "nothing beside Python"
    following = f"It precedes  {after(lesson)}" if after(lesson) else "It is the last one"
    needed = f"It builds on {builds_on}\nIt needs     {packages}"
    facts = f"{lesson.description}\n{needed}\n{following}".replace(f"\n{INDENT}", " ").split("\n")
    indents = [INDENT if fact.startswith("It ") else "" for fact in facts]
    return "\n".join(
        [
            fill(fact, width, subsequent_indent=indent, break_on_hyphens=False)
            for fact, indent in zip(facts, indents)
        ]
    )


def after(lesson: Lesson) -> str:
    """The name of the next lesson; "" for the last one."""
    return next((each.name for each in LESSONS.values() if each.number == lesson.number + 1), "")


def what_is_next(lesson: Lesson) -> str:
    """What a lesson ends with; the last one of a chapter names the exercises.

    >>> print(what_is_next(LESSONS["chain_rule"]))
    Next: python -m demos topological_order
    >>> print(what_is_next(LESSONS["finite_differences"]))
    Next: python -m demos neuron
    Exercises on this chapter: python -m demos exercises
    """
    following = after(lesson)
    line = f"Next: python -m demos {following}" if following else "This was the last lesson."
    if lesson.name != list(CHAPTERS[lesson.chapter])[-1]:
        return line
    return f"{line}\nExercises on this chapter: python -m demos exercises"


def prepare(folder: Path) -> None:
    """Make the folder, and end here where it cannot be written to rather than after the work."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        sys.exit(f"the folder {folder} cannot be written to: {error.strerror}")
