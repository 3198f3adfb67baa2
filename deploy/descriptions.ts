import { gatewayRoutes } from './descriptions/gateway-routes.ts';
import { kinds } from './descriptions/kinds.ts';
import { listeners } from './descriptions/listeners.ts';
import { matches } from './descriptions/matches.ts';
import { routes } from './descriptions/routes.ts';
import { statuses } from './descriptions/statuses.ts';
import { tls } from './descriptions/tls.ts';
import { virtualNodes } from './descriptions/virtual-nodes.ts';
import type { StructuralSchema } from './structural-schema.ts';

/**
 * What `kubectl explain` tells of each field. It stands here and not in the schemas of shared/model/mesh, which are in
 * the functions' bundles.
 *
 * The key is the end of a field's path as `kubectl explain` takes it, from the kind on and without indices:
 * `healthCheck.port` is every field of this path at whatever place. A part with bars is any of its names. Of several
 * keys that fit a field, the longest says what it is.
 */
export const descriptions: Readonly<Record<string, string>> = {
  ...kinds,
  ...virtualNodes,
  ...listeners,
  ...tls,
  ...routes,
  ...matches,
  ...gatewayRoutes,
  ...statuses,
};

const patterns = Object.keys(descriptions).map((key) => ({
  key,
  parts: key.split('.').map((part) => part.split('|')),
}));

/** The keys of the table that fit a field, such as `VirtualNode.spec.listeners.portMapping.port`; the longest first. */
export function descriptionKeys(path: string): readonly string[] {
  const names = path.split('.');
  return patterns
    .filter(({ parts }) => parts.every((part, index) => part.includes(names.at(index - parts.length) ?? '')))
    .sort((a, b) => b.parts.length - a.parts.length)
    .map(({ key }) => key);
}

/** The schema with the description of each of its fields that the table knows. `path` is its own: `VirtualNode`. */
export function described(schema: StructuralSchema, path: string): StructuralSchema {
  const { type, ...rest } = schema;
  const [key = ''] = descriptionKeys(path);
  const description = descriptions[key];
  return {
    ...(type !== undefined && { type }),
    ...(description !== undefined && { description }),
    ...rest,
    ...withFields(schema, path),
  };
}

/** A list's items and a map's values have no names of their own, so that their fields are those of the list. */
function withFields({ properties, items, additionalProperties }: StructuralSchema, path: string) {
  const inside = (schema: StructuralSchema): StructuralSchema => ({ ...schema, ...withFields(schema, path) });
  return {
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, field]) => [name, described(field, `${path}.${name}`)]),
      ),
    }),
    ...(items && { items: inside(items) }),
    ...(additionalProperties && { additionalProperties: inside(additionalProperties) }),
  };
}
