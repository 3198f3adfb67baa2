/** Reproducible randomness (mulberry32): every decision of a run follows from its seed. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** From 0 inclusive to 1 exclusive. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** Takes one item out of a list that is not empty. */
  takeFrom<T>(items: T[]): T {
    const [item] = items.splice(this.below(items.length), 1);
    if (item === undefined) throw new RangeError('nothing to take from');
    return item;
  }
}
