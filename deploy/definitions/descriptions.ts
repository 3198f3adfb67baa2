import { gatewayRoutes } from '../descriptions/gateway-routes.ts';
import { kinds } from '../descriptions/kinds.ts';
import { listeners } from '../descriptions/listeners.ts';
import { matches } from '../descriptions/matches.ts';
import { routes } from '../descriptions/routes.ts';
import { statuses } from '../descriptions/statuses.ts';
import { tls } from '../descriptions/tls.ts';
import { virtualNodes } from '../descriptions/virtual-nodes.ts';
import type { StructuralSchema } from './structural-schema.ts';

/**
 * The text of `kubectl explain` for each field. It is here and not in the schemas of shared/model/mesh, which are in the
 * functions' bundles.
 *
 * The key is the end of a field's path as in `kubectl explain`, from the kind on and without indices: `healthCheck.port`
 * matches every field whose path ends with it. A part with bars matches any of its names. If several keys match a field,
 * the longest wins.
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

/** The keys of the table that match a field, such as `VirtualNode.spec.listeners.portMapping.port`; the longest first. */
export function descriptionKeys(path: string): readonly string[] {
  const names = path.split('.');
  return patterns
    .filter(({ parts }) => parts.every((part, index) => part.includes(names.at(index - parts.length) ?? '')))
    .sort((a, b) => b.parts.length - a.parts.length)
    .map(({ key }) => key);
}

/** Adds the descriptions of the table to a schema and its fields. `path` is the schema's own: `VirtualNode`. */
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

/** Items of a list and values of a map add no name to the path. */
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
