import type { Rate } from '../engine/throttle.ts';

/** How many there may be; AWS's defaults of an account and Region. */
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

/** One bucket for Describe and List together, one for all others; absent: no limit. */
export interface Rates {
  readonly reads?: Rate | undefined;
  readonly writes?: Rate | undefined;
}

/** How slow, how small and how strict the service is. All of it may be changed while it runs. */
export interface Settings {
  quotas: Quotas;
  rates: Rates;
  /** For how long what a deleted or updated resource referred to still counts as in use. */
  releasedAfterMs: number;
  /** For how long a clientToken is remembered. AWS does not say; a day is long enough to catch a token used again. */
  tokensForMs: number;
}

/**
 * AWS does not publish its rates. This is what the App Mesh controller holds itself to, so that a client that respects
 * it is not throttled.
 */
const defaultRates: Rates = {
  reads: { perSecond: 40, burst: 5 },
  writes: { perSecond: 8, burst: 5 },
};

/** What differs from the defaults; of quotas, single ones. */
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
