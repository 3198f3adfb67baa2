import type { RequestTimeout } from '../../../../model/mesh/durations.ts';
import type { GatewayListener, Listener } from '../../../../model/mesh/listener.ts';
import type * as appMesh from './app-mesh-types.ts';
import { oneOf, present, when } from './present.ts';
import { listenerTlsInput } from './tls.ts';

/** A listener of a virtual node. */
export function listenerInput(listener: Listener): appMesh.Listener {
  return present({
    ...listener,
    healthCheck: when(listener.healthCheck, present),
    connectionPool: when(listener.connectionPool, ({ http, ...others }) =>
      oneOf({ ...others, http: when(http, present) }),
    ),
    timeout: when(listener.timeout, timeoutInput),
    tls: when(listener.tls, listenerTlsInput),
  });
}

function timeoutInput({ http, http2, grpc, tcp }: Timeout): appMesh.ListenerTimeout {
  const requests = (timeout: RequestTimeout) => present(timeout);
  return oneOf({
    http: when(http, requests),
    http2: when(http2, requests),
    grpc: when(grpc, requests),
    tcp: when(tcp, present),
  });
}
type Timeout = NonNullable<Listener['timeout']>;

/** A listener of a virtual gateway. */
export function gatewayListenerInput(listener: GatewayListener): appMesh.VirtualGatewayListener {
  return present({
    ...listener,
    healthCheck: when(listener.healthCheck, present),
    connectionPool: when(listener.connectionPool, ({ http, ...others }) =>
      oneOf({ ...others, http: when(http, present) }),
    ),
    tls: when(listener.tls, listenerTlsInput),
  });
}
