import type { VirtualGatewaySpec } from '../../../../model/mesh/kinds/virtual-gateway.ts';
import type * as appMesh from './app-mesh-types.ts';
import { gatewayListenerInput } from './listener.ts';
import { loggingInput } from './logging.ts';
import { present, when } from './present.ts';
import { backendDefaultsInput } from './tls.ts';

/** The spec of a virtual gateway in the API. */
export function virtualGatewaySpecInput(spec: VirtualGatewaySpec): appMesh.VirtualGatewaySpec {
  return present({
    listeners: spec.listeners.map(gatewayListenerInput),
    backendDefaults: when(spec.backendDefaults, backendDefaultsInput),
    logging: when(spec.logging, loggingInput),
  });
}
