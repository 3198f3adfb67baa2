import * as z from 'zod';
import { groupedServiceRef, meshRef } from './references.ts';

export const backendGroupSpec = z.strictObject({
  /** In small letters, as the controller had it. */
  virtualservices: z.array(groupedServiceRef).nullish(),
  meshRef: meshRef.nullish(),
});
