import type { NamedMatch, QueryParameter, ValueMatch } from '../../../../model/mesh/route-match.ts';
import type { HeaderMatchMethod, HttpQueryParameter, HttpRouteHeader } from './app-mesh-types.ts';
import { present, when } from './present.ts';

/** The schema accepts exactly one member, as the API's union does. */
function valueMatchInput(match: ValueMatch): HeaderMatchMethod {
  return present(match) as HeaderMatchMethod;
}

/** For headers and for the metadata of a gRPC call: the API has the same shape for both. */
export function namedMatchInputs(matches: readonly NamedMatch[]): HttpRouteHeader[] {
  return matches.map(({ match, ...rest }) => present({ ...rest, match: when(match, valueMatchInput) }));
}

export function queryParameterInputs(parameters: readonly QueryParameter[]): HttpQueryParameter[] {
  return parameters.map(present);
}
