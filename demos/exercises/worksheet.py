"""Worksheets to print: every short exercise with a blank to fill in, and the key apart."""

from collections.abc import Callable, Iterable, Iterator
from html import escape
from textwrap import dedent

from demos.course import description_of
from demos.exercises.catalogue import SHORT
from demos.exercises.exercise import Exercise
from engine import svg

LINES = 3  # to write on, where something is to be mended
BLANK = '<span class="blank"></span>'
STYLE = """
@page { size: A4; margin: 18mm; }
body { font: 11pt/1.45 Georgia, "DejaVu Serif", serif; color: #111; background: #fff;
  max-width: 44em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 20pt; margin: 0 0 .2em; }
h2 { font-size: 14pt; border-bottom: 1px solid #111; margin: 1.6em 0 .6em; break-after: avoid; }
.chapter + .chapter { break-before: page; }
section { break-inside: avoid; margin: 0 0 1.3em; }
h3 { font-size: 11.5pt; margin: 0 0 .15em; }
p { margin: 0 0 .4em; }
pre { font: 10pt/1.55 "DejaVu Sans Mono", Menlo, Consolas, monospace; margin: .3em 0;
  padding: .5em .7em; background: #f4f4f4; border-left: 3px solid #111; white-space: pre-wrap; }
svg { display: block; max-width: 100%; height: auto; margin: .4em 0; }
.blank { display: inline-block; width: 20em; max-width: 60%; border-bottom: 1px solid #111; }
.line { border-bottom: 1px solid #777; height: 1.9em; }
li { margin: .15em 0; }
code { font: 9.5pt "DejaVu Sans Mono", Menlo, Consolas, monospace; }
.who { margin: 0 0 1em; }
@media print { body { margin: 0; padding: 0; max-width: none; } }
"""


def worksheet() -> str:
    """The page for learners."""
    who = f'<p class="who">Name {BLANK}</p>'
    return page("Exercises", who, asked)


def key() -> str:
    """The page for teachers: the answers, their reasons, and what wrong answers mean."""
    return page("Key to the exercises", "", answered)


def page(title: str, top: str, write: Callable[[Exercise], Iterable[str]]) -> str:
    """A page that needs nothing else, a chapter after the other."""
    lines = [
        '<!doctype html><html lang="en"><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{title}</title><style>{STYLE}</style><body><h1>{title}</h1>{top}",
    ]
    number = 0
    for chapter, exercises in SHORT.items():
        heading = escape(description_of(f"demos.{chapter}"))
        lines.append(f'<div class="chapter"><h2>{heading}</h2>')
        for exercise in exercises:
            number += 1
            lines.append(f"<section><h3>{number}. {escape(exercise.title)}</h3>")
            lines += [*write(exercise), "</section>"]
        lines.append("</div>")
    return "\n".join([*lines, "</body></html>", ""])


def asked(exercise: Exercise) -> Iterator[str]:
    """The task, and the file with room to write."""
    code = escape(exercise.file)
    yield f"<p>{escape(exercise.task)}</p>"
    if exercise.kind.graph is not None:
        yield svg(exercise.kind.graph(), gradients=False, partials=False)
    if exercise.to_mend:
        yield f"<pre>{code}</pre><p>What is wrong, and what should stand there?</p>"
        yield '<div class="line"></div>' * LINES
    else:
        yield f"<pre>{code.replace(exercise.blank, BLANK)}</pre>"


def answered(exercise: Exercise) -> Iterator[str]:
    """The answer, its reason, and what was meant by wrong ones."""
    if exercise.to_mend:
        yield f"<p>In place of</p><pre>{escape(dedent(exercise.blank))}</pre>"
    yield f"<pre>{escape(dedent(exercise.solution))}</pre><p>{escape(exercise.reason)}</p>"
    yield "<ul>"
    for wrong in exercise.wrong:
        answer = escape(" ".join(wrong.answer.split()))
        yield f"<li><code>{answer}</code>: {escape(wrong.hint)}</li>"
    yield "</ul>"
