import * as z from 'zod';
import { groupedServiceRef, meshRef } from './references.ts';

export const backendGroupSpec = z.strictObject({
  /** In small letters, as the controller had it. As many at most as a virtual node may have backends. */
  virtualservices: z.array(groupedServiceRef).max(1000).nullish(),
  meshRef: meshRef.nullish(),
});
