import { join, relative } from 'node:path';
import type { HttpInstanceSummary } from '@aws-sdk/client-servicediscovery';
import type { ResourceSnapshot } from '@eks-mesh-sync/embedded-aws/app-mesh/snapshot.ts';
import { resourceKey } from '../shared/model/mesh-resource.ts';
import type { Question } from './cloud-map-view.ts';

const namespace = 'howto-k8s-cloudmap.pvt.aws.local';

/** The manifest that is applied when none is named. */
export const walkthroughManifest = relative(
  process.cwd(),
  join(import.meta.dirname, '../examples/howto-k8s-cloudmap.yaml'),
);

/** What the walkthrough asks Cloud Map in the end, and the labels by which its pods are known. */
export const walkthroughQuestions: readonly (Question & {
  readonly labels: Readonly<Record<string, string>>;
})[] = [
  { namespace, service: 'front', labels: { app: 'front', version: 'v1' } },
  {
    namespace,
    service: 'colorapp',
    parameters: { version: 'blue' },
    labels: { app: 'colorapp', version: 'blue' },
  },
  {
    namespace,
    service: 'colorapp',
    parameters: { version: 'red' },
    labels: { app: 'colorapp', version: 'red' },
  },
];

/**
 * Why an answer is not what the walkthrough shows, or null: exactly one instance, healthy, with the pod's labels, its
 * address and its name as attributes.
 */
export function faultOf(
  instances: readonly HttpInstanceSummary[],
  labels: Readonly<Record<string, string>>,
): string | null {
  const [instance, ...others] = instances;
  if (instance === undefined) return 'it has no instance';
  if (others.length > 0) return `it has ${instances.length} instances; expected one`;
  if (instance.HealthStatus !== 'HEALTHY')
    return `its instance is ${instance.HealthStatus}; expected HEALTHY`;
  const expected = {
    ...labels,
    AWS_INSTANCE_IPV4: instance.InstanceId,
    'k8s.io/namespace': 'howto-k8s-cloudmap',
  };
  const wrong = Object.entries(expected).find(([name, value]) => instance.Attributes?.[name] !== value);
  if (wrong !== undefined)
    return `attribute ${wrong[0]} is ${instance.Attributes?.[wrong[0]]}; expected ${wrong[1]}`;
  return instance.Attributes?.['k8s.io/pod'] === undefined ? 'attribute k8s.io/pod is missing' : null;
}

const mesh = 'howto-k8s-cloudmap';

/** What the walkthrough's manifest makes of App Mesh. */
const meshResources: readonly string[] = [
  `mesh/${mesh}`,
  ...['front', 'colorapp-blue', 'colorapp-red'].map((name) => `virtualNode/${mesh}/${name}_${mesh}`),
  `virtualRouter/${mesh}/colorapp_${mesh}`,
  `route/${mesh}/colorapp_${mesh}/color`,
  `virtualService/${mesh}/colorapp.${namespace}`,
];

/** Why App Mesh does not hold what the walkthrough's manifest says, or null. */
export function meshFaultOf(resources: readonly ResourceSnapshot[]): string | null {
  // The engine says of each resource who owns its mesh; a key has that only of another account's.
  const keys = new Set(resources.map(({ meshOwner, ...name }) => resourceKey(name)));
  const missing = meshResources.find((key) => !keys.has(key));
  if (missing !== undefined) return `it has no ${missing}`;
  return keys.size > meshResources.length
    ? `it has ${keys.size} resources; expected ${meshResources.length}`
    : null;
}
