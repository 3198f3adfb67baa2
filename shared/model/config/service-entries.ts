import * as z from 'zod/mini';
import { cloudMapNamespaceArn, kubernetesNamespace, wildcard } from './parts.ts';

/** Tags that a resource must have, all of them; `*` stands for any characters. */
const tags = z.record(
  z.string().check(z.minLength(1, 'expected the key of a tag')),
  z.string('expected the value of a tag, in which * stands for any characters'),
);

/** A selector matches what has all that it names. */
const namespaceSelector = z
  .strictObject({
    /** The namespace's name; `*` stands for any characters. */
    name: z.optional(wildcard),
    tags: z.optional(tags),
    /** Also finds a namespace that another account shares with this one, by AWS RAM. */
    arn: z.optional(cloudMapNamespaceArn),
  })
  .check(needsOneOf('name', 'tags', 'arn'));

const serviceSelector = z
  .strictObject({
    /** The service's name, or `namespace/service`; `*` stands for any characters. */
    name: z.optional(wildcard),
    tags: z.optional(tags),
  })
  .check(needsOneOf('name', 'tags'));

function needsOneOf(...fields: readonly string[]) {
  return z.superRefine<object>((selector, context) => {
    if (Object.values(selector).every((value) => value === undefined))
      context.addIssue({ code: 'custom', message: `expected one of ${fields.join(', ')}` });
  });
}

const exportTo = z
  .array(
    z
      .string()
      .check(
        z.regex(
          /^(\.|\*|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)$/,
          'expected the name of a Kubernetes namespace, . (the namespace of the entry) or * (all)',
        ),
      ),
  )
  .check(
    z.minLength(1),
    z.superRefine((names, context) => {
      const twice = names.findIndex((name, index) => names.indexOf(name) < index);
      if (twice >= 0)
        context.addIssue({ code: 'custom', path: [twice], message: `names ${names[twice]} twice` });
      if (names.includes('*') && names.length > 1)
        context.addIssue({ code: 'custom', message: 'expected * alone, since it is all namespaces' });
    }),
  );

const portName = /^[a-z0-9]([a-z0-9-]{0,60}[a-z0-9])?$/;

const defaultPorts = z
  .record(
    z.string(),
    z
      .int('expected a port number from 1 to 65535')
      .check(z.minimum(1, 'expected a port number from 1 to 65535'), z.maximum(65535)),
  )
  .check(
    z.superRefine((ports, context) => {
      for (const [path, message] of portFaults(Object.entries(ports)))
        context.addIssue({ code: 'custom', path, message });
    }),
  );

function portFaults(ports: readonly (readonly [string, number])[]): [path: string[], message: string][] {
  if (ports.length === 0) return [[[], 'expected at least one port, such as { http: 80 }']];
  return ports.flatMap(([name, number], index): [string[], string][] => {
    if (!portName.test(name)) return [[[name], 'expected the name of a port, such as http, grpc-web or tcp']];
    const other = ports.slice(0, index).find(([, earlier]) => earlier === number);
    if (other === undefined) return [];
    return [[[name], `has the number of ${other[0]}; expected a different number for each port`]];
  });
}

const attributeName = z
  .string()
  .check(z.regex(/^[!-~]{1,255}$/, 'expected the name of a Cloud Map attribute'));

/** Cloud Map services as Istio ServiceEntries in the cluster. Without this section none is written. */
export const serviceEntries = z
  .strictObject({
    /** The Cloud Map namespaces to import, in the account and Region of `cloudMap`: those that any of these matches. */
    namespaces: z._default(z.array(namespaceSelector).check(z.minLength(1)), [{ name: '*' }]),
    /** The services to import of these namespaces: those that any of these matches. */
    services: z._default(z.array(serviceSelector).check(z.minLength(1)), [{ name: '*' }]),
    /** The Kubernetes namespace of the entries. It must exist. */
    namespace: z._default(kubernetesNamespace, 'default'),
    location: z._default(z.enum(['MESH_EXTERNAL', 'MESH_INTERNAL']), 'MESH_EXTERNAL'),
    /** The Kubernetes namespaces that see the entries; all by default. */
    exportTo: z.optional(exportTo),
    /** Whether instances that this cluster's own pods are become endpoints, too. */
    importOwnPods: z._default(z.boolean(), false),
    /** Which addresses of an instance with both become endpoints. */
    ipFamily: z._default(z.enum(['ipv4', 'ipv6', 'dual']), 'dual'),
    /** `first-endpoint`: the entry's `addresses` is the address of one endpoint, as the Istio Cloud Map operator has it. */
    addresses: z._default(z.enum(['none', 'first-endpoint']), 'none'),
    /** Whether entries that the Istio Cloud Map operator wrote are taken over. */
    adopt: z._default(z.enum(['none', 'istio-cloud-map']), 'none'),
    /** The ports of an instance that names none: name → number. The start of the name gives the protocol. */
    defaultPorts: z._default(defaultPorts, { http: 80, https: 443 }),
    /** The attribute that names the protocol of an instance's port: http, http2, https, grpc, tcp, tls or mongo. */
    protocolAttribute: z._default(attributeName, 'PROTOCOL'),
    /** The attribute with an instance's weight, an integer. */
    weightAttribute: z._default(attributeName, 'WEIGHT'),
    /** The domain of the cluster's Services. */
    clusterDomain: z._default(
      z
        .string()
        .check(z.regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'expected a domain, such as cluster.local')),
      'cluster.local',
    ),
    /** Interval between comparisons with Cloud Map, in minutes. EventBridge has no shorter rate than a minute. */
    everyMinutes: z._default(z.int().check(z.minimum(1), z.maximum(1440)), 1),
  })
  .check(
    z.superRefine(({ namespace, exportTo: names }, context) => {
      if (names?.includes('.') && names.includes(namespace))
        context.addIssue({
          code: 'custom',
          path: ['exportTo'],
          message: `names ${namespace} twice, since . is the namespace of the entries`,
        });
    }),
  );

export type ServiceEntriesConfig = z.output<typeof serviceEntries>;
