"""The lesson on gradients that do not change prints each reason with its number."""


def test_each_reason_has_its_number(run_quick) -> None:
    printed = run_quick("no_change")
    assert "was built with       4" in printed and "built again: y = x * x" in printed
    assert "x * x is 4.0, and its inputs now give 100.0" in " ".join(printed.split())
    rows = [line.split() for line in printed.splitlines() if line.strip()[:1].isdigit()]
    steps = [row for row in rows if len(row) == 3]
    for number, once, each in steps:
        k = int(number)
        assert float(once) == round(0.2 * 6.0 * k, 3)
        assert abs(float(each) - 3.0 * (1.0 - 0.6**k)) < 6e-4
    assert len(steps) == 6
    assert (
        "x.grad = 0. Leave out .data" in printed and "unused.grad = 0 while x.grad = 4" in printed
    )
    assert "relu at −2 has the slope 0" in printed
    words = " ".join(printed.split())
    assert "math.exp(v): " in words and "float(v): " in words and words.count("v.exp()") >= 1
