"""Mutants that change nothing that a user gets but time or memory, and why."""

HARMLESS: dict[tuple[str, str, str], str] = {
    (
        "engine/program/matrices.py",
        "if positions > 1:",
        "if (positions >= 1):",
    ): "at one position each row is repeated once",
    (
        "engine/program/jax/kernels.py",
        "kind = jnp.result_type(parameters, batch, 1.0)  # a float, whatever was given",
        "kind = jnp.result_type(parameters, batch, 2.0)  # a float, whatever was given",
    ): "the type of one float is that of another",
    (
        "engine/program/layout.py",
        'self.found[key] = matrix or Buffer("w", len(self.found) + 1, m * k, batched=False)',
        'self.found[key] = matrix or Buffer("w", (len(self.found) - 1), m * k, batched=False)',
    ): "the number tells this buffer from others, whatever it is",
    (
        "engine/program/numpy/kernels.py",
        "SMALL_GAP = 32  # rows",
        "SMALL_GAP = 33  # rows",
    ): "which gaps are small is a matter of speed",
    (
        "engine/program/simplify.py",
        "if left < 0 or right < 0 or left in constants or right in constants:",
        "if left < 1 or right < 0 or left in constants or right in constants:",
    ): "a product with the first leaf takes the longer way to the same sum",
    (
        "engine/program/simplify.py",
        "inputs = tuple([new[x] if new[x] >= 0 else self.place(x) for x in given])",
        "inputs = tuple([new[x] if new[x] >= 1 else self.place(x) for x in given])",
    ): "the first leaf is found by a call",
    (
        "engine/program/simplify.py",
        "place = new[x] if new[x] >= 0 else self.place(x)",
        "place = new[x] if new[x] >= 1 else self.place(x)",
    ): "the first leaf is found by a call",
    (
        "engine/program/layout.py",
        'self.found[key] = matrix or Buffer("w", len(self.found) + 1, m * k, batched=False)',
        'self.found[key] = matrix or Buffer("w", (len(self.found)), m * k, batched=False)',
    ): "the number tells this buffer from others, whatever it is",
    (
        "engine/program/open_sum.py",
        "SHORT_ROW = 4  # a longer row of a matrix stays a row where it is used with a factor",
        "SHORT_ROW = 5  # a longer row of a matrix stays a row where it is used with a factor",
    ): "which rows are long is a matter of speed",
    (
        "engine/program/kernels.py",
        "batched: bool = False",
        "batched: bool = True",
    ): "nobody asks this of the weights of a product",
    (
        "engine/program/batched.py",
        "if len(rectangles) * m * k * p >= LEAST_WORK:",
        "if (len(rectangles) * m * k * p > LEAST_WORK):",
    ): "which products are large enough is a matter of speed",
    (
        "engine/program/shifts.py",
        "if not isinstance(node, Sum) or node.constant or node.products[0]:",
        "if not isinstance(node, Sum) or node.constant or node.products[1]:",
    ): "a sum without factors of products has no products",
    (
        "engine/program/numpy/scatter_add.py",
        "MOST_STEPS = 64  # in which rows that overlap are added, as those of a convolution do",
        "MOST_STEPS = 65  # in which rows that overlap are added, as those of a convolution do",
    ): "how many steps are few is a matter of speed",
    (
        "engine/program/numpy/scatter_add.py",
        "if prod([strided.shape[axis] for axis in apart]) > MOST_STEPS:",
        "if (prod([strided.shape[axis] for axis in apart]) >= MOST_STEPS):",
    ): "how many steps are few is a matter of speed",
    (
        "engine/program/numpy/setup.py",
        "self.n_loops = 0",
        "self.n_loops = 1",
    ): "the number tells this loop from others",
    (
        "engine/program/numpy/setup.py",
        "self.n_loops += 1",
        "self.n_loops += 2",
    ): "the number tells this loop from others",
    (
        "engine/program/numpy/setup.py",
        'name = f"t{slot}_{rows}" + ("" if batched else "k")',
        'name = f"t{slot}_{rows}" + ("" if not (batched) else "k")',
    ): "the names of two kinds of space are exchanged",
    (
        "engine/program/numpy/kernels.py",
        'spare = "out0" if len(outputs) == 1 and lies_together(outputs[0]) else None',
        'spare = "out0" if (len(outputs) == 1 or lies_together(outputs[0])) else None',
    ): "which output is a buffer until it is written is a matter of speed",
    (
        "engine/program/accumulation.py",
        "n_temporaries: int = 0",
        "n_temporaries: int = 1",
    ): "the number tells this temporary from others",
    (
        "engine/program/adjoint.py",
        "squared = len(terms.sides) == 2 and terms.sides[0] == terms.sides[1]",
        "squared = len(terms.sides) == 3 and terms.sides[0] == terms.sides[1]",
    ): "each side of a square sends its half",
    (
        "engine/program/accumulation.py",
        "self.uses[key] -= 1",
        "pass",
    ): "what is collected is sent on at the end, if not as soon as it can be",
    (
        "engine/program/open_sum.py",
        "if factor in (0.0, 1.0, -1.0):",
        "if factor in (1.0, 1.0, -1.0):",
    ): "a sum that is multiplied by 0 stays a sum of its own",
    (
        "engine/program/open_sum.py",
        "mine = len(self.linear) + len(self.products)",
        "mine = (len(self.products))",
    ): "which of two sums moves is a matter of speed",
    (
        "engine/program/c/kernels.py",
        "case Slice(True, False, first, stop, step) if stop <= writer.n_inputs:",
        "case Slice(True, False, first, stop, step) if (stop < writer.n_inputs):",
    ): "the block has a copy of all inputs",
}
