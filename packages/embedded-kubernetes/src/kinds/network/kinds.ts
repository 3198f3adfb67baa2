import { builtIn, textAt } from '../described.ts';
import type { Kind } from '../kind.ts';
import {
  keepAllocated,
  setEndpointSliceDefaults,
  setEndpointsDefaults,
  setServiceDefaults,
} from './defaults.ts';
import { endpointSlicePrinter, endpointsPrinter, servicePrinter } from './printers.ts';
import { validateEndpointSlice, validateService } from './validation.ts';

export const networkKinds: readonly Kind[] = [
  builtIn({
    kind: 'Service',
    plural: 'services',
    shortNames: ['svc'],
    categories: ['all'],
    nameForm: 'rfc1035-label',
    subresources: ['status'],
    printer: servicePrinter,
    setDefaults: setServiceDefaults,
    prepareUpdate: keepAllocated,
    validate: validateService,
    selectableFields: {
      'spec.type': textAt('spec', 'type'),
      'spec.clusterIP': textAt('spec', 'clusterIP'),
    },
  }),
  builtIn({
    kind: 'Endpoints',
    plural: 'endpoints',
    shortNames: ['ep'],
    singular: 'endpoints',
    printer: endpointsPrinter,
    setDefaults: setEndpointsDefaults,
  }),
  builtIn({
    group: 'discovery.k8s.io',
    kind: 'EndpointSlice',
    plural: 'endpointslices',
    hasGeneration: true,
    printer: endpointSlicePrinter,
    setDefaults: setEndpointSliceDefaults,
    validate: validateEndpointSlice,
  }),
];
