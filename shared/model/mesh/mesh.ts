import * as z from 'zod';
import { ipPreference } from './ip-preference.ts';
import { strictLabelSelector } from './label-selector.ts';
import { awsName } from './references.ts';

export const meshSpec = z.strictObject({
  awsName,
  /** The namespaces whose objects are in the mesh; absent, none are, and empty, all. */
  namespaceSelector: strictLabelSelector.nullish(),
  egressFilter: z.strictObject({ type: z.enum(['ALLOW_ALL', 'DROP_ALL']) }).nullish(),
  /** The account of a mesh that is shared with ours. */
  meshOwner: z
    .string()
    .regex(/^\d{12}$/, 'expected an account ID: 12 digits')
    .nullish(),
  meshServiceDiscovery: z.strictObject({ ipPreference: ipPreference.nullish() }).nullish(),
});
export type MeshSpec = z.output<typeof meshSpec>;
