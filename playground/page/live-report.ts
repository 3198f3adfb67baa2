import type { Report } from '../../shared/report/plan/report.ts';
import { fragmentsOf } from '../../shared/report/view/page.ts';
import type { Update } from './client/update.ts';

interface Subscriber {
  readonly changed: (update: Update) => void;
  readonly failed: (message: string) => void;
}

interface LiveReportOptions {
  /** Asks the function `report`. */
  readonly read: () => Promise<Report>;
  /** The longest time between two reads while a browser is connected: changes by others are not notified. */
  readonly everyMs: number;
}

/** Changes come in bursts. */
const pauseMs = 150;
/** After a change, Cloud Map takes some time to show it. */
const againAfterMs = [700, 2_000];

/**
 * The report, read while a browser is connected: when something may have changed, and at intervals. Without a browser nothing
 * is read.
 */
export class LiveReport {
  readonly #options: LiveReportOptions;
  readonly #subscribers = new Set<Subscriber>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #sent = new Map<string, string>();
  #reading: Promise<Report> | undefined;
  #isDirty = false;

  constructor(options: LiveReportOptions) {
    this.#options = options;
  }

  /** Reads at the same time share one call of the function, which has one environment. */
  read(): Promise<Report> {
    this.#reading ??= this.#options.read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  subscribe(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber);
    // The new one has no part yet, and the others do not mind one that they have.
    this.#sent.clear();
    this.#schedule(0);
    return () => {
      this.#subscribers.delete(subscriber);
      if (this.#subscribers.size === 0) this.close();
    };
  }

  /** Something may have changed. */
  noteChange(): void {
    if (this.#subscribers.size === 0 || this.#isDirty) return;
    this.#isDirty = true;
    this.#schedule(pauseMs);
    for (const afterMs of againAfterMs) this.#schedule(afterMs);
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#isDirty = false;
  }

  #schedule(afterMs: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.#update();
    }, afterMs);
    this.#timers.add(timer);
  }

  async #update(): Promise<void> {
    this.#isDirty = false;
    try {
      this.#send(await this.read());
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      for (const { failed } of this.#subscribers) failed(message);
    }
    if (this.#timers.size === 0 && this.#subscribers.size > 0) this.#schedule(this.#options.everyMs);
  }

  #send(report: Report): void {
    const fragments = fragmentsOf(report).filter(({ id, html }) => this.#sent.get(id) !== html);
    for (const { id, html } of fragments) this.#sent.set(id, html);
    const update = { readAt: report.generatedAt, sentence: report.verdict.sentence, fragments };
    for (const { changed } of this.#subscribers) changed(update);
  }
}
