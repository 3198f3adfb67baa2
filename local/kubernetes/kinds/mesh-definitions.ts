import type { KubernetesObject } from '../model/objects.ts';
import { apiVersionOf } from './kind.ts';

const group = 'appmesh.k8s.aws';
const version = 'v1beta2';

interface MeshKind {
  readonly kind: string;
  readonly plural: string;
  readonly scope: 'Namespaced' | 'Cluster';
  /** Where the status carries the ARN; a BackendGroup is nothing on AWS. */
  readonly arn?: string;
}

const meshKinds: readonly MeshKind[] = [
  { kind: 'Mesh', plural: 'meshes', scope: 'Cluster', arn: '.status.meshARN' },
  { kind: 'VirtualNode', plural: 'virtualnodes', scope: 'Namespaced', arn: '.status.virtualNodeARN' },
  {
    kind: 'VirtualService',
    plural: 'virtualservices',
    scope: 'Namespaced',
    arn: '.status.virtualServiceARN',
  },
  { kind: 'VirtualRouter', plural: 'virtualrouters', scope: 'Namespaced', arn: '.status.virtualRouterARN' },
  {
    kind: 'VirtualGateway',
    plural: 'virtualgateways',
    scope: 'Namespaced',
    arn: '.status.virtualGatewayARN',
  },
  { kind: 'GatewayRoute', plural: 'gatewayroutes', scope: 'Namespaced', arn: '.status.gatewayRouteARN' },
  { kind: 'BackendGroup', plural: 'backendgroups', scope: 'Namespaced' },
];

/**
 * CustomResourceDefinitions of the App Mesh kinds: spec and status take any field, as no schema of ours says better
 * yet; columns ARN and AGE as the App Mesh controller's own definitions have them.
 */
export function meshDefinitions(): Omit<KubernetesObject, 'metadata'>[] {
  return meshKinds.map(({ kind, plural, scope, arn }) => ({
    apiVersion: apiVersionOf({ group: 'apiextensions.k8s.io', version: 'v1' }),
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope,
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase(), categories: ['all'] },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: [...(arn === undefined ? [] : [column('ARN', 'string', arn)]), ageColumn],
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: anything, status: anything } } },
        },
      ],
    },
  }));
}

const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

function column(name: string, type: string, jsonPath: string) {
  return { name, type, jsonPath };
}

const ageColumn = column('AGE', 'date', '.metadata.creationTimestamp');
