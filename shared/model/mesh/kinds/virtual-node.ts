import * as z from 'zod/mini';
import {
  attributeKey,
  attributeValue,
  cloudMapNamespaceName,
  cloudMapServiceName,
} from '../cloud-map-names.ts';
import { exactlyOne } from '../exactly-one.ts';
import { ipPreference } from '../ip-preference.ts';
import { strictLabelSelector } from '../label-selector.ts';
import { listener } from '../listener.ts';
import { logging } from '../logging.ts';
import { checkAttributes } from '../own-attributes.ts';
import { awsName, backendGroupRef, meshRef, virtualServiceArn, virtualServiceRef } from '../references.ts';
import { backendDefaults, clientPolicy } from '../tls.ts';

const serviceDiscovery = z
  .strictObject({
    dns: z.nullish(
      z.strictObject({
        hostname: z
          .string()
          .check(z.regex(/^\S+$/, 'expected a host name, such as orders.shop.svc.cluster.local')),
        responseType: z.nullish(z.enum(['LOADBALANCER', 'ENDPOINTS'])),
        ipPreference: z.nullish(ipPreference),
      }),
    ),
    awsCloudMap: z.nullish(
      z.strictObject({
        namespaceName: cloudMapNamespaceName,
        serviceName: cloudMapServiceName,
        attributes: z.nullish(
          z
            .array(z.strictObject({ key: attributeKey, value: attributeValue.check(z.minLength(1)) }))
            .check(z.superRefine(checkAttributes)),
        ),
        ipPreference: z.nullish(ipPreference),
      }),
    ),
  })
  .check(z.refine(...exactlyOne('dns', 'awsCloudMap')));
export type ServiceDiscovery = z.output<typeof serviceDiscovery>;

const virtualServiceBackend = z
  .strictObject({
    virtualServiceRef: z.nullish(virtualServiceRef),
    virtualServiceARN: z.nullish(virtualServiceArn),
    clientPolicy: z.nullish(clientPolicy),
  })
  .check(z.refine(...exactlyOne('virtualServiceRef', 'virtualServiceARN')));

/**
 * Far above App Mesh's quota (50 backends, can be raised), and low enough that an object with many repeated names does not
 * slow down a run.
 */
const maxBackends = 1000;

const backends = z
  .array(z.strictObject({ virtualService: virtualServiceBackend }))
  .check(z.maxLength(maxBackends));

export const virtualNodeSpec = z
  .strictObject({
    awsName,
    podSelector: z.nullish(strictLabelSelector),
    meshRef: z.nullish(meshRef),
    listeners: z.nullish(z.array(listener)),
    serviceDiscovery: z.nullish(serviceDiscovery),
    backends: z.nullish(backends),
    backendGroups: z.nullish(z.array(backendGroupRef).check(z.maxLength(maxBackends))),
    backendDefaults: z.nullish(backendDefaults),
    logging: z.nullish(logging),
  })
  .check(
    z.refine(({ listeners, serviceDiscovery }) => (listeners ?? []).length === 0 || serviceDiscovery, {
      path: ['serviceDiscovery'],
      error: 'expected dns or awsCloudMap, as the virtual node has a listener; found none',
    }),
    z.superRefine(({ backends }, context) => {
      for (const [index, name] of repeated(backends ?? []))
        context.addIssue({
          code: 'custom',
          path: ['backends', index, 'virtualService'],
          message: `expected each virtual service once; ${name} is also an earlier backend`,
        });
    }),
  );
export type VirtualNodeSpec = z.output<typeof virtualNodeSpec>;

/** Index and name of the backends that repeat the reference of an earlier one. */
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
