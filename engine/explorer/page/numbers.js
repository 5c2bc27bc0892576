// What the generated rules call `m`: JavaScript's Math, and the functions of Python's math that it
// lacks. Accurate to a few units in the last place, like the C library's.
"use strict";

const m = (() => {
  const horner = (coefficients, x) => coefficients.reduce((sum, c) => sum * x + c, 0);

  // The sum as if without rounding: Shewchuk (1997), as Python's math.fsum.
  function sum(...numbers) {
    const parts = [];
    for (let x of numbers) {
      if (!Number.isFinite(x)) return numbers.reduce((a, b) => a + b, 0);
      let kept = 0;
      for (let y of parts) {
        if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
        const high = x + y;
        const low = y - (high - x);
        if (low) parts[kept++] = low;
        x = high;
      }
      parts.length = kept;
      parts.push(x);
    }
    return rounded(parts);
  }

  // Parts that do not overlap, the smallest first, to one number: half to even.
  function rounded(parts) {
    let n = parts.length;
    if (n === 0) return 0;
    let high = parts[--n];
    let low = 0;
    while (n > 0) {
      const x = high;
      const y = parts[--n];
      high = x + y;
      low = y - (high - x);
      if (low) break;
    }
    if (n > 0 && ((low < 0 && parts[n - 1] < 0) || (low > 0 && parts[n - 1] > 0))) {
      const y = low * 2;
      const x = high + y;
      if (y === x - high) high = x;
    }
    return high;
  }

  const prod = (...numbers) => numbers.reduce((product, x) => product * x, 1);

  function dot(...numbers) {
    const half = numbers.length / 2;
    const products = [];
    for (let i = 0; i < half; i++) products.push(numbers[i] * numbers[half + i]);
    return sum(...products);
  }

  const power = (x, n) => (n === 2 ? x * x : n === 1 ? x : Math.pow(x, n));

  // The error function: W. J. Cody, Rational Chebyshev approximations (1969).
  const ERF_SMALL = [
    [1.85777706184603153e-1, 3.1611237438705656, 1.13864154151050156e2, 3.77485237685302021e2,
      3.20937758913846947e3],
    [1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3,
      2.84423683343917062e3],
  ];
  const ERFC_MIDDLE = [
    [2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1,
      2.98635138197400131e2, 8.8195222124176909e2, 1.71204761263407058e3, 2.05107837782607147e3,
      1.23033935479799725e3],
    [1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2,
      1.62138957456669019e3, 3.29079923573345963e3, 4.36261909014324716e3,
      3.43936767414372164e3, 1.23033935480374942e3],
  ];
  const ERFC_LARGE = [
    [1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1,
      1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4],
    [1, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1,
      6.05183413124413191e-2, 2.33520497626869185e-3],
  ];
  const ratio = ([above, below], x) => horner(above, x) / horner(below, x);

  function erf(x) {
    if (Math.abs(x) <= 0.46875) return x * ratio(ERF_SMALL, x * x);
    return x > 0 ? 1 - tail(x) : tail(-x) - 1;
  }

  function erfc(x) {
    if (Math.abs(x) <= 0.46875) return 1 - erf(x);
    return x > 0 ? tail(x) : 2 - tail(-x);
  }

  // erfc of x > 0.46875. exp(-x²) is taken in two parts, since the rounding of x² would show.
  function tail(x) {
    if (x > 27.5) return 0;
    let factor = ratio(ERFC_MIDDLE, x);
    if (x > 4) {
      const z = 1 / (x * x);
      factor = (1 / Math.sqrt(Math.PI) - z * ratio(ERFC_LARGE, z)) / x;
    }
    const short = Math.trunc(x * 16) / 16;
    return Math.exp(-short * short) * Math.exp((short - x) * (short + x)) * factor;
  }

  // Gamma by Lanczos' formula (1964), with the coefficients for doubles that the Boost library
  // gives, and by reflection left of 0.
  const G = 6.024680040776729583740234375;
  const LANCZOS = [
    [2.5066282746310002, 210.82427775157935, 8071.6720023658163, 186056.26539522350,
      2876370.6289353724, 31426415.585400194, 248874557.86205416, 1439720407.3117216,
      6039542586.3520280, 17921034426.037210, 35711959237.355668, 42919803642.649099,
      23531376880.410760],
    [1, 66, 1925, 32670, 357423, 2637558, 13339535, 45995730, 105258076, 150917976, 120543840,
      39916800, 0],
  ];

  function lanczos(x) {
    if (x < 5) return ratio(LANCZOS, x);
    return ratio([[...LANCZOS[0]].reverse(), [...LANCZOS[1]].reverse()], 1 / x);
  }

  // sin πx, exact at the integers
  function sinpi(x) {
    const y = Math.abs(x) % 2;
    const part = Math.round(2 * y);
    const rest = Math.PI * (y - part / 2);
    const turned = [Math.sin, Math.cos, (z) => -Math.sin(z), (z) => -Math.cos(z), Math.sin];
    return Math.sign(x) * turned[part](rest);
  }

  const isPole = (x) => x <= 0 && x === Math.floor(x);

  function gamma(x) {
    if (isPole(x)) return NaN;
    if (x === Math.floor(x) && x <= 23) return factorial(x - 1);
    const size = Math.abs(x);
    if (size < 1e-20) return 1 / x;
    if (size > 200) return x < 0 ? 0 / sinpi(size) : Infinity;
    const y = size + (G - 0.5);
    const lost = size > G - 0.5 ? y - size - (G - 0.5) : y - (G - 0.5) - size;
    const correction = (lost * G) / y;
    const root = Math.pow(y, size / 2 - 0.25); // in two factors: y^(size - 1/2) may be too large
    if (x > 0) {
      const result = lanczos(size) / Math.exp(y);
      const corrected = result + correction * result;
      return size < 140 ? corrected * Math.pow(y, size - 0.5) : corrected * root * root;
    }
    const result = ((-Math.PI / sinpi(size) / size) * Math.exp(y)) / lanczos(size);
    const corrected = result - correction * result;
    return size < 140 ? corrected / Math.pow(y, size - 0.5) : corrected / root / root;
  }

  function factorial(n) {
    let product = 1;
    for (let k = 2; k <= n; k++) product *= k;
    return product;
  }

  function lgamma(x) {
    if (isPole(x)) return Infinity;
    if (x === 1 || x === 2) return 0;
    const size = Math.abs(x);
    if (size < 1e-20) return -Math.log(size);
    const result = Math.log(lanczos(size)) - G + (size - 0.5) * (Math.log(size + G - 0.5) - 1);
    if (x > 0) return result;
    return Math.log(Math.PI) - Math.log(Math.abs(sinpi(size))) - Math.log(size) - result;
  }

  // The polygamma functions, by the same formulas as engine/special.py.
  const BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510,
    43867 / 798];

  function polygamma(n, x) {
    if (isPole(x) || n < 0 || n !== Math.floor(n)) return NaN;
    if (n > 170) return Infinity;
    if (x < 0.5) return (n % 2 ? -1 : 1) * rightHalf(n, 1 - x) - cotangentDerivative(n, x);
    return rightHalf(n, x);
  }

  function rightHalf(n, x) {
    const sign = n % 2 ? 1 : -1;
    const terms = [];
    for (; x < 12 + n; x++) terms.push(sign * factorialOverPower(n, x));
    const first = n === 0 ? 1 : sign * factorialOverPower(n - 1, x);
    terms.push(...(n === 0 ? [Math.log(x), -0.5 / x] : [first, (first * n) / x / 2]));
    BERNOULLI.forEach((bernoulli, index) => {
      const k = 2 * index + 2;
      const weight = n === 0 ? -bernoulli / k : first * bernoulli * choose(n + k - 1, k);
      terms.push(weight * Math.pow(x, -k));
    });
    return sum(...terms);
  }

  function factorialOverPower(n, x) {
    let product = 1 / x;
    for (let j = 1; j <= n; j++) product *= j / x;
    return product;
  }

  function choose(n, k) {
    let product = 1;
    for (let j = 1; j <= k; j++) product = (product * (n - k + j)) / j;
    return Math.round(product);
  }

  function cotangentDerivative(n, x) {
    const c = 1 / Math.tan(Math.PI * remainder(x, 1));
    let polynomial = [0, 1];
    for (let i = 0; i < n; i++) {
      const slope = polynomial.map((a, power) => power * a).slice(1);
      const ahead = [...slope, 0, 0];
      polynomial = [0, 0, ...slope].map((b, power) => -(ahead[power] + b));
    }
    const terms = polynomial.map((a, power) => (a ? a * Math.pow(c, power) : 0));
    return Math.pow(Math.PI, n + 1) * sum(...terms);
  }

  // x minus the multiple of y nearest to it; halfway, the even multiple.
  function remainder(x, y) {
    const size = Math.abs(y);
    let rest = Math.abs(x) % size;
    const toNext = size - rest;
    if (rest > toNext) rest = -toNext;
    else if (rest === toNext) rest -= 2 * (((Math.abs(x) - rest) * 0.5) % size);
    return Math.sign(x) < 0 ? -rest : rest;
  }

  const isNegative = (x) => x < 0 || Object.is(x, -0);

  return {
    sum, prod, dot, power, erf, erfc, gamma, lgamma, polygamma, remainder,
    abs: Math.abs, acos: Math.acos, acosh: Math.acosh, asin: Math.asin, asinh: Math.asinh,
    atan: Math.atan, atan2: Math.atan2, atanh: Math.atanh, cbrt: Math.cbrt, cos: Math.cos,
    cosh: Math.cosh, exp: Math.exp, expm1: Math.expm1, hypot: Math.hypot, log: Math.log,
    log10: Math.log10, log1p: Math.log1p, log2: Math.log2, sin: Math.sin, sinh: Math.sinh,
    sqrt: Math.sqrt, tan: Math.tan, tanh: Math.tanh,
    maximum: Math.max, minimum: Math.min,
    exp2: (x) => Math.pow(2, x),
    degrees: (x) => x * (180 / Math.PI),
    radians: (x) => x * (Math.PI / 180),
    greater: (a, b) => (a > b ? 1 : 0),
    where: (condition, a, b) => (condition > 0 ? a : b),
    copysign: (x, y) => (isNegative(y) ? -Math.abs(x) : Math.abs(x)),
    fmod: (x, y) => x % y,
  };
})();
