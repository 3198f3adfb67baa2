/** Manifests as a user writes them, as texts. */
export const node = (name: string, spec = '') => `
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualNode
metadata: { name: ${name}, namespace: apps }
spec:
  listeners: [{ portMapping: { port: 8080, protocol: http } }]
  serviceDiscovery: { dns: { hostname: ${name}.apps.svc.cluster.local } }
${spec}`;
export const router = `
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualRouter
metadata: { name: cart, namespace: apps }
spec:
  listeners: [{ portMapping: { port: 8080, protocol: http } }]
  routes:
    - name: all
      httpRoute:
        match: { prefix: / }
        action: { weightedTargets: [{ virtualNodeRef: { name: blue }, weight: 3 }, { virtualNodeRef: { name: green }, weight: 1 }] }
`;
const service = `
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualService
metadata: { name: cart, namespace: apps }
spec: { awsName: cart.apps.svc.cluster.local, provider: { virtualRouter: { virtualRouterRef: { name: cart } } } }
`;
export const mesh = `
apiVersion: appmesh.k8s.aws/v1beta2
kind: Mesh
metadata: { name: shop }
spec: { namespaceSelector: { matchLabels: { mesh: shop } } }
`;
export const shop = [mesh, node('blue'), node('green'), router, service].join('---');
