"""erf and erfc of arrays in NumPy alone, for where SciPy is not installed: to a few ulp.

erfc(x) = exp(-x²) P(x) / Q(x) for x > 0, up to 28, where it is 0 in floats; erf(x) / x is a
polynomial in x² up to 1. The coefficients interpolate what 60 digits give at Chebyshev nodes. Those
of P and Q are all positive: no digits cancel in sums of powers, which are one matrix product.
"""

from typing import Any

import numpy as np

BLOCK = 4096  # numbers, so that what is computed on the way stays in the processor's cache

EVEN_AND_ODD = np.array(  # coefficients of 1, x², …, x¹⁰, and behind a factor x
    (
        (  # of P
            *(1.0, 2.593585301262416, 0.9625692568445986),
            *(0.09854009913973122, 0.002763670334627191, 1.0637566387286398e-05),
        ),
        (  # of Q
            *(1.0, 5.445099339785255, 3.6431431853084963),
            *(0.6528572471074443, 0.03519374540085714, 0.0004356263521511677),
        ),
        (  # of P, behind x
            *(2.2849362776027187, 1.8856862795370812, 0.3585916146532532),
            *(0.019733056630454212, 0.00024577585020061515, 0.0),
        ),
        (  # of Q, behind x
            *(3.4133154446982314, 5.368760270681742, 1.7910127110828653),
            *(0.17709758967109493, 0.004907905424756257, 1.885459550738565e-05),
        ),
    )
)


def erfc_of_arrays(x: Any) -> Any:
    """The complementary error function."""
    numbers, found = x.ravel(), np.empty(x.size)
    for start in range(0, x.size, BLOCK):
        write_erfc(numbers[start : start + BLOCK], found[start : start + BLOCK])
    return found.reshape(x.shape)


def write_erfc(x: Any, out: Any) -> None:
    """exp(-x²) is exp(-short²) exp(rest), with so few digits in `short` that its square is exact;
    exp(rest) is (2 + rest) / (2 - rest), as rest is below 1e-5."""
    size = np.minimum(np.abs(x, out=out), 28.0, out=out)
    powers = np.empty((6, len(x)))
    powers[0] = 1.0
    square = np.square(size, out=powers[1])
    for k in range(2, 6):
        np.multiply(powers[k - 1], square, out=powers[k])
    sums, odd = (EVEN_AND_ODD @ powers).reshape(2, 2, -1)
    odd *= size
    sums += odd
    above, below = sums
    short = ((size.view(np.int64) + (1 << 26)) & -(1 << 27)).view(float)
    rest = short - size
    size += short
    rest *= size
    np.negative(np.square(short, out=short), out=short)
    above *= np.exp(short, out=short)
    above *= np.add(2.0, rest, out=short)
    below *= np.subtract(2.0, rest, out=rest)
    above /= below
    sign = np.copysign(1.0, x)
    above *= sign
    np.add(np.subtract(1.0, sign, out=sign), above, out=out)  # 2 - erfc(-x) where x < 0


def erf_of_arrays(x: Any) -> Any:
    """The error function."""
    near_zero = (
        *(-7.795898827002142e-10, 1.3720064546777686e-08, -1.6208483801871705e-07),
        *(1.6447424703317362e-06, -1.492473690741966e-05, 0.00012055294904839707),
        *(-0.0008548325975389692, 0.0052239776071164225, -0.02686617064323777),
        *(0.11283791670945006, -0.37612638903183543, 1.1283791670955126),
    )
    size = np.abs(x)
    square = np.minimum(size, 1.0) ** 2
    near = np.full_like(x, near_zero[0])
    for coefficient in near_zero[1:]:
        near *= square
        near += coefficient
    return np.where(size < 1.0, x * near, np.copysign(1.0 - erfc_of_arrays(size), x))
