import type { ObjectName } from '../../../model/records/mesh-claim.ts';
import type { Retries } from '../timing.ts';
import type { MeshRequest } from './request.ts';

/** A route that may take a request. The lists have the order in which routes are tried. */
export interface ConsideredRoute {
  /** `GatewayRoute shop/cart`, or the name of a route in its router. */
  readonly name: string;
  /**
   * `not reached`: it matches, too, but an earlier one takes the request. `not known`: it may match; one of its conditions
   * cannot be evaluated.
   */
  readonly outcome: 'taken' | 'not matched' | 'not reached' | 'not known';
  /** The first condition that the request does not meet, or that cannot be evaluated. */
  readonly reason?: string | undefined;
}

export interface EvaluatedTarget {
  /** `VirtualNode shop/blue`; or its ARN. */
  readonly node: string;
  readonly port: number | undefined;
  readonly weight: number;
  /** Of all requests, between 0 and 1. */
  readonly share: number;
  /** Why nothing is sent there, whatever the weight. */
  readonly problem?: string | undefined;
}

/** One of the proxies on the way ends a request that takes longer. */
export interface EvaluatedTimeout {
  /** `GatewayRoute shop/cart`, `route "all" of VirtualRouter shop/cart`, `listener 8080 of VirtualNode shop/blue`. */
  readonly of: string;
  /** null if it is switched off. */
  readonly milliseconds: number | null;
  readonly isDefault: boolean;
}

export type OutcomeKind =
  | 'Routed'
  /** To the address that the host name has, by no rule of the mesh. */
  | 'PassedThrough'
  /** Nothing is evaluated: the object that the request comes from is at fault. */
  | 'SourceNotFound'
  | 'SourceInvalid'
  | 'NotMember'
  /** The connection is closed. */
  | 'NoFilterChain'
  | 'NoTcpRoute'
  | 'NoListener'
  /** 404. */
  | 'NoVirtualHost'
  | 'NoRoute'
  | 'NoProvider'
  /** An object that decides is missing, invalid, or says two things. */
  | 'NotKnown'
  /** A regular expression that decides cannot be evaluated here. */
  | 'NotEvaluated';

export interface Evaluation {
  readonly request: MeshRequest;
  readonly outcome: OutcomeKind;
  /** Why, and what the client sees. */
  readonly reason: string;
  /** Of a gateway; all, in their order. */
  readonly gatewayRoutes: readonly ConsideredRoute[];
  /** The virtual service that answers, and its name in the mesh. */
  readonly service?: ObjectName | undefined;
  readonly serviceName?: string | undefined;
  /** The virtual router, or the virtual node, that the service has as its provider. */
  readonly provider?: ObjectName | undefined;
  readonly routes: readonly ConsideredRoute[];
  readonly targets: readonly EvaluatedTarget[];
  /** As it arrives at the target. */
  readonly sent?: { readonly host: string; readonly path: string } | undefined;
  readonly timeouts: readonly EvaluatedTimeout[];
  readonly retries?: (Retries & { readonly isDefault: boolean }) | undefined;
  /** All objects that take part. */
  readonly objects: readonly ObjectName[];
}
