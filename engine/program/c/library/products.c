/* Products of matrices, over rows of numbers of which the first `width` are used. This file is
   compiled by itself, once for all programs; each declares what it calls. */

#include <string.h>

/* Some neighbouring numbers that the processor takes at once, and the tile whose sums it keeps in
   registers: so many rows of so many of them. */
#if defined __AVX512F__
typedef double Lanes __attribute__((vector_size(64), aligned(8), may_alias));
enum { ROWS = 12, ACROSS = 1 };
#elif defined __AVX__
typedef double Lanes __attribute__((vector_size(32), aligned(8), may_alias));
enum { ROWS = 6, ACROSS = 2 };
#else
typedef double Lanes __attribute__((vector_size(16), aligned(8), may_alias));
enum { ROWS = 6, ACROSS = 2 };
#endif
#define LANES (int)(sizeof(Lanes) / sizeof(double))
#define COLUMNS (ACROSS * LANES)

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
double sum_of(const double *x, int width)
{
    Lanes sum = {0.0};
    for (int s = 0; s < width; s += LANES)
        sum += lanes(x + s);
    return sum_of_lanes(sum);
}

/* For i < rows: y[i] = the sum over t < k of a[i down + t across] x[t], where x[t] and y[i] are
   COLUMNS numbers, so far apart; onto what y holds, or else from 0. `rows` is a constant, so that all
   sums are in registers. */
#define EACH(i, count) _Pragma("GCC unroll 12") for (int i = 0; i < count; i++)
static inline __attribute__((always_inline)) void tile(
    int rows, int k, const double *a, int down, int across, const double *x, int x_apart, double *y,
    int y_apart, int onto)
{
    const Lanes zero = {0.0};
    Lanes sum[ROWS][ACROSS];
    EACH(i, rows)
        EACH(j, ACROSS)
            sum[i][j] = onto ? lanes(y + i * y_apart + j * LANES) : zero;
    const double *four[3]; /* every fourth of up to 12 rows of a: for a pointer to each there are too
                              few registers */
    EACH(i, 3)
        four[i] = a + (4 * i < rows ? 4 * i * down : 0);
    for (int t = 0; t < k; t++) {
        EACH(i, rows) {
            double factor = four[i / 4][i % 4 * down];
            EACH(j, ACROSS)
                sum[i][j] += factor * lanes(x + t * x_apart + j * LANES);
        }
        EACH(i, 3)
            four[i] += across;
    }
    EACH(i, rows)
        EACH(j, ACROSS)
            put(y + i * y_apart + j * LANES, sum[i][j]);
}

/* The same for any number of rows. */
static void tiles(
    int rows, int k, const double *a, int down, int across, const double *x, int x_apart, double *y,
    int y_apart, int onto)
{
    int i = 0;
    for (; i + ROWS <= rows; i += ROWS)
        tile(ROWS, k, a + i * down, down, across, x, x_apart, y + i * y_apart, y_apart, onto);
    for (; i + 4 <= rows; i += 4)
        tile(4, k, a + i * down, down, across, x, x_apart, y + i * y_apart, y_apart, onto);
    for (; i + 2 <= rows; i += 2)
        tile(2, k, a + i * down, down, across, x, x_apart, y + i * y_apart, y_apart, onto);
    if (i < rows)
        tile(1, k, a + i * down, down, across, x, x_apart, y + i * y_apart, y_apart, onto);
}

/* y[i p + q] = sum over t of a[i down + t across] x[t p + q], for i < m, t < k and q < p. Rows of x
   and y are so many numbers apart; at a time as many of x and of a are taken as the fast memory near
   the processor holds. */
void matrix_product(
    int width, int m, int k, int p, const double *a, int down, int across, const double *x,
    int x_apart, double *y, int y_apart)
{
    for (int first = 0; first < k; first += 192) {
        int count = k - first < 192 ? k - first : 192, most = 32768 / count / ROWS * ROWS;
        for (int top = 0; top < m; top += most) {
            int rows = m - top < most ? m - top : most;
            for (int s = 0; s < width; s += COLUMNS)
                for (int q = 0; q < p; q++)
                    tiles(rows, count, a + top * down + first * across, down, across,
                          x + (first * p + q) * x_apart + s, p * x_apart,
                          y + (top * p + q) * y_apart + s, p * y_apart, first > 0);
        }
    }
}

/* turned[s][t] = x[t apart + s next] for t < count: rows become columns, or are columns already. */
static inline void turn(
    int samples, int count, const double *x, int apart, int next, double (*turned)[COLUMNS])
{
    if (apart == 1 && count == COLUMNS)
        for (int s = 0; s < samples; s++)
            memcpy(turned[s], x + s * next, sizeof turned[s]);
    else
        for (int t = 0; t < count; t++)
            for (int s = 0; s < samples; s++)
                turned[s][t] = x[t * apart + s * next];
}

/* a[i down + t] += the sum over q < p and so many samples of y[i p + q] x[t p + q]. Rows are so many
   numbers apart; the samples of a row of y lie side by side, and those of x are `next` apart. */
void outer_product(
    int samples, int m, int k, int p, const double *y, int y_apart, const double *x, int x_apart,
    int next, double *a, int down)
{
    double turned[samples][COLUMNS], part[ROWS][COLUMNS];
    memset(turned, 0, sizeof turned);
    for (int first = 0; first < k; first += COLUMNS)
        for (int q = 0; q < p; q++) {
            int columns = k - first < COLUMNS ? k - first : COLUMNS;
            const double *factors = y + q * y_apart;
            turn(samples, columns, x + (first * p + q) * x_apart, p * x_apart, next, turned);
            if (columns == COLUMNS) {
                tiles(m, samples, factors, p * y_apart, 1, turned[0], COLUMNS, a + first, down, 1);
                continue;
            }
            for (int i = 0; i < m; i += ROWS) {
                int rows = m - i < ROWS ? m - i : ROWS;
                tiles(rows, samples, factors + i * p * y_apart, p * y_apart, 1, turned[0], COLUMNS,
                      part[0], COLUMNS, 0);
                for (int row = 0; row < rows; row++)
                    for (int t = 0; t < columns; t++)
                        a[(i + row) * down + first + t] += part[row][t];
            }
        }
}

/* For i < rows and j < columns: y[i y_down + j apart] = factor times the sum over t < k of
   u[i u_down + t u_across] v[j v_down + t v_across], of LANES samples. `rows` and `columns` are
   constants, so that all sums are in registers. */
static inline __attribute__((always_inline)) void batched_tile(
    int rows, int columns, int k, double factor, const double *u, int u_down, int u_across,
    const double *v, int v_down, int v_across, double *y, int y_down, int apart)
{
    const Lanes zero = {0.0};
    Lanes sum[2][4];
    EACH(i, rows)
        EACH(j, columns)
            sum[i][j] = zero;
    for (int t = 0; t < k; t++) {
        Lanes left[2];
        EACH(i, rows)
            left[i] = lanes(u + i * u_down + t * u_across);
        EACH(j, columns) {
            Lanes right = lanes(v + j * v_down + t * v_across);
            EACH(i, rows)
                sum[i][j] += left[i] * right;
        }
    }
    EACH(i, rows)
        EACH(j, columns)
            put(y + i * y_down + j * apart, factor * sum[i][j]);
}

/* The same for any number of rows. */
static inline __attribute__((always_inline)) void batched_tiles(
    int rows, int columns, int k, double factor, const double *u, int u_down, int u_across,
    const double *v, int v_down, int v_across, double *y, int y_down, int apart)
{
    int i = 0;
    for (; i + 2 <= rows; i += 2)
        batched_tile(2, columns, k, factor, u + i * u_down, u_down, u_across, v, v_down, v_across,
                     y + i * y_down, y_down, apart);
    if (i < rows)
        batched_tile(1, columns, k, factor, u + i * u_down, u_down, u_across, v, v_down, v_across,
                     y + i * y_down, y_down, apart);
}

/* For each sample and each of b blocks: y[i columns + j] = factor times the sum over t < k of
   u[i u_down + t u_across] v[j v_down + t v_across], for i < rows and j < columns. All rows are so
   many numbers apart. Four rows at a time: what they write, and what a few columns read, stays in the
   fast memory. */
void batched_product(
    int width, int b, int rows, int k, int columns, double factor, const double *u, int u_down,
    int u_across, const double *v, int v_down, int v_across, double *y, int apart)
{
    int y_down = columns * apart;
    u_down *= apart, u_across *= apart, v_down *= apart, v_across *= apart;
    for (int block = 0; block < b; block++) {
        for (int s = 0; s < width; s += LANES)
            for (int i = 0; i < rows; i += 4) {
                int few = rows - i < 4 ? rows - i : 4, j = 0;
                const double *left = u + i * u_down + s;
                double *to = y + i * y_down + s;
                for (; j + 4 <= columns; j += 4)
                    batched_tiles(few, 4, k, factor, left, u_down, u_across, v + j * v_down + s,
                                  v_down, v_across, to + j * apart, y_down, apart);
                for (; j < columns; j++)
                    batched_tiles(few, 1, k, factor, left, u_down, u_across, v + j * v_down + s,
                                  v_down, v_across, to + j * apart, y_down, apart);
            }
        u += rows * k * apart, v += columns * k * apart, y += rows * columns * apart;
    }
}
