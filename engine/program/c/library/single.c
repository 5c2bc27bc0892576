/* Products of matrices for one sample: a row is one number. */

/* y[i p + q] = sum over t of a[i down + t across] x[t p + q], for i < m, t < k and q < p. Rows of
   x and y are so many numbers apart. */
static void matrix_product(
    int m, int k, int p, const double *a, int down, int across, const double *x, int x_apart, double *y,
    int y_apart)
{
    for (int i = 0; i < m; i++)
        for (int q = 0; q < p; q++) {
            double sum = 0.0;
            for (int t = 0; t < k; t++)
                sum += a[i * down + t * across] * x[(t * p + q) * x_apart];
            y[(i * p + q) * y_apart] = sum;
        }
}

/* In each of b blocks: y[i columns + j] = factor times the sum over t < k of
   u[i u_down + t u_across] v[j v_down + t v_across], for i < rows and j < columns. */
static void batched_product(
    int b, int rows, int k, int columns, double factor, const double *u, int u_down, int u_across,
    const double *v, int v_down, int v_across, double *y)
{
    for (int block = 0; block < b; block++) {
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++) {
                double sum = 0.0;
                for (int t = 0; t < k; t++)
                    sum += u[i * u_down + t * u_across] * v[j * v_down + t * v_across];
                y[i * columns + j] = factor * sum;
            }
        u += rows * k, v += columns * k, y += rows * columns;
    }
}
