import * as z from 'zod';
import {
  attributeKey,
  attributeValue,
  cloudMapNamespaceName,
  cloudMapServiceName,
} from './cloud-map-names.ts';
import { exactlyOne } from './exactly-one.ts';
import { ipPreference } from './ip-preference.ts';
import { strictLabelSelector } from './label-selector.ts';
import { listener } from './listener.ts';
import { logging } from './logging.ts';
import { checkAttributes } from './own-attributes.ts';
import { awsName, backendGroupRef, meshRef, virtualServiceArn, virtualServiceRef } from './references.ts';
import { backendDefaults, clientPolicy } from './tls.ts';

const serviceDiscovery = z
  .strictObject({
    dns: z
      .strictObject({
        hostname: z.string().regex(/^\S+$/, 'expected a host name, such as orders.shop.svc.cluster.local'),
        responseType: z.enum(['LOADBALANCER', 'ENDPOINTS']).nullish(),
        ipPreference: ipPreference.nullish(),
      })
      .nullish(),
    awsCloudMap: z
      .strictObject({
        namespaceName: cloudMapNamespaceName,
        serviceName: cloudMapServiceName,
        attributes: z
          .array(z.strictObject({ key: attributeKey, value: attributeValue.min(1) }))
          .superRefine(checkAttributes)
          .nullish(),
        ipPreference: ipPreference.nullish(),
      })
      .nullish(),
  })
  .refine(...exactlyOne('dns', 'awsCloudMap'));
export type ServiceDiscovery = z.output<typeof serviceDiscovery>;

const virtualServiceBackend = z
  .strictObject({
    virtualServiceRef: virtualServiceRef.nullish(),
    virtualServiceARN: virtualServiceArn.nullish(),
    clientPolicy: clientPolicy.nullish(),
  })
  .refine(...exactlyOne('virtualServiceRef', 'virtualServiceARN'));

/**
 * Far over what App Mesh takes (50 backends, a quota that can be raised), and little enough that an object which names
 * the same over and over holds nobody up.
 */
const mostBackends = 1000;

const backends = z.array(z.strictObject({ virtualService: virtualServiceBackend })).max(mostBackends);

export const virtualNodeSpec = z
  .strictObject({
    awsName,
    podSelector: strictLabelSelector.nullish(),
    meshRef: meshRef.nullish(),
    listeners: z.array(listener).nullish(),
    serviceDiscovery: serviceDiscovery.nullish(),
    backends: backends.nullish(),
    backendGroups: z.array(backendGroupRef).max(mostBackends).nullish(),
    backendDefaults: backendDefaults.nullish(),
    logging: logging.nullish(),
  })
  .refine(({ listeners, serviceDiscovery }) => (listeners ?? []).length === 0 || serviceDiscovery, {
    path: ['serviceDiscovery'],
    error: 'expected dns or awsCloudMap, as the virtual node has a listener; found none',
  })
  .superRefine(({ backends }, context) => {
    for (const [index, name] of repeated(backends ?? []))
      context.addIssue({
        code: 'custom',
        path: ['backends', index, 'virtualService'],
        message: `expected each virtual service once; ${name} is an earlier backend, too`,
      });
  });
export type VirtualNodeSpec = z.output<typeof virtualNodeSpec>;

/** Index and name of the backends that an earlier one names in the same words. */
function repeated(all: z.output<typeof backends>): readonly (readonly [number, string])[] {
  const names = all.map(({ virtualService: { virtualServiceRef: reference, virtualServiceARN: arn } }) =>
    reference ? [reference.namespace, reference.name].filter(Boolean).join('/') : (arn ?? ''),
  );
  const first = new Map<string, number>();
  return [...names.entries()].filter(([index, name]) => {
    if (!first.has(name)) first.set(name, index);
    return first.get(name) !== index;
  });
}
