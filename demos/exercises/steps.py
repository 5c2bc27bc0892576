"""Build your own engine: twelve steps from an empty class to a net that learns half-moons."""

from demos.exercises.step import Slip, Step

LEAVES_FIRST = (
    "The output comes first, a leaf last: order() appends a node after its inputs, and backward "
    "goes through it from the end."
)

RECURSIVE = """\
def order(self):
    order, seen = [], set()
    def visit(node):
        if node not in seen:
            seen.add(node)
            for input in node.inputs:
                visit(input)
            order.append(node)
    visit(self)
    return order"""

WITH_A_STACK = """\
def order(self):
    order, seen = [], set()
    stack = [(self, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((input, False) for input in node.inputs)
    return order"""

NODE_BY_NODE = """\
    self.grad += 1.0
    for node in reversed(self.order()):
        for input, slope in zip(node.inputs, node.slopes):
            input.grad += slope * node.grad"""

PATH_BY_PATH = """\
    def receive(node, gradient):
        node.grad += gradient
        for input, slope in zip(node.inputs, node.slopes):
            receive(input, slope * gradient)
    receive(self, 1.0)"""

STEPS = (
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
    Step(
        5,
        "Every node once.",
        "Walking path by path is right and far too slow: b = a + a, c = b + b, … doubles the "
        "paths each time. Visit every node once instead, when all that use it have given their "
        "part. order() returns the nodes so that each stands after its inputs (a topological "
        "order); backward goes through them from the end. receive is not needed any more.",
        ("a + b", "a * b", "a node used twice", "topological order", "2^40 paths"),
        "In this order a gradient is complete before it goes on: work by edges, not by paths.",
        (
            "A function visit(node) inside order: nothing where the node was seen; else visit its "
            "inputs first, and append the node last.",
            "backward: self.grad += 1.0; for node in reversed(self.order()): for each input …",
            "input.grad += slope * node.grad",
        ),
        (
            Slip(
                "input.grad += slope * node.grad",
                "input.grad = slope * node.grad",
                "a node used twice",
                "Each use adds its part: with = the last one wipes out the others.",
            ),
            Slip(
                "            for input in node.inputs:\n"
                "                visit(input)\n"
                "            order.append(node)",
                "            order.append(node)\n"
                "            for input in node.inputs:\n"
                "                visit(input)",
                "a + b",
                LEAVES_FIRST,
            ),
            Slip(
                "for node in reversed(self.order())",
                "for node in self.order()",
                "a + b",
                LEAVES_FIRST,
            ),
            Slip(
                "            seen.add(node)\n",
                "",
                "a node used twice",
                "A node comes up more than once: note what was seen, and go there once.",
                "came out: 8.0; right: 4.0",
            ),
            Slip(
                "visit(self)\n    return order",
                "visit(self)",
                "a + b",
                "order() ends without giving its list back.",
                "'NoneType' object",
            ),
            Slip(
                "slope * node.grad",
                "slope * self.grad",
                "a + b",
                "self is the output, at every node: what goes on is the gradient of node.",
                "came out: 1.0; right: 3.0",
            ),
            Slip(
                NODE_BY_NODE,
                PATH_BY_PATH,
                "2^40 paths",
                "backward still walks each path by itself: go through order() from its end.",
            ),
        ),
        stub="def order(self):\n    ...",
        methods=f"{RECURSIVE}\n\ndef backward(self):\n{NODE_BY_NODE}",
        gone=("receive",),
    ),
    Step(
        6,
        "A second pass.",
        "Call backward twice and the leaves should have twice the gradient. They have more now: "
        "the nodes in between still hold what the first pass left, and pass it on again. Let "
        "them start anew at each pass. Change backward; nothing new is needed.",
        (
            "a * b",
            "backward twice",
            "two outputs that share nodes",
            "gradients in between",
            "a leaf as output",
        ),
        "Leaves add up over passes, since someone steps and zeroes them; all else is one pass's.",
        (
            "Which nodes hold something that the next pass must not see? Those with inputs.",
            "At the beginning of backward: for node in order, if node.inputs: node.grad = 0.0.",
        ),
        (
            Slip(
                "        if node.inputs:\n            node.grad = 0.0",
                "        pass",
                "backward twice",
                "The nodes in between still hold the gradient of the first pass.",
                "came out: 6.0; right: 4.0",
            ),
            Slip(
                "        if node.inputs:\n            node.grad = 0.0",
                "        node.grad = 0.0",
                "backward twice",
                "The leaves were set to 0 as well: they are to add up over passes.",
                "came out: 2.0; right: 4.0",
            ),
            Slip(
                "        if node.inputs:\n            node.grad = 0.0",
                "        self.grad = 0.0",
                "backward twice",
                "The output begins anew; each of the other nodes in between has to, as well.",
                "came out: 8.0; right: 6.0",
            ),
            Slip(
                "input.grad += slope * node.grad",
                "input.grad += slope * node.grad\n        node.grad = 0.0",
                "a * b",
                "What a node has received stays, to be read: begin anew before the pass.",
                "came out: 0.0",
            ),
            Slip(
                "self.grad += 1.0",
                "self.grad = 1.0",
                "a leaf as output",
                "The output may be a leaf, which adds up: is it = or +=?",
            ),
        ),
        methods=(
            "def backward(self):\n"
            "    order = self.order()\n"
            "    for node in order:\n"
            "        if node.inputs:\n"
            "            node.grad = 0.0\n"
            "    self.grad += 1.0\n"
            "    for node in reversed(order):\n"
            "        for input, slope in zip(node.inputs, node.slopes):\n"
            "            input.grad += slope * node.grad"
        ),
    ),
    Step(
        7,
        "As deep as memory allows.",
        "A sum over 10,000 samples is a graph 10,000 deep, and Python stops a function that "
        "calls itself about 1,000 times. Write order() with a list of your own in place of the "
        "calls: take the last entry off, put its inputs on. Each node comes up twice: when it "
        "is found, and again when all its inputs are done.",
        ("a * b", "topological order", "depth 10,000"),
        "The stack is the one Python kept for you; in a list it can be as long as memory allows.",
        (
            "Begin with stack = [(self, False)]: a node, and whether its inputs are done.",
            "Found: put (node, True) on, and then (input, False) for each of its inputs.",
            "Taken off with True: append it to order. Taken off with False and seen: skip it.",
        ),
        (
            Slip(
                "            stack.append((node, True))\n"
                "            stack.extend((input, False) for input in node.inputs)",
                "            stack.extend((input, False) for input in node.inputs)\n"
                "            order.insert(0, node)",
                "topological order",
                "A node may go into the order only when its inputs are done, not when it is found.",
            ),
            Slip(
                WITH_A_STACK,
                RECURSIVE,
                "depth 10,000",
                "Something still calls itself: follow what order() calls.",
                "RecursionError",
            ),
        ),
        methods=WITH_A_STACK,
    ),
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
    Step(
        11,
        "A net.",
        "MLP(2, [3, 1]) has layers of 3 neurons and of 1. A neuron is tanh(w₁x₁ + w₂x₂ + … + "
        "b). It refuses a list of another length; weights begin at random, from −1 to 1. "
        "parameters() lists all weights and biases. Called with a list, a layer gives a list; "
        "the net gives the last layer's, or the one number where there is only one.",
        (
            "net: too few inputs",
            "net: too many inputs",
            "net: a bias for each neuron",
            "net: nothing shared",
            "net: neurons start apart",
            "net: one neuron in a row",
            "net: the tanh of each sum",
            "net: gradients",
        ),
        "A net is no more than an expression with many leaves; your engine differentiates it.",
        (
            "Begin with a neuron alone: weights, a bias, and the sum of the products.",
            "A layer is a list of neurons, each made by its own call of Neuron(n).",
            "The sizes of the layers are [n_inputs, *sizes], two neighbours for each.",
        ),
        (
            Slip(
                "        if len(inputs) != len(self.weights):\n"
                '            raise ValueError(f"{len(self.weights)} inputs, not {len(inputs)}")\n',
                "",
                "net: too few inputs",
                "zip stops at the shorter list: compare the lengths, and raise ValueError.",
            ),
            Slip(
                "[*self.weights, self.bias]",
                "self.weights",
                "net: a bias for each neuron",
                "parameters() has to list the biases as well.",
                "came out: 9; right: 13",
            ),
            Slip(
                "[Neuron(n_inputs) for _ in range(size)]",
                "[Neuron(n_inputs)] * size",
                "net: nothing shared",
                "[Neuron(n)] * m is one neuron m times: make each by its own call.",
            ),
            Slip(
                "Value(random.uniform(-1.0, 1.0))",
                "Value(0.5)",
                "net: neurons start apart",
                "Neurons that start the same stay the same: draw each weight with random.uniform.",
            ),
            Slip(
                "self.bias).tanh()",
                "self.bias)",
                "net: the tanh of each sum",
                "A neuron is the tanh of its sum, and not the sum alone.",
            ),
            Slip(
                "return inputs[0] if len(inputs) == 1 else inputs",
                "return inputs",
                "net: the tanh of each sum",
                "One neuron is in the last layer: give its number, not a list of one.",
                "'list' object has no attribute",
            ),
        ),
        stub_below="""\
class Neuron:
    def __init__(self, n_inputs):
        ...

    def __call__(self, inputs):
        ...

    def parameters(self):
        ...


class MLP:
    def __init__(self, n_inputs, sizes):
        ...

    def __call__(self, inputs):
        ...

    def parameters(self):
        ...""",
        below="""\
class Neuron:
    def __init__(self, n_inputs):
        self.weights = [Value(random.uniform(-1.0, 1.0)) for _ in range(n_inputs)]
        self.bias = Value(0.0)

    def __call__(self, inputs):
        if len(inputs) != len(self.weights):
            raise ValueError(f"{len(self.weights)} inputs, not {len(inputs)}")
        return sum((w * x for w, x in zip(self.weights, inputs)), self.bias).tanh()

    def parameters(self):
        return [*self.weights, self.bias]


class Layer:
    def __init__(self, n_inputs, size):
        self.neurons = [Neuron(n_inputs) for _ in range(size)]

    def __call__(self, inputs):
        return [neuron(inputs) for neuron in self.neurons]

    def parameters(self):
        return [p for neuron in self.neurons for p in neuron.parameters()]


class MLP:
    def __init__(self, n_inputs, sizes):
        self.layers = [Layer(n, m) for n, m in zip([n_inputs, *sizes], sizes)]

    def __call__(self, inputs):
        for layer in self.layers:
            inputs = layer(inputs)
        return inputs[0] if len(inputs) == 1 else inputs

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]""",
    ),
    Step(
        12,
        "A net that learns.",
        "Half-moons are two crescents that interlock; the target is −1 on one and 1 on the "
        "other. train(model, points, targets, steps, rate) does so many times: the loss, the "
        "mean of (model(point) − target)²; the gradients to 0; backward; each parameter a step "
        "downhill.",
        ("training: a step", "training: the next step", "training: half-moons"),
        "Loss, zero, backward, step: every net is trained so. This one you wrote yourself, "
        "from its first number.",
        (
            "The loss is one Value: add up the squares, divide by their number, go back.",
            "For each parameter p: p.grad = 0.0 before loss.backward(), p.data -= … after it.",
            "p.data -= rate * p.grad",
        ),
        (
            Slip(
                "loss = loss + (model",
                "loss = (model",
                "training: a step",
                "That is the loss of the last point: those of all add up.",
                "came out: -0.47442",
            ),
            Slip(
                "p.data -= rate * p.grad",
                "p.data += rate * p.grad",
                "training: a step",
                "The gradient points uphill; the loss is to fall.",
                "came out: -0.34",
            ),
            Slip(
                "            p.grad = 0.0\n",
                "            pass\n",
                "training: the next step",
                "The first step's gradients are still there: set each p.grad to 0.0.",
            ),
            Slip(
                "loss = loss / len(points)",
                "pass",
                "training: a step",
                "It is the mean that is asked for: divide the sum by how many points there are.",
                "came out: -0.518",
            ),
            Slip(
                "        loss.backward()\n",
                "",
                "training: a step",
                "The loss is one Value: add up the squares, divide by their number, go back.",
                "came out: -0.4;",
            ),
            Slip(
                "for _ in range(steps):",
                "for _ in range(min(steps, 2)):",
                "training: half-moons",
                "Is it done as many times as steps says?",
            ),
        ),
        stub_below="def train(model, points, targets, steps, rate):\n    ...",
        below="""\
def train(model, points, targets, steps, rate):
    for _ in range(steps):
        loss = Value(0.0)
        for point, target in zip(points, targets):
            loss = loss + (model(point) - target) ** 2
        loss = loss / len(points)
        for p in model.parameters():
            p.grad = 0.0
        loss.backward()
        for p in model.parameters():
            p.data -= rate * p.grad""",
    ),
)
