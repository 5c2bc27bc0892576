"""The report: the same table in a notebook, with the picture of the graph."""

from engine import Value, check_gradients
from engine.proof.report import Report, Row


def test_in_a_notebook_it_is_a_table_with_the_picture_of_the_graph():
    report = check_gradients(lambda w, x: (w * x).tanh(), Value(0.5, "w"), Value(2.0, "x"))
    page = report._repr_html_()
    assert page.count("<tr>") == 3 and page.count("<td>agrees</td>") == 2
    assert "<svg" in page and "tanh" in page


def test_without_a_graph_it_is_the_table_and_the_notes():
    report = Report((Row("a<b", 1.0, None, 1.0, 1e-9, "agrees"),), ("x & y",))
    page = report._repr_html_()
    assert "<th>gradient</th>" in page and "forward mode" not in page and "<svg" not in page
    assert "<td>a&lt;b</td>" in page and page.endswith("<p>x &amp; y</p>")


def test_a_prompt_shows_it_as_it_prints():
    report = check_gradients(lambda x: x * x, 3.0)
    assert repr(report) == str(report) and str(report).startswith("input  reverse mode  numeric")


def test_the_picture_is_no_part_of_what_it_says():
    one, other = [check_gradients(lambda x: x * x, 3.0) for _ in range(2)]
    assert one == other and one.output is not other.output
    assert "Value" not in repr(one)
