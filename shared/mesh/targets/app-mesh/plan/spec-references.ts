import type { ResourceName, ResourceSpec } from './resource-name.ts';

type Part = Readonly<Record<string, unknown>>;

/**
 * The resources of its own mesh that a spec in the API's shape refers to, also by ARN. App Mesh requires that they exist
 * before it and for as long as it refers to them. Backends are excluded: they may name a missing virtual service.
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
