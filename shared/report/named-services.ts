import type { ServiceKey } from '../model/identity.ts';
import { desiredInstances } from '../pods/plan/desired/desired.ts';
import { serviceKeyOf } from '../pods/services/resolve-service.ts';
import { type ClusterFacts, keyText } from './plan/facts.ts';

/** The services that the cluster's virtual nodes name, and those that its pods want or are registered in. */
export function namedServices(facts: ClusterFacts, namespace: string | undefined): readonly ServiceKey[] {
  const all = [...byVirtualNodes(facts, namespace), ...byPods(facts)];
  return [...new Map(all.map((key) => [keyText(key), key])).values()];
}

function byVirtualNodes(
  { config, directory }: ClusterFacts,
  namespace: string | undefined,
): readonly ServiceKey[] {
  return (directory?.entries ?? []).flatMap(({ id, content }) => {
    if (content?.kind !== 'VirtualNode' || (namespace ?? id.namespace) !== id.namespace) return [];
    const cloudMap = content.spec.serviceDiscovery?.awsCloudMap;
    return cloudMap ? serviceKeyOf(config, cloudMap) : [];
  });
}

function byPods({ config, pods, registrationContext }: ClusterFacts): readonly ServiceKey[] {
  return pods.flatMap(({ pod, deleted, registrations }) => {
    const registered = registrations.map(({ service }) => service);
    if (deleted || registrationContext === undefined) return registered;
    const { instances } = desiredInstances(pod, registrationContext(pod.namespace), config.cloudMap);
    return [...registered, ...instances.map((instance) => serviceKeyOf(config, instance))];
  });
}
