import * as z from 'zod/mini';
import { ipPreference } from '../ip-preference.ts';
import { strictLabelSelector } from '../label-selector.ts';
import { awsName } from '../references.ts';

export const meshSpec = z.strictObject({
  awsName,
  /** Selects the namespaces whose objects belong to the mesh; absent selects none, empty all. */
  namespaceSelector: z.nullish(strictLabelSelector),
  egressFilter: z.nullish(z.strictObject({ type: z.enum(['ALLOW_ALL', 'DROP_ALL']) })),
  /** The account that shares the mesh with ours. */
  meshOwner: z.nullish(z.string().check(z.regex(/^\d{12}$/, 'expected an account ID: 12 digits'))),
  meshServiceDiscovery: z.nullish(z.strictObject({ ipPreference: z.nullish(ipPreference) })),
});
export type MeshSpec = z.output<typeof meshSpec>;
