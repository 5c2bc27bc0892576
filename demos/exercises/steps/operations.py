"""Steps 8 to 10: minus, powers, quotients, and functions that bend."""

from demos.exercises.step import Slip, Step

OPERATIONS = (
    Step(
        8,
        "Minus.",
        "−a is a times −1, a − b is a + (−b): no new slopes. For 5 − a Python asks a.__rsub__(5).",
        ("-a", "a - b", "a - n", "n - a"),
        "What is made of right operations is right: the chain rule has done the work already.",
        (
            "__neg__ returns self * -1.0, and __sub__ returns self + -other.",
            "a.__rsub__(5) is 5 − a, which is −a + 5.",
        ),
        (
            Slip(
                "return self + -Value.of(other)",
                "return -self + other",
                "a - b",
                "a - b came out as b - a.",
                "came out: 1.0; right: -1.0",
            ),
            Slip(
                "return -self + other",
                "return self - other",
                "n - a",
                "5 − a came out as a − 5: it is −a + 5.",
            ),
            Slip(
                "return self * -1.0",
                "return Value(-self.data)",
                "-a",
                "The number is right, but the result remembers no input: use what you have.",
                "came out: 0.0",
            ),
        ),
        stub=(
            "def __neg__(self):\n    ...\n\n"
            "def __sub__(self, other):\n    ...\n\n"
            "def __rsub__(self, other):\n    ..."
        ),
        methods=(
            "def __neg__(self):\n"
            "    return self * -1.0\n"
            "\n"
            "def __sub__(self, other):\n"
            "    return self + -Value.of(other)\n"
            "\n"
            "def __rsub__(self, other):\n"
            "    return -self + other"
        ),
    ),
    Step(
        9,
        "Powers and quotients.",
        "a ** n, with a plain number n, has the slope n·aⁿ⁻¹. A quotient a / b is a · b⁻¹, and "
        "for 2 / a Python asks a.__rtruediv__(2).",
        ("a ** n", "a / b", "a / n", "n / a"),
        "One new rule, and three operations more.",
        (
            "__pow__(self, n) returns a Value with one input, self, and one slope.",
            "The slope is n * self.data ** (n - 1). One input and one slope: (self,) and (…,).",
            "__truediv__ returns self * Value.of(other) ** -1.",
            "__rtruediv__ returns other * self ** -1.",
        ),
        (
            Slip(
                "(n * self.data ** (n - 1),)",
                "(n * self.data ** (n - 1))",
                "a ** n",
                "One slope alone is (slope,), with a comma; without it it is a number.",
                "'float' object is not iterable",
            ),
            Slip(
                "n * self.data ** (n - 1)",
                "n * self.data ** n",
                "a ** n",
                "The exponent goes down by 1: n·aⁿ⁻¹.",
            ),
            Slip(
                "return other * self ** -1",
                "return self / other",
                "n / a",
                "2 / a came out as a / 2.",
            ),
            Slip(
                "n * self.data ** (n - 1)",
                "self.data ** (n - 1)",
                "a ** n",
                "The exponent comes down as a factor: n·aⁿ⁻¹.",
                "came out: 2.0; right: 4.0",
            ),
        ),
        stub=(
            "def __pow__(self, n):\n    ...\n\n"
            "def __truediv__(self, other):\n    ...\n\n"
            "def __rtruediv__(self, other):\n    ..."
        ),
        methods=(
            "def __pow__(self, n):\n"
            "    return Value(self.data ** n, (self,), (n * self.data ** (n - 1),))\n"
            "\n"
            "def __truediv__(self, other):\n"
            "    return self * Value.of(other) ** -1\n"
            "\n"
            "def __rtruediv__(self, other):\n"
            "    return other * self ** -1"
        ),
    ),
    Step(
        10,
        "Functions that bend.",
        "exp is its own slope, the slope of log is 1/x, that of tanh is 1 − tanh². Use "
        "math.exp, math.log and math.tanh: they keep to their numbers where a formula of yours "
        "may not.",
        ("a.exp()", "a.log()", "a.tanh()", "large numbers"),
        "The slope of exp and tanh is a formula in their result: it costs next to nothing.",
        (
            "Compute the result first: the slope of exp is that result.",
            "With t = math.tanh(self.data) the slope is 1 − t·t; of log it is 1 / self.data.",
        ),
        (
            Slip(
                "(e,))",
                "(e))",
                "a.exp()",
                "One slope alone is (slope,), with a comma; without it it is a number.",
                "'float' object is not iterable",
            ),
            Slip(
                "math.exp(self.data)",
                "math.exp(self)",
                "a.exp()",
                "math knows plain numbers alone: give it self.data.",
                "must be real number",
            ),
            Slip(
                "(1.0 - t * t,)",
                "(1.0 - self.data * self.data,)",
                "a.tanh()",
                "1 − t²: t is the result, tanh of the number, and not the number.",
            ),
            Slip(
                "t = math.tanh(self.data)",
                "t = (math.exp(2 * self.data) - 1) / (math.exp(2 * self.data) + 1)",
                "large numbers",
                "exp is too large for a float from 710 on, and tanh is only 1 there: math.tanh.",
                "OverflowError",
            ),
            Slip(
                "(1.0 / self.data,)",
                "(1.0 / math.log(self.data),)",
                "a.log()",
                "The slope of log is 1/x: one over the number, not over its logarithm.",
            ),
            Slip(
                "return Value(e, (self,), (e,))",
                "return Value(e, (self,), (self.data * e,))",
                "a.exp()",
                "exp is its own slope: nothing comes down, as it does in a power.",
            ),
        ),
        stub=("def exp(self):\n    ...\n\ndef log(self):\n    ...\n\ndef tanh(self):\n    ..."),
        methods=(
            "def exp(self):\n"
            "    e = math.exp(self.data)\n"
            "    return Value(e, (self,), (e,))\n"
            "\n"
            "def log(self):\n"
            "    return Value(math.log(self.data), (self,), (1.0 / self.data,))\n"
            "\n"
            "def tanh(self):\n"
            "    t = math.tanh(self.data)\n"
            "    return Value(t, (self,), (1.0 - t * t,))"
        ),
    ),
)
