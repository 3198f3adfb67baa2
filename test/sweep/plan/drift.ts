import type { Claim } from '../../../shared/model/records/registration.ts';
import type { ServiceView } from '../../../shared/model/service-view.ts';
import { targetOf } from '../../../shared/model/target.ts';
import { desiredInstances } from '../../../shared/pods/plan/desired/desired.ts';
import type { DriftInput } from '../../../shared/sweep/plan/findings/drift-input.ts';
import type { Finding } from '../../../shared/sweep/plan/findings/finding.ts';
import { findings } from '../../../shared/sweep/plan/findings/findings.ts';
import { aClaim, aConfig, aNode } from '../../explain/harness/pod-facts.ts';
import { aPod } from '../../fakes/objects.ts';

export const config = aConfig();
export const context = { virtualNodes: [aNode('front')], meshes: [], namespaceLabels: {} };
export const nowMs = Date.UTC(2026, 10, 21, 12);
export const key = { target: targetOf(config), namespaceName: 'shop.local', serviceName: 'front' };
export const registration = { service: key, instanceId: '10.0.0.1' };
export const pod = aPod();
export const seen = { pod, deleted: false, registrations: [registration] };
export const [desired] = desiredInstances(pod, context, config.cloudMap).instances;
export const instance = { attributes: desired?.attributes ?? {}, health: 'HEALTHY' };
export const claim = (changes: Partial<Claim> = {}) =>
  aClaim({
    service: key,
    owner: { cluster: 'local', namespace: 'shop', name: 'front-1', uid: 'uid-1' },
    ...changes,
  });

/** The service of the usual pod, with its instance and its claim. */
function aView(changes: Partial<ServiceView> = {}): ServiceView {
  return {
    ...{ key, serviceId: 'srv-1', isFormer: false, hasCustomHealthCheck: true },
    instances: new Map([['10.0.0.1', instance]]),
    claims: new Map([['10.0.0.1', claim()]]),
    underWay: new Map(),
    failedOperations: new Map(),
    ...changes,
  };
}

/** What is found of the usual pod, which is registered, with the changes of the test. */
export function allFound(
  changes: Partial<DriftInput> = {},
  view: Partial<ServiceView> = {},
): readonly Finding[] {
  const input: DriftInput = {
    ...{ config, nowMs, complete: true, gatesCanBeSet: true, reevaluate: false },
    pods: new Map([['shop/front-1', pod]]),
    registrationContext: () => context,
    seen: new Map([['shop/front-1', seen]]),
    services: new Map([['shop.local/front', aView(view)]]),
    inScope: () => true,
    ...changes,
  };
  return findings(input);
}

export const found = (...changes: Parameters<typeof allFound>): readonly string[] =>
  allFound(...changes).map(({ kind, detail }) => `${kind}: ${detail}`);

export const foreignOperation = (type: 'register' | 'deregister') =>
  new Map([['10.0.0.1', { id: 'op-9', type }]]);
export const ownOperation = (type: 'register' | 'deregister') =>
  new Map([['10.0.0.1', { id: 'op-1', type }]]);
export const claims = (changes: Partial<Claim>) => new Map([['10.0.0.1', claim(changes)]]);
export const owner = claim().owner;
export const none = new Map();
