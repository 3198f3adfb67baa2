import { ensureObject, isObject, listAt, objectAt, setDefault } from '../../model/json.ts';
import type { JsonObject, KubernetesObject } from '../../model/objects.ts';

/** Sets the defaults of the built-in types in place (pkg/apis/…/defaults.go). */
export function setPodDefaults(pod: KubernetesObject): void {
  const spec = ensureObject(pod, 'spec');
  setPodSpecDefaults(spec);
  if (spec.hostNetwork === true) setHostPorts(spec);
  setDefault(spec, 'serviceAccountName', 'default');
  setDefault(spec, 'serviceAccount', spec.serviceAccountName);
  setDefault(spec, 'enableServiceLinks', true);
  setDefault(spec, 'preemptionPolicy', 'PreemptLowerPriority');
  setDefault(spec, 'priority', 0);
  const status = ensureObject(pod, 'status');
  setDefault(status, 'phase', 'Pending');
  setDefault(status, 'qosClass', qosClass(spec));
}

export function setPodSpecDefaults(spec: JsonObject): void {
  setDefault(spec, 'restartPolicy', 'Always');
  setDefault(spec, 'terminationGracePeriodSeconds', 30);
  setDefault(spec, 'dnsPolicy', 'ClusterFirst');
  setDefault(spec, 'securityContext', {});
  setDefault(spec, 'schedulerName', 'default-scheduler');
  for (const list of ['containers', 'initContainers', 'ephemeralContainers'])
    for (const container of listAt(spec, list)) if (isObject(container)) setContainerDefaults(container);
  for (const volume of listAt(spec, 'volumes')) if (isObject(volume)) setVolumeDefaults(volume);
}

/** The ports of a pod in the node's network are the node's. A template has them only when a pod is made from it. */
function setHostPorts(spec: JsonObject): void {
  for (const list of ['containers', 'initContainers'])
    for (const container of listAt(spec, list))
      for (const port of listAt(container, 'ports'))
        if (isObject(port)) setDefault(port, 'hostPort', port.containerPort);
}

function setContainerDefaults(container: JsonObject): void {
  setDefault(container, 'resources', {});
  setDefault(container, 'terminationMessagePath', '/dev/termination-log');
  setDefault(container, 'terminationMessagePolicy', 'File');
  setDefault(container, 'imagePullPolicy', pullPolicy(String(container.image ?? '')));
  for (const port of listAt(container, 'ports')) {
    if (isObject(port)) setDefault(port, 'protocol', 'TCP');
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

const tokenSeconds = 3600;

function setVolumeDefaults(volume: JsonObject): void {
  if (Object.keys(volume).length === 1) volume.emptyDir = {};
  for (const source of ['configMap', 'secret', 'downwardAPI', 'projected'])
    if (isObject(volume[source])) setDefault(volume[source], 'defaultMode', defaultMode);
  if (isObject(volume.hostPath)) setDefault(volume.hostPath, 'type', '');
  for (const source of listAt(volume, 'projected', 'sources')) {
    const token = isObject(source) ? source.serviceAccountToken : undefined;
    if (isObject(token)) setDefault(token, 'expirationSeconds', tokenSeconds);
  }
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
