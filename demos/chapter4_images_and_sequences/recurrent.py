"""Nets with memory: an Elman net and an LSTM learn parity, which has to be remembered.

It shows     a state that is carried from step to step. Is the number of ones so far odd? One bit
             more changes the answer, so nothing may be forgotten: the nets learn it on 20 steps,
             and can then do it for 200
It takes     about eight seconds; seven with --quick
It writes    parity.png, how they learn and what the Elman net keeps in mind; and unrolled.svg, the
             graph of four steps that all use the same weights, its edges as wide as the gradient
             that comes back through time
"""

from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from demos.helpers.plots import BLUE, BY_VALUE, GREY, ORANGE, panels, save
from demos.helpers.tables import print_table
from engine import Value, scope, svg
from engine.files import write_file
from nn import LSTM, RNN, Adam, History, Layer, Loss, Module, binary_cross_entropy, fit, predict

KINDS = {"Elman net": RNN, "LSTM": LSTM}
COLORS = {"Elman net": BLUE, "LSTM": ORANGE}
HIDDEN, STEPS, LONG = 8, 20, 200
Data = tuple[Any, Any]  # sequences (n, steps, 1), and a target for every step (n, steps)


def main(output: Path, *, quick: bool = False) -> None:
    """Train both nets, try them on sequences they have not seen, and draw."""
    models, histories = {}, {}
    rows = [("", "parameters", "right after 20 steps", "after 200")]
    for name in KINDS:
        models[name] = model = EveryStep(name)
        histories[name] = learn_parity(model, epochs=40 if quick else 60)
        short, long = (share_right(model, parity(200, steps, seed=1)) for steps in (STEPS, LONG))
        rows.append((name, str(len(model.parameters())), f"{short:.1%}", f"{long:.1%}"))
    print_table(rows)
    draw_parity(models["Elman net"], histories, output / "parity.png")
    write_file(output / "unrolled.svg", unrolled(models["Elman net"], 4))
    print(f"\nparity.png and unrolled.svg are in {output}")


class EveryStep(Module):
    """A recurrent layer, and a neuron that says one number after every step."""

    def __init__(self, name: str, seed: int = 0) -> None:
        rng = Random(seed)
        self.memory = KINDS[name](1, HIDDEN, rng=rng)
        with scope("readout"):
            self.readout = Layer(HIDDEN, 1, "identity", rng=rng)

    def forward(self, steps: Any) -> list[Value]:
        """One number for each step."""
        return [self.readout(hidden)[0] for hidden in self.memory(steps)]


def train(
    model: EveryStep, loss: Loss, data: Data, epochs: int, validation: Data | None = None
) -> History:
    """Train the model for this many epochs; the history of its training."""
    optimizer = Adam(model.parameters(), learning_rate=0.01, clip_norm=1.0)
    return fit(model, loss, *data, optimizer=optimizer, epochs=epochs, validation=validation)


def parity(n: int, steps: int, *, seed: int) -> Data:
    """Random ones and minus ones; after every step, 1 where the ones so far are odd in number."""
    bits = np.random.default_rng(seed).integers(0, 2, (n, steps))
    return 2.0 * bits[:, :, None] - 1.0, bits.cumsum(axis=1) % 2


def learn_parity(model: EveryStep, epochs: int) -> History:
    """Train the model on 500 sequences of 20 steps, and measure it on 300 others."""
    data, unseen = parity(500, STEPS, seed=0), parity(300, STEPS, seed=2)
    return train(model, binary_cross_entropy, data, epochs, unseen)


def share_right(model: EveryStep, data: Data) -> float:
    """The share of sequences whose parity is right after the last step."""
    sequences, parities = data
    return float(((predict(model, sequences)[:, -1] > 0) == parities[:, -1]).mean())


def draw_parity(model: EveryStep, histories: dict[str, History], path: Path) -> None:
    """How the nets learn, and the hidden state of the Elman net along one sequence."""
    figure, (curves, states) = panels(2, size=(5.2, 3.6))
    for name, history in histories.items():
        shares = history.validation_accuracies
        curves.plot(range(1, len(shares) + 1), shares, color=COLORS[name], linewidth=2, label=name)
    curves.axhline(0.5, color=GREY, linewidth=1, linestyle=":", label="guessing")
    curves.set(title="Parity after each of 20 steps, in unseen sequences", xlabel="epoch")
    curves.yaxis.set_major_formatter(lambda share, _: f"{100 * share:g}%")
    curves.legend(frameon=False, loc="center right")

    sequences, parities = parity(1, STEPS, seed=5)
    hidden = predict(model.memory, sequences).reshape(STEPS, HIDDEN)
    states.imshow(hidden.T, cmap=BY_VALUE, vmin=-1, vmax=1, aspect="auto")
    states.set_xticks(range(STEPS), ["●" if odd else "·" for odd in parities[0]])
    states.set_yticks(range(HIDDEN), [f"h{number}" for number in range(1, HIDDEN + 1)])
    above = states.secondary_xaxis("top")
    above.set_xticks(range(STEPS), ["1" if bit > 0 else "0" for bit in sequences[0, :, 0]])
    above.set_xlabel("The state of the Elman net while it reads these bits", fontsize="large")
    for axes in (states, above):
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
    states.set_xlabel("● an odd number of ones so far; grey −1, white 0, blue 1")
    save(figure, path)


def unrolled(model: EveryStep, n_steps: int) -> str:
    """The graph of the last of so many steps, each of them folded to a box."""
    sequences, _ = parity(1, n_steps, seed=5)
    logit = model(sequences[0].tolist())[-1]
    model.zero_grad()
    logit.backward()
    return svg(logit, depth=0)
