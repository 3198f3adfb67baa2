import * as z from 'zod/mini';
import { describeFaults } from '../../../shared/model/faults.ts';

/** A part of a spec, and the part of App Mesh's input that it becomes; the same where only one is named. */
export type Translated = readonly [part: object, input?: object];

/** A part of a spec, and all that is said of it. */
export type Faulty = readonly [part: object, faults: string];

/** What is wrong with an object's spec, a line each, as its status says it; nothing where it is valid. */
export function faultsOf(schema: z.ZodMiniType, spec: unknown): string {
  const { error } = z.object({ spec: schema }).safeParse({ spec });
  return error === undefined ? '' : describeFaults(error);
}
