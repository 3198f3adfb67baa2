import { setTimeout as sleep } from 'node:timers/promises';
import { CloudMapCatalog } from '../../../adapters/aws/cloud-map-catalog.ts';
import { envoyTarget } from '../../../mesh/targets/envoy/envoy-target.ts';
import { envoyRules } from '../../../mesh/targets/envoy/plan/rules.ts';
import { RetryableError } from '../../../model/errors.ts';
import { perCloudMap } from '../cloud-map.ts';
import type { Objects, Targets } from '../objects-targets.ts';

/** Without an answer by then, the instances that are known stay: a run has a minute for all that it does. */
const maxReadMs = 5_000;

const catalogs = perCloudMap((client) => {
  const catalog = new CloudMapCatalog(client);
  const instances: typeof catalog.instances = (service) => inTime(catalog.instances(service));
  return { instances };
});

export const targets =
  (objects: Objects): Targets =>
  (cluster) =>
    envoyTarget({ cluster, rules: envoyRules, objects: objects(cluster), catalog: catalogs(cluster) });

async function inTime<T>(reading: Promise<T>): Promise<T> {
  const ended = new AbortController();
  const timeout = sleep(maxReadMs, undefined, { signal: ended.signal }).then(() => {
    throw new RetryableError(`Cloud Map did not answer within ${maxReadMs / 1000} seconds`);
  });
  timeout.catch(() => undefined);
  return Promise.race([reading, timeout]).finally(() => ended.abort());
}
