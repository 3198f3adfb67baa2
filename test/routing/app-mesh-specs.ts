import type { Match } from './app-mesh-match.ts';
import type { Manifest, Request } from './request.ts';

/** The parts of App Mesh's objects that say where a request goes. */
export type Found<Spec> = Manifest<Spec> & { readonly spec: Spec };

export interface Reference {
  readonly name: string;
  readonly namespace?: string | null | undefined;
}

export interface Listeners {
  readonly listeners: readonly {
    readonly portMapping: { readonly port: number; readonly protocol: Request['protocol'] };
  }[];
}
export interface ServiceSpec {
  readonly awsName?: string | null;
  readonly provider?: {
    readonly virtualNode?: { readonly virtualNodeRef: Reference } | null;
    readonly virtualRouter?: { readonly virtualRouterRef: Reference } | null;
  } | null;
}
export interface Target {
  readonly virtualNodeRef: Reference;
  readonly weight: number;
  readonly port?: number | null;
}
export interface RouterSpec extends Partial<Listeners> {
  readonly routes?: readonly { readonly priority?: number | null; readonly httpRoute?: RouterRoute }[] | null;
}
export interface RouterRoute {
  readonly match?: Match;
  readonly action: { readonly weightedTargets: readonly Target[] };
}
export interface NodeSpec extends Partial<Listeners> {
  readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>> | null } | null;
  readonly serviceDiscovery?: {
    readonly dns?: { readonly hostname: string } | null;
    readonly awsCloudMap?: { readonly namespaceName: string; readonly serviceName: string } | null;
  };
}
export type GatewaySpec = Listeners;
export interface GatewayRouteSpec {
  readonly priority?: number | null;
  readonly virtualGatewayRef?: Reference | null;
  readonly httpRoute?: GatewayRoute;
}
export interface GatewayRoute {
  readonly match: Match;
  readonly action: {
    readonly target: {
      readonly virtualService: { readonly virtualServiceRef: Reference };
      readonly port?: number | null;
    };
    readonly rewrite?: {
      readonly prefix?: { readonly defaultPrefix?: string | null; readonly value?: string | null } | null;
      readonly path?: { readonly exact: string } | null;
      readonly hostname?: { readonly defaultTargetHostname?: string | null } | null;
    } | null;
  };
}
