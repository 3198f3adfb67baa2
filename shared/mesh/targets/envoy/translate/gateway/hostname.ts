import type { Hostname } from '../../../../routing/match.ts';
import type { Fields } from '../typed.ts';

/**
 * A condition on the host name of a request, whose Host header may name a port, too. As a condition of a route, not as the
 * domain of a virtual host: App Mesh's order is over all routes of a gateway, whatever their host names.
 */
export function hostMatcher({ exact, suffix }: Hostname): Fields {
  const regex = exact ? escaped(exact) : `.*${escaped(suffix ?? '')}`;
  return { name: ':authority', string_match: { safe_regex: { regex: `(?i)${regex}(:[0-9]+)?` } } };
}

function escaped(text: string): string {
  return text.replace(/[^\w\u0080-\uffff]/g, '\\$&');
}
