import type { NamedMatch, QueryParameter, ValueMatch } from '../../../model/mesh/route-match.ts';
import type { HeaderMatchMethod, HttpQueryParameter, HttpRouteHeader } from './app-mesh-types.ts';
import { present, when } from './present.ts';

/** The schema lets exactly one member through, as the API's union has it. */
function valueMatchInput(match: ValueMatch): HeaderMatchMethod {
  return present(match) as HeaderMatchMethod;
}

/** Of headers and of a gRPC call's metadata: the API has the same shape for both. */
export function namedMatchInputs(matches: readonly NamedMatch[]): HttpRouteHeader[] {
  return matches.map(({ match, ...rest }) => present({ ...rest, match: when(match, valueMatchInput) }));
}

export function queryParameterInputs(parameters: readonly QueryParameter[]): HttpQueryParameter[] {
  return parameters.map(present);
}
