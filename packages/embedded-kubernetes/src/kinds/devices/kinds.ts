import { at, isObject, listAt } from '../../model/json.ts';
import { isTerminating, type KubernetesObject } from '../../model/objects.ts';
import { ageColumn, field, nameColumn, printerOf, text } from '../columns.ts';
import { builtIn } from '../described.ts';
import type { Kind } from '../kind.ts';
import { defaultsOf } from '../rules/defaults.ts';
import { validationOf } from '../rules/validation.ts';

const resource = { group: 'resource.k8s.io', hasGeneration: true, passive: true } as const;

const requestDefaults = (path: string) => ({
  [`${path}[].exactly.allocationMode`]: 'ExactCount',
  [`${path}[].exactly.count`]: 1,
  [`${path}[].firstAvailable[].allocationMode`]: 'ExactCount',
  [`${path}[].firstAvailable[].count`]: 1,
});

/** Devices for pods (dynamic resource allocation). */
export const deviceKinds: readonly Kind[] = [
  builtIn({ ...resource, kind: 'DeviceClass', plural: 'deviceclasses', namespaced: false }),
  builtIn({
    ...resource,
    kind: 'ResourceClaim',
    plural: 'resourceclaims',
    model: 'ResourceV1ResourceClaim',
    subresources: ['status'],
    hasGeneration: false,
    printer: printerOf(nameColumn, text('State', stateText), ageColumn),
    setDefaults: defaultsOf({ ...requestDefaults('spec.devices.requests'), status: {} }),
    validate: validationOf({ immutable: ['spec'] }),
  }),
  builtIn({
    ...resource,
    kind: 'ResourceClaimTemplate',
    plural: 'resourceclaimtemplates',
    hasGeneration: false,
    setDefaults: defaultsOf({ 'spec.metadata': {}, ...requestDefaults('spec.spec.devices.requests') }),
    validate: validationOf({ immutable: ['spec'] }),
  }),
  builtIn({
    ...resource,
    kind: 'ResourceSlice',
    plural: 'resourceslices',
    namespaced: false,
    printer: printerOf(
      nameColumn,
      text('Node', field('spec.nodeName')),
      text('Driver', field('spec.driver')),
      text('Pool', field('spec.pool.name')),
      ageColumn,
    ),
    validate: validationOf({ required: { 'spec.driver': '', 'spec.pool.name': '' } }),
  }),
];

function stateText(claim: KubernetesObject): string {
  const isAllocated = isObject(at(claim, 'status', 'allocation'));
  const isReserved = isAllocated && listAt(claim, 'status', 'reservedFor').length > 0;
  const states = [
    isTerminating(claim) && 'deleted',
    !isAllocated && !isTerminating(claim) && 'pending',
    isAllocated && 'allocated',
    isReserved && 'reserved',
  ];
  return states.filter((state) => state !== false).join(',');
}
