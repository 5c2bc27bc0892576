// @ts-check
// The numbers of Python's random.Random(seed): Matsumoto and Nishimura, Mersenne Twister (1998).

const [N, M] = [624, 397];

export class Random {
  /** @param {number} seed  a whole number from 0 to 2³² − 1 */
  constructor(seed) {
    this.state = new Uint32Array(N);
    this.next = N;
    /** @type {number | null} */
    this.spare = null; // of the two that gauss makes at a time
    this.begin(seed);
  }

  /**
   * The initial state from a key of one number, as init_by_array makes it.
   * @param {number} seed
   */
  begin(seed) {
    const { state } = this;
    state[0] = 19650218;
    for (let k = 1; k < N; k++) {
      state[k] = Math.imul(1812433253, state[k - 1] ^ (state[k - 1] >>> 30)) + k;
    }
    let i = 1;
    const advance = () => {
      if (++i < N) return;
      state[0] = state[N - 1];
      i = 1;
    };
    const mixed = () => state[i - 1] ^ (state[i - 1] >>> 30);
    for (let k = 0; k < N; k++) {
      state[i] = (state[i] ^ Math.imul(mixed(), 1664525)) + seed;
      advance();
    }
    for (let k = 1; k < N; k++) {
      state[i] = (state[i] ^ Math.imul(mixed(), 1566083941)) - i;
      advance();
    }
    state[0] = 0x80000000;
  }

  /** 32 random bits. */
  bits() {
    const { state } = this;
    if (this.next === N) {
      for (let k = 0; k < N; k++) {
        const y = (state[k] & 0x80000000) | (state[(k + 1) % N] & 0x7fffffff);
        state[k] = state[(k + M) % N] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
      }
      this.next = 0;
    }
    let y = state[this.next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** From 0 to 1, without 1. */
  random() {
    const high = this.bits() >>> 5;
    return (high * 67108864 + (this.bits() >>> 6)) / 9007199254740992;
  }

  /**
   * @param {number} low
   * @param {number} high
   */
  uniform(low, high) {
    return low + (high - low) * this.random();
  }

  /**
   * From the normal distribution around 0.
   * @param {number} deviation
   */
  gauss(deviation) {
    let z = this.spare;
    this.spare = null;
    if (z === null) {
      const turn = this.random() * 2 * Math.PI;
      const radius = Math.sqrt(-2 * Math.log(1 - this.random()));
      z = Math.cos(turn) * radius;
      this.spare = Math.sin(turn) * radius;
    }
    return 0 + z * deviation;
  }

  /**
   * 0, 1, …, n − 1 in random order.
   * @param {number} n
   */
  order(n) {
    const order = Array.from({ length: n }, (_, k) => k);
    for (let k = n - 1; k > 0; k--) {
      const other = Math.floor(this.random() * (k + 1));
      [order[k], order[other]] = [order[other], order[k]];
    }
    return order;
  }
}
