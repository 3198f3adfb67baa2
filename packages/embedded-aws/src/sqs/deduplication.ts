const intervalMs = 5 * 60_000;

/** What a sender is told of a message that was accepted. */
export interface Accepted {
  readonly id: string;
  readonly sequenceNumber: string;
}

/** The messages accepted within the last five minutes, by deduplication id; also those deleted since. */
export class Deduplication {
  readonly #accepted = new Map<string, { readonly answer: Accepted; readonly expiresAtMs: number }>();

  find(key: string): Accepted | undefined {
    this.#forgetExpired();
    return this.#accepted.get(key)?.answer;
  }

  remember(key: string, answer: Accepted): void {
    this.#accepted.set(key, { answer, expiresAtMs: Date.now() + intervalMs });
  }

  /** A Map keeps the order of insertion and the interval is always the same: the oldest come first. */
  #forgetExpired(): void {
    for (const [key, { expiresAtMs }] of this.#accepted) {
      if (expiresAtMs > Date.now()) return;
      this.#accepted.delete(key);
    }
  }
}
