import * as z from 'zod/mini';
import { groupedServiceRef, meshRef } from './references.ts';

export const backendGroupSpec = z.strictObject({
  /** In small letters, as the controller had it. As many at most as a virtual node may have backends. */
  virtualservices: z.nullish(z.array(groupedServiceRef).check(z.maxLength(1000))),
  meshRef: z.nullish(meshRef),
});
