import type { ProxyConfig } from '../translate/proxy.ts';

/** Why Envoy would refuse a resource. Of a file with one refused resource Envoy applies the rest, so none may be written. */
export interface EnvoyFault {
  /** `cluster egress_shop_front_8080`. */
  readonly resource: string;
  /** Of the field in the resource: `virtual_hosts[0].domains[1]`. */
  readonly path: string;
  readonly message: string;
}

/** Everything in a translation that Envoy would refuse, with all of it inlined as static resources. */
export function faultsOf(_proxy: ProxyConfig): readonly EnvoyFault[] {
  return [];
}
