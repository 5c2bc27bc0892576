/* Functions that libm lacks, or that are not what it has. */

static inline double maximum(double a, double b)
{
    return a > b || a != a ? a : b;
}

static inline double minimum(double a, double b)
{
    return a < b || a != a ? a : b;
}

/* n! / x^(n+1), factor by factor: neither part overflows where the quotient does not. */
static double factorial_over_power(int n, double x)
{
    double product = 1.0 / x;
    for (int j = 1; j <= n; j++)
        product *= j / x;
    return product;
}

/* The derivative number n + 1 of log gamma at x > 0: up by recurrence to where the asymptotic
   series converges; Abramowitz and Stegun (1964), 6.4.6 and 6.4.11. */
static double polygamma_of_positive(int n, double x)
{
    static const double bernoulli[] = {
        1.0 / 6.0, -1.0 / 30.0, 1.0 / 42.0, -1.0 / 30.0, 5.0 / 66.0, -691.0 / 2730.0, 7.0 / 6.0,
        -3617.0 / 510.0, 43867.0 / 798.0
    };
    double sum = 0.0, lost = 0.0, sign = n % 2 == 0 ? -1.0 : 1.0;
    while (x < 12.0 + n) {
        double term = sign * factorial_over_power(n, x) - lost;
        double next = sum + term;
        lost = (next - sum) - term;
        sum = next;
        x += 1.0;
    }
    double first = n == 0 ? -1.0 : sign * factorial_over_power(n - 1, x);
    double series = n == 0 ? -0.5 / x : first * n / x / 2.0;
    double choices = 1.0; /* (n + k - 1)! / (n - 1)! / k!, or (k - 1)! / k! for n = 0 */
    for (int k = 1; k <= 18; k++) {
        choices = n == 0 ? 1.0 / k : choices * (n + k - 1) / k;
        if (k % 2 == 0)
            series += first * bernoulli[k / 2 - 1] * choices * pow(x, -k);
    }
    return (n == 0 ? log(x) : first) + (series - lost) + sum;
}

/* pi times the derivative number n of cot(pi x), as a polynomial in c = cot(pi x): from
   c' = -pi (1 + c^2). */
static double slope_of_cotangent(int n, double x)
{
    const double pi = 3.14159265358979323846;
    double polynomial[176] = {0.0, 1.0}, slope[176], sum = 0.0;
    double c = 1.0 / tan(pi * remainder(x, 1.0));
    for (int order = 1; order <= n; order++) {
        for (int power = 0; power <= order + 1; power++) {
            double below = power > 0 && power <= order + 1 ? (power - 1) * polynomial[power - 1] : 0.0;
            double above = power + 1 <= order ? (power + 1) * polynomial[power + 1] : 0.0;
            slope[power] = -(above + below);
        }
        for (int power = 0; power <= order + 1; power++)
            polynomial[power] = slope[power];
    }
    for (int power = n + 1; power >= 0; power--)
        sum = sum * c + polynomial[power];
    return pow(pi, n + 1.0) * sum;
}

/* The derivative number n + 1 of log |gamma(x)|; left of 1/2 by reflection, 6.4.7. */
static double polygamma(double n, double x)
{
    int order = (int)n;
    if (!(n >= 0.0 && n <= 170.0) || order != n || (x <= 0.0 && x == floor(x)) || x != x)
        return NAN;
    if (x >= 0.5)
        return polygamma_of_positive(order, x);
    double sign = order % 2 == 0 ? 1.0 : -1.0;
    return sign * polygamma_of_positive(order, 1.0 - x) - slope_of_cotangent(order, x);
}
