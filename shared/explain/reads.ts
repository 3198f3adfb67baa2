import { SyncError } from '../model/errors.ts';
import type { ReadFailure } from './plan/explained.ts';

/** Reads of which none may keep the others from being made: what could not be read is told, with the reason. */
export class ReadAttempts {
  readonly readFailures: ReadFailure[] = [];

  /** undefined where it could not be read. A mistake in this program is thrown. */
  async attempt<T>(what: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof SyncError)) throw error;
      this.readFailures.push({ what, reason: error.message });
      return undefined;
    }
  }
}
