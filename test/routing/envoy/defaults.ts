import type { HttpMatch, RouteSpec } from '../gateway-api-specs.ts';
import type { Manifest } from '../request.ts';

/** An object as an API server has it that knows the Gateway API's definitions: istiod relies on their defaults. */
export function withDefaults(object: Manifest): Manifest {
  const isHttp = object.kind === 'HTTPRoute';
  if (!isHttp && object.kind !== 'GRPCRoute') return object;
  const { parentRefs = [], rules = [], ...spec } = object.spec as RouteSpec;
  return {
    ...object,
    spec: {
      ...spec,
      parentRefs: parentRefs.map((each) => ({
        group: 'gateway.networking.k8s.io',
        kind: 'Gateway',
        ...each,
      })),
      rules: rules.map(({ matches, backendRefs = [], ...rule }) => ({
        ...rule,
        ...(isHttp
          ? { matches: (matches ?? [{}]).map(httpMatch) }
          : { matches: (matches ?? []).map(grpcMatch) }),
        backendRefs: backendRefs.map((each) => ({ group: '', kind: 'Service', weight: 1, ...each })),
      })),
    },
  };
}

const exact = <T>(each: T) => ({ type: 'Exact', ...each });

function httpMatch({ path, headers, queryParams, ...match }: HttpMatch): object {
  return {
    ...match,
    path: { type: 'PathPrefix', value: '/', ...path },
    ...(headers && { headers: headers.map(exact) }),
    ...(queryParams && { queryParams: queryParams.map(exact) }),
  };
}

function grpcMatch({ method, headers, ...match }: HttpMatch): object {
  return {
    ...match,
    ...(typeof method === 'object' && { method: exact(method) }),
    ...(headers && { headers: headers.map(exact) }),
  };
}
