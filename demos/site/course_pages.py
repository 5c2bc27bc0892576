"""The pages of the course: chapters with their exercises, and lessons with what they gave."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from demos.course import CHAPTERS, FIRST, LESSONS, ROOT, Lesson, description_of
from demos.exercises.catalogue import SHORT
from demos.exercises.exercise import Exercise
from demos.exercises.steps import STEPS
from demos.playground.examples import examples_of
from demos.playground.link import link_to
from demos.site.markup import (
    block,
    contents,
    divided,
    folded,
    frame,
    plain,
    printed,
)
from demos.site.running import Given


def write_course(pages: Path, extra: Path, ran: Mapping[str, Given], *, playground: bool) -> None:
    """A page for the course, for each chapter, lesson and notebook, and for one's own engine.

    They stand where the files of the course stand, so that links to these hold.
    """
    course = pages / "demos"
    for chapter, lessons in CHAPTERS.items():
        folder = course / chapter
        folder.mkdir(parents=True, exist_ok=True)
        notebooks = sorted((ROOT / "demos" / chapter).glob("*.ipynb"))
        for notebook in notebooks:
            shutil.copy(notebook, folder)
        to_read = [each.stem for each in notebooks if each.name != "exercises.ipynb"]
        for name in lessons:
            text = lesson_page(LESSONS[name], ran[name], folder, extra)
            (folder / f"{name}.md").write_text(text, encoding="utf-8")
        text = chapter_page(chapter, to_read, playground=playground)
        (folder / "index.md").write_text(text, encoding="utf-8")
    (course / "engine.md").write_text(own_engine(), encoding="utf-8")
    (course / "index.md").write_text(front(playground=playground), encoding="utf-8")


def front(*, playground: bool) -> str:
    """The course as a whole."""
    chapters = [
        f"{number}. [{name}]({chapter}/index.md){plain(title.removeprefix(name))}"
        for number, chapter in enumerate(CHAPTERS, 1)
        for title in [description_of(f"demos.{chapter}")]
        for name, _ in [divided(title)]
    ]
    parts = [
        "# The course",
        "Lessons that run, in reading order. Each page shows what the lesson printed, drew and "
        "wrote when this site was built.",
        f"To begin with, a notebook: [first steps]({FIRST.removeprefix('demos/')})",
        contents([*[f"{chapter}/index" for chapter in CHAPTERS], "engine"]),
        "\n".join(chapters),
        "Then, or meanwhile: [build your own engine](engine.md), in twelve steps that are marked.",
    ]
    if playground:
        parts.append('All of it can be tried in the <a href="../playground.html">playground</a>.')
    parts += ["Any lesson runs by its name or number:", block("python -m demos chain_rule", "bash")]
    return "\n\n".join(parts) + "\n"


def chapter_page(chapter: str, notebooks: list[str], *, playground: bool) -> str:
    """The lessons of a chapter, what can be tried, and the exercises."""
    lessons = [LESSONS[name] for name in CHAPTERS[chapter]]
    number = list(CHAPTERS).index(chapter) + 1
    name, rest = divided(description_of(f"demos.{chapter}"))
    parts = [
        f"# {number}. {name}",
        plain(rest),
        contents([*notebooks, *CHAPTERS[chapter]]),
        *[
            f"To begin with, a notebook: [{name.replace('_', ' ')}]({name}.ipynb)"
            for name in notebooks
        ],
        "\n".join(map(entry, lessons)),
        *(tried(chapter) if playground else []),
        *exercises(SHORT[chapter], playground=playground),
    ]
    return "\n\n".join(parts) + "\n"


def entry(lesson: Lesson) -> str:
    name, _ = divided(lesson.title)
    return f"- [{plain(name)}]({lesson.name}.md){plain(lesson.title.removeprefix(name))}"


def tried(chapter: str) -> list[str]:
    """Programs to open in the playground."""
    links = [
        f'- <a href="../../playground.html{link_to(each["text"])}">{plain(each["title"])}</a>'
        for each in examples_of(chapter)
    ]
    return ["## Open in the playground", "\n".join(links)]


# A lesson


def lesson_page(lesson: Lesson, given: Given, folder: Path, extra: Path) -> str:
    """What a lesson shows, what it printed and wrote, in its order, and the lesson itself."""
    shows, _, writes = described(lesson)
    earlier = [LESSONS[name] for name in lesson.builds_on]
    builds_on = [
        f"[{plain(divided(each.title)[0])}](../{each.chapter}/{each.name}.md)" for each in earlier
    ]
    source = (ROOT / "demos" / lesson.chapter / f"{lesson.name}.py").read_text(encoding="utf-8")
    name, rest = divided(lesson.title)
    parts = [
        f"# {plain(name)}",
        *([plain(rest)] if rest else []),
        f"It shows {plain(shows)}.",
        *([f"It builds on: {', '.join(builds_on)}"] if builds_on else []),
        *[
            printed(text) if isinstance(part, str) else shown(part, lesson, folder, extra)
            for part in given
            for text in [str(part).partition("\n\nNext:")[0]]
            if text.strip()
        ],
        *([f"It writes {plain(writes)}."] if any(isinstance(x, Path) for x in given) else []),
        block(f"python -m demos {lesson.name}", "bash"),
        folded("The lesson as it stands in its file", block(source, "python")),
    ]
    return "\n\n".join(parts) + "\n"


def described(lesson: Lesson) -> tuple[str, str, str]:
    """What the docstring of a lesson says that it shows, takes and writes."""
    words = " ".join(lesson.description.partition("\n")[2].split())
    match = re.fullmatch("It shows (.*) It takes (.*) It writes (.*)", words)
    assert match is not None, lesson.name
    return match[1], match[2], match[3]


def shown(file: Path, lesson: Lesson, folder: Path, extra: Path) -> str:
    """A picture, a page or the text of something that a lesson wrote."""
    if file.suffix == ".html":
        place = extra / "live" / lesson.name
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, place)
        return frame(f"../../live/{lesson.name}/{file.name}", file.name)
    if file.suffix == ".py":
        return folded(file.name, block(file.read_text(encoding="utf-8"), "python"))
    place = folder / lesson.name
    place.mkdir(exist_ok=True)
    shutil.copy(file, place)
    return f"![{file.name} of the lesson {lesson.name}]({lesson.name}/{file.name})"


# Exercises


def exercises(some: tuple[Exercise, ...], *, playground: bool) -> list[str]:
    """What there is to do at the end of a chapter, with hints and solutions folded."""
    return [
        "## Exercises",
        "Each is a file with a blank. The command writes it, and marks it once it is filled in. "
        "The same as a notebook: {download}`exercises.ipynb`",
        *[exercise(each, playground=playground) for each in some],
    ]


def exercise(one: Exercise, *, playground: bool) -> str:
    hints = [folded(f"Hint {n}", plain(hint)) for n, hint in enumerate(one.hints, 1)]
    answer = f"{block(one.solution, 'python')}\n\n{plain(one.reason)}"
    address = f"../../playground.html{link_to(one.start)}"
    parts = [
        f"### {plain(one.title.rstrip('.'))}",
        plain(one.task),
        block(one.file, "python"),
        *([f'<a href="{address}">Open it in the playground</a>'] if playground else []),
        block(f"python -m demos exercises {one.name}", "bash"),
        *hints,
        folded("Solution", answer),
    ]
    return "\n\n".join(parts)


def own_engine() -> str:
    """The twelve steps to an engine of one's own."""
    parts = [
        "# Build your own engine",
        "From an empty class to a net that learns half-moons, in one file. After each step the "
        "judge marks it, and draws the smallest program that still fails.",
        block("python -m demos exercises engine1", "bash"),
    ]
    for step in STEPS:
        hints = [folded(f"Hint {n}", plain(hint)) for n, hint in enumerate(step.hints, 1)]
        answer = f"{block(step.solution, 'python')}\n\n{plain(step.reason)}"
        title = f"## {step.number}. {plain(step.title.rstrip('.'))}"
        parts += [title, plain(step.task), *hints, folded("Solution", answer)]
    return "\n\n".join(parts) + "\n"
