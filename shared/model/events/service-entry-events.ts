import * as z from 'zod/mini';
import type { CloudMapServiceChanged, ServiceEntriesPollRequested } from './event.ts';
import { detailTypes } from './event.ts';
import { detail, reason, run, text } from './parts.ts';

const epochMs = z.int().check(z.minimum(0));

export const serviceEntriesPollRequested = z.extend(detail, {
  type: z.literal(detailTypes.serviceEntriesPollRequested),
  run,
  reason,
  namespaceId: z.optional(text(1, 64)),
  isFull: z.optional(z.boolean()),
}) satisfies z.ZodMiniType<ServiceEntriesPollRequested>;

export const cloudMapServiceChanged = z.extend(detail, {
  type: z.literal(detailTypes.cloudMapServiceChanged),
  serviceId: text(1, 64),
  sinceMs: epochMs,
  isSeen: z.optional(z.boolean()),
}) satisfies z.ZodMiniType<CloudMapServiceChanged>;
