"""A GPT that invents names: letter by letter, each from those before it.

It shows     the parts of a large language model at a size one can look through: embeddings, four
             heads of attention, a layer that widens and narrows, 4,192 parameters; each size is
             an option. It reads a thousand first names (with --file those of a file of lines), one
             at each step, and then writes twenty of its own
It takes     about five seconds
It writes    names.png, the loss at every step; attention.png, where each letter of a name looks;
             and anna.svg, the graph of its loss on one name, folded to the model's blocks
"""

import sys
from argparse import ArgumentTypeError
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from random import Random
from textwrap import fill
from typing import Any

import names
import numpy as np
from tqdm import tqdm

from demos.helpers.gpt import GPT, next_token_loss
from demos.helpers.plots import BLUE, BY_VALUE, GREY, panels, save
from engine import Index, Program, Value, svg, tracing
from engine.files import write_file
from engine.graph import topological_order
from nn import Adam
from nn.optim.schedules import linear

LETTERS = ".abcdefghijklmnopqrstuvwxyz"  # token 0 stands before and after the others
RATE, TEMPERATURE = 0.01, 0.5
SMOOTHED = 50  # steps in the mean that the curve shows


def main(
    output: Path,
    *,
    quick: bool = False,
    file: Path | None = None,
    steps: int = 1000,
    width: int = 16,
    heads: int = 4,
    blocks: int = 1,
    positions: int = 16,
) -> None:
    """Train the model on names, show what it says, and draw.

    Raises ArgumentTypeError for sizes that do not fit together.
    """
    if width % heads:
        raise ArgumentTypeError(f"argument --heads: {heads} do not divide a width of {width}")
    if positions < 2:
        raise ArgumentTypeError("argument --positions: 2 are needed, a boundary and a letter")
    sizes = {"width": width, "heads": heads, "n_blocks": blocks, "n_positions": positions}
    known = shuffled_names(file, longest=positions - 1)
    count = "1 name" if len(known) == 1 else f"{len(known):,} names"
    print(f"{count} of a to z, as {', '.join(known[:3])}, for a GPT of width {width}", flush=True)
    model = GPT(len(LETTERS), **sizes)
    print(f"{model}: its loss is compiled, then trained", flush=True)
    losses = train(model, list(islice(cycle(known), min(steps, 200) if quick else steps)))
    print(f"loss: {mean_of(losses[:10]):.3f} at first, {mean_of(losses[-SMOOTHED:]):.3f} at last")
    print(f"(guessing among {len(LETTERS)} letters alike: {np.log(len(LETTERS)):.3f})\n")
    written = invent(model, 20, rng=np.random.default_rng(0))
    read = set(known)
    print(fill(" ".join(name if name in read else f"{name}*" for name in written), 88))
    print("* in no list of names that it could have read")
    draw_losses(losses, output / "names.png")
    draw_attention(model, "alexandra"[: positions - 1], output / "attention.png")
    write_file(output / "anna.svg", folded(model, "anna"[: positions - 1]))
    print(f"\nnames.png, attention.png and anna.svg are in {output}")


# Names and tokens


def shuffled_names(file: Path | None = None, *, seed: int = 0, longest: int = 15) -> list[str]:
    """First names in lower case, from a file of lines or those of the package `names`, shuffled.

    Those that are longer or have other letters than a to z are left out. Ends here where the file
    cannot be read, or none are left.
    """
    if file is None:
        kinds = [Path(names.FILES[f"first:{kind}"]) for kind in ("female", "male")]
        lines = [line.split()[0] for kind in kinds for line in kind.read_text().splitlines()]
    else:
        try:
            lines = file.read_text(encoding="utf-8-sig").split()
        except (OSError, UnicodeDecodeError) as error:
            sys.exit(f"the names of {file} cannot be read: {error}")
    known = sorted({line.lower() for line in lines})
    known = [name for name in known if len(name) <= longest and set(name) <= set(LETTERS[1:])]
    if not known:
        source = file or "the package names"
        most = f"{longest} letter{'s' * (longest > 1)}"
        sys.exit(f"{source} has no name of at most {most} from a to z, one on each line")
    Random(seed).shuffle(known)
    return known


def tokens_of(name: str) -> list[int]:
    """A boundary, and the letters.

    >>> tokens_of("anna")
    [0, 1, 14, 14, 1]
    """
    return [0, *map(LETTERS.index, name)]


def row_of(name: str, n_positions: int) -> Any:
    """A name as numbers for a Program: at each position the token, that of the letter that follows,
    and its weight in the mean. Behind the name all are 0."""
    tokens = tokens_of(name)
    row = np.zeros((3, n_positions))
    row[:, : len(tokens)] = tokens, [*tokens[1:], 0], [1.0 / len(tokens)] * len(tokens)
    return row.ravel()


# Training


def loss_of(model: GPT, name: str) -> Value:
    """The mean loss over the letters of a name and its end, Value by Value."""
    tokens = tokens_of(name)
    weights = [1.0 / len(tokens)] * len(tokens)
    return next_token_loss(model(tokens), [*tokens[1:], 0], weights)


def program_of(model: GPT) -> Program:
    """The loss of any name as array code, for rows as `row_of` makes them."""
    given, wanted = (token_leaves(model, label) for label in "xt")
    weights = [Value(0.0, f"m{t}") for t in range(1, len(given) + 1)]
    with tracing():
        loss = next_token_loss(model(given), wanted, weights)
    return Program(loss, [*given, *wanted, *weights], model.parameters())


def token_leaves(model: GPT, label: str) -> list[Value]:
    """A token for each position."""
    return [Index(0, f"{label}{t}") for t in range(1, model.positions.n_tokens + 1)]


def train(model: GPT, known: Sequence[str]) -> list[float]:
    """One step of Adam for each name, with a rate that falls to 0: the losses before each."""
    rate = linear(RATE, len(known))
    adam = Adam(model.parameters(), learning_rate=rate, beta1=0.85, beta2=0.99)
    program, losses = program_of(model), []
    for name in tqdm(known, desc="training", unit=" names"):
        loss, gradient = program.value_and_gradient([row_of(name, model.positions.n_tokens)])
        adam.update(program.parameters, gradient)
        losses.append(loss)
    program.write()
    return losses


def mean_of(losses: Sequence[float]) -> float:
    return float(np.mean(losses))


# What it has learned


def invent(model: GPT, count: int, *, rng: Any, temperature: float = TEMPERATURE) -> list[str]:
    """Names that the model writes, each letter drawn from softmax(logits / temperature).

    No name is empty: the first draw is a letter.
    """
    given = token_leaves(model, "x")
    with tracing():
        logits = [logit for row in model(given) for logit in row]
    program = Program(logits, given, model.parameters())
    n_positions = len(given)
    rows = np.zeros((count, n_positions + 1), dtype=int)  # the boundary, then what is drawn
    for t in range(n_positions):
        found = program(rows[:, :-1]).reshape(count, n_positions, -1)[:, t] / temperature
        if t == 0:
            found[:, 0] = -np.inf  # a name has a letter
        shares = np.exp(found - found.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        rows[:, t + 1] = [rng.choice(len(LETTERS), p=each) for each in shares]
    written = rows[:, 1:]
    return ["".join(LETTERS[token] for token in tokens).partition(".")[0] for tokens in written]


def attention_of(model: GPT, name: str) -> list[Any]:
    """For each head of the last block p: a row for each position, a column for each it sees."""
    tokens = tokens_of(name)
    heads = model.blocks[-1].attention.heads
    shares = np.full((heads, len(tokens), len(tokens)), np.nan)
    scope = model.blocks[-1].attention.scope
    for node in topological_order([loss_of(model, name)]):
        if node.scope.startswith(f"{scope}/head ") and node.label.startswith("p"):
            head = int(node.scope.removeprefix(f"{scope}/head ")) - 1
            i, j = map(int, node.label[1:].split(","))
            shares[head, i - 1, j - 1] = node.data
    return list(shares)


def folded(model: GPT, name: str) -> str:
    """The graph of the loss on a name, its parts folded to boxes."""
    loss = loss_of(model, name)
    model.zero_grad()
    loss.backward()
    return svg(loss, depth=0)


# Pictures


def draw_losses(losses: Sequence[float], path: Path) -> None:
    """The loss of each name, and its mean over some steps."""
    figure, (axes,) = panels(size=(6.4, 3.6))
    steps = np.arange(1, len(losses) + 1)
    axes.plot(steps, losses, ".", color=GREY, alpha=0.35, markersize=3, label="one name")
    if len(losses) > SMOOTHED:
        smooth = np.convolve(losses, np.ones(SMOOTHED) / SMOOTHED, mode="valid")
        label = f"mean of {SMOOTHED}"
        axes.plot(steps[SMOOTHED - 1 :], smooth, color=BLUE, linewidth=2, label=label)
    axes.axhline(np.log(len(LETTERS)), color=GREY, linewidth=1, linestyle=":", label="guessing")
    axes.set(title="How well the next letter is told", xlabel="step", ylabel="loss")
    axes.legend(frameon=False)
    save(figure, path)


def draw_attention(model: GPT, name: str, path: Path) -> None:
    """Where each position looks, head by head: dark is much."""
    shares = attention_of(model, name)
    figure, places = panels(len(shares), size=(3.0, 3.2))
    signs = list(f".{name}")
    for head, (axes, each) in enumerate(zip(places, shares), start=1):
        axes.imshow(each, cmap=BY_VALUE, vmin=-1, vmax=1)
        axes.set(title=f"head {head}", xlabel="looks at")
        axes.set_xticks(range(len(signs)), signs)
        axes.set_yticks(range(len(signs)), signs)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
    places[0].set_ylabel("the position of")
    figure.suptitle(
        f"Where each letter of {name} looks: white 0, blue 1; . is the start", wrap=True
    )
    save(figure, path)
