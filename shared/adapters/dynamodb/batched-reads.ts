import pLimit from 'p-limit';

/** Maximum keys of a BatchGetItem request. */
const maxKeys = 100;
/** With one request at a time, a slow one would hold up every other read. */
const maxRequests = 2;

/** Open until its request is sent. */
interface Batch<Key, Value> {
  readonly keys: Map<string, Key>;
  readonly values: Promise<ReadonlyMap<string, Value>>;
}

/**
 * Reads many items with one request: those that are requested while two requests run. Ten pods of a batch need their
 * records, claims and services at about the same time. A single read is sent at once.
 *
 * Every read begins after it was requested, never before, so it sees all that was written before it was requested.
 * A key that is requested twice is read once.
 */
export class BatchedReads<Key, Value> {
  private readonly readAll: (keys: readonly Key[]) => Promise<ReadonlyMap<string, Value>>;
  private readonly limit = pLimit(maxRequests);
  private open: Batch<Key, Value> | undefined;

  /** The result has the same texts as `read` was called with, for the keys whose items exist. */
  constructor(readAll: (keys: readonly Key[]) => Promise<ReadonlyMap<string, Value>>) {
    this.readAll = readAll;
  }

  async read(text: string, key: Key): Promise<Value | undefined> {
    const batch = this.batchFor(text);
    batch.keys.set(text, key);
    return (await batch.values).get(text);
  }

  private batchFor(text: string): Batch<Key, Value> {
    const { open } = this;
    if (open !== undefined && (open.keys.size < maxKeys || open.keys.has(text))) return open;
    const keys = new Map<string, Key>();
    const batch: Batch<Key, Value> = {
      keys,
      values: this.limit(() => {
        if (this.open === batch) this.open = undefined;
        return this.readAll([...keys.values()]);
      }),
    };
    this.open = batch;
    return batch;
  }
}
