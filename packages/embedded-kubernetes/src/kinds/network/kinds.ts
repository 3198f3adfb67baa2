import { builtIn, textAt } from '../described.ts';
import type { Kind } from '../kind.ts';
import { defaultsOf } from '../rules/defaults.ts';
import { validationOf } from '../rules/validation.ts';
import {
  keepAllocated,
  setEndpointSliceDefaults,
  setEndpointsDefaults,
  setNetworkPolicyDefaults,
  setServiceDefaults,
} from './defaults.ts';
import * as ingress from './ingress-printers.ts';
import { validateIngress, validateNetworkPolicy } from './ingress-validation.ts';
import { endpointSlicePrinter, endpointsPrinter, servicePrinter } from './printers.ts';
import { validateEndpointSlice, validateService } from './validation.ts';

const networking = { group: 'networking.k8s.io', passive: true } as const;

/** How pods are reached. */
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
  builtIn({
    ...networking,
    kind: 'Ingress',
    plural: 'ingresses',
    shortNames: ['ing'],
    subresources: ['status'],
    hasGeneration: true,
    printer: ingress.ingressPrinter,
    setDefaults: defaultsOf({ 'status.loadBalancer': {} }),
    validate: validateIngress,
  }),
  builtIn({
    ...networking,
    kind: 'IngressClass',
    plural: 'ingressclasses',
    namespaced: false,
    hasGeneration: true,
    printer: ingress.ingressClassPrinter,
    setDefaults: defaultsOf({ 'spec.parameters.scope': 'Cluster' }),
    validate: validationOf({ required: { 'spec.controller': '' }, immutable: ['spec.controller'] }),
  }),
  builtIn({
    ...networking,
    kind: 'NetworkPolicy',
    plural: 'networkpolicies',
    shortNames: ['netpol'],
    hasGeneration: true,
    printer: ingress.networkPolicyPrinter,
    setDefaults: setNetworkPolicyDefaults,
    validate: validateNetworkPolicy,
  }),
  builtIn({
    ...networking,
    kind: 'IPAddress',
    plural: 'ipaddresses',
    shortNames: ['ip'],
    namespaced: false,
    printer: ingress.addressPrinter,
    validate: validationOf({ required: { 'spec.parentRef': '' } }),
  }),
  builtIn({
    ...networking,
    kind: 'ServiceCIDR',
    plural: 'servicecidrs',
    namespaced: false,
    subresources: ['status'],
    printer: ingress.serviceNetworkPrinter,
    setDefaults: defaultsOf({ status: {} }),
    validate: validationOf({ required: { 'spec.cidrs': 'at least one CIDR required' } }),
  }),
];
