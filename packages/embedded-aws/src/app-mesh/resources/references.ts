import type { Dependant } from '../context.ts';
import type { SpecOf } from '../shapes/specs.ts';
import type { ResourceKind } from './resource-kind.ts';

/** A resource of the same mesh that a spec refers to and that must exist. */
export interface Reference {
  readonly kind: ResourceKind;
  readonly name: string;
}

/**
 * The resources that a spec refers to. They must exist before, and cannot be deleted while the spec refers to them.
 * Backends of a virtual node do not count: otherwise two services that call each other could not be created.
 */
export function referencesOf({ kind, spec }: Pick<Dependant, 'kind' | 'spec'>): readonly Reference[] {
  switch (kind) {
    case 'route':
      return targetsOf(spec as SpecOf<'route'>).map((name) => ({ kind: 'virtualNode', name }));
    case 'virtualService':
      return providersOf(spec as SpecOf<'virtualService'>);
    case 'gatewayRoute':
      return gatewayTargetsOf(spec as SpecOf<'gatewayRoute'>).map((name) => ({
        kind: 'virtualService',
        name,
      }));
    default:
      return [];
  }
}

function targetsOf({ grpcRoute, http2Route, httpRoute, tcpRoute }: SpecOf<'route'>): readonly string[] {
  const targets = [grpcRoute, http2Route, httpRoute, tcpRoute].flatMap(
    (route) => route?.action.weightedTargets ?? [],
  );
  return targets.map(({ virtualNode }) => virtualNode);
}

function providersOf({ provider }: SpecOf<'virtualService'>): readonly Reference[] {
  const { virtualNode, virtualRouter } = provider ?? {};
  return [
    ...(virtualNode === undefined
      ? []
      : [{ kind: 'virtualNode', name: virtualNode.virtualNodeName } as const]),
    ...(virtualRouter === undefined
      ? []
      : [{ kind: 'virtualRouter', name: virtualRouter.virtualRouterName } as const]),
  ];
}

function gatewayTargetsOf({ grpcRoute, http2Route, httpRoute }: SpecOf<'gatewayRoute'>): readonly string[] {
  return [grpcRoute, http2Route, httpRoute].flatMap((route) =>
    route === undefined ? [] : [route.action.target.virtualService.virtualServiceName],
  );
}
