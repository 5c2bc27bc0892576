"""The page's modules: joined into one script, they import one way and keep their names."""

import re
import subprocess

import pytest

from engine import Value, explore
from engine.explorer.modules import (
    COMMENTS,
    IMPORT,
    PAGE,
    exported_names,
    joined,
    page_file,
    page_files,
    resolved,
)
from nn import Conv2d

ROOMS = ("numbers", "model", "screen")  # each may import from itself and those before it
BOARDS = (
    "attention",
    "convolution",
    "recurrent",
)  # of which each has a module, on pages that show one
MODULES = [*(name for room in ROOMS for name in page_files(room)), "main.js"]


def room_of(name: str) -> int:
    return ROOMS.index(name.partition("/")[0]) if "/" in name else len(ROOMS)


def test_modules_import_what_is_there_and_one_way() -> None:
    for name in MODULES:
        for names, path in IMPORT.findall(page_file(name)):
            other = resolved(path, name)
            assert room_of(other) <= room_of(name), f"{name} imports {other}"
            if not names.startswith("*"):
                taken = re.findall(r"(\w+)(?: as \w+)?", names)
                assert set(taken) <= set(exported_names(page_file(other))), f"{name}: {names}"


def test_every_module_says_its_job_and_is_checked() -> None:
    for name in MODULES:
        checked, job, *_ = page_file(name).splitlines()
        assert checked == "// @ts-check" and job.startswith("// "), name


def test_every_module_is_on_the_page_and_no_more_numbers_than_are_called() -> None:
    html = explore(Value(2.0, "x").tanh()).html
    for name in MODULES:
        for_some = name.startswith("numbers/") or "/board" in name
        assert (f'modules["{name}"] =' in html) == (not for_some or name == "numbers/math.js")


def test_the_modules_of_boards_are_on_the_page_of_a_graph_that_has_one() -> None:
    html = explore(Conv2d(1, 1, 1)([[2.0]])[0][0][0]).html
    names = [name for name in MODULES if "/board" in name]
    assert {name.split("/")[0] for name in names} == {"model", "screen"}
    for name in names:
        kind = name.removeprefix("model/board_").removesuffix(".js")
        assert (f'modules["{name}"] =' in html) == (kind not in BOARDS or kind == "convolution")


def test_each_module_comes_once_and_after_what_it_imports() -> None:
    sources = {
        "main.js": 'import { a } from "./x/a.js";\nimport * as b from "./x/b.js";\n\nf(a, b);\n',
        "x/a.js": 'import { c as d } from "../c.js";\n\nexport const a = d;\n',
        "x/b.js": 'import { c } from "../c.js";\n\nexport class b {}\n',
        "c.js": "export async function c() {}\n",
    }
    script = joined(["main.js", "c.js"], sources.__getitem__)
    assert re.findall(r'^modules\["(.*)"\] =', script, re.M) == [
        "c.js",
        "x/a.js",
        "x/b.js",
        "main.js",
    ]
    assert 'const { c: d } = modules["c.js"];' in script
    assert 'const b = modules["x/b.js"];' in script


def test_a_cast_at_the_beginning_of_a_line_takes_nothing_away() -> None:
    text = "f(\n  /** @type {Element} */ (a),\n  b,\n);\n\n/** Nothing. */\nexport const c = 1;\n"
    script = joined(["main.js"], {"main.js": text}.__getitem__)
    assert "(a)," in script and "b," in script and "Nothing" not in script


def test_a_circle_is_refused() -> None:
    sources = {
        "a.js": 'import { b } from "./b.js";\n\nexport const a = b;\n',
        "b.js": 'import { a } from "./a.js";\n\nexport const b = a;\n',
    }
    with pytest.raises(ValueError, match=r"import each other: a\.js -> b\.js -> a\.js"):
        joined(["a.js"], sources.__getitem__)


@pytest.mark.parametrize(
    "line",
    [
        "export default 1;",
        "export let x = 1;",
        "export { x };",
        'export { x } from "./y.js";',
        'import x from "./y.js";',
        'import "./y.js";',
    ],
)
def test_what_cannot_be_joined_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"^a\.js: .* is not understood: (import|export) "):
        joined(["a.js"], lambda _: f"{line}\n")


def test_comments_stay_behind() -> None:
    text = (
        "// @ts-check\n// The job.\n\n/**\n * Adds.\n * @param {number} x\n */\n"
        "const f = (/** @type {number} */ x) => x; // why\n  // not\nconst a = 'b // c';\n"
    )
    left = COMMENTS.sub("", text)
    assert left == "\nconst f = (x) => x;\nconst a = 'b // c';\n"
    lines = "const f = (\n  /** @type {number} */ x,\n) => {};\n\n/** Next. */\nconst y = 1;\n"
    assert COMMENTS.sub("", lines).split() == "const f = ( x, ) => {}; const y = 1;".split()


def test_names_of_modules_do_not_meet(node: str) -> None:
    """Each has a scope of its own, so that two may call different things by one name."""
    sources = {
        "a.js": "const x = 1;\n\nexport const a = () => x;\n",
        "b.js": 'import { a } from "./a.js";\n\nconst x = 2;\n\nexport const b = () => [a(), x];\n',
    }
    script = joined(["b.js"], sources.__getitem__) + 'console.log(modules["b.js"].b());'
    done = subprocess.run([node, "-e", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[ 1, 2 ]\n"


def test_the_folder_holds_nothing_that_is_left_out() -> None:
    rooms = {item.name for item in PAGE.iterdir() if item.is_dir()} - {"node_modules"}
    assert rooms == set(ROOMS)
