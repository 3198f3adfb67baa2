import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';

const { env } = process;

const fileOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Drawn where vitest is configured, so that all workers have the same. */
if (env.PROPERTY_SEED === 'random') {
  env.PROPERTY_SEED = String(randomInt(2 ** 31));
  console.log(`PROPERTY_SEED=${env.PROPERTY_SEED}`);
}

/** For the configuration of vitest: the seed of every property, and with PROPERTY_SECONDS as many runs as the time allows. */
export const properties = {
  setupFiles: [fileOf('./seed.ts')],
  alias:
    env.PROPERTY_SECONDS === undefined
      ? []
      : [{ find: /^fast-check$/, replacement: fileOf('./fast-check.ts') }],
};
