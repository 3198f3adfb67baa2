import type { ClusterConfig } from './cluster-config.ts';
import type { ServiceKey } from './identity.ts';

type Target = ServiceKey['target'];

/**
 * The one account and Region that a cluster registers into, `account/Region`. The functions' own are always `own`, however
 * clusters.yml writes them, so that each target has one name.
 */
export function targetOf({ cloudMap: { roleArn, region }, own }: ClusterConfig): Target {
  const account = roleArn?.split(':')[4] ?? 'own';
  return canonical(`${account}/${region ?? 'own'}`, own);
}

/** Whether a target, also in the form of an earlier version, is where the cluster registers now. */
export function isCurrentTarget(config: ClusterConfig, target: Target): boolean {
  return canonical(target, config.own) === targetOf(config);
}

/**
 * The cluster's configuration for a target: the current one, or that of a former target. undefined if clusters.yml does not
 * name the target.
 */
export function configAt(config: ClusterConfig, target: Target): ClusterConfig | undefined {
  if (isCurrentTarget(config, target)) return config;
  return formerConfigs(config).find((former) => isCurrentTarget(former, target));
}

/** The cluster's configuration for each of its former targets. */
export function formerConfigs(config: ClusterConfig): readonly ClusterConfig[] {
  const { region: _region, roleArn: _roleArn, formerly, ...cloudMap } = config.cloudMap;
  return formerly.map((place) => ({ ...config, cloudMap: { ...cloudMap, ...place, formerly: [] } }));
}

/** Message for people: why the target cannot be reached, and what to do. */
export function unreachable({ name }: ClusterConfig, target: Target): string {
  return (
    `it is in ${targetText(target)}, where cluster "${name}" no longer registers; ` +
    'add its region and roleArn to cloudMap.formerly of the cluster in clusters.yml and deploy, until sweeps find nothing there'
  );
}

/** For people: `the account and Region of the deployment`, `account 111122223333 and Region eu-west-1`. */
export function targetText(target: Target): string {
  const [account, region] = target.split('/');
  if (account === 'own')
    return region === 'own'
      ? 'the account and Region of the deployment'
      : `the account of the deployment and Region ${region}`;
  return `account ${account} and ${region === 'own' ? 'the Region of the deployment' : `Region ${region}`}`;
}

function canonical(target: Target, own: ClusterConfig['own']): Target {
  const [account, region] = target.split('/');
  return `${account === own?.account ? 'own' : account}/${region === own?.region ? 'own' : region}`;
}
