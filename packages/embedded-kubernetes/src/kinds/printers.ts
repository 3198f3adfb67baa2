import { at, isObject, listAt, numberAt, objectAt, stringAt } from '../model/json.ts';
import { isTerminating, type KubernetesObject } from '../model/objects.ts';
import { age } from './age.ts';
import type { Column, Printer } from './kind.ts';
import { selectorText } from './label-selector.ts';

const name: Column = { name: 'Name', type: 'string', format: 'name' };
const text = (title: string, priority = 0): Column => ({ name: title, type: 'string', priority });
const integer = (title: string): Column => ({ name: title, type: 'integer', priority: 0 });
const created = (object: KubernetesObject, now: number) => age(object.metadata.creationTimestamp, now);
const orNone = (value: string) => value || '<none>';

/** The columns of `kubectl get`, from pkg/printers/internalversion. */
export const podPrinter: Printer = {
  columns: [
    name,
    text('Ready'),
    text('Status'),
    text('Restarts'),
    text('Age'),
    text('IP', 1),
    text('Node', 1),
    text('Nominated Node', 1),
    text('Readiness Gates', 1),
  ],
  cells(pod, now) {
    const statuses = listAt(pod, 'status', 'containerStatuses');
    const ready = statuses.filter((status) => at(status, 'ready') === true).length;
    return [
      pod.metadata.name,
      `${ready}/${listAt(pod, 'spec', 'containers').length}`,
      podStatusText(pod),
      String(statuses.reduce<number>((sum, status) => sum + numberAt(status, 'restartCount'), 0)),
      created(pod, now),
      orNone(stringAt(pod, 'status', 'podIP')),
      orNone(stringAt(pod, 'spec', 'nodeName')),
      orNone(stringAt(pod, 'status', 'nominatedNodeName')),
      gatesText(pod),
    ];
  },
};

function podStatusText(pod: KubernetesObject): string {
  if (isTerminating(pod)) return 'Terminating';
  const reasons = listAt(pod, 'status', 'containerStatuses').map(
    (status) =>
      stringAt(status, 'state', 'waiting', 'reason') || stringAt(status, 'state', 'terminated', 'reason'),
  );
  const [reason] = reasons.filter((each) => each !== '').reverse();
  return reason ?? (stringAt(pod, 'status', 'reason') || stringAt(pod, 'status', 'phase'));
}

function gatesText(pod: KubernetesObject): string {
  const gates = listAt(pod, 'spec', 'readinessGates').map((gate) => at(gate, 'conditionType'));
  const conditions = listAt(pod, 'status', 'conditions').filter((each) => at(each, 'status') === 'True');
  const met = gates.filter((gate) => conditions.some((condition) => at(condition, 'type') === gate));
  return gates.length === 0 ? '<none>' : `${met.length}/${gates.length}`;
}

const imagesOf = (object: KubernetesObject, field: string) =>
  listAt(object, 'spec', 'template', 'spec', 'containers')
    .map((container) => stringAt(container, field))
    .join(',');

export const deploymentPrinter: Printer = {
  columns: [
    name,
    text('Ready'),
    integer('Up-to-date'),
    integer('Available'),
    text('Age'),
    text('Containers', 1),
    text('Images', 1),
    text('Selector', 1),
  ],
  cells: (object, now) => [
    object.metadata.name,
    `${numberAt(object, 'status', 'readyReplicas')}/${numberAt(object, 'spec', 'replicas')}`,
    numberAt(object, 'status', 'updatedReplicas'),
    numberAt(object, 'status', 'availableReplicas'),
    created(object, now),
    imagesOf(object, 'name'),
    imagesOf(object, 'image'),
    selectorText(at(object, 'spec', 'selector')),
  ],
};

export const replicaSetPrinter: Printer = {
  columns: [
    name,
    integer('Desired'),
    integer('Current'),
    integer('Ready'),
    text('Age'),
    text('Containers', 1),
    text('Images', 1),
    text('Selector', 1),
  ],
  cells: (object, now) => [
    object.metadata.name,
    numberAt(object, 'spec', 'replicas'),
    numberAt(object, 'status', 'replicas'),
    numberAt(object, 'status', 'readyReplicas'),
    created(object, now),
    imagesOf(object, 'name'),
    imagesOf(object, 'image'),
    selectorText(at(object, 'spec', 'selector')),
  ],
};

const roleLabel = 'node-role.kubernetes.io/';

export const nodePrinter: Printer = {
  columns: [
    name,
    text('Status'),
    text('Roles'),
    text('Age'),
    text('Version'),
    text('Internal-IP', 1),
    text('External-IP', 1),
    text('OS-Image', 1),
    text('Kernel-Version', 1),
    text('Container-Runtime', 1),
  ],
  cells: (node, now) => [
    node.metadata.name,
    nodeStatusText(node),
    orNone(
      Object.keys(node.metadata.labels ?? {})
        .filter((label) => label.startsWith(roleLabel))
        .map((label) => label.slice(roleLabel.length))
        .join(','),
    ),
    created(node, now),
    stringAt(node, 'status', 'nodeInfo', 'kubeletVersion'),
    addressOf(node, 'InternalIP'),
    addressOf(node, 'ExternalIP'),
    stringAt(node, 'status', 'nodeInfo', 'osImage') || '<unknown>',
    stringAt(node, 'status', 'nodeInfo', 'kernelVersion') || '<unknown>',
    stringAt(node, 'status', 'nodeInfo', 'containerRuntimeVersion') || '<unknown>',
  ],
};

function nodeStatusText(node: KubernetesObject): string {
  const ready = listAt(node, 'status', 'conditions').find((condition) => at(condition, 'type') === 'Ready');
  const status = ready === undefined ? 'Unknown' : at(ready, 'status') === 'True' ? 'Ready' : 'NotReady';
  return at(node, 'spec', 'unschedulable') === true ? `${status},SchedulingDisabled` : status;
}

function addressOf(node: KubernetesObject, type: string): string {
  const address = listAt(node, 'status', 'addresses').find((each) => at(each, 'type') === type);
  return orNone(stringAt(address, 'address'));
}

export const namespacePrinter: Printer = {
  columns: [name, text('Status'), text('Age')],
  cells: (object, now) => [object.metadata.name, stringAt(object, 'status', 'phase'), created(object, now)],
};

export const servicePrinter: Printer = {
  columns: [
    name,
    text('Type'),
    text('Cluster-IP'),
    text('External-IP'),
    text('Port(s)'),
    text('Age'),
    text('Selector', 1),
  ],
  cells: (service, now) => [
    service.metadata.name,
    stringAt(service, 'spec', 'type'),
    orNone(stringAt(service, 'spec', 'clusterIP')),
    externalAddress(service),
    orNone(listAt(service, 'spec', 'ports').map(portText).join(',')),
    created(service, now),
    selectorText({ matchLabels: objectAt(service, 'spec', 'selector') }),
  ],
};

function externalAddress(service: KubernetesObject): string {
  const type = stringAt(service, 'spec', 'type');
  if (type === 'ExternalName') return stringAt(service, 'spec', 'externalName');
  if (type === 'LoadBalancer') return '<pending>';
  return orNone(listAt(service, 'spec', 'externalIPs').join(','));
}

function portText(port: unknown): string {
  const nodePort = numberAt(port, 'nodePort');
  return `${numberAt(port, 'port')}${nodePort > 0 ? `:${nodePort}` : ''}/${stringAt(port, 'protocol')}`;
}

export const configMapPrinter: Printer = {
  columns: [name, integer('Data'), text('Age')],
  cells: (object, now) => [object.metadata.name, dataCount(object), created(object, now)],
};

export const secretPrinter: Printer = {
  columns: [name, text('Type'), integer('Data'), text('Age')],
  cells: (object, now) => [
    object.metadata.name,
    stringAt(object, 'type'),
    dataCount(object),
    created(object, now),
  ],
};

function dataCount(object: KubernetesObject): number {
  return Object.keys(objectAt(object, 'data')).length + Object.keys(objectAt(object, 'binaryData')).length;
}

export const serviceAccountPrinter: Printer = {
  columns: [name, integer('Secrets'), text('Age')],
  cells: (object, now) => [object.metadata.name, listAt(object, 'secrets').length, created(object, now)],
};

export const eventPrinter: Printer = {
  columns: [
    text('Last Seen'),
    text('Type'),
    text('Reason'),
    text('Object'),
    text('Subobject', 1),
    text('Source', 1),
    text('Message'),
    text('First Seen', 1),
    { ...integer('Count'), priority: 1 },
    { ...name, priority: 1 },
  ],
  cells: (event, now) => [
    age(stringAt(event, 'lastTimestamp') || event.metadata.creationTimestamp, now),
    stringAt(event, 'type'),
    stringAt(event, 'reason'),
    `${stringAt(event, 'involvedObject', 'kind').toLowerCase()}/${stringAt(event, 'involvedObject', 'name')}`,
    stringAt(event, 'involvedObject', 'fieldPath'),
    stringAt(event, 'source', 'component'),
    stringAt(event, 'message').trim(),
    age(stringAt(event, 'firstTimestamp') || event.metadata.creationTimestamp, now),
    numberAt(event, 'count'),
    event.metadata.name,
  ],
};

export const definitionPrinter: Printer = {
  columns: [name, { name: 'Created At', type: 'date', priority: 0 }],
  cells: (object) => [object.metadata.name, object.metadata.creationTimestamp],
};

/** The default columns. */
export const plainPrinter: Printer = {
  columns: [name, text('Age')],
  cells: (object, now) => [object.metadata.name, created(object, now)],
};

/** A column from an additionalPrinterColumn of a CustomResourceDefinition. */
export function columnOf(declared: unknown): Column {
  const priority = isObject(declared) ? numberAt(declared, 'priority') : 0;
  const format = stringAt(declared, 'format');
  return {
    name: stringAt(declared, 'name'),
    type: stringAt(declared, 'type') as Column['type'],
    ...(format && { format }),
    description: stringAt(declared, 'description'),
    priority,
  };
}

export const nameColumn = name;
