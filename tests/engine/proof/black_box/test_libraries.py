"""Recipes: gradients of every library, by hand and by theirs, each with a fault that is found."""

import subprocess
import sys

import numpy as np
import pytest

from engine import check_gradients
from engine.proof.report import GradientError

W, X = np.linspace(-1.0, 1.0, 6).reshape(2, 3), np.array([0.5, -1.0, 2.0])


def finds(function, *point, **claims):
    with pytest.raises(GradientError):
        check_gradients(function, *point, **claims)


# NumPy, by hand


def softmax_loss(w):
    logits = w @ X
    return np.log(np.exp(logits).sum()) - logits[1]


def softmax_gradient(w):
    p = np.exp(w @ X) / np.exp(w @ X).sum()
    p[1] -= 1.0
    return np.outer(p, X)


def test_backprop_by_hand_in_numpy():
    check_gradients(softmax_loss, W, gradient=softmax_gradient)
    finds(softmax_loss, W, gradient=lambda w: softmax_gradient(w) + np.outer([0, 1], X))


# PyTorch


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="PyTorch is in the bench extra")


@pytest.mark.peer
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_what_torch_computes_is_taken(torch, dtype):
    w = torch.tensor(W, dtype=getattr(torch, dtype))
    x = torch.tensor(X, dtype=w.dtype)
    report = check_gradients(lambda w: torch.tanh(w @ x).square().sum(), w)
    assert [row.name for row in report.rows][:2] == ["w[0, 0]", "w[0, 1]"]
    point = {"w": w, "b": torch.zeros(2, dtype=w.dtype)}
    check_gradients(lambda p: torch.tanh(p["w"] @ x + p["b"]).sum(), point)


@pytest.mark.peer
def test_second_derivatives_of_torch_are_taken(torch):
    w, x = torch.tensor(W), torch.tensor(X)
    report = check_gradients(lambda w, s: (s * torch.tanh(w @ x)).sum(), w, 0.7, order=2)
    assert len(report.rows) == 7 + 7 * 7 and report.rows[-1].name == "∂(∂y/∂s)/∂s"
    check_gradients(lambda w: (w @ x).sum(), w, order=2)


@pytest.mark.peer
def test_torch_autograd_grad(torch):
    x = torch.tensor(X)

    def loss(w):
        return torch.tanh(w @ x).square().sum()

    def gradient(w):
        (slopes,) = torch.autograd.grad(loss(w), w)
        return slopes

    w = torch.tensor(W, requires_grad=True)
    check_gradients(loss, w, gradient=gradient)
    finds(loss, w, gradient=lambda w: gradient(w) * 1.01)


@pytest.mark.peer
def test_a_torch_function_with_a_backward_of_its_own(torch):
    class Square(torch.autograd.Function):
        factor = 2.0

        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx, upstream):
            (x,) = ctx.saved_tensors
            return Square.factor * x * upstream

    x = torch.tensor(X)
    check_gradients(lambda x: Square.apply(x).sum(), x)
    Square.factor = 2.0 + 1e-6
    finds(lambda x: Square.apply(x).sum(), x)


@pytest.mark.peer
def test_a_torch_module_and_dropout_in_training(torch):
    from engine.proof.report import Undecided

    torch.manual_seed(0)
    net = torch.nn.Sequential(
        torch.nn.Linear(3, 8), torch.nn.Tanh(), torch.nn.Dropout(0.5), torch.nn.Linear(8, 1)
    ).double()
    x = torch.randn(5, 3, dtype=torch.float64)

    def loss(parameters):
        return torch.func.functional_call(net, parameters, (x,)).square().mean()

    point = dict(net.named_parameters())
    with pytest.raises(Undecided, match="random"):
        check_gradients(loss, point)
    net.eval()
    check_gradients(loss, point)


# JAX


@pytest.fixture
def jax():
    jax = pytest.importorskip("jax", reason="jax is in the bench extra")
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield jax
    jax.config.update("jax_enable_x64", before)


@pytest.mark.peer
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_what_jax_computes_is_taken(jax, dtype):
    w = jax.numpy.asarray(W, dtype=dtype)
    x = jax.numpy.asarray(X, dtype=dtype)

    def loss(w):
        return (jax.numpy.tanh(w @ x) ** 2).sum()

    check_gradients(loss, w)
    check_gradients(loss, w, gradient=jax.grad(loss))
    finds(loss, w, gradient=lambda w: -jax.grad(loss)(w))


@pytest.mark.peer
def test_jacobians_and_products_of_jax(jax):
    w, x = jax.numpy.asarray(W), jax.numpy.asarray(X)

    def function(w, x):
        return jax.numpy.tanh(w @ x)

    check_gradients(
        function,
        w,
        x,
        jacobian=jax.jacobian(function, argnums=(0, 1)),
        vjp=lambda w, x, u: jax.vjp(function, w, x)[1](u),
        jvp=lambda w, x, tangent: jax.jvp(function, (w, x), tangent)[1],
    )
    check_gradients(lambda w: function(w, x).sum(), w, order=2)


@pytest.mark.peer
def test_a_vjp_of_ones_own_in_jax(jax):
    for factor in (1.0, 1.0 + 1e-6):

        @jax.custom_vjp
        def log1pexp(x):
            return jax.numpy.log1p(jax.numpy.exp(x))

        def backward(x, upstream, factor=factor):
            return (factor * upstream / (1.0 + jax.numpy.exp(-x)),)

        log1pexp.defvjp(lambda x, f=log1pexp: (f(x), x), backward)
        point = jax.numpy.asarray(X)
        if factor == 1.0:
            check_gradients(lambda x, f=log1pexp: f(x).sum(), point)
        else:
            finds(lambda x, f=log1pexp: f(x).sum(), point)


# Others


@pytest.mark.peer
def test_hips_autograd():
    autograd = pytest.importorskip("autograd", reason="autograd is in the bench extra")
    anp = pytest.importorskip("autograd.numpy")

    def loss(w):
        return anp.sum(anp.tanh(anp.dot(w, X)) ** 2)

    check_gradients(loss, W, gradient=autograd.grad(loss))
    finds(loss, W, gradient=lambda w: autograd.grad(loss)(w) + 1e-5)


def test_what_scipy_minimizes():
    optimize = pytest.importorskip("scipy.optimize", reason="scipy comes with the demos extra")
    check_gradients(optimize.rosen, X, gradient=optimize.rosen_der, hessian=optimize.rosen_hess)
    finds(optimize.rosen, X, gradient=lambda x: optimize.rosen_der(x) * [1.0, 1.0, 1.0 + 1e-6])

    def fun(x):
        return optimize.rosen(x), optimize.rosen_der(x)

    assert optimize.minimize(fun, X, jac=True).success
    check_gradients(lambda x: fun(x)[0], X, gradient=lambda x: fun(x)[1])


@pytest.mark.peer
def test_a_casadi_function():
    casadi = pytest.importorskip("casadi", reason="casadi is in the bench extra")
    x = casadi.SX.sym("x", 3)
    y = casadi.sin(x[0] * x[1]) + casadi.exp(x[2])
    value = casadi.Function("value", [x], [y])
    gradient = casadi.Function("gradient", [x], [casadi.gradient(y, x)])
    check_gradients(lambda x: float(value(x)), X, gradient=lambda x: gradient(x).full().ravel())
    finds(lambda x: float(value(x)), X, gradient=lambda x: 2.0 * gradient(x).full().ravel())


FAILING = """
import numpy as np
from hypothesis import given, strategies as st
from engine import check_gradients

def test_plain():
    check_gradients(lambda w: (w ** 3).sum(), np.array([1.0, 2.0]), gradient=lambda w: 2 * w ** 2)

@given(st.sampled_from([1.0, 2.0]))
def test_random(x):
    check_gradients(lambda x: x ** 3, x, gradient=lambda x: 2 * x ** 2)
"""


def test_pytest_and_hypothesis_show_the_table(tmp_path):
    (tmp_path / "test_it.py").write_text(FAILING, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert found.returncode == 1
    errors = [line for line in found.stdout.splitlines() if line.startswith("E ")]
    lines = [line.removeprefix("E").strip() for line in errors]
    heads = [line.split() for line in lines if line.startswith("input ")]
    assert heads == [["input", "gradient", "numeric", "±", "error"]] * 2
    assert sum(line.endswith("disagrees") for line in lines) == 3
    assert any(line.startswith("w[1]") and "12" in line for line in lines)
    assert any("they are 0.6666667 times what they should be" in line for line in lines)


@pytest.mark.peer
def test_a_value_class_of_ones_own():
    engine = pytest.importorskip("micrograd.engine", reason="micrograd is in the bench extra")

    def graph(xs):
        values = [engine.Value(x) for x in xs]
        output = (values[0] * values[1] + values[2]).relu() ** 3
        return values, output

    def gradient(xs):
        values, output = graph(xs)
        output.backward()
        return [value.grad for value in values]

    check_gradients(lambda xs: graph(xs)[1].data, [0.5, 2.0, 1.0], gradient=gradient)
    finds(lambda xs: graph(xs)[1].data, [0.5, 2.0, 1.0], gradient=lambda xs: gradient(xs)[::-1])
