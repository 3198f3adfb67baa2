/**
 * Identical reads that are requested at the same time share one request. A read is shared only before it is sent: who
 * requests it while one is running shares the next one. So every read begins after it was requested, and sees all that
 * was written before, as if it were made alone.
 *
 * The pods of a batch read the same virtual nodes, meshes, services and owners. Ten pods need two reads of each.
 */
export class SharedReads {
  private readonly running = new Map<string, Promise<unknown>>();
  private readonly next = new Map<string, Promise<unknown>>();

  /** The key says what is read: reads with the same key return the same type. */
  read<T>(key: string, send: () => Promise<T>): Promise<T> {
    const running = this.running.get(key);
    if (running === undefined) return this.start(key, send);
    const next = this.next.get(key) ?? this.startAfter(running, key, send);
    return next as Promise<T>;
  }

  private startAfter<T>(running: Promise<unknown>, key: string, send: () => Promise<T>): Promise<T> {
    const start = () => {
      this.next.delete(key);
      return this.start(key, send);
    };
    const next = running.then(start, start);
    this.next.set(key, next);
    return next;
  }

  private start<T>(key: string, send: () => Promise<T>): Promise<T> {
    const read = send().finally(() => this.running.delete(key));
    this.running.set(key, read);
    return read;
  }
}
