import { join, relative } from 'node:path';
import type { HttpInstanceSummary } from '@aws-sdk/client-servicediscovery';
import type { ResourceSnapshot } from '@eks-mesh-sync/embedded-aws/app-mesh/snapshot.ts';
import { resourceKey } from '../../shared/mesh/targets/app-mesh/plan/resource-name.ts';
import type { Question } from '../cloud-map-view.ts';

const namespace = 'howto-k8s-cloudmap.pvt.aws.local';

/** The manifest that is applied by default. */
export const walkthroughManifest = relative(
  process.cwd(),
  join(import.meta.dirname, '../../examples/howto-k8s-cloudmap.yaml'),
);

export const frontQuestion: Question = { namespace, service: 'front' };

/** The walkthrough's queries to Cloud Map, and the labels of the pods they should find. */
export const walkthroughQuestions: readonly (Question & {
  readonly labels: Readonly<Record<string, string>>;
})[] = [
  { ...frontQuestion, labels: { app: 'front', version: 'v1' } },
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
 * Why a response is not the expected one, or null. Expected is exactly one instance, healthy, with the pod's labels,
 * address and name as attributes.
 */
export function faultOf(
  instances: readonly HttpInstanceSummary[],
  labels: Readonly<Record<string, string>>,
): string | null {
  const [instance, ...others] = instances;
  if (instance === undefined) return 'no instance found; expected one';
  if (others.length > 0) return `${instances.length} instances found; expected one`;
  if (instance.HealthStatus !== 'HEALTHY') return `instance is ${instance.HealthStatus}; expected HEALTHY`;
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

/** The App Mesh resources of the walkthrough's manifest. */
const meshResources: readonly string[] = [
  `mesh/${mesh}`,
  ...['front', 'colorapp-blue', 'colorapp-red'].map((name) => `virtualNode/${mesh}/${name}_${mesh}`),
  `virtualRouter/${mesh}/colorapp_${mesh}`,
  `route/${mesh}/colorapp_${mesh}/color`,
  `virtualService/${mesh}/colorapp.${namespace}`,
];

/** Why App Mesh does not match the walkthrough's manifest, or null. */
export function meshFaultOf(resources: readonly ResourceSnapshot[]): string | null {
  // The embedded App Mesh gives every resource a meshOwner; a key has it only for another account's mesh.
  const keys = new Set(resources.map(({ meshOwner, ...name }) => resourceKey(name)));
  const missing = meshResources.find((key) => !keys.has(key));
  if (missing !== undefined) return `resource ${missing} not found`;
  return keys.size > meshResources.length
    ? `${keys.size} resources found; expected ${meshResources.length}`
    : null;
}
