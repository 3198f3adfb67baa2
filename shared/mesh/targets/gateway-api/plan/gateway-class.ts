import type { GatewayApiConfig } from '../../../../model/config/mesh-targets.ts';

/** What the implementation behind a GatewayClass supports. */
export interface GatewayClass {
  readonly name: string;
  /**
   * `istio`: routes on a Gateway, and on a Service for the requests between pods; regular expressions (RE2).
   * `lattice`: AWS's Gateway API controller. `standard`: routes on a Gateway, with the core and extended fields only.
   */
  readonly kind: 'istio' | 'lattice' | 'standard';
}

export function gatewayClassOf({ gatewayClass: name }: GatewayApiConfig): GatewayClass {
  const kinds: Readonly<Record<string, GatewayClass['kind']>> = {
    istio: 'istio',
    'amazon-vpc-lattice': 'lattice',
  };
  return { name, kind: kinds[name] ?? 'standard' };
}
