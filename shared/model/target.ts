import type { ClusterConfig } from './cluster-config.ts';
import type { ServiceKey } from './identity.ts';

type Target = ServiceKey['target'];

/**
 * The one account and Region that a cluster registers into, `account/Region`. The functions' own are `own` however
 * clusters.yml spells them, so that one place has one name.
 */
export function targetOf({ cloudMap: { roleArn, region }, own }: ClusterConfig): Target {
  const account = roleArn?.split(':')[4] ?? 'own';
  return canonical(`${account}/${region ?? 'own'}`, own);
}

/** Whether a target, as an earlier version may have spelled it, is where the cluster registers now. */
export function isCurrentTarget(config: ClusterConfig, target: Target): boolean {
  return canonical(target, config.own) === targetOf(config);
}

/**
 * The cluster as it is configured where a target is: the cluster itself, or one of the places where it registered
 * formerly. undefined where clusters.yml names no way there.
 */
export function configAt(config: ClusterConfig, target: Target): ClusterConfig | undefined {
  if (isCurrentTarget(config, target)) return config;
  return formerConfigs(config).find((former) => isCurrentTarget(former, target));
}

/** The cluster as if it registered in each of its former places. */
export function formerConfigs(config: ClusterConfig): readonly ClusterConfig[] {
  const { region: _region, roleArn: _roleArn, formerly, ...cloudMap } = config.cloudMap;
  return formerly.map((place) => ({ ...config, cloudMap: { ...cloudMap, ...place, formerly: [] } }));
}

/** For people: what stands in the way, and what to do. */
export function unreachable({ name }: ClusterConfig, target: Target): string {
  const [account, region] = target.split('/');
  return (
    `it is in ${account === 'own' ? "the functions' own account" : `account ${account}`}, ` +
    `${region === 'own' ? "the functions' own Region" : `Region ${region}`}, where cluster ${name} does not register any more; ` +
    'name its region and roleArn under cloudMap.formerly of the cluster in clusters.yml and deploy, until sweeps find nothing there'
  );
}

function canonical(target: Target, own: ClusterConfig['own']): Target {
  const [account, region] = target.split('/');
  return `${account === own?.account ? 'own' : account}/${region === own?.region ? 'own' : region}`;
}
