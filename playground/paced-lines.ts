/** A change of one thing. */
export interface Change {
  /** The line about it alone. */
  readonly text: string;
  /** What happened, such as `registered`: changes in which it is the same are counted together. */
  readonly what: string;
}

/** In this time at most so many lines are printed. */
const windowMs = 5_000;
const maxLines = 20;

interface PacedLinesOptions {
  readonly report: (text: string) => void;
  /** The line for many changes; `counts` is such as `213 registered, 2 deregistered`. */
  readonly summarize: (counts: string) => string;
  readonly nowMs?: () => number;
}

/**
 * Prints each change in a line of its own. Of more than 20 changes in five seconds it prints the number, and then one line every five
 * seconds until there are fewer.
 */
export class PacedLines {
  readonly #options: PacedLinesOptions;
  readonly #nowMs: () => number;
  #windowEndMs = Number.NEGATIVE_INFINITY;
  /** Lines that this window may still print at once. */
  #left = maxLines;
  #deferred: Change[] = [];

  constructor(options: PacedLinesOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => performance.now());
  }

  add(changes: readonly Change[]): void {
    this.tick();
    for (const change of changes)
      if (this.#left > 0) {
        this.#left -= 1;
        this.#options.report(change.text);
      } else this.#deferred.push(change);
  }

  /** Prints the deferred changes, if the time has come. */
  tick(): void {
    if (this.#nowMs() < this.#windowEndMs) return;
    this.#windowEndMs = this.#nowMs() + windowMs;
    this.#left = this.#deferred.length > maxLines ? 0 : maxLines;
    this.flush();
  }

  /** Prints the deferred changes now. */
  flush(): void {
    const [deferred, { report, summarize }] = [this.#deferred, this.#options];
    this.#deferred = [];
    if (deferred.length > maxLines) report(summarize(countsText(deferred)));
    else for (const { text } of deferred) report(text);
  }
}

function countsText(changes: readonly Change[]): string {
  const kinds = Map.groupBy(changes, ({ what }) => what);
  return [...kinds].map(([what, { length }]) => `${length.toLocaleString('en')} ${what}`).join(', ');
}
