import type { IstioMatch } from './istio-match.ts';
import type { Manifest } from './request.ts';

/** The parts of Istio's objects that say where a request goes. */
export type Found<Spec> = Manifest<Spec> & { readonly spec: Spec };

export interface Weighted {
  readonly destination: { readonly host: string; readonly port?: { readonly number: number } };
  readonly weight?: number;
}

export interface Rewrite {
  readonly uri?: string;
  readonly authority?: string;
  readonly uriRegexRewrite?: { readonly match: string; readonly rewrite: string };
}

export interface HttpRoute {
  readonly match?: readonly IstioMatch[];
  readonly route?: readonly Weighted[];
  readonly rewrite?: Rewrite;
  readonly delegate?: { readonly name: string; readonly namespace?: string };
  readonly redirect?: object;
  readonly directResponse?: object;
}

export interface VirtualServiceSpec {
  /** None in a service that others delegate to. */
  readonly hosts?: readonly string[];
  readonly gateways?: readonly string[];
  readonly http?: readonly HttpRoute[];
  readonly tcp?: readonly {
    readonly match?: readonly { readonly port?: number }[];
    readonly route: readonly Weighted[];
  }[];
}

export interface GatewaySpec {
  readonly selector?: Readonly<Record<string, string>>;
  readonly servers: readonly {
    readonly port: { readonly number: number };
    readonly hosts: readonly string[];
  }[];
}
