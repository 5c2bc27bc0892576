"""The scorecard as HTML: three counts, then a card for each program that shows a fault."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from engine.proof.judge.property import Finding, also

if TYPE_CHECKING:
    from engine.proof.judge.scorecard import Scorecard

STYLE = """
.scorecard { max-width: 60em; margin: 0 auto; padding: 1em; color: #1b2330;
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
.scorecard h1 { font-size: 20px; margin: 0 0 .6em; overflow-wrap: anywhere; }
.scorecard h2 { font-size: 16px; margin: 0; }
.scorecard p { margin: .4em 0; }
.scorecard summary { cursor: pointer; font-weight: 600; }
.scorecard details { margin: 0 0 .4em; }
.scorecard .holds summary { color: #146c43; }
.scorecard .fails { color: #b3261e; font-weight: 600; }
.scorecard article { background: #fff; border: 1px solid #d5dae1; border-left: 4px solid #b3261e;
  border-radius: 8px; padding: .8em 1em; margin: 1em 0; break-inside: avoid; }
.scorecard .shown { display: flex; flex-wrap: wrap; gap: 1em 2em; align-items: center; }
.scorecard pre { background: #f1f3f6; border-radius: 6px; padding: .7em .9em; margin: .4em 0;
  font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
  overflow-x: auto; max-width: 100%; color: #1b2330; }
.scorecard figure { margin: 0; max-width: 100%; overflow-x: auto; }
.scorecard figcaption, .scorecard .more { color: #5f6977; font-size: 13px; }
"""


def write_page(card: Scorecard) -> str:
    """A page that needs nothing else."""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(f'{card.subject}')}</title>"
        "<style>body { margin: 0; background: #f7f8fa; }</style>"
        f"<body><main>{write_fragment(card)}</main></body></html>"
    )


def write_fragment(card: Scorecard) -> str:
    """What a notebook shows, and the page within."""
    holds, fails, missing = map(card.names, ("holds", "fails", "not offered"))
    return "\n".join(
        [
            f'<div class="scorecard"><style>{STYLE}</style><h1>{escape(card.summary)}</h1>',
            folded("✓", "holds", holds),
            f'<p class="fails">✗ {len(fails)} fail</p>' if fails else "",
            folded("–", "not offered", missing),
            *map(write_card, card.by_program.values()),
            "</div>",
        ]
    )


def folded(mark: str, result: str, names: Sequence[str]) -> str:
    """A count, and the names for who opens it."""
    if not names:
        return ""
    kind = result.replace(" ", "-")
    count = f"{mark} {len(names)} {'hold' if result == 'holds' else result}"
    return (
        f'<details class="{kind}"><summary>{count}</summary>'
        f"<p>{escape(', '.join(names))}</p></details>"
    )


def write_card(findings: Sequence[Finding]) -> str:
    """What one program shows: why it matters, the program, the picture of its graph."""
    first = findings[0]
    picture = first.svg()
    if picture:
        caption = "<figcaption>the graph, with the gradients that are right</figcaption>"
        picture = f"<figure>{picture}{caption}</figure>"
    others = "".join(f"<p>{escape(line)}</p>" for line in also(findings))
    return (
        f"<article><h2>✗ {escape(first.lacks.name)}</h2><p>{escape(first.lacks.why)}</p>"
        f'<div class="shown"><pre>{escape(first.program)}</pre>{picture}</div>{others}'
        f'<p class="more">More: <code>python -m demos {escape(first.lacks.lesson)}</code></p>'
        "</article>"
    )
