import { stringAt } from '@eks-mesh-sync/embedded-kubernetes/model/json.ts';
import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import type { ServiceView } from './service-view.ts';

/** Of a Service's name, `cart.shop.svc.cluster.local` or a short form of it: namespace and name. */
export function serviceNamed(
  name: string,
): { readonly namespace: string; readonly name: string } | undefined {
  const [, service, namespace] =
    /^([^.]+)\.([^.]+)(?:\.svc(?:\.cluster\.local)?)?$/.exec(name.toLowerCase()) ?? [];
  return service === undefined || namespace === undefined ? undefined : { namespace, name: service };
}

/** The addresses of a Service: its own, or those of its pods if it is headless. Undefined if there is no such Service. */
export function addressesOf(name: string, view: ServiceView): readonly string[] | undefined {
  const key = serviceNamed(name);
  const service = key && view.service(key.namespace, key.name);
  if (service === undefined) return undefined;
  const own = stringAt(service, 'spec', 'clusterIP');
  return own === 'None' ? view.podsOf(service).map(ipOf) : own === '' ? undefined : [own];
}

export function ipOf(pod: KubernetesObject): string {
  return stringAt(pod, 'status', 'podIP');
}
