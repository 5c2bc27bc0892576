"""Steps 1 to 4: a number with a gradient, sums, products, and plain numbers beside it."""

from demos.exercises.step import Slip, Step

NUMBERS = (
    Step(
        1,
        "A number with a gradient.",
        "A Value holds a number, data, and the derivative of the output by it, grad, which is "
        "0.0 until there is an output. backward() says: I am the output. The derivative of a "
        "thing by itself is 1; and a gradient is added to, so that a second pass gives another "
        "1.",
        ("a leaf as output",),
        "dy/dy = 1 is where every backward pass begins. It is added, since others may add theirs.",
        (
            "__init__ keeps two things on self: the data that it is given, and grad, 0.0 at first.",
            "backward adds 1.0 to its own grad: self.grad += 1.0.",
        ),
        (
            Slip(
                "self.grad += 1.0",
                "self.grad = 1.0",
                "a leaf as output",
                "A second pass adds another 1: is it = or +=?",
                "came out: 1.0; right: 2.0",
            ),
            Slip(
                "self.grad = 0.0",
                "self.grad = 1.0",
                "a leaf as output",
                "Before any pass grad is 0.0: nothing depends on it yet.",
                "came out: 2.0; right: 1.0",
            ),
            Slip(
                "    self.grad = 0.0\n",
                "",
                "a leaf as output",
                "__init__ has to set self.grad as well: 0.0 at first.",
                "no attribute 'grad'",
            ),
            Slip(
                "def backward(self)",
                "def backward()",
                "a leaf as output",
                "Every method takes self first: def backward(self).",
                "takes 0 positional arguments",
            ),
            Slip(
                "self.grad += 1.0",
                "grad = 1.0",
                "a leaf as output",
                "Nothing has come to self.grad: a variable grad ends with the method, and what "
                "backward returns nobody reads.",
                "came out: 0.0; right: 1.0",
            ),
        ),
        stub="def __init__(self, data):\n    ...\n\ndef backward(self):\n    ...",
        methods=(
            "def __init__(self, data):\n"
            "    self.data = data\n"
            "    self.grad = 0.0\n"
            "\n"
            "def backward(self):\n"
            "    self.grad += 1.0"
        ),
    ),
    Step(
        2,
        "A sum that remembers.",
        "a + b is a new Value. To go back later it has to remember its two inputs and, for "
        "each, the slope of the result along it, which for a sum is 1. Let __init__ take and "
        "keep both, inputs=() and slopes=(), and let backward give each input its part: slope "
        "times grad.",
        ("a + b",),
        "A node, its inputs and the slopes along them: that is all a graph is made of.",
        (
            "Begin with __init__(self, data, inputs=(), slopes=()), which keeps them on self; "
            "__add__ gives it the sum, its two inputs and two slopes.",
            "In backward, for input, slope in zip(self.inputs, self.slopes): what does it add?",
            "input.grad += slope * self.grad",
        ),
        (
            Slip(
                "        input.grad += slope * self.grad",
                "        pass",
                "a + b",
                "The inputs got nothing: does __add__ hand both on to the new Value, and does "
                "backward go through them?",
                "print(a.grad)  # came out: 0.0",
            ),
            Slip(
                "(1.0, 1.0)",
                "(1.0,)",
                "a + b",
                "b got nothing. Are there two inputs and two slopes (zip stops at the shorter "
                "list), and is a + b a new Value?",
                "print(b.grad)  # came out: 0.0",
            ),
            Slip(
                "(1.0, 1.0)",
                "(1.0)",
                "a + b",
                "(1.0) is a number in parentheses; two slopes are (1.0, 1.0).",
                "'float' object is not iterable",
            ),
            Slip(
                "slope * self.grad",
                "slope * self.data",
                "a + b",
                "What goes on is the gradient that came in, times the slope; not the number.",
                "came out: 5.0; right: 1.0",
            ),
        ),
        stub="def __add__(self, other):\n    ...",
        methods=(
            "def __init__(self, data, inputs=(), slopes=()):\n"
            "    self.data = data\n"
            "    self.grad = 0.0\n"
            "    self.inputs = inputs\n"
            "    self.slopes = slopes\n"
            "\n"
            "def __add__(self, other):\n"
            "    return Value(self.data + other.data, (self, other), (1.0, 1.0))\n"
            "\n"
            "def backward(self):\n"
            "    self.grad += 1.0\n"
            "    for input, slope in zip(self.inputs, self.slopes):\n"
            "        input.grad += slope * self.grad"
        ),
    ),
    Step(
        3,
        "A product, and the chain rule.",
        "The slope of a·b along a is b, and along b it is a. And inputs have inputs: whoever "
        "gets a gradient passes it on, times the slope. Write receive(gradient), which adds it "
        "to grad and calls receive of each input; backward is then self.receive(1.0).",
        ("a * b", "a node used twice"),
        "Slopes multiply along a path, and paths add: the chain rule, walked path by path.",
        (
            "__mul__ is like __add__ with other slopes: while a moves, b is the factor.",
            "receive(gradient): self.grad += gradient, then for each input …",
            "input.receive(slope * gradient)",
        ),
        (
            Slip(
                "(other.data, self.data)",
                "(self.data, other.data)",
                "a * b",
                "The two slopes are in each other's place: along a it is b.",
                "came out: 2.0; right: 3.0",
            ),
            Slip(
                "input.receive(slope * gradient)",
                "input.grad += slope * gradient",
                "a * b",
                "Only the output's own inputs get something. They have inputs, too.",
                "came out: 0.0",
            ),
            Slip(
                "input.receive(slope * gradient)",
                "input.receive(slope)",
                "a * b",
                "Along a path slopes multiply: what goes on is slope times what came in.",
            ),
            Slip(
                "(other.data, self.data)",
                "(other, self)",
                "a * b",
                "Slopes are numbers: other.data and self.data, not the Values themselves.",
                "has no attribute 'data'",
            ),
            Slip(
                "input.receive(slope * gradient)",
                "input.receive(slope * self.grad)",
                "a node used twice",
                "Each path passes on what came by it, gradient; self.grad holds earlier paths too.",
            ),
            Slip(
                "self.grad += gradient",
                "self.grad = gradient",
                "a node used twice",
                "Paths add: with = the last one wipes out the others.",
                "came out: 1.0",
            ),
        ),
        stub="def __mul__(self, other):\n    ...\n\ndef receive(self, gradient):\n    ...",
        methods=(
            "def __mul__(self, other):\n"
            "    return Value(self.data * other.data, (self, other), (other.data, self.data))\n"
            "\n"
            "def receive(self, gradient):\n"
            "    self.grad += gradient\n"
            "    for input, slope in zip(self.inputs, self.slopes):\n"
            "        input.receive(slope * gradient)\n"
            "\n"
            "def backward(self):\n"
            "    self.receive(1.0)"
        ),
    ),
    Step(
        4,
        "Plain numbers on either side.",
        "a + 1 and 2 * a should work. Where other is a plain number, make a Value of it, in one "
        "place: of(x). And for 2 * a Python asks a.__rmul__(2), since 2 knows no Value; sum() "
        "does so too, which begins with 0 + a.",
        ("a + n", "n + a", "a * n", "n * a", "sum([a, b])"),
        "A number is a leaf nobody asks the gradient of; a + n = n + a needs no second formula.",
        (
            "of(x) returns x itself if isinstance(x, Value), and Value(x) if not.",
            "__add__ and __mul__ begin with other = Value.of(other).",
            "__radd__(self, other) returns self + other.",
        ),
        (
            Slip(
                "def __add__(self, other):\n    other = Value.of(other)\n",
                "def __add__(self, other):\n",
                "a + n",
                "__add__ is given a plain number here: Value.of(other) makes a Value of it.",
            ),
            Slip(
                "def __mul__(self, other):\n    other = Value.of(other)\n",
                "def __mul__(self, other):\n",
                "a * n",
                "__mul__ is given a plain number here: it needs Value.of(other) as well.",
            ),
            Slip(
                "def __rmul__(self, other):\n    return self * other",
                "def __rmul__(self, other):\n    return self + other",
                "n * a",
                "2 * a is a * 2: see what __rmul__ returns.",
            ),
            Slip(
                "def __radd__(self, other):\n    return self + other",
                "def __radd__(self, other):\n    return NotImplemented",
                "n + a",
                "For 2 + a Python asks a.__radd__(2): what is that the same as?",
                "TypeError",
            ),
            Slip(
                "def __radd__(self, other):\n    return self + other",
                "def __radd__(self, other):\n    return other + self",
                "n + a",
                "other + self asks __radd__ again, without end; self + other asks __add__.",
                "RecursionError",
            ),
            Slip(
                "return x if isinstance(x, Value) else Value(x)",
                "return Value(x)",
                "sum([a, b])",
                "b was put into a new Value, which is cut off from b: of(b) is b itself.",
            ),
        ),
        stub=(
            "@staticmethod\ndef of(x):\n    ...\n\n"
            "def __radd__(self, other):\n    ...\n\n"
            "def __rmul__(self, other):\n    ..."
        ),
        methods=(
            "@staticmethod\n"
            "def of(x):\n"
            "    return x if isinstance(x, Value) else Value(x)\n"
            "\n"
            "def __add__(self, other):\n"
            "    other = Value.of(other)\n"
            "    return Value(self.data + other.data, (self, other), (1.0, 1.0))\n"
            "\n"
            "def __radd__(self, other):\n"
            "    return self + other\n"
            "\n"
            "def __mul__(self, other):\n"
            "    other = Value.of(other)\n"
            "    return Value(self.data * other.data, (self, other), (other.data, self.data))\n"
            "\n"
            "def __rmul__(self, other):\n"
            "    return self * other"
        ),
    ),
)
