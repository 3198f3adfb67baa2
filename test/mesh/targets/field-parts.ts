import type { Manifest } from '../harness/harness.ts';
import { aMesh, aNamespace, aNode, aService } from '../harness/manifests.ts';

export type Spec = Readonly<Record<string, unknown>>;

/** A manifest that sets some fields. All samples together set every field of the seven kinds. */
export interface Sample {
  readonly title: string;
  readonly manifest: Manifest;
  /** What it refers to. */
  readonly context: readonly Manifest[];
}

export const labels = { mesh: 'shop' };
export const meshRef = { name: 'shop', uid: 'uid-0' };
export const pods = { matchLabels: { app: 'orders' } };
export const expression = (operator: string, ...values: readonly string[]) => ({
  matchExpressions: [{ key: 'app', operator, ...(values.length > 0 && { values }) }],
});
const file = { certificateChain: '/etc/tls/chain.pem', privateKey: '/etc/tls/key.pem' };
export const trustFile = { trust: { file: { certificateChain: '/etc/tls/ca.pem' } } };
export const names = { subjectAlternativeNames: { match: { exact: ['orders.shop'] } } };
const sds = { sds: { secretName: 'cert' } };
export const second = { unit: 's', value: 1 };
export const dns = { dns: { hostname: 'orders.apps.svc.cluster.local', responseType: 'ENDPOINTS' } };

export function object(kind: string, spec: Spec, namespace: string | undefined = 'apps'): Manifest {
  return { kind, metadata: { name: 'orders', ...(namespace && { namespace }) }, spec };
}

export const context = [aNamespace(), aMesh({}, 'shop')];
export const targets = [
  aNode('blue', { listeners: [8080, 8443].map((port) => ({ portMapping: { port, protocol: 'http' } })) }),
  aService('cart', 'node/blue', { awsName: 'cart.example.com' }),
];

export function node(title: string, spec: Spec): Sample {
  return {
    title: `VirtualNode with ${title}`,
    manifest: object('VirtualNode', spec),
    context: [...context, ...targets],
  };
}

export function listening(listener: Spec, others: Spec = {}): Spec {
  const portMapping = { port: 8080, protocol: 'http' };
  return { listeners: [{ portMapping, ...listener }], serviceDiscovery: dns, podSelector: pods, ...others };
}

const policy = (tls: Spec) => ({ clientPolicy: { tls: { enforce: true, ...tls } } });
export const wholePolicy = policy({
  ports: [8443],
  certificate: { file },
  validation: { ...trustFile, ...names },
});
export const backend = (others: Spec) => ({
  backends: [{ virtualService: { virtualServiceRef: { name: 'cart', namespace: 'apps' }, ...others } }],
});
export const refusedPolicies = [
  policy({ certificate: sds, validation: trustFile }),
  policy({ validation: { trust: { acm: { certificateAuthorityARNs: ['arn:aws:acm-pca:x'] } } } }),
  policy({ validation: { trust: sds } }),
];

export const protocols = ['http', 'http2', 'grpc', 'tcp'] as const;
export const pools = {
  http: { maxConnections: 5, maxPendingRequests: 6 },
  http2: { maxRequests: 7 },
  grpc: { maxRequests: 8 },
  tcp: { maxConnections: 9 },
};
export const healthCheck = {
  ...{ healthyThreshold: 2, unhealthyThreshold: 2, intervalMillis: 5000, timeoutMillis: 2000 },
  ...{ path: '/ping', port: 8080, protocol: 'http' },
};
export const tls = (members: Spec) => ({ tls: { mode: 'STRICT', certificate: { file }, ...members } });
export const arn = (kind: string) => `arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/${kind}/orders`;
export const logs = [
  { path: '/var/log/access.log' },
  { path: '/dev/stdout', format: { text: '%PROTOCOL%' } },
  { path: '/dev/stdout', format: { json: [{ key: 'a', value: '%PROTOCOL%' }] } },
].map((accessLog) => ({ logging: { accessLog: { file: accessLog } } }));
export const listenerTls = [
  tls({ mode: 'PERMISSIVE' }),
  tls({ certificate: { acm: { certificateARN: 'arn:aws:acm:x' } } }),
  tls({ certificate: sds }),
  tls({ validation: { trust: sds } }),
  tls({ validation: { ...trustFile, ...names } }),
];
