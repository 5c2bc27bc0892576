"""The rules of the table as a JavaScript module, for formulas that need no Python."""

import json
from collections.abc import Iterator

from engine.explorer.javascript import NATIVE, rule_source
from engine.explorer.modules import joined
from engine.expression import OTHERWISE
from engine.formula.signs import SIGNS
from engine.rules import RULES

MOST_INPUTS = 16  # of a rule that takes any number


def rules_module() -> str:
    """`RULES` by name, those of any number of inputs as "sum/3", and what is said of them."""
    functions = "".join(
        f'  {name}: modules["{module}"].{name},\n' for name, module in NATIVE.items()
    )
    rules = "".join(f'  "{name}": {source},\n' for name, source in sources())
    facts = {
        "DEFAULTS": {rule.name: rule.defaults for rule in RULES.values() if rule.defaults},
        "FIXED": {rule.name: sorted(rule.fixed) for rule in RULES.values() if rule.fixed},
        "VECTORS": {
            rule.name: len(rule.inputs)
            for rule in RULES.values()
            if rule.variadic and not rule.spread
        },
        "SIGNS": SIGNS,
        "OTHERWISE": OTHERWISE,
    }
    constants = "".join(f"export const {key} = {json.dumps(facts[key])};\n" for key in facts)
    modules = joined(dict.fromkeys(NATIVE.values()))
    return (
        f"{modules}\nconst m = {{\n{functions}}};\nexport const RULES = {{\n{rules}}};\n{constants}"
    )


def sources() -> Iterator[tuple[str, str]]:
    """Each rule by the name that it has there."""
    for rule in RULES.values():
        if not rule.variadic:
            yield rule.name, rule_source(rule, len(rule.inputs))
            continue
        vectors = len(rule.inputs)
        for count in range(vectors, MOST_INPUTS + 1, vectors):
            yield f"{rule.name}/{count}", rule_source(rule, count)
