"""Mutants that change nothing that a user gets but time or memory, and why."""

HARMLESS: dict[tuple[str, str, str], str] = {
    (
        "engine/program/matrices.py",
        "if positions > 1 and all([len(set(row)) == 1 for row in by_row]):",
        "if (positions >= 1) and all([len(set(row)) == 1 for row in by_row]):",
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
        "engine/program/numpy/native.py",
        "cotangent = 1.0 / np.tan(np.pi * np.where(turns > 0.5, turns - 1.0, turns))",
        "cotangent = 1.0 / np.tan(np.pi * np.where((turns >= 0.5), turns - 1.0, turns))",
    ): "at half a turn the cotangent is 0 but for rounding, whichever way it is reached",
    (
        "engine/program/numpy/native.py",
        "turns = np.remainder(np.where(left, x, 0.25), 1.0)",
        "turns = np.remainder(np.where(left, x, 1.25), 1.0)",
    ): "a whole turn more; what is right of 1/2 is not read anyway",
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
        "inputs = tuple([new[x] if new[x] >= 0 else self.place(x) for x in node.inputs])",
        "inputs = tuple([new[x] if new[x] >= 1 else self.place(x) for x in node.inputs])",
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
        "engine/program/adjoint.py",
        "flow = backward.temporary((stop - first) * p, batched=True)",
        "flow = backward.temporary(((stop + first)) * p, batched=True)",
    ): "a buffer longer than what is written to it",
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
        "engine/program/shifts.py",
        "uses = Counter(chain(graph.outputs, *map(graph.inputs.__getitem__, graph.needed)))",
        "uses = Counter(chain(*map(graph.inputs.__getitem__, graph.needed), graph.outputs))",
    ): "counted in another order",
}
