import { SyncError } from '../model/errors.ts';
import { failureOf } from '../model/problem.ts';
import type { ReadFailure } from './plan/explained.ts';

/** Makes reads independently of each other: a read that fails is recorded with its reason, and the others go on. */
export class ReadAttempts {
  readonly readFailures: ReadFailure[] = [];

  /** undefined if the read fails. An error that is not a SyncError, a bug in this program, is thrown. */
  async attempt<T>(what: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof SyncError)) throw error;
      this.readFailures.push({ what, ...failureOf(error) });
      return undefined;
    }
  }
}
