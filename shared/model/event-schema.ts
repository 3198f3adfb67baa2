import * as z from 'zod';
import {
  type ClusterListed,
  type ClusterObjectChanged,
  detailTypes,
  eventVersion,
  type MeshReconcileRequested,
  type MeshStatusRequested,
  type PodChanged,
  type PodResyncRequested,
} from './event.ts';
import { meshKinds } from './kubernetes.ts';

/**
 * Strict where it matters (identities, versions, shapes that are acted on), open to fields that a newer relay adds.
 * Everything here comes from outside: a pod's author writes labels, annotations and names.
 */
const name = z.string().min(1).max(253);
const namespace = z.string().min(1).max(63);
const uid = z.string().min(1).max(128);
const resourceVersion = z
  .string()
  .regex(/^\d{1,128}$/, 'expected an integer in decimal, of at most 128 digits');
const timestamp = z.iso.datetime({ offset: true });
const stringMap = z.record(z.string(), z.string());

const meta = z.object({
  name,
  namespace: namespace.optional(),
  uid,
  resourceVersion,
  creationTimestamp: timestamp,
  deletionTimestamp: timestamp.optional(),
  generation: z.int().optional(),
  labels: stringMap.optional(),
  annotations: stringMap.optional(),
});

const detail = z.object({
  version: z.literal(eventVersion),
  group: z.string().min(1).max(128),
  cluster: z.string().min(1).max(100),
});

const change = z.enum(['Applied', 'Deleted']);

const ip = z.union([z.ipv4(), z.ipv6()], 'expected an IPv4 or IPv6 address');

const pod = z.object({
  metadata: meta.extend({ namespace }),
  spec: z.object({
    nodeName: z.string().optional(),
    hostNetwork: z.boolean().optional(),
    readinessGates: z.array(z.object({ conditionType: z.string() })).optional(),
  }),
  status: z.object({
    phase: z.string().optional(),
    podIPs: z.array(z.object({ ip })).optional(),
    conditions: z
      .array(z.object({ type: z.string(), status: z.string(), reason: z.string().optional() }))
      .optional(),
  }),
});

const node = z.object({ name, region: z.string().optional(), zone: z.string().optional() });

const clusterObject = z.object({
  apiVersion: z.string().min(1),
  kind: z.enum([...meshKinds, 'Namespace']),
  metadata: meta,
  spec: z.record(z.string(), z.unknown()).optional(),
  status: stringMap.optional(),
});

const supersedes = z.object({ uid, resourceVersion, deleted: z.boolean() }).optional();

const run = z.string().min(1).max(512);
const suspects = z
  .array(
    z.object({
      namespaceName: z.string().min(1),
      serviceName: z.string().min(1),
      instanceId: z.string().min(1).max(64),
      target: z.string().min(3).max(64).optional(),
      chosen: z.string().min(1).max(255).optional(),
      serviceId: z.string().min(1).max(64).optional(),
      endedOperationId: z.string().min(1).max(255).optional(),
    }),
  )
  .max(100)
  .optional();

export const podChanged = detail.extend({
  type: z.literal(detailTypes.podChanged),
  change,
  pod,
  node: node.optional(),
  run: run.optional(),
  suspects,
  supersedes,
}) satisfies z.ZodType<PodChanged>;

export const podResyncRequested = detail.extend({
  type: z.literal(detailTypes.podResyncRequested),
  pod: z.object({ namespace, name }),
  run,
  suspects,
  reason: z.string().max(512),
}) satisfies z.ZodType<PodResyncRequested>;

export const clusterObjectChanged = detail.extend({
  type: z.literal(detailTypes.clusterObjectChanged),
  change,
  object: clusterObject,
  supersedes,
  run: run.optional(),
}) satisfies z.ZodType<ClusterObjectChanged>;

export const clusterListed = detail.extend({
  type: z.literal(detailTypes.clusterListed),
  listing: z.object({
    id: z.string().min(1).max(128),
    kind: z.enum(['Pod', 'Namespace', ...meshKinds]),
    resourceVersion,
    clusterCreatedAt: timestamp.optional(),
    takenAt: timestamp.optional(),
    part: z.int().min(1),
    parts: z.int().min(1),
    from: z.string(),
    to: z.string().nullable(),
    objects: z.array(z.object({ key: z.string(), uid })),
  }),
}) satisfies z.ZodType<ClusterListed>;

export const meshReconcileRequested = detail.extend({
  type: z.literal(detailTypes.meshReconcileRequested),
  run,
  reason: z.string().max(512),
  verify: z.boolean().optional(),
}) satisfies z.ZodType<MeshReconcileRequested>;

export const meshStatusRequested = detail.extend({
  type: z.literal(detailTypes.meshStatusRequested),
  namespace,
  dueAtMs: z.int().min(0),
}) satisfies z.ZodType<MeshStatusRequested>;
