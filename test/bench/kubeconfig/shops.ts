import { meshDefinitions } from '../../../deploy/definitions/mesh-definitions.ts';
import { eventually, ok, type Send } from '../../sidecars/client.ts';

/** Cloud Map takes 1,000 instances of a service and 2,000 of a namespace. */
const podsOfNode = 500;
const nodesOfNamespace = 2;
/** Requests at a time. */
const width = 16;

const apiVersion = 'appmesh.k8s.aws/v1beta2';
const mesh = `/apis/${apiVersion}`;

/** Makes a mesh in any API server, and running pods that its virtual nodes select: there is no kubelet, so their status is written here. */
export async function createShops(send: Send, pods: number): Promise<void> {
  for (const definition of meshDefinitions() as readonly { metadata: { name: string } }[])
    await ok(send('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition));
  const spec = { namespaceSelector: { matchLabels: { mesh: 'shop' } } };
  await eventually(() =>
    send('POST', `${mesh}/meshes`, { apiVersion, kind: 'Mesh', metadata: { name: 'shop' }, spec }),
  );
  for (let node = 0; node * podsOfNode < pods; node++) await createNode(send, node);
  let next = 0;
  const create = async () => {
    while (next < pods) await createPod(send, next++);
  };
  await Promise.all(Array.from({ length: width }, create));
}

function namespaceOf(node: number): string {
  return `shop-${Math.floor(node / nodesOfNamespace)}`;
}

async function createNode(send: Send, node: number): Promise<void> {
  const name = namespaceOf(node);
  if (node % nodesOfNamespace === 0)
    await ok(send('POST', '/api/v1/namespaces', { metadata: { name, labels: { mesh: 'shop' } } }));
  const virtualNode = {
    ...{ apiVersion, kind: 'VirtualNode', metadata: { name: `app-${node}` } },
    spec: {
      podSelector: { matchLabels: { app: `app-${node}` } },
      listeners: [{ portMapping: { port: 8080, protocol: 'http' } }],
      serviceDiscovery: { awsCloudMap: { namespaceName: `${name}.local`, serviceName: `app-${node}` } },
    },
  };
  await eventually(() => send('POST', `${mesh}/namespaces/${name}/virtualnodes`, virtualNode));
}

async function createPod(send: Send, index: number): Promise<void> {
  const node = Math.floor(index / podsOfNode);
  const pods = `/api/v1/namespaces/${namespaceOf(node)}/pods`;
  const [app, name] = [`app-${node}`, `app-${node}-${index}`];
  await ok(
    send('POST', pods, {
      metadata: { name, labels: { app } },
      spec: { containers: [{ name: 'app', image: 'app' }], automountServiceAccountToken: false },
    }),
  );
  const headers = { 'content-type': 'application/merge-patch+json' };
  await ok(send('PATCH', `${pods}/${name}/status`, { status: runningStatus(index) }, headers));
}

function runningStatus(index: number): object {
  const podIP = `10.${1 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
  const now = new Date().toISOString();
  const conditions = ['Ready', 'ContainersReady'].map((type) => ({
    type,
    status: 'True',
    lastTransitionTime: now,
  }));
  const container = { name: 'app', image: 'app', imageID: '', ready: true, restartCount: 0, started: true };
  return {
    ...{ phase: 'Running', podIP, podIPs: [{ ip: podIP }], conditions },
    containerStatuses: [{ ...container, state: { running: { startedAt: now } } }],
  };
}
