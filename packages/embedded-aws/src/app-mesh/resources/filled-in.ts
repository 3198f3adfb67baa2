import type { Dependant } from '../context.ts';
import type { Spec, SpecOf } from '../shapes/specs.ts';

/**
 * A spec as AWS returns it, with added values. When the App Mesh controller compares specs, it treats empty lists as
 * absent and ignores a health check port that it did not set; so AWS returns both. AWS's example of CreateRoute returns
 * names of gRPC metadata in lower case. The default of the egress filter is documented. That Describe returns it is an
 * assumption, so that comparisons must handle it.
 */
export function filledIn({ kind, spec }: Pick<Dependant, 'kind' | 'spec'>): Spec {
  switch (kind) {
    case 'mesh':
      return { egressFilter: { type: 'DROP_ALL' }, ...(spec as SpecOf<'mesh'>) };
    case 'virtualNode':
      return filledInNode(spec as SpecOf<'virtualNode'>);
    case 'virtualGateway':
      return filledInGateway(spec as SpecOf<'virtualGateway'>);
    case 'virtualRouter':
      return { listeners: [], ...(spec as SpecOf<'virtualRouter'>) };
    case 'route':
      return filledInRoute(spec as SpecOf<'route'>);
    default:
      return spec;
  }
}

function filledInNode(spec: SpecOf<'virtualNode'>): Spec {
  return { backends: [], ...spec, listeners: (spec.listeners ?? []).map(withPort) };
}

function filledInGateway(spec: SpecOf<'virtualGateway'>): Spec {
  return { ...spec, listeners: spec.listeners.map(withPort) };
}

interface Listener {
  readonly portMapping: { readonly port: number };
  readonly healthCheck?: { readonly port?: number | undefined } | undefined;
}

function withPort<Checked extends Listener>(listener: Checked): Checked {
  const { healthCheck, portMapping } = listener;
  if (healthCheck === undefined) return listener;
  return { ...listener, healthCheck: { port: portMapping.port, ...healthCheck } };
}

function filledInRoute(spec: SpecOf<'route'>): Spec {
  const { metadata, ...match } = spec.grpcRoute?.match ?? {};
  if (spec.grpcRoute === undefined || metadata === undefined) return spec;
  const lower = metadata.map((item) => ({ ...item, name: item.name.toLowerCase() }));
  return { ...spec, grpcRoute: { ...spec.grpcRoute, match: { ...match, metadata: lower } } };
}
