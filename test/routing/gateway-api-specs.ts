import type { Manifest } from './request.ts';

/** The parts of the Gateway API's objects that say where a request goes. */
export type Found<Spec> = Manifest<Spec> & { readonly spec: Spec };

export interface ValueMatch {
  readonly type?: 'Exact' | 'RegularExpression';
  readonly name: string;
  readonly value: string;
}

export interface HttpMatch {
  readonly path?: {
    readonly type?: 'Exact' | 'PathPrefix' | 'RegularExpression';
    readonly value?: string;
  };
  readonly method?: string | GrpcMethod;
  readonly headers?: readonly ValueMatch[];
  readonly queryParams?: readonly ValueMatch[];
}

export interface GrpcMethod {
  readonly type?: 'Exact' | 'RegularExpression';
  readonly service?: string;
  readonly method?: string;
}

export interface BackendRef {
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
  readonly port?: number;
  readonly weight?: number;
}

export interface Filter {
  readonly type: string;
  readonly urlRewrite?: {
    readonly hostname?: string;
    readonly path?: {
      readonly type: 'ReplaceFullPath' | 'ReplacePrefixMatch';
      readonly replaceFullPath?: string;
      readonly replacePrefixMatch?: string;
    };
  };
}

export interface Rule {
  readonly matches?: readonly HttpMatch[];
  readonly filters?: readonly Filter[];
  readonly backendRefs?: readonly BackendRef[];
}

export interface ParentRef {
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
  readonly port?: number;
  readonly sectionName?: string;
}

export interface RouteSpec {
  readonly parentRefs?: readonly ParentRef[];
  readonly hostnames?: readonly string[];
  readonly rules?: readonly Rule[];
}

export interface Listener {
  readonly name: string;
  readonly port: number;
  readonly hostname?: string;
  readonly allowedRoutes?: { readonly namespaces?: { readonly from?: string } };
}

export interface GatewaySpec {
  readonly listeners: readonly Listener[];
}

export interface GrantSpec {
  readonly from: readonly { readonly kind: string; readonly namespace: string }[];
  readonly to: readonly { readonly kind: string; readonly name?: string }[];
}
