import type { ClientPolicy } from '../../../../../model/mesh/tls.ts';
import type { Entry } from '../../../../plan/entry.ts';
import type { Answer } from './answer.ts';

/** A virtual service that a proxy calls. */
export interface EgressService {
  /** A VirtualService; an invalid one stays in the proxy as it is. */
  readonly service: Entry;
  /** That of the backend, else that of `backendDefaults`. */
  readonly policy: ClientPolicy | undefined;
  /** The caller names it by itself, not only a group that it is in. */
  readonly isListed?: boolean;
}

/** A virtual service as one proxy calls it, on one port. */
export interface Called {
  readonly isListed: boolean;
  readonly service: Entry;
  readonly name: string;
  readonly answer: Answer;
  /** Only if it is not that of the proxy's other backends. */
  readonly policy: ClientPolicy | undefined;
}

/** What a proxy calls by port: by the host name for HTTP, or one virtual service for TCP. */
export interface EgressPorts {
  readonly http: ReadonlyMap<number, readonly Called[]>;
  readonly tcp: ReadonlyMap<number, Called>;
  /** Names of virtual services of which the proxy keeps what it has. */
  readonly kept: readonly string[];
  /** By port, those that want it, though of a connection of TCP only the port is known. */
  readonly contested: ReadonlyMap<number, Contested>;
}

export interface Contested {
  readonly all: readonly Called[];
  /** Those of which the proxy keeps what it has. */
  readonly kept: readonly Called[];
}
