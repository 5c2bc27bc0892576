/* Products of matrices, over rows of SAMPLES numbers of which the first `width` are used. */

/* Some neighbouring numbers that the processor takes at once. */
#ifdef __AVX__
typedef double Lanes __attribute__((vector_size(32), aligned(8), may_alias));
#else
typedef double Lanes __attribute__((vector_size(16), aligned(8), may_alias));
#endif
#define LANES (int)(sizeof(Lanes) / sizeof(double))

static inline Lanes lanes(const double *x)
{
    return *(const Lanes *)x;
}

static inline void put(double *x, Lanes value)
{
    *(Lanes *)x = value;
}

static inline double sum_of_lanes(Lanes x)
{
    double sum = x[0];
    for (int i = 1; i < LANES; i++)
        sum += x[i];
    return sum;
}

/* The sum of the first `width` numbers. */
static double sum_of(const double *x, int width)
{
    Lanes sum = {0.0};
    for (int s = 0; s < width; s += LANES)
        sum += lanes(x + s);
    return sum_of_lanes(sum);
}

/* y[i p + q] = sum over t of a[i down + t across] x[t p + q], for i < m, t < k and q < p; four rows
   of y, and two times LANES samples, at once. Rows of x and y are so many numbers apart. */
static void matrix_product(
    int width, int m, int k, int p, const double *a, int down, int across, const double *x,
    int x_apart, double *y, int y_apart)
{
    for (int s = 0; s < width; s += 2 * LANES)
        for (int q = 0; q < p; q++) {
            const double *from = x + q * x_apart + s;
            double *to = y + q * y_apart + s;
            int i = 0;
            for (; i + 4 <= m; i += 4) {
                Lanes y00 = {0.0}, y01 = y00, y10 = y00, y11 = y00;
                Lanes y20 = y00, y21 = y00, y30 = y00, y31 = y00;
                const double *a0 = a + i * down, *a1 = a0 + down, *a2 = a1 + down, *a3 = a2 + down;
                for (int t = 0; t < k; t++) {
                    Lanes x0 = lanes(from + t * p * x_apart);
                    Lanes x1 = lanes(from + t * p * x_apart + LANES);
                    y00 += a0[t * across] * x0, y01 += a0[t * across] * x1;
                    y10 += a1[t * across] * x0, y11 += a1[t * across] * x1;
                    y20 += a2[t * across] * x0, y21 += a2[t * across] * x1;
                    y30 += a3[t * across] * x0, y31 += a3[t * across] * x1;
                }
                put(to + i * p * y_apart, y00), put(to + i * p * y_apart + LANES, y01);
                put(to + (i + 1) * p * y_apart, y10), put(to + (i + 1) * p * y_apart + LANES, y11);
                put(to + (i + 2) * p * y_apart, y20), put(to + (i + 2) * p * y_apart + LANES, y21);
                put(to + (i + 3) * p * y_apart, y30), put(to + (i + 3) * p * y_apart + LANES, y31);
            }
            for (; i < m; i++) {
                Lanes y0 = {0.0}, y1 = y0;
                for (int t = 0; t < k; t++) {
                    y0 += a[i * down + t * across] * lanes(from + t * p * x_apart);
                    y1 += a[i * down + t * across] * lanes(from + t * p * x_apart + LANES);
                }
                put(to + i * p * y_apart, y0), put(to + i * p * y_apart + LANES, y1);
            }
        }
}

/* The sum over p rows and all samples of y x. */
static double sum_of_product(
    int width, int p, const double *y, int y_apart, const double *x, int x_apart)
{
    Lanes sum = {0.0};
    for (int q = 0; q < p; q++)
        for (int s = 0; s < width; s += LANES)
            sum += lanes(y + q * y_apart + s) * lanes(x + q * x_apart + s);
    return sum_of_lanes(sum);
}

/* a[i down + t] += sum over q and samples of y[i p + q] x[t p + q]; four rows and two columns of a at
   once. */
static void outer_product(
    int width, int m, int k, int p, const double *y, int y_apart, const double *x, int x_apart,
    double *a, int down)
{
    int i = 0;
    for (; i + 4 <= m; i += 4) {
        int t = 0;
        for (; t + 2 <= k; t += 2) {
            Lanes a00 = {0.0}, a01 = a00, a10 = a00, a11 = a00;
            Lanes a20 = a00, a21 = a00, a30 = a00, a31 = a00;
            for (int q = 0; q < p; q++) {
                const double *y0 = y + (i * p + q) * y_apart, *y1 = y0 + p * y_apart;
                const double *y2 = y1 + p * y_apart, *y3 = y2 + p * y_apart;
                const double *x0 = x + (t * p + q) * x_apart, *x1 = x0 + p * x_apart;
                for (int s = 0; s < width; s += LANES) {
                    Lanes left = lanes(x0 + s), right = lanes(x1 + s);
                    a00 += lanes(y0 + s) * left, a01 += lanes(y0 + s) * right;
                    a10 += lanes(y1 + s) * left, a11 += lanes(y1 + s) * right;
                    a20 += lanes(y2 + s) * left, a21 += lanes(y2 + s) * right;
                    a30 += lanes(y3 + s) * left, a31 += lanes(y3 + s) * right;
                }
            }
            double *to = a + i * down + t;
            to[0] += sum_of_lanes(a00), to[1] += sum_of_lanes(a01), to += down;
            to[0] += sum_of_lanes(a10), to[1] += sum_of_lanes(a11), to += down;
            to[0] += sum_of_lanes(a20), to[1] += sum_of_lanes(a21), to += down;
            to[0] += sum_of_lanes(a30), to[1] += sum_of_lanes(a31);
        }
        for (; t < k; t++)
            for (int row = i; row < i + 4; row++)
                a[row * down + t] += sum_of_product(
                    width, p, y + row * p * y_apart, y_apart, x + t * p * x_apart, x_apart);
    }
    for (; i < m; i++)
        for (int t = 0; t < k; t++)
            a[i * down + t] += sum_of_product(
                width, p, y + i * p * y_apart, y_apart, x + t * p * x_apart, x_apart);
}

/* For each sample and each of b blocks: y[i columns + j] = factor times the sum over t < k of
   u[i u_down + t u_across] v[j v_down + t v_across], for i < rows and j < columns. */
static void batched_product(
    int width, int b, int rows, int k, int columns, double factor, const double *u, int u_down,
    int u_across, const double *v, int v_down, int v_across, double *y)
{
    for (int block = 0; block < b; block++) {
        for (int s = 0; s < width; s += LANES)
            for (int i = 0; i < rows; i++) {
                const double *left = u + i * u_down * SAMPLES + s;
                int j = 0;
                for (; j + 4 <= columns; j += 4) {
                    const double *v0 = v + j * v_down * SAMPLES + s, *v1 = v0 + v_down * SAMPLES;
                    const double *v2 = v1 + v_down * SAMPLES, *v3 = v2 + v_down * SAMPLES;
                    Lanes y0 = {0.0}, y1 = y0, y2 = y0, y3 = y0;
                    for (int t = 0; t < k; t++) {
                        Lanes x = lanes(left + t * u_across * SAMPLES);
                        y0 += x * lanes(v0 + t * v_across * SAMPLES);
                        y1 += x * lanes(v1 + t * v_across * SAMPLES);
                        y2 += x * lanes(v2 + t * v_across * SAMPLES);
                        y3 += x * lanes(v3 + t * v_across * SAMPLES);
                    }
                    double *to = y + (i * columns + j) * SAMPLES + s;
                    put(to, factor * y0), put(to + SAMPLES, factor * y1);
                    put(to + 2 * SAMPLES, factor * y2), put(to + 3 * SAMPLES, factor * y3);
                }
                for (; j < columns; j++) {
                    Lanes sum = {0.0};
                    for (int t = 0; t < k; t++)
                        sum += lanes(left + t * u_across * SAMPLES)
                               * lanes(v + (j * v_down + t * v_across) * SAMPLES + s);
                    put(y + (i * columns + j) * SAMPLES + s, factor * sum);
                }
            }
        u += rows * k * SAMPLES, v += columns * k * SAMPLES, y += rows * columns * SAMPLES;
    }
}
