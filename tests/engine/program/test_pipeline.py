"""The passes are one list, read by Program, by the report and by whoever shows them."""

import re
from importlib import import_module

import pytest

from engine import Program, Value, dot
from engine.graph import topological_order
from engine.names import name_nodes
from engine.program.kernels import Clear, MatrixProduct, Nodes, SumOfProducts
from engine.program.lower import Traced
from engine.program.pipeline import PASSES, compiled
from engine.program.report import operations
from nn import LSTM, MLP, Conv2d


@pytest.mark.parametrize("each", PASSES, ids=lambda each: each.name)
def test_a_pass_is_the_function_of_its_name_in_a_file_of_its_own(each: object) -> None:
    module = import_module(f"engine.program.{each.name}")
    assert getattr(module, each.name) is each.run
    assert module.__doc__ is not None and module.__doc__.startswith(f"{each.name}: ")


def test_the_report_begins_with_the_passes_in_their_order() -> None:
    x, w = Value(0.5), Value(0.6)
    program = Program(w * x, [x], [w])
    names = re.findall(r"^\w+", program.report(), re.M)
    assert names[: len(PASSES)] == [each.name for each in PASSES]
    results = compiled(Traced([w * x], [x], [w]))
    for each in PASSES:
        assert f"{each.name:10}  {each.summary(results[each.name])}\n" in program.report()


def graph_of_a_net() -> tuple[Value, list[Value], list[Value]]:
    x = [Value(0.1 * k, f"x{k}") for k in range(9)]
    convolution, dense = Conv2d(1, 2, 2, padding=1), MLP(8, [3, 1])
    maps = convolution([[x[k : k + 3] for k in range(0, 9, 3)]])
    pooled = [channel[i][j] for channel in maps for i in (0, 1) for j in (1, 2)]
    recurrent = LSTM(2, 2)
    states = recurrent([pooled[k : k + 2] for k in range(0, 8, 2)])
    output = dense([value for state in states for value in state]) ** 2
    leaves = [*convolution.parameters(), *dense.parameters(), *recurrent.parameters()]
    return output, x, leaves


def test_every_pass_shows_its_result_line_by_line() -> None:
    output, x, parameters = graph_of_a_net()
    results = compiled(Traced([output], x, parameters))
    names = name_nodes(topological_order([output]))
    for each in PASSES:
        lines = each.show(results[each.name], names)
        assert lines and all(line.text and "\n" not in line.text for line in lines)
    assert sum(operations(kernel) for _, kernel in results["adjoint"].forward) > 0


def test_operations_are_counted_by_hand() -> None:
    """A convolution of 2 kernels of 2×2 at 9 places, plus a bias each; then a sum of 8 products."""
    image = [[Value(0.1 * (i - j)) for j in range(4)] for i in range(4)]
    convolution, pixels = Conv2d(1, 2, 2), [x for row in image for x in row]
    output = [x for channel in convolution([image]) for row in channel for x in row]
    forward = compiled(Traced(output, pixels, convolution.parameters()))["matrices"].forward
    counts = {type(kernel): operations(kernel) for _, kernel in forward}
    assert counts[MatrixProduct] == 2 * 2 * 4 * 9 and counts[SumOfProducts] == 2 * 9

    x, y = [Value(0.1) for _ in range(8)], [Value(0.2) for _ in range(8)]
    ((_, kernel),) = compiled(Traced([dot(x, y)], [*x, *y], []))["matrices"].forward
    assert operations(kernel) == 2 * 8
    assert operations(Clear((Nodes((0, 1), batched=True),))) == 0  # which computes nothing


def test_a_line_knows_the_value_or_the_group_that_it_is_about() -> None:
    output, x, parameters = graph_of_a_net()
    results = compiled(Traced([output], x, parameters))
    order = topological_order([output])
    lines = {each.name: each.show(results[each.name], name_nodes(order)) for each in PASSES}
    for name in ("fuse", "matrices"):
        assert [each.group for each in lines[name]] == [group for group, _ in results[name].forward]
    groups = [group for group, _ in results["adjoint"].backward]
    assert [each.group for each in lines["adjoint"]] == groups
    values = [each.value for each in lines["lower"] if each.value is not None]
    assert values == [value for value in order if value.inputs]
    assert {*x, *parameters} <= {each.value for each in lines["layout"]}


def test_programs_of_one_graph_are_the_same() -> None:
    output, x, parameters = graph_of_a_net()
    assert Program(output, x, parameters).source == Program(output, x, parameters).source
