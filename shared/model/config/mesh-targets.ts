import * as z from 'zod/mini';
import { appMesh } from './app-mesh.ts';
import { kubernetesNamespace, verifyEveryMinutes } from './parts.ts';

/** Istio in the cluster, as a mesh target. */
const istio = z.strictObject({
  verifyEveryMinutes,
  /** Istio's root namespace: what is there applies to the whole mesh. */
  rootNamespace: z._default(kubernetesNamespace, 'istio-system'),
});

/** The Gateway API in the cluster, as a mesh target. */
const gatewayApi = z.strictObject({
  verifyEveryMinutes,
  /** Who implements it: `istio`, `amazon-vpc-lattice` or the name of another GatewayClass. */
  gatewayClass: z._default(
    z
      .string()
      .check(
        z.regex(
          /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
          'expected the name of a GatewayClass, such as istio',
        ),
      ),
    'istio',
  ),
});

/** Envoys in the cluster's pods, without a control plane, as a mesh target. */
const envoy = z.strictObject({
  verifyEveryMinutes,
  /** The DNS domain of the cluster. */
  clusterDomain: z._default(
    z
      .string()
      .check(
        z.regex(
          /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/,
          'expected a DNS domain without a final dot, such as cluster.local',
        ),
      ),
    'cluster.local',
  ),
  /** Whether pods are annotated after a change, so that their kubelets read the configuration at once. */
  refreshPods: z._default(z.boolean(), true),
  /** How long the proxies get to read one stage of a change before the next. By default 10, and 100 without refreshPods. */
  settleSeconds: z.optional(
    z
      .int('expected a whole number')
      .check(z.minimum(1, 'expected 1 or more'), z.maximum(900, 'expected at most 900')),
  ),
  /** How often instances of Cloud Map that are elsewhere are read, in minutes; 0: only when a mesh object changes. */
  instancesEveryMinutes: z._default(
    z
      .int('expected a whole number of minutes')
      .check(z.minimum(0, 'expected 0 or more'), z.maximum(60, 'expected at most 60')),
    1,
  ),
});

const name = z.enum(['app-mesh', 'istio', 'gateway-api', 'envoy']);
export type MeshTargetName = z.output<typeof name>;
export const meshTargetNames: readonly MeshTargetName[] = name.options;

/** The section of clusters.yml with the options of a target. */
const sectionOf = {
  'app-mesh': 'appMesh',
  istio: 'istio',
  'gateway-api': 'gatewayApi',
  envoy: 'envoy',
} as const;
const schemas = { 'app-mesh': appMesh, istio, 'gateway-api': gatewayApi, envoy } as const;

/**
 * The fields of a cluster about its mesh targets. `mesh` names them; without it, the section `appMesh` does. A section of a
 * target that `mesh` does not name has no effect.
 */
export const meshFields = {
  mesh: z.optional(z.union([name, z.array(name)], `expected one or several of ${name.options.join(', ')}`)),
  appMesh: z.optional(appMesh),
  istio: z.optional(istio),
  gatewayApi: z.optional(gatewayApi),
  envoy: z.optional(envoy),
};

export type AppMeshConfig = z.output<typeof appMesh>;
export type IstioConfig = z.output<typeof istio>;
export type GatewayApiConfig = z.output<typeof gatewayApi>;
export type EnvoyConfig = z.output<typeof envoy>;

/** What clusters.yml says of a cluster's mesh targets. */
interface MeshConfig {
  readonly mesh?: MeshTargetName | readonly MeshTargetName[] | undefined;
  readonly appMesh?: AppMeshConfig | undefined;
  readonly istio?: IstioConfig | undefined;
  readonly gatewayApi?: GatewayApiConfig | undefined;
  readonly envoy?: EnvoyConfig | undefined;
}

/** Refuses options of a target that nothing names, and gives each named target its section. */
export const completeMesh = [
  z.superRefine<MeshConfig>((cluster, context) => {
    for (const [path, message] of meshFaults(cluster))
      context.addIssue({ code: 'custom', path: [path], message });
  }),
  z.overwrite<MeshConfig>((cluster) => ({
    ...cluster,
    ...Object.fromEntries(namesOf(cluster).map((target) => [sectionOf[target], sectionIn(cluster, target)])),
  })),
] as const;

function meshFaults(cluster: MeshConfig): readonly (readonly [path: string, message: string])[] {
  const names = namesOf(cluster);
  const twice = names.find((target, index) => names.indexOf(target) < index);
  if (twice !== undefined) return [['mesh', `names ${twice} twice`]];
  if (cluster.mesh !== undefined) return [];
  return (['istio', 'gateway-api', 'envoy'] as const)
    .filter((target) => cluster[sectionOf[target]] !== undefined)
    .map((target) => [
      sectionOf[target],
      `has no effect, since no target is named; add mesh: ${target}${cluster.appMesh ? `, or mesh: [app-mesh, ${target}]` : ''}`,
    ]);
}

function namesOf({ mesh, appMesh: section }: MeshConfig): readonly MeshTargetName[] {
  if (mesh === undefined) return section === undefined ? [] : ['app-mesh'];
  return typeof mesh === 'string' ? [mesh] : mesh;
}

function sectionIn(cluster: MeshConfig, target: MeshTargetName) {
  return cluster[sectionOf[target]] ?? schemas[target].parse({}, { jitless: true });
}

/** What all mesh targets have in common. */
export interface MeshTargetConfig {
  readonly name: MeshTargetName;
  readonly verifyEveryMinutes: number;
}

/** The mesh targets of a cluster, in the order of clusters.yml. */
export function meshTargetsOf(cluster: MeshConfig): readonly MeshTargetConfig[] {
  return namesOf(cluster).map((target) => ({
    name: target,
    verifyEveryMinutes: sectionIn(cluster, target).verifyEveryMinutes,
  }));
}

/** Without a mesh target, objects are explained by the rules of the one that they were written for. */
export function explainedTargets(cluster: MeshConfig): readonly MeshTargetName[] {
  const names = namesOf(cluster);
  return names.length > 0 ? names : ['app-mesh'];
}

/** The options of Istio, with their defaults. */
export function istioConfigOf({ istio: section }: MeshConfig): IstioConfig {
  return section ?? istio.parse({}, { jitless: true });
}

/** The options of the Gateway API, with their defaults. */
export function gatewayApiConfigOf({ gatewayApi: section }: MeshConfig): GatewayApiConfig {
  return section ?? gatewayApi.parse({}, { jitless: true });
}

/** The options of Envoy, with their defaults. */
export function envoyConfigOf({ envoy: section }: MeshConfig): EnvoyConfig {
  return section ?? envoy.parse({}, { jitless: true });
}

/** How often the cluster's proxies follow the instances of Cloud Map; undefined without a target that needs it. */
export function polledEveryMinutes(cluster: MeshConfig): number | undefined {
  if (!namesOf(cluster).includes('envoy')) return undefined;
  const { instancesEveryMinutes } = envoyConfigOf(cluster);
  return instancesEveryMinutes === 0 ? undefined : instancesEveryMinutes;
}
