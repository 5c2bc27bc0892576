"""Inside an opened neuron its numbers have short names: w₁ rather than w⁽²⁾₃₁."""

from collections import Counter
from collections.abc import Iterable, Mapping

from engine.explorer.views import Path
from engine.names import is_unit, name_nodes, split_scope
from engine.value import Value


def short_names(names: Mapping[Value, str], paths: Iterable[Path]) -> dict[Path, dict[Value, str]]:
    """For each of the paths that is a neuron's, its labelled nodes by short names.

    A name that stands for another node stays long.
    """
    short: dict[Path, dict[Value, str]] = {path: {} for path in paths if path and is_unit(path[-1])}
    own: dict[Path, list[Value]] = {path: [] for path in short}
    for node in names:
        path = split_scope(node.scope)
        if path in own and node.label:
            own[path].append(node)
    taken = Counter(names.values())
    for path, nodes in own.items():
        for node, name in name_nodes(nodes, inside=nodes[0].scope if nodes else None).items():
            if not taken[name]:
                short[path][node] = name
    return short
