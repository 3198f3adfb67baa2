import { at, stringAt } from '../model/json.ts';
import type { KubernetesObject } from '../model/objects.ts';
import {
  keepAllocated,
  setDeploymentDefaults,
  setNamespaceDefaults,
  setPodDefaults,
  setReplicaSetDefaults,
  setSecretDefaults,
  setServiceDefaults,
} from './defaults.ts';
import type { Kind } from './kind.ts';
import * as printers from './printers.ts';
import { definition } from './schema.ts';
import {
  validateData,
  validateDefinition,
  validateEvent,
  validatePod,
  validateService,
  validateWorkload,
} from './validation.ts';

type Described = Pick<Kind, 'kind' | 'plural'> & Partial<Kind> & { readonly model?: string };

function builtIn({ model, ...described }: Described): Kind {
  return {
    group: '',
    version: 'v1',
    singular: described.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: true,
    subresources: [],
    builtIn: true,
    hasGeneration: false,
    printer: printers.plainPrinter,
    schema: definition(model ?? `V1${described.kind}`),
    ...described,
  };
}

const field =
  (...path: string[]) =>
  (object: KubernetesObject) =>
    String(at(object, ...path) ?? '');

const involved = (name: string) => [`involvedObject.${name}`, field('involvedObject', name)] as const;

/** The kinds that every embedded cluster serves. */
export const builtInKinds: readonly Kind[] = [
  builtIn({
    kind: 'Pod',
    plural: 'pods',
    shortNames: ['po'],
    categories: ['all'],
    subresources: ['status', 'eviction'],
    printer: printers.podPrinter,
    setDefaults: setPodDefaults,
    validate: validatePod,
    selectableFields: {
      'spec.nodeName': field('spec', 'nodeName'),
      'spec.restartPolicy': field('spec', 'restartPolicy'),
      'spec.schedulerName': field('spec', 'schedulerName'),
      'spec.serviceAccountName': field('spec', 'serviceAccountName'),
      'spec.hostNetwork': (pod) => String(at(pod, 'spec', 'hostNetwork') === true),
      'status.phase': field('status', 'phase'),
      'status.podIP': field('status', 'podIP'),
    },
  }),
  builtIn({
    kind: 'Namespace',
    plural: 'namespaces',
    shortNames: ['ns'],
    namespaced: false,
    nameForm: 'label',
    subresources: ['status', 'finalize'],
    printer: printers.namespacePrinter,
    setDefaults: setNamespaceDefaults,
    selectableFields: { 'status.phase': field('status', 'phase') },
  }),
  builtIn({
    kind: 'Node',
    plural: 'nodes',
    shortNames: ['no'],
    namespaced: false,
    subresources: ['status'],
    printer: printers.nodePrinter,
    selectableFields: { 'spec.unschedulable': (node) => String(at(node, 'spec', 'unschedulable') === true) },
  }),
  builtIn({
    kind: 'Service',
    plural: 'services',
    shortNames: ['svc'],
    categories: ['all'],
    nameForm: 'rfc1035-label',
    subresources: ['status'],
    printer: printers.servicePrinter,
    setDefaults: setServiceDefaults,
    prepareUpdate: keepAllocated,
    validate: validateService,
    selectableFields: {
      'spec.type': field('spec', 'type'),
      'spec.clusterIP': field('spec', 'clusterIP'),
    },
  }),
  builtIn({
    kind: 'ConfigMap',
    plural: 'configmaps',
    shortNames: ['cm'],
    printer: printers.configMapPrinter,
    validate: validateData,
  }),
  builtIn({
    kind: 'Secret',
    plural: 'secrets',
    printer: printers.secretPrinter,
    setDefaults: setSecretDefaults,
    validate: validateData,
    selectableFields: { type: field('type') },
  }),
  builtIn({
    kind: 'ServiceAccount',
    plural: 'serviceaccounts',
    shortNames: ['sa'],
    printer: printers.serviceAccountPrinter,
  }),
  builtIn({
    kind: 'Event',
    plural: 'events',
    model: 'CoreV1Event',
    shortNames: ['ev'],
    nameForm: 'path-segment',
    printer: printers.eventPrinter,
    validate: validateEvent,
    selectableFields: {
      ...Object.fromEntries(
        ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(involved),
      ),
      reason: field('reason'),
      type: field('type'),
      source: (event) => stringAt(event, 'source', 'component'),
      reportingComponent: field('reportingComponent'),
    },
  }),
  builtIn({
    group: 'apps',
    kind: 'Deployment',
    plural: 'deployments',
    shortNames: ['deploy'],
    categories: ['all'],
    subresources: ['status', 'scale'],
    hasGeneration: true,
    printer: printers.deploymentPrinter,
    setDefaults: setDeploymentDefaults,
    validate: validateWorkload,
  }),
  builtIn({
    group: 'apps',
    kind: 'ReplicaSet',
    plural: 'replicasets',
    shortNames: ['rs'],
    categories: ['all'],
    subresources: ['status', 'scale'],
    hasGeneration: true,
    printer: printers.replicaSetPrinter,
    setDefaults: setReplicaSetDefaults,
    validate: validateWorkload,
  }),
  builtIn({
    group: 'apiextensions.k8s.io',
    kind: 'CustomResourceDefinition',
    plural: 'customresourcedefinitions',
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
    namespaced: false,
    subresources: ['status'],
    hasGeneration: true,
    printer: printers.definitionPrinter,
    validate: validateDefinition,
  }),
];
