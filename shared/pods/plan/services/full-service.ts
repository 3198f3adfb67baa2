import type { ClusterConfig } from '../../../model/cluster-config.ts';
import { RefusedError } from '../../../model/errors.ts';
import type { ServiceKey } from '../../../model/identity.ts';
import { serviceText } from '../../../model/identity.ts';
import type { FullService, WaitingPod } from '../../../model/records/registration.ts';

/** After this, a new instance is tried again even if no place is known to be free. */
const fullForMs = 15 * 60_000;

/** A woken pod tries within seconds; after this, its place is offered to another one as well. */
const awakeForMs = 2 * 60_000;

export function isStillFull(full: FullService | undefined, nowMs: number): full is FullService {
  return full !== undefined && !full.reopening && Math.abs(nowMs - full.atMs) < fullForMs;
}

export function isAwake({ wokenAtMs }: WaitingPod, nowMs: number): boolean {
  return wokenAtMs !== undefined && Math.abs(nowMs - wokenAtMs) < awakeForMs;
}

/** Why a new instance is refused: which quota is reached, and what to do. */
export function fullError(
  service: ServiceKey,
  { quota }: Pick<FullService, 'quota'>,
  { cloudMap }: ClusterConfig,
  cause?: Error,
): RefusedError {
  const options = { waitsIn: service, ...(cause && { cause }) };
  if (quota === 'namespace')
    return new RefusedError(
      `Cloud Map namespace ${service.namespaceName} is full: it has as many instances as its quota "Instances per namespace" allows (2,000 unless AWS raised it); ` +
        `ask for more in Service Quotas, or use another namespace for ${serviceText(service)}`,
      { ...options, dependsOn: 'namespace quota' },
    );
  return new RefusedError(
    `Cloud Map service ${serviceText(service)} is full: it has ${cloudMap.quotas.instancesPerService} instances, the quota "Instances per service", ` +
      'which AWS does not raise; spread the pods over several services (a VirtualNode each), or remove instances that nobody needs; ' +
      'the pod is registered when an instance leaves the service',
    { ...options, dependsOn: 'service quota' },
  );
}
