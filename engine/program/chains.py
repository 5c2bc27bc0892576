"""chains: operations of which each reads what the one before it found, and nothing else does.

They are computed one after the other, and those of one rule by one kernel. Backward, the gradient
comes to each as a running product (`chain_adjoint.py`).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from engine.program.kernels import (
    Chain,
    Elementwise,
    Kernel,
    Kernels,
    Nodes,
    Scan,
    Step,
    SumOfProducts,
)
from engine.program.operands import inputs_of, nodes_of, outputs_of
from engine.rules import HYPOT, MAXIMUM, MINIMUM, MULTIPLY, Rule

LEAST_LINKS = 16
LEAST_SCANNED = 4
SCANNED = (MULTIPLY, HYPOT, MAXIMUM, MINIMUM)  # which do not mind the order of their two inputs


def chains(kernels: Kernels) -> Kernels:
    """The same kernels, where those of each chain are one, in the place of its last."""
    members = members_of_chains(kernels)
    inside = {number for numbers in members.values() for number in numbers}
    if not inside:
        return kernels
    steps: list[Step] = []
    group = 0
    for _, same in groupby(enumerate(kernels.forward), key=lambda item: item[1].group):
        numbers, found = zip(*same)
        if numbers[0] in members:
            links = tuple([kernels.forward[number].kernel for number in members[numbers[0]]])
            steps.append(Step(group, Chain(links)))
        elif numbers[0] in inside:
            continue
        else:
            steps += [step._replace(group=group) for step in found]
        group += 1
    return Kernels(kernels.graph, steps)


def members_of_chains(kernels: Kernels) -> dict[int, list[int]]:
    """The numbers of the kernels of each chain, by that of the last one."""
    steps, outputs = kernels.forward, set(kernels.graph.outputs)
    sizes = Counter([group for group, _ in steps])
    links = [k for k, (group, each) in enumerate(steps) if sizes[group] == 1 and is_link(each)]
    if len(links) < LEAST_LINKS:
        return {}
    number = {place_of(steps[k].kernel): k for k in links}
    reads = Counter([place for _, each in steps for place in read_by(each) if place in number])
    before: dict[int, int] = {}  # each link
    length = dict.fromkeys(links, 1)
    for k in links:
        for place in read_by(steps[k].kernel):
            if reads[place] == 1 and place not in outputs:
                other = number[place]
                if is_batched(steps[other]) == is_batched(steps[k]) and length[other] >= length[k]:
                    before[k], length[k] = other, length[other] + 1
    members: dict[int, list[int]] = {}
    seen: set[int] = set()
    for k in reversed(links):
        if k not in seen:
            numbers = [k]
            while numbers[-1] in before:
                numbers.append(before[numbers[-1]])
            seen.update(numbers)
            if len(numbers) >= LEAST_LINKS:
                members[k] = numbers[::-1]
    return members


def is_link(kernel: Kernel) -> bool:
    """Whether it computes one number, of a few."""
    match kernel:
        case Elementwise(outputs=(output,)):
            return output.rows == 1
        case SumOfProducts(output, terms):
            short = [t.length == t.repeat == len(t.factors) == 1 for t in terms]
            return output.rows == 1 and all(short)
        case _:
            return False


def is_batched(step: Step) -> bool:
    return outputs_of(step.kernel)[0].batched


def read_by(kernel: Kernel) -> list[int]:
    """All nodes that a kernel reads, as often as it does."""
    return [place for x in inputs_of(kernel) if isinstance(x, Nodes) for place in x.places]


def place_of(link: Kernel) -> int:
    """The node that a link computes."""
    return nodes_of(outputs_of(link)[0]).places[0]


def unfolded(steps: Sequence[Step]) -> list[Step]:
    """The steps with the links of each chain: those of one rule as a scan."""
    result: list[Step] = []
    for group, kernel in steps:
        found = links_of(kernel) if isinstance(kernel, Chain) else [kernel]
        result += [Step(group, each) for each in found]
    return result


def links_of(chain: Chain) -> Iterator[Kernel]:
    first, *links = chain.links
    yield first
    befores = map(place_of, chain.links)
    for rule, same in groupby(zip(befores, links), key=scanned_by):
        run = list(same)
        if rule is None or len(run) < LEAST_SCANNED:
            yield from [link for _, link in run]
        else:
            yield scan_of(rule, run)


def scanned_by(item: tuple[int, Kernel]) -> tuple[Rule, bool] | None:
    """The rule of a link that a scan can have, and whether its other input is batched."""
    before, link = item
    if not isinstance(link, Elementwise) or link.rule not in SCANNED or len(link.inputs) != 2:
        return None
    return link.rule, other_input(link, before).batched


def other_input(link: Kernel, before: int) -> Nodes:
    (found,) = [x for x in inputs_of(link) if isinstance(x, Nodes) and x.places != (before,)]
    return found


def scan_of(key: tuple[Rule, bool], run: Sequence[tuple[int, Kernel]]) -> Scan:
    """The links of one rule, of which the first reads what comes before them."""
    rule, others_batched = key
    batched = outputs_of(run[0][1])[0].batched
    others = [other_input(link, before).places[0] for before, link in run]
    return Scan(
        rule,
        Nodes(run[0][:1], batched),
        Nodes(tuple(others), others_batched),
        Nodes(tuple([place_of(link) for _, link in run]), batched),
    )
