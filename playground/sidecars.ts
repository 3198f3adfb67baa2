import type { Admission } from '@eks-mesh-sync/embedded-kubernetes/verbs/admission.ts';
import { injected } from '../inject/injection.ts';
import type { Pod, PodNamespace, ProxyObject } from '../inject/pod.ts';

/** Gives new pods their proxies, as the policies of deploy/sidecars.yaml do in a real cluster. */
export const admitSidecars: Admission = (object, list) => {
  if (object.kind !== 'Pod') return { object };
  const { namespace = 'default' } = object.metadata;
  const found = list('namespaces').find(({ metadata }) => metadata.name === namespace);
  const labels = found?.metadata.labels as PodNamespace['labels'];
  const objects = (['VirtualNode', 'VirtualGateway'] as const).flatMap((kind) =>
    list(`${kind.toLowerCase()}s.appmesh.k8s.aws`, namespace).map(
      ({ metadata: { name }, spec }) => ({ kind, name, spec: spec ?? {} }) as ProxyObject,
    ),
  );
  const injection = injected(object as Pod, { name: namespace, labels }, objects);
  if (injection.outcome === 'refused') return { refusal: injection.message };
  if (injection.outcome === 'unchanged') return { object };
  return { object: { ...object, ...injection.pod } as typeof object };
};
