import * as z from 'zod/mini';
import { ipPreference } from './ip-preference.ts';
import { strictLabelSelector } from './label-selector.ts';
import { awsName } from './references.ts';

export const meshSpec = z.strictObject({
  awsName,
  /** The namespaces whose objects are in the mesh; absent, none are, and empty, all. */
  namespaceSelector: z.nullish(strictLabelSelector),
  egressFilter: z.nullish(z.strictObject({ type: z.enum(['ALLOW_ALL', 'DROP_ALL']) })),
  /** The account of a mesh that is shared with ours. */
  meshOwner: z.nullish(z.string().check(z.regex(/^\d{12}$/, 'expected an account ID: 12 digits'))),
  meshServiceDiscovery: z.nullish(z.strictObject({ ipPreference: z.nullish(ipPreference) })),
});
export type MeshSpec = z.output<typeof meshSpec>;
