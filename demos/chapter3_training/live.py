"""Trained live: choose data, a net and its descent in the browser, and watch it learn.

It shows     a page with controls (data, noise, features, layers, activation, learning rate, batch
             size, seed), the net as it learns, and the backward pass through any neuron of it
It takes     a moment; the page then trains by itself
It writes    live.html, which any browser opens; it needs no network
"""

from pathlib import Path

from nn.training.live import live_page


def main(output: Path, *, quick: bool = False) -> None:
    """Write the page; it is small already: `quick` changes nothing."""
    live_page().save(output / "live.html")
    print(f"live.html is in {output}: open it in a browser, and press Run")
