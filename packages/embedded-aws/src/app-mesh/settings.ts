import type { Rate } from '../engine/throttle.ts';

/** Maximum numbers; the defaults are AWS's per account and Region. */
export interface Quotas {
  readonly meshes: number;
  readonly virtualNodesPerMesh: number;
  readonly virtualRoutersPerMesh: number;
  readonly virtualServicesPerMesh: number;
  readonly virtualGatewaysPerMesh: number;
  readonly routesPerVirtualRouter: number;
  readonly gatewayRoutesPerVirtualGateway: number;
  readonly backendsPerVirtualNode: number;
}

/** One bucket for Describe and List, one for all others; no limit if absent. */
export interface Rates {
  readonly reads?: Rate | undefined;
  readonly writes?: Rate | undefined;
}

/** Delays, quotas and rates of the service. They may be changed while it runs. */
export interface Settings {
  quotas: Quotas;
  rates: Rates;
  /** How long the references of a deleted or updated resource still count as in use. */
  releasedAfterMs: number;
  /** How long a clientToken is remembered. AWS does not document it; a day is enough to detect a reused token. */
  tokensForMs: number;
}

/**
 * AWS does not publish its rates. These are the limits that the App Mesh controller observes, so that a client within
 * them is not throttled.
 */
const defaultRates: Rates = {
  reads: { perSecond: 40, burst: 5 },
  writes: { perSecond: 8, burst: 5 },
};

/** Settings that differ from the defaults; quotas may be set one by one. */
export type SettingsInput = Partial<Omit<Settings, 'quotas'>> & { readonly quotas?: Partial<Quotas> };

export function settingsFrom({ quotas, ...others }: SettingsInput): Settings {
  return {
    quotas: {
      meshes: 15,
      virtualNodesPerMesh: 200,
      virtualRoutersPerMesh: 200,
      virtualServicesPerMesh: 200,
      virtualGatewaysPerMesh: 3,
      routesPerVirtualRouter: 50,
      gatewayRoutesPerVirtualGateway: 10,
      backendsPerVirtualNode: 50,
      ...quotas,
    },
    rates: defaultRates,
    releasedAfterMs: 200,
    tokensForMs: 24 * 3600 * 1000,
    ...others,
  };
}
