import type { ProxyObject } from './pod.ts';
import { prefix } from './settings.ts';

/** An annotation of the App Mesh controller that changes nothing, but for the value that says what is done anyway. */
export type WithoutEffect = readonly [name: string, unless: string, why: string];

/** On any pod. deploy/sidecars.yaml warns of the same, in the same words. */
export const onAnyPod: readonly WithoutEffect[] = [
  ['ipv6', 'enabled', 'IPv6 is intercepted where the pod has an IPv6 address'],
  ['preview', 'disabled', 'there is no preview of App Mesh any more'],
  ['xrayAgentConfigMount', '', 'there is no X-Ray agent beside Envoy'],
  ['proxyEgressPort', '15001', 'connections of the application are redirected to port 15001'],
  ['proxyIngressPort', '15000', 'connections to the pod are redirected to port 15000'],
  ['ignoredUID', '1337', 'Envoy has the user id 1337'],
  ['ignoredGID', '1337', 'Envoy has the group id 1337'],
];

const notIntercepted = 'connections of a gateway are not intercepted';
const ownResources = 'a gateway has the resources of its own container';

/** On a pod that a VirtualNode or a VirtualGateway selects. */
export const onPodOf: Readonly<Record<ProxyObject['kind'], readonly WithoutEffect[]>> = {
  VirtualNode: [['virtualGatewaySkipImageOverride', 'disabled', 'the pod is not that of a gateway']],
  VirtualGateway: [
    ['ports', '', notIntercepted],
    ['egressIgnoredIPs', '', notIntercepted],
    ['egressIgnoredPorts', '', notIntercepted],
    ['appmeshCNI', 'disabled', notIntercepted],
    ['cpuRequest', '', ownResources],
    ['memoryRequest', '', ownResources],
    ['cpuLimit', '', ownResources],
    ['memoryLimit', '', ownResources],
  ],
};

/** What its user has to know of the annotations of a pod. */
export function notesOn(
  annotations: Readonly<Record<string, string>>,
  kind: ProxyObject['kind'],
): readonly string[] {
  return [...onAnyPod, ...onPodOf[kind]].flatMap(([name, unless, why]) => {
    const value = annotations[`${prefix}${name}`] ?? unless;
    return value.trim().toLowerCase() === unless ? [] : [`annotation ${prefix}${name} does nothing: ${why}`];
  });
}
