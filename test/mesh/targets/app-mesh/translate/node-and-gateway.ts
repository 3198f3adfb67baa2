import { virtualGatewaySpecInput } from '../../../../../shared/mesh/targets/app-mesh/translate/virtual-gateway.ts';
import { virtualNodeSpecInput } from '../../../../../shared/mesh/targets/app-mesh/translate/virtual-node.ts';
import { virtualGatewaySpec } from '../../../../../shared/model/mesh/kinds/virtual-gateway.ts';
import { virtualNodeSpec } from '../../../../../shared/model/mesh/kinds/virtual-node.ts';
import { faultsOf } from '../../../../model/mesh/specs.ts';
import { aResolver } from './harness.ts';

/** What virtual nodes and virtual gateways have in common is tried with both: parts of a spec that is valid else. */
export const node = {
  kind: 'VirtualNode',
  faults: (part: object) => faultsOf(virtualNodeSpec, aNode(part)),
  input: (part: object) => virtualNodeSpecInput(virtualNodeSpec.parse(aNode(part)), aResolver()),
  protocols: '"http"|"http2"|"grpc"|"tcp"',
  pools: 'http, http2, grpc, tcp',
};
export const gateway = {
  kind: 'VirtualGateway',
  faults: (part: object) => faultsOf(virtualGatewaySpec, aGateway(part)),
  input: (part: object) => virtualGatewaySpecInput(virtualGatewaySpec.parse(aGateway(part))),
  protocols: '"http"|"http2"|"grpc"',
  pools: 'http, http2, grpc',
};

const aNode = (part: object) => ({ serviceDiscovery: { dns: { hostname: 'orders.shop' } }, ...part });
const aGateway = (part: object) => ({ listeners: [aListener({})], ...part });

export const aListener = (changes: object, protocol = 'http') => ({
  portMapping: { port: 8080, protocol },
  ...changes,
});

const healthCheck = {
  protocol: 'http',
  healthyThreshold: 2,
  unhealthyThreshold: 10,
  intervalMillis: 5000,
  timeoutMillis: 2000,
};
export const check = (changes: object) => ({ healthCheck: { ...healthCheck, ...changes } });

export const pool = (protocol: string, members: object) =>
  aListener({ connectionPool: { [protocol]: members } }, protocol);
