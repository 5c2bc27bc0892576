"""Whatever is typed, or given as a name: no crash, no foreign markup, nothing for a terminal."""

import io
import json
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from html.parser import HTMLParser
from random import Random

import pytest

from engine import (
    Value,
    backward_steps,
    draw,
    exp,
    explore,
    formula,
    forward_steps,
    log,
    scope,
    svg,
)
from engine.__main__ import main, table

CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))]
MARKS = [
    *"\u200b\u200e\u200f\u202a\u202e\u2066\u2069\ufeff\u2028\u2029\u00ad\u061c\ufffe\uffff",
    *"\U000e0001\U0010ffff\ud800\udfff\ufdfa\u0391\u00b5\u03bc\ufb01\u212b\u00c5\u2460\u00b2\u00bd",
    *[
        "\ud83d\ude00",
        "\U0001f600",
        "e\u0301",
        "a" + "\u0300" * 500,
        "\u05e9\u05dc",
        "\u0645\u0631",
    ],
]
DOT = r"""
" \ \" \N \G \L \E \T \H \l \n x\ x" "] ]; "];x->y[label=" { } {} {|} | < > <b> <<b>x</b>>
<table> &amp; & &#0; &#x0; &#xD800; &#xFFFFFFFF; &lt; &bogus; &amp;lt; -> -- // /**/ # : a:b a:n
node edge graph digraph strict subgraph cluster cluster_1 _ %3 = [label=x] ; , HTML <br/> </font>
</td></tr> <img/src="/etc/passwd"/> URL=x </b> <font> <o> &nbsp; &#10; <!--x--> <td port="p">
x:p:n
""".split()
HTML = r"""
</script> </script><script>alert(1)</script> <script>alert(1)</script> <!-- --> <!--<script>
<![CDATA[ ]]> <img/src=x/onerror=alert(1)> <svg/onload=alert(1)> "><script> '"><b>
javascript:alert(1) ` `${1}` ${alert(1)} \u003c \x3c </style> </title> </svg> <?xml?> <!DOCTYPE
{{x}} <!--DATA--> <!--SCRIPT--> <!--STYLE--> <!--HASH--> </textarea> <iframe> &quot; &apos; %0a
%s %d {0} {x} {{}} __proto__ constructor toString hasOwnProperty NaN null undefined Infinity
';alert(1)// \');alert(1)//
""".split()
LATEX = r"""
$ $$ \( \[ \end{aligned} \input{/etc/passwd} \write18{ls} ^ ~ x_1 x^2 w_{ij} \\ % }{ \text{ }
\def\x{ \unicode{x} w12 12 w-1 −1 1e5 0.5 -x \href{javascript:alert(1)}{x} \csname
\begin{verbatim} \% \relax
""".split()
NAMES = r"""
v1 v2 v1′ x x′ w^(2)_31 x_in m p y self import __import__("os") os.system("ls") lambda None
True def 0 -0 e pi exp tanh sin(x) a+b a*b (a a) ∂ ∂L/∂w · − √ … ⁻¹ ₁ w⁽²⁾₂₁ layer/neuron
/ // a/b /a b/ ../x .. . C:\x
""".split()
SPACES = ["", " ", "  ", "\t", "\r\n", "\n\n", "a\nb", " x", "x ", "x y", "\n" * 100, " " * 100]
LONG = [piece * 100_000 for piece in ["x", "\n", "<", '"', "\\", "&", "\U0001f600", "\0", "{", "1"]]
LONG += [piece * 10_000 for piece in ["a b ", "\u0301", "_", "^", "/", "a/", "(", "]]>", "&#0;"]]
RANDOM = ["".join(map(chr, Random(k).choices(range(0x250), k=9))) for k in range(20)]
LABELS = [*dict.fromkeys(CONTROLS + MARKS + DOT + HTML + LATEX + NAMES + SPACES + LONG + RANDOM)]


def test_there_are_enough_of_them() -> None:
    assert len(LABELS) >= 312 and len(EXPRESSIONS) >= 82


def graph_of(labels: list[str]) -> Value:
    """A graph with these labels on leaves, results and scopes."""
    terms = []
    for label in labels:
        with scope(label):
            term = Value(0.5, label) * Value(2.0, "x")
        term.label = label
        terms.append(term)
    output = sum(terms, Value(1.0, labels[0])).tanh()
    output.label = labels[-1]
    output.backward()
    return output


def several(labels: list[str], count: int) -> Iterator[list[str]]:
    return (labels[start : start + count] for start in range(0, len(labels), count))


def on_screen(text: str) -> bool:
    """Whether nothing in it steers a terminal."""
    return text.replace("\n", "").isprintable()


class Tags(HTMLParser):
    """Counts the elements of a page, and keeps what is in the block of data."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()
        self.data, self.in_data = "", False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.counts[tag] += 1
        self.in_data = ("id", "data") in attributes

    def handle_data(self, data: str) -> None:
        self.data += data if self.in_data else ""


# Labels


@pytest.mark.parametrize(
    "labels", list(several(LABELS, 40)), ids=lambda labels: ascii(labels[0][:9])
)
def test_formulas_steps_and_tables_of_any_label(labels: list[str]) -> None:
    usual = len(f"{forward_steps(graph_of(['a', 'b']))}".splitlines())
    for label in labels:
        output = graph_of([label, "b"])
        ElementTree.fromstring(formula(output, "mathml"))
        forward, backward = forward_steps(output), backward_steps(output)
        steps = f"{forward}"
        text = (
            f"{formula(output)}\n{formula(output, 'latex')}\n{table(output)}\n{steps}\n{backward}"
        )
        assert on_screen(text) and len(text) < 60_000
        assert len(steps.splitlines()) == usual
        html = Tags(forward._repr_html_() + backward._repr_html_())
        assert set(html.counts) <= {"table", "tr", "td", "th", "thead", "tbody"}


@pytest.mark.parametrize(
    "labels", list(several(LABELS, 40)), ids=lambda labels: ascii(labels[0][:9])
)
def test_errors_of_any_label(labels: list[str]) -> None:
    def refused(label: str) -> Iterator[BaseException]:
        for compute in (
            lambda: log(Value(-1.0, label)),
            lambda: exp(Value(1e9, label)),
            lambda: Value(label),  # type: ignore[arg-type]
            lambda: Value(1.0, label) < label,  # type: ignore[operator]
            lambda: Value(1.0, label) + label,  # type: ignore[operator]
        ):
            with pytest.raises((ArithmeticError, TypeError, ValueError)) as caught:
                compute()
            yield caught.value

    for label in labels:
        for error in refused(label):
            assert on_screen(str(error)) and len(str(error)) < 700, ascii(label[:9])


@cache
def usual_tags(count: int) -> Tags:
    return Tags(explore(graph_of(["a"] * count)).html)


@pytest.mark.parametrize(
    "labels", list(several(LABELS, 30)), ids=lambda labels: ascii(labels[0][:9])
)
def test_pictures_and_pages_of_any_label(labels: list[str]) -> None:
    output = graph_of(labels)
    assert on_screen(draw(output).source.replace("\t", ""))
    root = ElementTree.fromstring(svg(output))
    kinds = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert kinds <= {"svg", "g", "title", "polygon", "path", "text", "a", "ellipse", "polyline"}
    page = explore(output).html
    page.encode()
    found, usual = Tags(page), usual_tags(len(labels))
    assert found.counts["script"] == usual.counts["script"] == 2
    assert set(found.counts) <= {*usual.counts, "math", "mi", "mn", "mo", "mrow", "mfrac", "msup"}
    assert on_screen(page.replace("\t", "")) and len(page) < 1_000_000
    assert len(json.loads(found.data)["names"]) == len(json.loads(usual.data)["names"])


# Expressions

TYPED = r"""
() (x ( ) (( )) (()) x, x,y x;y x=1 x==1 x:=1 x<1 [x] {x} {x:x} (x,) x[0] x.real f(x) x.__class__
x() (x)(x) sin sin( sin) sin() sin(x sin(x,x) sin(x=x) sin(*x) sin(**x) SIN(x) dot(x,x,x) dot(x)
where(x,x) sum() prod() logsumexp() hypot() max(x) __import__ __import__('os') eval('x')
open('/etc/passwd') 'x' "x" f'{x}' b'x' 0x10 0b1 0o7 _1 1_000 1__0 1_ 1e400*x 1e999999999999
1e-400*x 9**9**9**9 x**x**x (-x)**0.5 0**-1 1/0 x/0 0/0 log(0) log(-x) exp(1000*x) 2j 1. . .5 ..
... 1.2.3 1e 1e+ e1 (--x) (-+-x) *x x* x** **x x***x x//x x%x x@x x&x x|x x^x ~x !x x? $x @x `x`
x' x" x#y x·x x×x −x ∂x √x π Σ µ μ ﬁ x² ½ ① 变量 ℌ 𝐱 True False None nan inf -inf async print(x)
exit() int(x)
""".split()
EXPRESSIONS = [
    *[
        "",
        "   ",
        "\n",
        "x\ny",
        "x\\\ny",
        "x y",
        "x x",
        "not x",
        "x and x",
        "x if x else x",
        "x << 1",
    ],
    *[
        "lambda: x",
        "lambda x: x",
        "yield x",
        "await x",
        "import os",
        "x;import os",
        "del x",
        "x is x",
    ],
    *["sin (x)", "pow(x)", "pow(x,x,x)", "power(x, 1e400)", "polygamma(1e9,x)", "polygamma(-1,x)"],
    *TYPED,
    *["x\0", "\0", "x\x1b[31m", "\u202ex", "\ud800", "x\udc80", "x\u200b", "\ufeffx", "x\u2028x"],
    *[
        "1" * 5000,
        "1" * 100_000,
        "x" * 100_000,
        "[" * 3000,
        "x+" * 3000,
        "(" * 3000,
        "x" + ")" * 3000,
    ],
    *["+".join(["x"] * 3000), "*".join(["x"] * 3000), "(" * 3000 + "x" + ")" * 3000],
    *["(" + "-" * 3000 + "x)", "sin(" * 3000 + "x" + ")" * 3000, "x**" * 3000 + "x"],
    *["(x+" * 1000 + "x" + ")" * 1000, "sum(" + ",".join(["x"] * 3000) + ")", "?" * 100_000],
    *["prod(" + ",".join(["x"] * 300) + ")", "exp(x)" * 50, "x" + "\t" * 1000 + "+x"],
]


@pytest.mark.parametrize("text", EXPRESSIONS, ids=lambda text: ascii(text[:20]))
def test_any_expression_gives_a_table_or_one_line(text: str) -> None:
    arguments = [f"({text})" if text.startswith("-") else text]
    if "x" in text.replace("exp", ""):
        arguments.append("x=0.7")
    out, error = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(error):
        status = main(arguments)
    assert on_screen(out.getvalue() + error.getvalue())
    if status == 0:
        assert out.getvalue().startswith("name ") and error.getvalue() == ""
    else:
        assert status == 1 and out.getvalue() == ""
        assert error.getvalue().count("\n") == 1 and len(error.getvalue()) < 1000
