import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Command } from '../../playground/pods/show/commands.ts';
import { countAnswers, sample } from '../../playground/pods/show/samples.ts';
import { killPlaygrounds, type RunningPlayground, startPlaygroundProcess } from './harness/playground.ts';
import { type PodHands, podHands, podsMissing } from './harness/pods.ts';

const run = promisify(execFile);
const reason = podsMissing();

afterAll(killPlaygrounds);

/** The walkthrough of two colors behind one name: its manifest, its requests, and other weights. */
describe.skipIf(reason !== '')(`npm start -- --mesh envoy${reason}`, () => {
  let playground: RunningPlayground;
  let hands: PodHands;
  let front: Command;
  beforeAll(async () => {
    playground = await startPlaygroundProcess('--mesh', 'envoy');
    hands = podHands(playground);
    const [, address = '', port = ''] =
      /^\$ curl -s http:\/\/(\S+):(\d+)\/color$/m.exec(playground.output()) ?? [];
    front = {
      ...{ text: '', isDivided: true, headers: {}, path: '/color' },
      ...{ host: address, address, port: Number(port) },
    };
  });
  afterAll(() => playground?.interrupt());

  const weights = (blue: number, red: number) =>
    JSON.stringify([
      { op: 'replace', path: '/spec/routes/0/httpRoute/action/weightedTargets/0/weight', value: blue },
      { op: 'replace', path: '/spec/routes/0/httpRoute/action/weightedTargets/1/weight', value: red },
    ]);
  const patch = (blue: number, red: number) =>
    hands.kubectl([
      ...['patch', 'virtualrouter.appmesh.k8s.aws', 'colorapp', '-n', 'howto-k8s-cloudmap'],
      ...['--type=json', '-p', weights(blue, red)],
    ]);
  /** How many of the answers are blue, by repeated requests to the front. */
  const blueOf = async (times: number) => {
    const counts = await countAnswers(front, times);
    const [blue = 0, red = 0] = ['blue', 'red'].map((color) => counts.get(color) ?? 0);
    expect(blue + red, [...counts].join('; ')).toBe(times);
    return blue;
  };

  it('it prints the pods with their Envoys, and requests with their answers', () => {
    const output = playground.output();
    for (const name of ['front', 'colorapp-blue', 'colorapp-red'])
      expect(output).toMatch(
        new RegExp(
          `^howto-k8s-cloudmap +${name}-\\S+ +127\\.\\S+ +127\\.\\S+ +${name}.virtual-node +running$`,
          'm',
        ),
      );
    expect(output).toMatch(/^\$ curl -s --connect-to ::127\.\S+: http:\/\/colorapp\.howto\S+:8080\/$/m);
  });

  it('every command that it prints for the pods works as printed', async () => {
    const output = playground.output();
    const printed = output.matchAll(/^(?:\$|#) (curl .*)$|^ {2}(for .*|.* patch .*)$/gm);
    const commands = [...printed].map(([, shown, step]) => shown ?? step ?? '');
    expect(commands.length).toBeGreaterThan(4);
    const { PATH = '', HOME = '' } = process.env;
    for (const command of commands) {
      const answer = () => run('bash', ['-c', `set -eo pipefail; ${command}`], { env: { PATH, HOME } });
      // An Envoy looks names up every five seconds, so a pod that became ready just now may be missing.
      await expect
        .poll(async () => (await answer()).stdout, { message: command, timeout: 10_000, interval: 1_000 })
        .toMatch(/blue|red|patched/);
    }
  });

  it('the example can be applied again after the command that changes a weight', async () => {
    const applied = await hands.kubectl(['apply', '-f', 'examples/howto-k8s-cloudmap.yaml']);
    expect(applied).toContain('virtualrouter.appmesh.k8s.aws/colorapp configured');
  });

  it('the front answers blue and red by their weights', async () => {
    await patch(0, 1);
    await expect.poll(() => blueOf(20), { timeout: 15_000 }).toBe(0);
    await patch(1, 1);
    await expect.poll(() => blueOf(20), { timeout: 15_000 }).toBeGreaterThan(0);
    const [times, share] = [1_000, 0.5];
    const sigma = Math.sqrt(times * share * (1 - share));
    expect(Math.abs((await blueOf(times)) - times * share)).toBeLessThan(4 * sigma);
  });

  it('a changed weight is in the answers within five seconds of kubectl', async () => {
    const times: number[] = [];
    for (const [color, blue, red] of [
      ['blue', 1, 0],
      ['red', 0, 1],
      ['blue', 1, 0],
    ] as const) {
      const other = color === 'blue' ? 'red' : 'blue';
      await patch(blue === 1 ? 0 : 1, red === 1 ? 0 : 1);
      await expect.poll(() => blueOf(10), { timeout: 15_000 }).toBe(other === 'blue' ? 10 : 0);
      const startMs = performance.now();
      await patch(blue, red);
      while ((await sample(front)).body.trim() !== color)
        expect(performance.now() - startMs).toBeLessThan(30_000);
      times.push(performance.now() - startMs);
    }
    console.info(`from kubectl to the first answer: ${times.map(Math.round).join(', ')} ms`);
    expect(Math.min(...times)).toBeLessThan(5_000);
  });

  it('no request fails while weights change', async () => {
    let isChanging = true;
    const failures: string[] = [];
    const send = async () => {
      while (isChanging) {
        const { status, body } = await sample(front);
        if (status !== 200) failures.push(`${status} ${body}`);
      }
    };
    const senders = [send(), send()];
    for (let weight = 1; weight <= 5; weight += 1) await patch(weight, 6 - weight);
    await expect.poll(() => blueOf(100), { timeout: 15_000 }).toBeGreaterThan(60);
    isChanging = false;
    await Promise.all(senders);
    expect(failures).toEqual([]);
  });

  it('a new pod gets its share when its Deployment is scaled', async () => {
    await hands.kubectl(['scale', 'deployment', 'colorapp-red', '--replicas=2', '-n', 'howto-k8s-cloudmap']);
    await hands.rolledOut('howto-k8s-cloudmap', 'colorapp-red');
    const pods = await hands.kubectl([
      'get',
      'pods',
      '-n',
      'howto-k8s-cloudmap',
      '-l',
      'version=red',
      '-o',
      'json',
    ]);
    const addresses = (JSON.parse(pods) as { items: { status: { podIP: string } }[] }).items.map(
      ({ status }) => status.podIP,
    );
    expect(addresses).toHaveLength(2);
    const requestsOf = async (address: string) => {
      const stats = await fetch(`http://${address}:9902/stats/prometheus`);
      const [, count = '0'] =
        /^envoy_cluster_upstream_rq_total\{envoy_cluster_name="ingress_8080"\} (\d+)$/m.exec(
          await stats.text(),
        ) ?? [];
      return Number(count);
    };
    await patch(0, 1);
    await expect
      .poll(
        async () => {
          await blueOf(20);
          return Math.min(...(await Promise.all(addresses.map(requestsOf))));
        },
        { timeout: 20_000 },
      )
      .toBeGreaterThan(0);
  });

  it('Ctrl-C ends all processes', async () => {
    expect(await playground.interrupt()).toBe(0);
    await expect(sample(front)).rejects.toThrow('ECONNREFUSED');
  });
});
