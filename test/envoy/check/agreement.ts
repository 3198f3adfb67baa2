import { faultsOf } from '../../../shared/mesh/targets/envoy/check/faults.ts';
import type { ProxyConfig } from '../../../shared/mesh/targets/envoy/translate/proxy.ts';
import { envoy } from '../find.ts';
import { inlined, unused } from '../validate/inline.ts';
import type { Keys } from '../validate/keys.ts';
import { validated } from '../validate/validate.ts';
import type { Mutant } from './mutants.ts';

/** One text for each proxy that the check takes and Envoy refuses, or the other way round. */
export async function disagreements(
  all: readonly Mutant<ProxyConfig>[],
  keys: Keys,
): Promise<readonly string[]> {
  return (
    await inPairs(all, async ({ change, value }) => {
      const faults = faultsOf(value);
      const { error } = await validated(envoy, keys.folder, inlined(value, keys));
      const isSame = faults.length > 0 === (error !== undefined);
      return isSame
        ? []
        : [`${change}: the check says ${JSON.stringify(faults[0] ?? 'nothing')}, Envoy says ${error}`];
    })
  ).flat();
}

/** In order, two at a time. */
export async function inPairs<T, R>(all: readonly T[], run: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results = new Map<number, R>();
  const rest = all.entries();
  const worker = async () => {
    for (const [index, item] of rest) results.set(index, await run(item));
  };
  await Promise.all([worker(), worker()]);
  return all.map((_, index) => results.get(index) as R);
}

/**
 * What `--mode validate` does not see of a proxy: sources of files that are inlined, secrets of listeners, which Envoy reads
 * only when it serves, and values of a Secret's own name, which is that of its file.
 */
const unseen = [
  /(rds\.config_source|eds_config|eds_cluster_config|sds_config)\b/,
  /typed_config\.rds with/,
  /^listeners.*sds_secret_config/,
  /^secrets\.(0|\d+\.name)\b/,
  /watched_directory/,
  /^endpoints\.\d+(\.cluster_name)? /,
];

/** The mutants that Envoy can judge. */
export function visible(mutants: readonly Mutant<ProxyConfig>[]): readonly Mutant<ProxyConfig>[] {
  return mutants.filter(
    ({ change, value }) =>
      !/^\w+ /.test(change) && !unseen.some((each) => each.test(change)) && unused(value).length === 0,
  );
}
