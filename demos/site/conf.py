"""The settings of Sphinx for the site."""

import logging
from inspect import isclass, signature
from typing import Any

from sphinx.util.inspect import stringify_signature

from demos.site.reference import as_text
from nn import Module

project = "glassgrad"
author = "the glassgrad maintainers"
copyright = ""
html_title = "glassgrad"
extensions = ["myst_nb", "sphinx.ext.autodoc"]
default_role = "code"

# Docstrings stay as they are; names without their modules.
add_module_names = False
autodoc_member_order = "bysource"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88

myst_enable_extensions = ["attrs_inline"]
myst_heading_anchors = 3
smartquotes = False  # which makes a dash of the two of --file

# A notebook runs again, from its first cell. Nothing is fetched for widgets: there are none.
exclude_patterns = ["**/exercises.ipynb"]  # to be filled in, not to be read
nb_execution_mode = "force"
logging.getLogger("traitlets").setLevel(logging.WARNING)
nb_execution_raise_on_error = True
nb_ipywidgets_js: dict[str, dict[str, str]] = {}

html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_search_summary = False  # pages from disk may not read one another
html_show_sourcelink = False
html_show_sphinx = False
html_show_copyright = False


def setup(app: Any) -> None:
    """Docstrings are plain text with code between backticks; inherited members are others'."""
    app.connect("autodoc-process-docstring", rewrite)
    app.connect("autodoc-process-signature", sign)
    app.connect("autodoc-skip-member", is_foreign)
    app.connect("source-read", without_blank_ends)


def rewrite(app: Any, kind: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    lines[:] = as_text("\n".join(lines)).split("\n")


def is_foreign(app: Any, kind: str, name: str, thing: Any, skip: bool, options: Any) -> bool | None:
    module = getattr(thing, "__module__", None) or "engine"
    return None if module.startswith(("engine", "nn")) else True


def sign(app: Any, kind: str, name: str, thing: Any, *rest: Any) -> tuple[str, None] | None:
    """The signature of a class as Python tells it: a `__new__` that takes anything hides it."""
    if not isclass(thing) or not issubclass(thing, Module):
        return None
    told = signature(thing)
    return stringify_signature(told, show_return_annotation=False, unqualified_typehints=True), None


def without_blank_ends(app: Any, page: str, source: list[str]) -> None:
    """The blank line that ends an example for doctest is none of the page."""
    source[0] = source[0].replace("\n\n```\n", "\n```\n")
