import * as z from 'zod/mini';
import { meshKinds } from '../kubernetes.ts';
import type {
  ClusterListed,
  ClusterObjectChanged,
  MeshReconcileRequested,
  MeshStatusRequested,
} from './event.ts';
import { detailTypes } from './event.ts';
import {
  change,
  detail,
  meta,
  namespace,
  reason,
  resourceVersion,
  run,
  stringMap,
  supersedes,
  text,
  timestamp,
  uid,
} from './parts.ts';

const clusterObject = z.object({
  apiVersion: text(1),
  kind: z.enum([...meshKinds, 'Namespace']),
  metadata: meta,
  spec: z.optional(z.record(z.string(), z.unknown())),
  status: z.optional(stringMap),
});

export const clusterObjectChanged = z.extend(detail, {
  type: z.literal(detailTypes.clusterObjectChanged),
  change,
  object: clusterObject,
  supersedes,
  run: z.optional(run),
}) satisfies z.ZodMiniType<ClusterObjectChanged>;

const listing = z.object({
  id: text(1, 128),
  kind: z.enum(['Pod', 'Namespace', ...meshKinds]),
  absent: z.optional(z.literal(true)),
  resourceVersion,
  clusterCreatedAt: z.optional(timestamp),
  takenAt: z.optional(timestamp),
  part: z.int().check(z.minimum(1)),
  parts: z.int().check(z.minimum(1)),
  from: z.string(),
  to: z.nullable(z.string()),
  objects: z.array(z.object({ key: z.string(), uid })),
});

/** Every API server serves the core kinds. */
const isPossible = ({ absent, kind, objects }: z.infer<typeof listing>) =>
  absent === undefined || (objects.length === 0 && meshKinds.some((meshKind) => meshKind === kind));

export const clusterListed = z.extend(detail, {
  type: z.literal(detailTypes.clusterListed),
  listing: listing.check(z.refine(isPossible, 'expected a mesh kind without objects, as it is absent')),
}) satisfies z.ZodMiniType<ClusterListed>;

export const meshReconcileRequested = z.extend(detail, {
  type: z.literal(detailTypes.meshReconcileRequested),
  run,
  reason,
  verify: z.optional(z.boolean()),
  targets: z.optional(z.array(text(1, 64))),
  poll: z.optional(z.boolean()),
}) satisfies z.ZodMiniType<MeshReconcileRequested>;

export const meshStatusRequested = z.extend(detail, {
  type: z.literal(detailTypes.meshStatusRequested),
  namespace,
  dueAtMs: z.int().check(z.minimum(0)),
}) satisfies z.ZodMiniType<MeshStatusRequested>;
