import * as z from 'zod';
import { meshRef, virtualServiceRef } from './references.ts';

export const backendGroupSpec = z.strictObject({
  /** In small letters, as the controller had it. */
  virtualservices: z.array(virtualServiceRef).nullish(),
  meshRef: meshRef.nullish(),
});
export type BackendGroupSpec = z.output<typeof backendGroupSpec>;
