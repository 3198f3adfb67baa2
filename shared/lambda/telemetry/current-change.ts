import { AsyncLocalStorage } from 'node:async_hooks';
import type { Change } from '../../model/journey.ts';

const changes = new AsyncLocalStorage<Change>();

/** The change of which the running code handles a message: several are handled at a time. */
export function currentChange(): Change | undefined {
  return changes.getStore();
}

/** Does the work on behalf of the change. */
export function during<T>(change: Change | undefined, work: () => Promise<T>): Promise<T> {
  return change === undefined ? work() : changes.run(change, work);
}
