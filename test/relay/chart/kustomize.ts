import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments, stringify } from 'yaml';
import { findKubectl } from '../../tools/helm.ts';
import { type Manifest, render } from './helm.ts';
import type { Values } from './helm-values.ts';

export const kustomizeFolder = fileURLToPath(new URL('../../../relay/kustomize', import.meta.url));
const { path: kubectl = '', reason } = findKubectl();
export const kubectlIsMissing = reason;

/** An overlay sets its own. */
const placeholders: Values = {
  cluster: 'example',
  eventBus: 'eks-mesh-sync-example',
  region: 'us-west-2',
  image: { repository: 'eks-mesh-sync-relay' },
};
const release = { name: 'eks-mesh-sync-relay', namespace: 'eks-mesh-sync' };
const header = '# Made from relay/chart by `npm run relay:kustomize`.\n';

/** The labels of the chart that say that helm manages an object. */
const ofHelm = ['helm.sh/chart', 'app.kubernetes.io/managed-by'];

/** The objects of the chart without the marks of helm. */
export function chartObjects(values: Values): Manifest[] {
  return render({ ...placeholders, ...values }, release).map(unmarked);
}

function unmarked(value: Manifest): Manifest {
  return JSON.parse(JSON.stringify(value, (key, child) => (ofHelm.includes(key) ? undefined : child)));
}

/** Each file that is made from the chart, by its path in relay/kustomize. */
export function kustomizeFiles(): Readonly<Record<string, string>> {
  const base = chartObjects({});
  return {
    ...folder('base', { kind: 'Kustomization' }, [namespace, ...base]),
    ...component('two-replicas', { replicas: 2 }, base),
    ...component('network-policy', { networkPolicy: { enabled: true } }, base),
    ...component('pod-monitor', { podMonitor: { enabled: true } }, base),
  };
}

/** The labels make the API server refuse a pod that is not restricted. */
export const namespace = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: release.namespace,
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
  },
};

/** What values add to the base: objects, and a patch of the Deployment. */
function component(name: string, values: Values, base: readonly Manifest[]) {
  const objects = chartObjects(values);
  const isNew = (object: Manifest) =>
    !base.some(({ kind, metadata }) => kind === object.kind && metadata.name === object.metadata.name);
  const [before, after] = [base, objects].map((all) => all.find(({ kind }) => kind === 'Deployment'));
  const patch = before && after && deploymentPatch(before, after);
  return folder(`components/${name}`, { kind: 'Component', patch }, objects.filter(isNew));
}

/** A strategic merge patch, which merges variables by their names. */
function deploymentPatch(before: Manifest, after: Manifest): object | undefined {
  const [was, is] = [before.spec, after.spec];
  if (JSON.stringify(was) === JSON.stringify(is)) return undefined;
  const pod = is.template.spec;
  const { name, namespace } = after.metadata;
  const [{ name: container, env }] = pod.containers;
  const known = new Set(was.template.spec.containers[0].env.map(({ name }: { name: string }) => name));
  const added = env.filter(({ name }: { name: string }) => !known.has(name));
  return {
    ...{ apiVersion: after.apiVersion, kind: after.kind, metadata: { name, namespace } },
    spec: {
      ...{ replicas: is.replicas, strategy: is.strategy },
      template: {
        spec: {
          topologySpreadConstraints: pod.topologySpreadConstraints,
          containers: [{ name: container, env: added }],
        },
      },
    },
  };
}

function folder(
  path: string,
  { kind, patch }: { readonly kind: 'Kustomization' | 'Component'; readonly patch?: object | undefined },
  objects: readonly object[],
): Record<string, string> {
  const version = kind === 'Component' ? 'v1alpha1' : 'v1beta1';
  const index = {
    ...{ apiVersion: `kustomize.config.k8s.io/${version}`, kind, resources: ['objects.yaml'] },
    ...(patch && { patches: [{ path: 'deployment.yaml' }] }),
  };
  return {
    [`${path}/kustomization.yaml`]: header + stringify(index),
    [`${path}/objects.yaml`]: header + objects.map(text).join('---\n'),
    ...(patch && { [`${path}/deployment.yaml`]: header + text(patch) }),
  };
}

function text(value: object): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** What `kubectl apply -k` applies. */
export function kustomize(path: string): Manifest[] {
  const { status, stdout, stderr } = spawnSync(kubectl, ['kustomize', path], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return parseAllDocuments(stdout).map((document) => document.toJS());
}
