const intervalMs = 5 * 60_000;

/** The response for an accepted message. */
export interface Accepted {
  readonly id: string;
  readonly sequenceNumber: string;
}

/** Messages accepted within the last five minutes, by deduplication id, including deleted ones. */
export class Deduplication {
  readonly #accepted = new Map<string, { readonly answer: Accepted; readonly expiresAtMs: number }>();

  find(key: string): Accepted | undefined {
    this.#forgetExpired();
    return this.#accepted.get(key)?.answer;
  }

  remember(key: string, answer: Accepted): void {
    this.#accepted.set(key, { answer, expiresAtMs: Date.now() + intervalMs });
  }

  /** The oldest come first, because a Map keeps insertion order and the interval is constant. */
  #forgetExpired(): void {
    for (const [key, { expiresAtMs }] of this.#accepted) {
      if (expiresAtMs > Date.now()) return;
      this.#accepted.delete(key);
    }
  }
}
