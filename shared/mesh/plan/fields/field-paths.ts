import type * as z from 'zod/mini';
import { meshSpecs } from '../../../model/mesh/object.ts';

interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodMiniType;
  readonly element?: z.ZodMiniType;
  readonly shape?: Readonly<Record<string, z.ZodMiniType>>;
}

/** Every field of the seven kinds: `VirtualNode spec.listeners[].tls.mode`. Objects are not listed, only what is in them. */
export function fieldPaths(): readonly string[] {
  return Object.entries(meshSpecs).flatMap(([kind, schema]) => pathsIn(schema, `${kind} spec`));
}

function pathsIn(schema: z.ZodMiniType, path: string): readonly string[] {
  const { type, innerType, element, shape } = schema._zod.def as unknown as Definition;
  if (innerType) return pathsIn(innerType, path);
  if (type === 'array' && element) return pathsIn(element, `${path}[]`);
  if (type !== 'object' || !shape) return [path];
  return Object.entries(shape).flatMap(([name, member]) => pathsIn(member, `${path}.${name}`));
}
