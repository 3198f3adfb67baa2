import * as z from 'zod/mini';
import { groupedServiceRef, meshRef } from '../references.ts';

export const backendGroupSpec = z.strictObject({
  /** Lower case, as in the old controller. The maximum is that of a virtual node's backends. */
  virtualservices: z.nullish(z.array(groupedServiceRef).check(z.maxLength(1000))),
  meshRef: z.nullish(meshRef),
});
