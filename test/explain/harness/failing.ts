import { RetryableError } from '../../../shared/model/errors.ts';

/** A call that fails. */
export const down = async (): Promise<never> => {
  throw new RetryableError('down');
};

async function* downAtOnce(): AsyncGenerator<never> {
  yield await down();
}

const listings: ReadonlySet<unknown> = new Set(['inRange', 'ofService']);

/** A store or an API of which every call fails. */
export const failing: object = new Proxy({}, { get: (_, name) => (listings.has(name) ? downAtOnce : down) });
