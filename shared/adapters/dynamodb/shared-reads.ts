/**
 * Identical reads that are requested at the same time share one request. A read is shared only before it is sent: who
 * requests it while one is running shares the next one. So every read begins after it was requested, and sees all that
 * was written before, as if it were made alone.
 *
 * The pods of a batch read the same virtual nodes, meshes, services and owners. They begin together, and a read is sent
 * at the end of the turn of the event loop that requests it: ten pods need one read of each, or two.
 */
export class SharedReads {
  /** Sent, and not answered yet. */
  private readonly running = new Map<string, Promise<unknown>>();
  /** Not sent yet. */
  private readonly open = new Map<string, Promise<unknown>>();

  /** The key says what is read: reads with the same key return the same type. */
  read<T>(key: string, send: () => Promise<T>): Promise<T> {
    const open = this.open.get(key);
    if (open !== undefined) return open as Promise<T>;
    const start = () => this.start(key, send);
    const read = (this.running.get(key) ?? Promise.resolve()).then(start, start);
    this.open.set(key, read);
    return read;
  }

  private start<T>(key: string, send: () => Promise<T>): Promise<T> {
    this.open.delete(key);
    const read = send().finally(() => this.running.delete(key));
    this.running.set(key, read);
    return read;
  }
}
