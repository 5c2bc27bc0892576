"""A noisy sine: an Elman net and an LSTM predict what comes next, and then go on alone.

It shows     recurrent nets that learn to predict the next number of a series: as well as the noise
             allows, and as a clean sine once they are given their own predictions
It takes     about six seconds; four with --quick
It writes    sine.png, the series with the predictions
"""

from pathlib import Path
from typing import Any

import numpy as np

from demos.chapter4_images_and_sequences.recurrent import COLORS, KINDS, Data, EveryStep, train
from demos.helpers.plots import GREY, INK, panels, save
from demos.helpers.tables import print_table
from engine import no_grad
from nn import mean_squared_error, predict

PERIOD, NOISE, WINDOW, N_TRAIN = 16, 0.1, 32, 400


def main(output: Path, *, quick: bool = False) -> None:
    """Train both nets, say how far off they are, and draw."""
    series, models = noisy_sine(), {}
    rows = []
    for name in KINDS:
        models[name] = EveryStep(name)
        epochs = 10 if quick else 60
        train(models[name], mean_squared_error, windows(series[:N_TRAIN]), epochs)
        rows.append((name, f"{error(models[name], series[N_TRAIN:]):.3f}"))
    rows.append(("the same again", f"{np.sqrt(np.mean(np.diff(series[N_TRAIN:]) ** 2)):.3f}"))
    print(f"Root mean square error of the next value (the noise alone makes {NOISE}):")
    print_table(rows)
    draw_sine(models, series[N_TRAIN:], output / "sine.png")
    print(f"\nsine.png is in {output}")


def noisy_sine() -> Any:
    """sin(2πt / 16) at t = 0 … 599, and normal noise of 0.1."""
    clean = np.sin(2.0 * np.pi * np.arange(600) / PERIOD)
    return clean + NOISE * np.random.default_rng(0).normal(size=600)


def windows(series: Any) -> Data:
    """Every 32 numbers in a row, and for each of them the number after it."""
    rows = np.lib.stride_tricks.sliding_window_view(series, WINDOW + 1)
    return rows[:, :-1, None], rows[:, 1:]


def error(model: EveryStep, series: Any) -> float:
    """The root mean square of what the model is off by at the last step of each window."""
    sequences, following = windows(series)
    return float(np.sqrt(np.mean((predict(model, sequences)[:, -1] - following[:, -1]) ** 2)))


def imagined(model: EveryStep, series: Any, n_steps: int) -> list[float]:
    """How the series goes on where the net is given its own predictions."""
    values = list(series[-WINDOW:])
    with no_grad():
        for _ in range(n_steps):
            values.append(model([[value] for value in values[-WINDOW:]])[-1].data)
    return values[WINDOW:]


def draw_sine(models: dict[str, EveryStep], series: Any, path: Path) -> None:
    """Predictions of the next value, and then what the nets make of their own predictions."""
    given, own = 64, 48
    figure, (axes,) = panels(size=(9.6, 3.8))
    axes.scatter(range(given), series[:given], s=14, color=GREY, label="noisy sine")
    for name, model in models.items():
        next_values = predict(model, [series[:given, None]])[0]
        on_its_own = imagined(model, series[:given], own)
        line = [*next_values, *on_its_own[1:]]  # both foresee the step between
        axes.plot(range(1, len(line) + 1), line, color=COLORS[name], linewidth=1.8, label=name)
    axes.axvline(given, color=INK, linewidth=1)
    axes.text(given - 1, 1.5, "the next value, one step ahead", ha="right", color=INK)
    axes.text(given + 1, 1.5, "fed with its own predictions", color=INK)
    axes.set(xlabel="step", ylim=(-1.8, 1.75))
    axes.legend(frameon=False, ncols=3, loc="lower left")
    save(figure, path)
