/* Functions without branches and calls: a loop over samples computes four or eight of them at once.
   Each is right to two units in the last place, as libm is, and erfc to a few. */

/* A double and its bits. */
typedef union { double number; uint64_t bits; } Bits;

/* Log 2 as a number of few digits, so that whole multiples of it are exact, and what is left. */
#define LN2_HIGH 6.93147180369123816490e-01
#define LN2_LOW 1.90821492927058770002e-10

/* The whole number nearest to x, for |x| < 2^51. */
static inline double nearest(double x)
{
    return (x + 0x1.8p52) - 0x1.8p52;
}

/* 2^k for a whole number k from -1022 to 1023. */
static inline double power_of_two(double k)
{
    Bits result;
    result.number = k + 0x1.8p52;
    result.bits = (result.bits << 52) + ((uint64_t)1023 << 52);
    return result.number;
}

/* exp(r) - 1 for |r| <= log(2) / 2, by the series of Taylor. */
static inline double series_of_exp(double r)
{
    double sum = 1.0 / 6227020800.0;
    sum = sum * r + 1.0 / 479001600.0;
    sum = sum * r + 1.0 / 39916800.0;
    sum = sum * r + 1.0 / 3628800.0;
    sum = sum * r + 1.0 / 362880.0;
    sum = sum * r + 1.0 / 40320.0;
    sum = sum * r + 1.0 / 5040.0;
    sum = sum * r + 1.0 / 720.0;
    sum = sum * r + 1.0 / 120.0;
    sum = sum * r + 1.0 / 24.0;
    sum = sum * r + 1.0 / 6.0;
    sum = sum * r + 0.5;
    return r + r * r * sum;
}

/* exp(x) = 2^k exp(r), where r = x - k log 2 is small. */
static inline double fast_exp(double x)
{
    x = x > 800.0 ? 800.0 : x;
    x = x < -800.0 ? -800.0 : x;
    double k = nearest(x * 1.44269504088896338700);
    double r = (x - k * LN2_HIGH) - k * LN2_LOW;
    double half = nearest(0.5 * k);
    return (1.0 + series_of_exp(r)) * power_of_two(half) * power_of_two(k - half);
}

/* exp(x) - 1 = 2^k (exp(r) - 1) + (2^k - 1). */
static inline double fast_expm1(double x)
{
    x = x > 710.0 ? 710.0 : x;
    double y = x < -60.0 ? -60.0 : x;
    double k = nearest(y * 1.44269504088896338700);
    double r = (y - k * LN2_HIGH) - k * LN2_LOW;
    double half = power_of_two(k - 1.0);
    return 2.0 * (half * series_of_exp(r) + (half - 0.5));
}

/* With e = exp(-2|x|) - 1: -e / (2 + e), and the sign of x. */
static inline double fast_tanh(double x)
{
    double e = fast_expm1(-2.0 * fabs(x));
    return copysign(e / (2.0 + e), x);
}

/* erfc(x) = exp(-x^2) P(x) / Q(x) for 0 <= x <= 28, where it is 0 in floats. The coefficients of P and
   Q interpolate at Chebyshev nodes; all are positive, so that no digits cancel. exp(-x^2) is
   exp(-s^2) exp(rest), with so few digits in s that s^2 is exact, and the small exp(rest) is
   (2 + rest) / (2 - rest). */
static inline double fast_erfc(double x)
{
    double size = fabs(x);
    size = size > 28.0 ? 28.0 : size;
    Bits s;
    s.number = size;
    s.bits = (s.bits + ((uint64_t)1 << 26)) & ~(((uint64_t)1 << 27) - 1);
    double rest = (s.number - size) * (s.number + size);
    double p = 1.0637566387286398e-05;
    p = p * size + 2.4577585020061515e-04;
    p = p * size + 2.763670334627191e-03;
    p = p * size + 1.9733056630454212e-02;
    p = p * size + 9.854009913973122e-02;
    p = p * size + 3.585916146532532e-01;
    p = p * size + 9.625692568445986e-01;
    p = p * size + 1.8856862795370812e+00;
    p = p * size + 2.593585301262416e+00;
    p = p * size + 2.2849362776027187e+00;
    p = p * size + 1.0;
    double q = 1.885459550738565e-05;
    q = q * size + 4.356263521511677e-04;
    q = q * size + 4.907905424756257e-03;
    q = q * size + 3.519374540085714e-02;
    q = q * size + 1.7709758967109493e-01;
    q = q * size + 6.528572471074443e-01;
    q = q * size + 1.7910127110828653e+00;
    q = q * size + 3.6431431853084963e+00;
    q = q * size + 5.368760270681742e+00;
    q = q * size + 5.445099339785255e+00;
    q = q * size + 3.4133154446982314e+00;
    q = q * size + 1.0;
    double tail = p * fast_exp(-s.number * s.number) * (2.0 + rest) / (q * (2.0 - rest));
    return x < 0.0 ? 2.0 - tail : tail;
}

/* log(x) = k log 2 + log(1 + f) for x = 2^k (1 + f), 1 + f between the roots of 1/2 and 2; the
   series in s = f / (2 + f) is fdlibm's (Sun Microsystems, 1993). */
static inline double fast_log(double x)
{
    int small = x < 0x1p-1022;
    Bits scaled, exponent;
    scaled.number = small ? x * 0x1p54 : x;
    exponent.bits = ((scaled.bits - 0x3fe6a09e667f3bcdu) + ((uint64_t)1024 << 52)) >> 52;
    scaled.bits -= (exponent.bits << 52) - ((uint64_t)1024 << 52);
    exponent.bits |= 0x4330000000000000u;
    double k = (exponent.number - 0x1p52) - (small ? 1078.0 : 1024.0);
    double f = scaled.number - 1.0;
    double s = f / (2.0 + f), z = s * s, half = 0.5 * f * f;
    double sum = 1.479819860511658591e-01;
    sum = sum * z + 1.531383769920937332e-01;
    sum = sum * z + 1.818357216161805012e-01;
    sum = sum * z + 2.222219843214978396e-01;
    sum = sum * z + 2.857142874366239149e-01;
    sum = sum * z + 3.999999999940941908e-01;
    sum = sum * z + 6.666666666666735130e-01;
    double result = k * LN2_HIGH - ((half - (s * (half + z * sum) + k * LN2_LOW)) - f);
    double outside = x == 0.0 ? -INFINITY : x > 0.0 ? INFINITY : NAN;
    return x > 0.0 && x < INFINITY ? result : outside;
}

/* log(u) for u = 1 + x, and what 1 + x lost when it was rounded. */
static inline double fast_log1p(double x)
{
    double u = 1.0 + x;
    return fast_log(u) + (x - (u - 1.0)) / u;
}

/* How far fast_sin and fast_cos reach. */
#define FAR 1e6

/* The sine for |x| < FAR, or with turns = 1 the cosine: x less a multiple k of pi/2, which is
   subtracted in three parts, so that their multiples are exact; the series are fdlibm's. */
static inline double fast_wave(double x, unsigned turns)
{
    Bits k;
    k.number = x * 6.36619772367581382433e-01 + 0x1.8p52;
    double whole = k.number - 0x1.8p52;
    double r = x - whole * 1.57079632673412561417e+00;
    r = r - whole * 6.07710050630396597660e-11;
    r = r - whole * 2.02226624879595063154e-21;
    double z = r * r;
    double sine = 1.58969099521155010221e-10;
    sine = sine * z - 2.50507602534068634195e-08;
    sine = sine * z + 2.75573137070700676789e-06;
    sine = sine * z - 1.98412698298579493134e-04;
    sine = sine * z + 8.33333333332248946124e-03;
    sine = sine * z - 1.66666666666666324348e-01;
    sine = r + r * z * sine;
    double cosine = -1.13596475577881948265e-11;
    cosine = cosine * z + 2.08757232129817482790e-09;
    cosine = cosine * z - 2.75573143513906633035e-07;
    cosine = cosine * z + 2.48015872894767294178e-05;
    cosine = cosine * z - 1.38888888888741095749e-03;
    cosine = cosine * z + 4.16666666666666019037e-02;
    cosine = (1.0 - 0.5 * z) + z * z * cosine;
    Bits result;
    result.number = ((k.bits + turns) & 1) != 0 ? cosine : sine;
    result.bits ^= ((k.bits + turns) & 2) << 62;
    return result.number;
}

static inline double fast_sin(double x)
{
    return fast_wave(x, 0);
}

static inline double fast_cos(double x)
{
    return fast_wave(x, 1);
}
