import { arnFields, type MeshKind, meshKinds } from '../../shared/model/kubernetes.ts';
import { meshSpecs } from '../../shared/model/mesh/object.ts';
import { described } from './descriptions.ts';
import { type StructuralSchema, structuralSchema } from './structural-schema.ts';

const group = 'appmesh.k8s.aws';
const version = 'v1beta2';

export interface MeshDefinition {
  readonly apiVersion: 'apiextensions.k8s.io/v1';
  readonly kind: 'CustomResourceDefinition';
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

/**
 * The CustomResourceDefinitions of the App Mesh kinds: the specs from the schemas of shared/model/mesh, the names, scopes
 * and columns of the App Mesh controller's own definitions, and the descriptions of deploy/definitions/descriptions.ts.
 */
export function meshDefinitions(): MeshDefinition[] {
  return meshKinds.map(meshDefinition);
}

function meshDefinition(kind: MeshKind): MeshDefinition {
  const plural = kind === 'Mesh' ? 'meshes' : `${kind.toLowerCase()}s`;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: kind === 'Mesh' ? 'Cluster' : 'Namespaced',
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase(), categories: ['all'] },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: columnsOf(kind),
          schema: { openAPIV3Schema: described(objectSchema(kind), kind) },
        },
      ],
    },
  };
}

function columnsOf(kind: MeshKind) {
  const arn = arnFields[kind];
  return [
    ...(arn === undefined ? [] : [{ name: 'ARN', type: 'string', jsonPath: `.status.${arn}` }]),
    ...['status', 'reason'].map((field) => ({
      name: field.toUpperCase(),
      type: 'string',
      jsonPath: `.status.conditions[?(@.type=="${kind}Active")].${field}`,
      priority: 1, // with -o wide
    })),
    { name: 'AGE', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ];
}

/** A spec without required fields is optional. */
function objectSchema(kind: MeshKind): StructuralSchema {
  const spec = structuralSchema(meshSpecs[kind]);
  const isRequired = (spec.required ?? spec.oneOf ?? []).length > 0;
  return {
    type: 'object',
    properties: { spec, status: statusSchema(kind) },
    ...(isRequired && { required: ['spec'] }),
  };
}

const text: StructuralSchema = { type: 'string' };

function statusSchema(kind: MeshKind): StructuralSchema {
  const arn = arnFields[kind];
  return {
    type: 'object',
    properties: {
      ...(arn !== undefined && { [arn]: text }),
      ...(kind === 'VirtualRouter' && { routeARNs: { type: 'object', additionalProperties: text } }),
      observedGeneration: { type: 'integer', format: 'int64' },
      conditions,
    },
  };
}

const conditions: StructuralSchema = {
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['type'],
  items: {
    type: 'object',
    required: ['type', 'status'],
    properties: {
      type: text,
      status: { type: 'string', enum: ['True', 'False', 'Unknown'] },
      lastTransitionTime: { type: 'string', format: 'date-time' },
      reason: text,
      message: text,
    },
  },
};
