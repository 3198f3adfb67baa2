import { apiVersionOf, type Kind } from '@eks-mesh-sync/embedded-kubernetes/kinds/kind.ts';
import type { Manifest } from './manifest.ts';

/** Whether the cluster takes an object: `skipped`, if it is a custom resource whose definition is not installed. */
export type Served = { readonly kind: Kind } | { readonly refused: string } | { readonly skipped: string };

/** Groups of Kubernetes that have no version any more. */
const formerGroups: readonly string[] = ['extensions'];
/** Ours: an object of another version is a mistake, not somebody else's. */
const meshGroup = 'appmesh.k8s.aws';

export function servedAs({ apiVersion, kind }: Manifest, kinds: readonly Kind[]): Served {
  const found = kinds.find((each) => each.kind === kind && apiVersionOf(each) === apiVersion);
  if (found !== undefined) return { kind: found };
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  const isKnown =
    group === meshGroup ||
    formerGroups.includes(group) ||
    kinds.some((each) => each.builtIn && each.group === group);
  if (!isKnown) return { skipped: `the cluster has no definition of ${apiVersion} ${kind}` };
  const others = kinds.filter((each) => each.kind === kind).map(apiVersionOf);
  const served = others.length === 0 ? '' : `; the cluster serves ${others.join(', ')}`;
  return { refused: `no matches for kind "${kind}" in version "${apiVersion}"${served}` };
}
