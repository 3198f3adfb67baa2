import { at, ensureObject, isObject, listAt, objectAt, setDefault } from '../model/json.ts';
import type { JsonObject, KubernetesObject } from '../model/objects.ts';

/** Sets the defaults of the built-in types in place (pkg/apis/…/defaults.go). */
export function setPodDefaults(pod: KubernetesObject): void {
  const spec = ensureObject(pod, 'spec');
  setPodSpecDefaults(spec);
  setDefault(spec, 'serviceAccountName', 'default');
  setDefault(spec, 'serviceAccount', spec.serviceAccountName);
  setDefault(spec, 'enableServiceLinks', true);
  setDefault(spec, 'preemptionPolicy', 'PreemptLowerPriority');
  setDefault(spec, 'priority', 0);
  const status = ensureObject(pod, 'status');
  setDefault(status, 'phase', 'Pending');
  setDefault(status, 'qosClass', qosClass(spec));
}

function setPodSpecDefaults(spec: JsonObject): void {
  setDefault(spec, 'restartPolicy', 'Always');
  setDefault(spec, 'terminationGracePeriodSeconds', 30);
  setDefault(spec, 'dnsPolicy', 'ClusterFirst');
  setDefault(spec, 'securityContext', {});
  setDefault(spec, 'schedulerName', 'default-scheduler');
  const isHostNetwork = spec.hostNetwork === true;
  for (const list of ['containers', 'initContainers', 'ephemeralContainers'])
    for (const container of listAt(spec, list))
      if (isObject(container)) setContainerDefaults(container, isHostNetwork);
  for (const volume of listAt(spec, 'volumes')) if (isObject(volume)) setVolumeDefaults(volume);
}

function setContainerDefaults(container: JsonObject, isHostNetwork: boolean): void {
  setDefault(container, 'resources', {});
  setDefault(container, 'terminationMessagePath', '/dev/termination-log');
  setDefault(container, 'terminationMessagePolicy', 'File');
  setDefault(container, 'imagePullPolicy', pullPolicy(String(container.image ?? '')));
  for (const port of listAt(container, 'ports')) {
    if (!isObject(port)) continue;
    setDefault(port, 'protocol', 'TCP');
    if (isHostNetwork) setDefault(port, 'hostPort', port.containerPort);
  }
  for (const variable of listAt(container, 'env')) {
    const source = objectAt(variable, 'valueFrom', 'fieldRef');
    if (source.fieldPath !== undefined) setDefault(source, 'apiVersion', 'v1');
  }
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe'])
    if (isObject(container[probe])) setProbeDefaults(container[probe]);
}

function setProbeDefaults(probe: JsonObject): void {
  setDefault(probe, 'timeoutSeconds', 1);
  setDefault(probe, 'periodSeconds', 10);
  setDefault(probe, 'successThreshold', 1);
  setDefault(probe, 'failureThreshold', 3);
  if (!isObject(probe.httpGet)) return;
  setDefault(probe.httpGet, 'path', '/');
  setDefault(probe.httpGet, 'scheme', 'HTTP');
}

/** The default file mode in volumes from API objects. */
const defaultMode = 0o644;

function setVolumeDefaults(volume: JsonObject): void {
  if (Object.keys(volume).length === 1) volume.emptyDir = {};
  for (const source of ['configMap', 'secret', 'downwardAPI', 'projected'])
    if (isObject(volume[source])) setDefault(volume[source], 'defaultMode', defaultMode);
  if (isObject(volume.hostPath)) setDefault(volume.hostPath, 'type', '');
}

/** The tag `latest`, also by default, is always pulled. */
function pullPolicy(image: string): string {
  if (image.includes('@')) return 'IfNotPresent';
  const tag = /:([^/:]+)$/.exec(image)?.[1] ?? 'latest';
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function qosClass(spec: JsonObject): string {
  const resources = listAt(spec, 'containers').map((container) => objectAt(container, 'resources'));
  if (resources.every((each) => Object.keys(each).length === 0)) return 'BestEffort';
  const isGuaranteed = resources.every((each) => {
    const [limits, requests] = [objectAt(each, 'limits'), objectAt(each, 'requests')];
    return ['cpu', 'memory'].every(
      (name) => limits[name] !== undefined && (requests[name] ?? limits[name]) === limits[name],
    );
  });
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}

export function setDeploymentDefaults(deployment: KubernetesObject): void {
  const spec = ensureObject(deployment, 'spec');
  setDefault(spec, 'replicas', 1);
  setDefault(spec, 'revisionHistoryLimit', 10);
  setDefault(spec, 'progressDeadlineSeconds', 600);
  const strategy = ensureObject(spec, 'strategy');
  setDefault(strategy, 'type', 'RollingUpdate');
  if (strategy.type === 'RollingUpdate') {
    const rolling = ensureObject(strategy, 'rollingUpdate');
    setDefault(rolling, 'maxSurge', '25%');
    setDefault(rolling, 'maxUnavailable', '25%');
  }
  setTemplateDefaults(spec);
}

export function setReplicaSetDefaults(replicaSet: KubernetesObject): void {
  const spec = ensureObject(replicaSet, 'spec');
  setDefault(spec, 'replicas', 1);
  setTemplateDefaults(spec);
  // apps/v1 requires status.replicas; a new ReplicaSet has no pods yet.
  setDefault(ensureObject(replicaSet, 'status'), 'replicas', 0);
}

function setTemplateDefaults(spec: JsonObject): void {
  const template = objectAt(spec, 'template');
  if (isObject(template.spec)) setPodSpecDefaults(template.spec);
}

export function setServiceDefaults(service: KubernetesObject): void {
  const spec = ensureObject(service, 'spec');
  setDefault(spec, 'type', 'ClusterIP');
  setDefault(spec, 'sessionAffinity', 'None');
  for (const port of listAt(spec, 'ports')) {
    if (!isObject(port)) continue;
    setDefault(port, 'protocol', 'TCP');
    if (!port.targetPort) port.targetPort = port.port;
  }
  setDefault(ensureObject(service, 'status'), 'loadBalancer', {});
  if (spec.type === 'ExternalName') return;
  setDefault(spec, 'internalTrafficPolicy', 'Cluster');
  setDefault(spec, 'ipFamilies', ['IPv4']);
  setDefault(spec, 'ipFamilyPolicy', 'SingleStack');
}

/** A Service keeps addresses and node ports that an update omits (Service REST's patchAllocatedValues). */
export function keepAllocated(service: KubernetesObject, old: KubernetesObject): void {
  const [spec, before] = [objectAt(service, 'spec'), objectAt(old, 'spec')];
  if (spec.type === 'ExternalName' || before.type === 'ExternalName') return;
  setDefault(spec, 'clusterIP', before.clusterIP);
  setDefault(spec, 'clusterIPs', before.clusterIPs);
  if (spec.type === 'ClusterIP') return;
  for (const port of listAt(spec, 'ports')) {
    const same = listAt(before, 'ports').find(
      (each) => at(each, 'port') === at(port, 'port') && at(each, 'protocol') === at(port, 'protocol'),
    );
    const nodePort = at(same, 'nodePort');
    if (isObject(port) && nodePort !== undefined) setDefault(port, 'nodePort', nodePort);
  }
}

export function setSecretDefaults(secret: KubernetesObject): void {
  setDefault(secret, 'type', 'Opaque');
  const plain = objectAt(secret, 'stringData');
  if (Object.keys(plain).length > 0) {
    const data = ensureObject(secret, 'data');
    for (const [key, value] of Object.entries(plain))
      data[key] = Buffer.from(String(value)).toString('base64');
  }
  delete secret.stringData;
}

export function setNamespaceDefaults(namespace: KubernetesObject): void {
  const { metadata } = namespace;
  metadata.labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
  if (metadata.deletionTimestamp === undefined)
    setDefault(ensureObject(namespace, 'spec'), 'finalizers', ['kubernetes']);
  setDefault(ensureObject(namespace, 'status'), 'phase', 'Active');
}
