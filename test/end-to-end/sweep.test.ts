import { execFileSync } from 'node:child_process';
import {
  DeregisterInstanceCommand,
  ListServicesCommand,
  ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hands } from './harness/hands.ts';
import { killPlaygrounds, type RunningPlayground, startPlaygroundProcess } from './harness/playground.ts';

const colorapp = { namespace: 'howto-k8s-cloudmap.pvt.aws.local', service: 'colorapp' };
const blue = { ...colorapp, parameters: { version: 'blue' } };
const kubernetesNamespace = 'howto-k8s-cloudmap';
const timeout = 15_000;

afterAll(killPlaygrounds);

describe('what was missed', () => {
  let playground: RunningPlayground;
  beforeAll(async () => {
    playground = await startPlaygroundProcess();
  });
  afterAll(() => playground.interrupt());

  const idsOf = (question: typeof colorapp) => hand().discover(question);
  const hand = () => {
    const requests = hands.at(-1);
    if (requests === undefined) throw new Error('nobody is there to try the playground');
    return requests.of(playground);
  };

  it('an instance deregistered by hand: planned by a dry run that changes nothing, put back by a sweep', async () => {
    const before = await idsOf(colorapp);
    const [instanceId = ''] = await idsOf(blue);
    await deregister(playground.aws, instanceId);
    await expect.poll(() => idsOf(blue), { timeout }).toEqual([]);

    const request = { cluster: 'local', namespace: kubernetesNamespace, dryRun: true };
    const { dryRun, plan, report } = (await hand().invoke('resync', request)) as Answer;
    expect(dryRun).toBe(true);
    expect(plan.join('\n')).toContain(
      `+ ${colorapp.namespace}/colorapp ${instanceId}, pod howto-k8s-cloudmap/colorapp-blue-`,
    );
    expect(plan.at(-1)).toMatch(/^Plan: 1 to create, 0 to update, 0 to delete, /);
    expect(report.repairs).toBe(0);
    expect(await idsOf(blue)).toEqual([]);

    const swept = await hand().invoke('sweep', { cluster: 'local' });
    expect(swept).toMatchObject({ source: 'api server', counts: { InstanceMissing: 1 }, repairs: 1 });
    await expect.poll(() => idsOf(blue), { timeout }).toEqual([instanceId]);
    expect(await idsOf(colorapp)).toEqual(before);
    const sweptAgain = await hand().invoke('sweep', { cluster: 'local' });
    expect(sweptAgain).toHaveProperty('counts', {});
    expect(sweptAgain).toHaveProperty('repairs', 0);
  });

  it('what happened while the relay stood still: reported by explain, repaired by a sweep', async () => {
    const relay = relayOf(playground);
    process.kill(relay, 'SIGSTOP');
    try {
      const [gone = ''] = await podsOf(playground, 'version=red');
      await hand().scale('colorapp-blue', 2);
      await hand().deletePod(gone);
      await expect.poll(() => podsOf(playground, 'version=blue'), { timeout }).toHaveLength(2);
      const unseen = (await podsOf(playground, 'version=blue')).find(
        (name) => !playground.output().includes(`(${name})`),
      );
      const question = { cluster: 'local', namespace: kubernetesNamespace, pod: unseen };
      expect(await hand().invoke('explain', question)).toMatch(/not observed[\s\S]*\nTo do: /);

      await expect.poll(() => areReady(playground), { timeout }).toBe(true);
      await hand().invoke('sweep', { cluster: 'local' });
      await expect.poll(() => idsOf(blue), { timeout }).toHaveLength(2);
      const red = { ...colorapp, parameters: { version: 'red' } };
      const [successor] = await podsOf(playground, 'version=red');
      expect(successor).not.toBe(gone);
      const registered = async () =>
        (await playground.cloudMap.discover(red)).map(({ Attributes }) => Attributes?.['k8s.io/pod']);
      await expect.poll(registered, { timeout }).toEqual([successor]);
      expect(await hand().invoke('explain', question)).toContain('HEALTHY');
    } finally {
      process.kill(relay, 'SIGCONT');
    }
  });

  it('a typo in what is asked of resync: which field, and nothing done', async () => {
    const answer = await hand().invoke('resync', { cluster: 'local', dryrun: true });
    expect(answer).toMatchObject({ errorMessage: expect.stringContaining('dryrun') });
  });
});

interface Answer {
  readonly dryRun: boolean;
  readonly plan: readonly string[];
  readonly report: { readonly repairs: number };
}

/** Behind the back of all functions. */
async function deregister(endpoint: string, InstanceId: string): Promise<void> {
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  const client = new ServiceDiscoveryClient({ endpoint, region: 'us-west-2', credentials });
  const { Services = [] } = await client.send(new ListServicesCommand({}));
  const ServiceId = Services.find(({ Name }) => Name === colorapp.service)?.Id;
  await client.send(new DeregisterInstanceCommand({ ServiceId, InstanceId }));
}

/** Its process id: the playground's child that runs relay/main.ts. */
function relayOf({ child }: RunningPlayground): number {
  const found = execFileSync('pgrep', ['-P', String(child.pid), '-f', 'relay/main.ts'], { encoding: 'utf8' });
  return Number(found.trim());
}

interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

async function listPods({ kubernetes }: RunningPlayground, selector: string): Promise<readonly Pod[]> {
  const path = `api/v1/namespaces/${kubernetesNamespace}/pods?labelSelector=${encodeURIComponent(selector)}`;
  const { items } = (await (await fetch(`${kubernetes}/${path}`)).json()) as { items: readonly Pod[] };
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

async function podsOf(playground: RunningPlayground, selector: string): Promise<readonly string[]> {
  return (await listPods(playground, selector)).map(({ metadata }) => metadata.name);
}

async function areReady(playground: RunningPlayground): Promise<boolean> {
  const pods = await listPods(playground, 'app=colorapp');
  return pods.every(({ status }) =>
    status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
  );
}
