import type { GatewayRoute } from '../../../../routing/gateway-routes.ts';
import type { PathMatch } from '../../../../routing/match.ts';

/** A path that a gateway route takes, and what its matched part becomes: with an exact path or a regular expression, all of it. */
export interface PathRewrite {
  readonly path: PathMatch;
  readonly rewrite?: string;
}

/** One, or the two that App Mesh made of a prefix `P`: `P/` and `P`, so that no second slash is left. */
export function pathRewritesOf({ protocol, match: { path }, rewrite }: GatewayRoute): readonly PathRewrite[] {
  if (protocol === 'grpc') return [{ path }];
  if (rewrite?.path) return [{ path: path ?? anyPath, rewrite: rewrite.path.exact }];
  if (path?.kind !== 'prefix' || rewrite?.prefix?.defaultPrefix === 'DISABLED') return [{ path }];
  const value = rewrite?.prefix?.value || '/';
  if (path.value === value) return [{ path }];
  const whole = { path, rewrite: value };
  if (path.value.endsWith('/')) return [whole];
  return [{ path: { kind: 'prefix', value: `${path.value}/` }, rewrite: value }, whole];
}

/** As a regular expression, whose rewrite replaces the whole path. */
const anyPath: PathMatch = { kind: 'regex', value: '.*' };
