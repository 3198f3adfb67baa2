import { describe, expect, it } from 'vitest';
import { planText } from '../../shared/sweep/plan/repairs/plan-text.ts';
import { sweep } from '../../shared/sweep/sweep.ts';
import { doByHand } from '../scenario/cloud-map.ts';
import { ScenarioCluster } from '../scenario/cluster.ts';
import { ScenarioHarness } from '../scenario/harness.ts';

/** A cluster whose pod front-1 is registered, and the plan that a dry run would print. */
async function aCluster() {
  const harness = new ScenarioHarness([
    {
      name: 'local',
      cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] },
      tenancy: [{ kubernetesNamespaces: ['*'], cloudMapNamespaces: ['*'] }],
    },
  ]);
  const cluster = new ScenarioCluster('local', () => harness.clock.now());
  harness.apiServers.set('local', {
    list: () => cluster.listing(),
    setCondition: async () => '1',
    write: async () => {},
  });
  harness.publish([
    cluster.apply('virtualnode/front', { service: 'shop.local/front' }),
    cluster.apply('pod/front-1', { ip: '10.0.0.1' }),
  ]);
  await harness.settle();
  const plan = async () => {
    const { report, allowed, refused } = await sweep(
      harness.deps,
      { cluster: 'local' },
      { force: false, adopt: true, dryRun: true, reevaluate: true },
      'run-1',
    );
    const text = planText({
      ...{
        cluster: 'local',
        source: report.source,
        allowed,
        refused,
        dryRun: true,
        hasMesh: false,
        isDrain: false,
      },
    });
    return text.split('\n');
  };
  return { harness, cluster, plan };
}

describe('the plan of a resync', () => {
  it('the plan of a resync creates the instance that is missing', async () => {
    const { harness, plan } = await aCluster();
    doByHand(harness, { deregister: 'shop.local/front/10.0.0.1' });
    expect(await plan()).toEqual(
      expect.arrayContaining([
        '  + shop.local/front 10.0.0.1, pod shop/front-1',
        'Plan: 1 to create, 0 to update, 0 to delete, 0 to reevaluate, 0 to ignore, 0 refused.',
      ]),
    );
  });

  it('the plan of a resync deletes the instance of a pod that is not in the cluster', async () => {
    const { harness, plan } = await aCluster();
    doByHand(harness, {
      register: 'shop.local/front/10.0.0.9',
      attributes: {
        ...{ 'k8s.io/cluster': 'local', 'k8s.io/namespace': 'shop' },
        ...{ 'k8s.io/pod': 'front-9', 'k8s.io/pod-uid': 'uid-9' },
      },
    });
    expect(await plan()).toEqual(
      expect.arrayContaining([
        '  - shop.local/front 10.0.0.9, pod shop/front-9',
        'Plan: 0 to create, 0 to update, 1 to delete, 0 to reevaluate, 0 to ignore, 0 refused.',
      ]),
    );
  });

  it('says that nothing differs, and of a drain only that no instance is left', () => {
    const planned = {
      cluster: 'local',
      source: 'api server',
      allowed: [],
      refused: [],
      dryRun: true,
      hasMesh: false,
    };
    const agreed = '  Nothing to do: the cluster, the table and Cloud Map agree.';
    expect(planText({ ...planned, isDrain: false })).toContain(agreed);
    // The services that the drain removes are in the line about it.
    expect(planText({ ...planned, isDrain: true })).toContain('  No instance has to be deregistered.');
    expect(planText({ ...planned, isDrain: true })).not.toContain('Nothing to do');
  });

  it('the plan of a resync ignores the instance of ours that names no pod, because no writer can remove it', async () => {
    const { harness, plan } = await aCluster();
    doByHand(harness, {
      register: 'shop.local/front/10.0.0.9',
      attributes: { 'k8s.io/cluster': 'local' },
    });
    expect(await plan()).toEqual(
      expect.arrayContaining([
        '    shop.local/front 10.0.0.9',
        'Plan: 0 to create, 0 to update, 0 to delete, 0 to reevaluate, 1 to ignore, 0 refused.',
      ]),
    );
  });
});
