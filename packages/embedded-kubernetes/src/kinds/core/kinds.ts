import { at, stringAt } from '../../model/json.ts';
import { builtIn, textAt } from '../described.ts';
import type { Kind } from '../kind.ts';
import { defaultsOf } from '../rules/defaults.ts';
import { setNamespaceDefaults, setSecretDefaults } from './defaults.ts';
import { eventFromCore, eventToCore } from './event-versions.ts';
import * as printers from './printers.ts';
import { validateData, validateDefinition, validateEvent } from './validation.ts';

const involved = (name: string) => [`involvedObject.${name}`, textAt('involvedObject', name)] as const;

const events = builtIn({
  kind: 'Event',
  plural: 'events',
  model: 'CoreV1Event',
  shortNames: ['ev'],
  nameForm: 'path-segment',
  printer: printers.eventPrinter,
  setDefaults: defaultsOf({ eventTime: null, reportingComponent: '', reportingInstance: '' }),
  validate: validateEvent,
  selectableFields: {
    ...Object.fromEntries(
      ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(involved),
    ),
    reason: textAt('reason'),
    type: textAt('type'),
    source: (event) => stringAt(event, 'source', 'component'),
    reportingComponent: textAt('reportingComponent'),
  },
});

export const coreKinds: readonly Kind[] = [
  builtIn({
    kind: 'Namespace',
    plural: 'namespaces',
    shortNames: ['ns'],
    namespaced: false,
    nameForm: 'label',
    subresources: ['status', 'finalize'],
    printer: printers.namespacePrinter,
    setDefaults: setNamespaceDefaults,
    selectableFields: { 'status.phase': textAt('status', 'phase') },
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
    selectableFields: { type: textAt('type') },
  }),
  builtIn({
    kind: 'ServiceAccount',
    plural: 'serviceaccounts',
    shortNames: ['sa'],
    subresources: ['token'],
  }),
  events,
  builtIn({
    group: 'events.k8s.io',
    kind: 'Event',
    plural: 'events',
    model: 'EventsV1Event',
    shortNames: ['ev'],
    nameForm: 'path-segment',
    setDefaults: defaultsOf({
      deprecatedSource: {},
      deprecatedFirstTimestamp: null,
      deprecatedLastTimestamp: null,
    }),
    hub: { kind: events, toHub: eventToCore, fromHub: eventFromCore },
  }),
  builtIn({
    group: 'coordination.k8s.io',
    kind: 'Lease',
    plural: 'leases',
    printer: printers.leasePrinter,
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
