"""chains: where few numbers are computed at a time, as in a recurrence, one group after the other.

Forward they are computed as before; those of one rule, of which each reads the one before it, by
one kernel. Backward, all their local derivatives are computed at once, and then the gradients
(`chain_adjoint.py`).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from engine.program.kernels import (
    Chain,
    Elementwise,
    Kernel,
    Kernels,
    MatrixProduct,
    Nodes,
    Scan,
    Step,
    SumOfProducts,
)
from engine.program.operands import computed_by, inputs_of, nodes_of
from engine.rules import HYPOT, MAXIMUM, MINIMUM, MULTIPLY, Rule

LEAST_LINKS = 16
MOST_ROWS, MOST_READ = 4, 16  # of a link
LEAST_SCANNED = 4
SCANNED = (MULTIPLY, HYPOT, MAXIMUM, MINIMUM)  # which do not mind the order of their two inputs
Group = Sequence[Kernel]
Link = tuple[int, Kernel]  # after the node that the link before it computes
Key = tuple[Rule, bool]  # of a scan: its rule, and whether the other inputs are batched


def chains(kernels: Kernels) -> Kernels:
    """The same kernels, where those of each chain are one, in the place of its last."""
    same = groupby(kernels.forward, key=lambda step: step.group)
    groups = [[step.kernel for step in steps] for _, steps in same]
    members = members_of_chains(groups, set(kernels.graph.outputs))
    inside = {number for numbers in members.values() for number in numbers}
    if not inside:
        return kernels
    steps: list[Step] = []
    count = 0
    for number, group in enumerate(groups):
        if number in members:
            links = [link for k in members[number] for link in groups[k]]
            steps.append(Step(count, Chain(tuple(links))))
        elif number in inside:
            continue
        else:
            steps += [Step(count, kernel) for kernel in group]
        count += 1
    return Kernels(kernels.graph, steps)


def members_of_chains(groups: Sequence[Group], outputs: set[int]) -> dict[int, list[int]]:
    """The numbers of the groups of each chain, by that of the last one."""
    links = [k for k, group in enumerate(groups) if is_link(group)]
    if len(links) < LEAST_LINKS:
        return {}
    computed = [computed_by(group[0]) for group in groups]
    batched = [nodes.batched for nodes in computed]
    number = {place: k for k in links for place in computed[k].places}
    read = [links_read(group, number) for group in groups]
    ends = {number[place] for place in outputs if place in number}
    found = lines([k for k in links if computed[k].rows == 1], read, batched, ends)
    inside = {k for numbers in found for k in numbers}
    found += narrows(set(links) - inside, read, batched)
    return {numbers[-1]: numbers for numbers in found}


def is_link(group: Group) -> bool:
    """Whether it computes few numbers of few. Matrices of several rows are faster as they are."""
    outputs = list(map(computed_by, group))
    if outputs[0].rows > MOST_ROWS or outputs != outputs[:1] * len(outputs):
        return False
    if sum([x.rows for kernel in group for x in inputs_of(kernel)]) > MOST_READ:
        return False
    matrices = [kernel for kernel in group if isinstance(kernel, MatrixProduct)]
    others = [x for x in group if isinstance(x, Elementwise | SumOfProducts)]
    return len(matrices) + len(others) == len(group) and all([x.m == x.p == 1 for x in matrices])


def links_read(group: Group, number: Mapping[int, int]) -> list[int]:
    """The numbers of the links that a group reads, by what these compute."""
    operands = [nodes_of(x) for kernel in group for x in inputs_of(kernel)]
    found = [number[place] for x in operands for place in x.places if place in number]
    return list(dict.fromkeys(found))


def lines(
    links: Sequence[int], read: Sequence[list[int]], batched: Sequence[bool], ends: set[int]
) -> list[list[int]]:
    """Links of one number, of which each reads the one before it, and nothing else does."""
    readers = Counter([other for others in read for other in others])
    before: dict[int, int] = {}  # each link
    length = dict.fromkeys(links, 1)
    for k in links:
        for other in read[k]:
            alone = other in length and other not in ends and readers[other] == 1
            if alone and batched[other] == batched[k] and length[other] >= length[k]:
                before[k], length[k] = other, length[other] + 1
    found: list[list[int]] = []
    seen: set[int] = set()
    for k in reversed(links):
        if k not in seen:
            line = [k]
            while line[-1] in before:
                line.append(before[line[-1]])
            seen.update(line)
            found.append(line[::-1])
    return [line for line in found if len(line) >= LEAST_LINKS]


def narrows(links: set[int], read: Sequence[list[int]], batched: Sequence[bool]) -> list[list[int]]:
    """Links one after the other, until anything but the next ones reads one of them."""
    found: list[list[int]] = []
    narrow: dict[bool, set[int]] = {True: set(), False: set()}  # of what is batched or not
    for k, others in enumerate(read):
        for kind, numbers in narrow.items():
            goes_on = k in links and batched[k] is kind
            if not goes_on and not numbers.isdisjoint(others):
                found.append(sorted(numbers))
                numbers.clear()
        if k in links:
            narrow[batched[k]].add(k)
    found += map(sorted, narrow.values())
    return [numbers for numbers in found if len(numbers) >= LEAST_LINKS]


def place_of(link: Kernel) -> int:
    """The node that a link computes."""
    return computed_by(link).places[0]


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
    for key, run in runs(list(zip(befores, links))):
        if key is None or len(run) < LEAST_SCANNED:
            yield from [link for _, link in run]
        else:
            yield scan_of(key, run)


def runs(links: Sequence[Link]) -> Iterator[tuple[Key | None, list[Link]]]:
    """Links that one scan can have, whose other inputs are all at hand when it begins."""
    for key, same in groupby(links, key=scanned_by):
        run: list[Link] = []
        computed: set[int] = set()
        for before, link in same:
            if key and other_inputs(link, before)[0].places[0] in computed:
                yield key, run
                run, computed = [], set()
            run.append((before, link))
            computed.add(place_of(link))
        yield key, run


def scanned_by(item: Link) -> Key | None:
    """The rule of a link that a scan can have, and whether its other input is batched."""
    before, link = item
    if not isinstance(link, Elementwise) or link.rule not in SCANNED:
        return None
    others = other_inputs(link, before)
    return (link.rule, others[0].batched) if len(link.inputs) == 2 and len(others) == 1 else None


def other_inputs(link: Kernel, before: int) -> list[Nodes]:
    return [x for x in map(nodes_of, inputs_of(link)) if x.places != (before,)]


def scan_of(key: Key, run: Sequence[Link]) -> Scan:
    """The links of one rule, of which the first reads what comes before them."""
    rule, others_batched = key
    batched = computed_by(run[0][1]).batched
    others = [other_inputs(link, before)[0].places[0] for before, link in run]
    return Scan(
        rule,
        Nodes(run[0][:1], batched),
        Nodes(tuple(others), others_batched),
        Nodes(tuple([place_of(link) for _, link in run]), batched),
    )
