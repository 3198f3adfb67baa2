import fc from 'fast-check';

/**
 * Of every property that has none of its own. With the same cases each time, a property that fails has been broken by the change
 * under test; `npm run test:explore` looks for other cases.
 */
const seed = Number(process.env.PROPERTY_SEED ?? 20261128);
if (!Number.isInteger(seed))
  throw new Error(`PROPERTY_SEED must be an integer or "random", not "${process.env.PROPERTY_SEED}"`);

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
