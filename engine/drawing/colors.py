"""The colours of all pictures: values blue, gradients orange, everything else quiet.

The sign of a weight and the class of a sample have looks of their own. All four can be told apart
by who takes red for green, or blue for yellow; a negative weight is also dashed, or has a minus,
and each class has a mark of its own.
"""

VALUE, GRADIENT, QUIET, LINE = "#0b57d0", "#b3470b", "#6b7280", "#9aa3af"
VALUE_TINT, NO_TINT = "#e7f0fe", "#f6f7f9"
GRADIENT_TINTS = ("#fffaf5", "#fff4ea", "#feeddd", "#fee7d2")  # from the smallest to the largest
POSITIVE, NEGATIVE, ZERO = "#00593d", "#a62b8a", "#c3c8d0"  # weights: green, and dashed magenta
CLASSES = "#6750a4", "#c99700"  # of samples: purple circles, golden triangles
DARK_LINE = "#5f6b7a"


def tint(gradient: float, largest: float) -> str:
    """A deeper orange for a larger gradient, on one scale for the whole picture."""
    if largest == 0.0:
        return GRADIENT_TINTS[0]
    steps = len(GRADIENT_TINTS)
    return GRADIENT_TINTS[min(steps - 1, int(steps * (abs(gradient) / largest) ** 0.5))]
