"""The rules of the table as a JavaScript module, for formulas that need no Python."""

from engine.explorer.javascript import NATIVE, rule_source
from engine.explorer.modules import joined
from engine.rules import RULES

# Rules of any number of inputs, and polygamma with its fixed one, are left to Python.
SIMPLE = [rule for rule in RULES.values() if not rule.variadic and 0 not in rule.fixed]


def rules_module() -> str:
    """`RULES`: each rule by its name, as the explorer has them."""
    functions = "".join(
        f'  {name}: modules["{module}"].{name},\n' for name, module in NATIVE.items()
    )
    rules = "".join(f"  {rule.name}: {rule_source(rule, len(rule.inputs))},\n" for rule in SIMPLE)
    modules = joined(dict.fromkeys(NATIVE.values()))
    return f"{modules}\nconst m = {{\n{functions}}};\nexport const RULES = {{\n{rules}}};\n"
