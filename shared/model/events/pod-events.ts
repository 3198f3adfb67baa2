import * as z from 'zod/mini';
import type { PodChanged, PodResyncRequested } from './event.ts';
import { detailTypes } from './event.ts';
import {
  change,
  detail,
  ignoredIfWrong,
  meta,
  name,
  namespace,
  reason,
  resourceVersion,
  run,
  supersedes,
  text,
} from './parts.ts';

const ip = z.union([z.ipv4(), z.ipv6()], 'expected an IPv4 or IPv6 address');

const pod = z.object({
  metadata: z.extend(meta, { namespace }),
  spec: z.object({
    nodeName: z.optional(z.string()),
    hostNetwork: z.optional(z.boolean()),
    readinessGates: z.optional(z.array(z.object({ conditionType: z.string() }))),
  }),
  status: z.object({
    phase: z.optional(z.string()),
    podIPs: z.optional(z.array(z.object({ ip }))),
    conditions: z.optional(
      z.array(z.object({ type: z.string(), status: z.string(), reason: z.optional(z.string()) })),
    ),
  }),
});

const node = z.object({
  name,
  region: z.optional(z.string()),
  zone: z.optional(z.string()),
  resourceVersion: z.optional(resourceVersion),
});

const instancesToVerify = z.optional(
  z
    .array(
      z.object({
        namespaceName: text(1),
        serviceName: text(1),
        instanceId: text(1, 64),
        target: z.optional(text(3, 64)),
        chosen: z.optional(text(1, 255)),
        serviceId: z.optional(text(1, 64)),
        endedOperationId: z.optional(text(1, 255)),
        failedOperation: ignoredIfWrong(z.object({ id: text(1, 255), error: text(0, 512) })),
      }),
    )
    .check(z.maxLength(100)),
);

export const podChanged = z.extend(detail, {
  type: z.literal(detailTypes.podChanged),
  change,
  pod,
  node: z.optional(node),
  run: z.optional(run),
  instancesToVerify,
  supersedes,
}) satisfies z.ZodMiniType<PodChanged>;

export const podResyncRequested = z.extend(detail, {
  type: z.literal(detailTypes.podResyncRequested),
  pod: z.object({ namespace, name }),
  run,
  instancesToVerify,
  reason,
}) satisfies z.ZodMiniType<PodResyncRequested>;
