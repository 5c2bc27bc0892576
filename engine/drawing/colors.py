"""The colours of all pictures: values blue, gradients orange, everything else quiet."""

VALUE, GRADIENT, QUIET, LINE = "#0b57d0", "#b3470b", "#6b7280", "#9aa3af"
VALUE_TINT, NO_TINT = "#e7f0fe", "#f6f7f9"
GRADIENT_TINTS = ("#fffaf5", "#fff4ea", "#feeddd", "#fee7d2")  # from the smallest to the largest
POSITIVE, NEGATIVE, ZERO = (
    "#0f9488",
    "#a3123f",
    "#c3c8d0",
)  # weights: negative is also dashed
DARK_LINE = "#5f6b7a"


def tint(gradient: float, largest: float) -> str:
    """A deeper orange for a larger gradient, on one scale for the whole picture."""
    if largest == 0.0:
        return GRADIENT_TINTS[0]
    steps = len(GRADIENT_TINTS)
    return GRADIENT_TINTS[min(steps - 1, int(steps * (abs(gradient) / largest) ** 0.5))]
