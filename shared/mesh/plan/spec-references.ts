import type { ResourceName, ResourceSpec } from '../../model/mesh-resource.ts';

type Part = Readonly<Record<string, unknown>>;

/**
 * What a spec in the API's shape names in its own mesh that App Mesh wants to be there before it, and to stay as long as
 * it is named; also what the object named by ARN. Backends are not among it: they may name what is not there.
 */
export function referredIn(
  { kind, meshName, meshOwner }: ResourceName,
  spec: ResourceSpec,
): readonly ResourceName[] {
  const named = (kind: ResourceName['kind'], name: unknown): readonly ResourceName[] =>
    typeof name === 'string' ? [{ kind, meshName, meshOwner, name }] : [];
  const actions = Object.values(spec).map((part) => partOf(part, 'action'));
  if (kind === 'virtualService') {
    const provider = partOf(spec, 'provider');
    return [
      ...named('virtualNode', partOf(provider, 'virtualNode').virtualNodeName),
      ...named('virtualRouter', partOf(provider, 'virtualRouter').virtualRouterName),
    ];
  }
  if (kind === 'route')
    return actions.flatMap(({ weightedTargets }) =>
      (Array.isArray(weightedTargets) ? weightedTargets : []).flatMap((target: Part) =>
        named('virtualNode', target.virtualNode),
      ),
    );
  if (kind === 'gatewayRoute')
    return actions.flatMap((action) =>
      named('virtualService', partOf(partOf(action, 'target'), 'virtualService').virtualServiceName),
    );
  return [];
}

function partOf(value: unknown, name: string): Part {
  const part = (value as Part | null | undefined)?.[name];
  return typeof part === 'object' && part !== null ? (part as Part) : {};
}
