import { EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import type { ClustersFile } from '../shared/model/cluster-config.ts';
import { ruleNames } from './rule-names.ts';

/** A cluster that another stage of this account and Region sweeps. */
export interface SweptElsewhere {
  readonly cluster: string;
  readonly rule: string;
}

const service = 'eks-mesh-sync';

/**
 * Which clusters of the file another stage has, too, by the schedules of its sweeps. Two stages with one cluster would both
 * register its pods, each with a table of its own: what one registers in another way, the other removes.
 */
export async function sweptElsewhere(
  { clusters }: ClustersFile,
  { prefix, region }: { readonly prefix: string; readonly region: string },
): Promise<readonly SweptElsewhere[]> {
  const client = new EventBridgeClient({ region });
  const names = new Set(clusters.map(({ name }) => name));
  const found: SweptElsewhere[] = [];
  for (const rule of await ruleNames(client, `${service}-`)) {
    if (!/-sweep-\d+-\d+$/.test(rule) || rule.replace(/-sweep-\d+-\d+$/, '') === prefix) continue;
    const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ Rule: rule }));
    for (const { Input = '{}' } of Targets) {
      const { cluster } = JSON.parse(Input) as { cluster?: string };
      if (cluster !== undefined && names.has(cluster)) found.push({ cluster, rule });
    }
  }
  return found;
}

/** For the person who deploys. */
export function elsewhereText(found: readonly SweptElsewhere[]): string {
  const lines = found.map(({ cluster, rule }) => `  ${cluster} (schedule ${rule})`);
  return (
    'another stage has the same clusters, and both would register their pods:\n' +
    `${lines.join('\n')}\n` +
    'Remove them from the clusters file of one of the stages and deploy that first (docs/life-cycle.md, "A second stage").'
  );
}
