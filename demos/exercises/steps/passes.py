"""Steps 5 to 7: a backward pass that meets every node once, comes again, and goes deep."""

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

PASSES = (
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
)
