import { at, listAt, numberAt, objectAt, stringAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';
import { age } from '../age.ts';
import { ageColumn, createdColumn, field, nameColumn, orNone, printerOf, text, wide } from '../columns.ts';

const roleLabel = 'node-role.kubernetes.io/';

export const nodePrinter = printerOf(
  nameColumn,
  text('Status', nodeStatusText),
  text('Roles', rolesText),
  ageColumn,
  text('Version', field('status.nodeInfo.kubeletVersion')),
  wide(text('Internal-IP', (node) => addressOf(node, 'InternalIP'))),
  wide(text('External-IP', (node) => addressOf(node, 'ExternalIP'))),
  wide(text('OS-Image', field('status.nodeInfo.osImage', '<unknown>'))),
  wide(text('Kernel-Version', field('status.nodeInfo.kernelVersion', '<unknown>'))),
  wide(text('Container-Runtime', field('status.nodeInfo.containerRuntimeVersion', '<unknown>'))),
);

function nodeStatusText(node: KubernetesObject): string {
  const ready = listAt(node, 'status', 'conditions').find((condition) => at(condition, 'type') === 'Ready');
  const status = ready === undefined ? 'Unknown' : at(ready, 'status') === 'True' ? 'Ready' : 'NotReady';
  return at(node, 'spec', 'unschedulable') === true ? `${status},SchedulingDisabled` : status;
}

function rolesText({ metadata }: KubernetesObject): string {
  const roles = Object.keys(metadata.labels ?? {}).filter((label) => label.startsWith(roleLabel));
  return orNone(roles.map((label) => label.slice(roleLabel.length)).join(','));
}

function addressOf(node: KubernetesObject, type: string): string {
  const address = listAt(node, 'status', 'addresses').find((each) => at(each, 'type') === type);
  return orNone(stringAt(address, 'address'));
}

export const namespacePrinter = printerOf(nameColumn, text('Status', field('status.phase')), ageColumn);

export const configMapPrinter = printerOf(nameColumn, text('Data', dataCount), ageColumn);

export const secretPrinter = printerOf(
  nameColumn,
  text('Type', field('type')),
  text('Data', dataCount),
  ageColumn,
);

function dataCount(object: KubernetesObject): number {
  return Object.keys(objectAt(object, 'data')).length + Object.keys(objectAt(object, 'binaryData')).length;
}

/** Of an Event of the core group; events.k8s.io names the same fields otherwise. */
export const eventPrinter = printerOf(
  text('Last Seen', (event, now) => age(lastSeen(event), now)),
  text('Type', field('type')),
  text('Reason', field('reason')),
  text('Object', (event) => {
    const { kind, name } = objectAt(event, 'involvedObject');
    return `${String(kind ?? '').toLowerCase()}/${String(name ?? '')}`;
  }),
  wide(text('Subobject', field('involvedObject.fieldPath'))),
  wide(text('Source', sourceText)),
  text('Message', (event) => stringAt(event, 'message').trim()),
  wide(text('First Seen', (event, now) => age(firstSeen(event), now))),
  wide(text('Count', (event) => numberAt(event, 'series', 'count') || numberAt(event, 'count') || 1)),
  wide(nameColumn),
);

const firstSeen = (event: KubernetesObject) =>
  stringAt(event, 'firstTimestamp') || stringAt(event, 'eventTime') || event.metadata.creationTimestamp;
const lastSeen = (event: KubernetesObject) =>
  stringAt(event, 'series', 'lastObservedTime') || stringAt(event, 'lastTimestamp') || firstSeen(event);

function sourceText(event: KubernetesObject): string {
  const component = stringAt(event, 'source', 'component') || stringAt(event, 'reportingComponent');
  const host = stringAt(event, 'source', 'host') || stringAt(event, 'reportingInstance');
  return host === '' ? component : `${component}, ${host}`;
}

export const definitionPrinter = printerOf(nameColumn, createdColumn);

export const leasePrinter = printerOf(nameColumn, text('Holder', field('spec.holderIdentity')), ageColumn);
