import type { Dependant } from './context.ts';
import type { Spec, SpecOf } from './shapes/specs.ts';

/**
 * A spec as AWS answers it: with what it adds to what was given. The App Mesh controller takes empty lists for absent
 * ones, and ignores a health check's port that it did not set, when it compares; so AWS answers both. The names of gRPC
 * metadata come back in lower case in AWS's own example of CreateRoute. The egress filter's default is documented; that
 * Describe shows it is a guess, made so that a comparison must expect it.
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
