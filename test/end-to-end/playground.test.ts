import { exec } from 'node:child_process';
import { promisify } from 'node:util';
import { readyAnnotation } from '@eks-mesh-sync/embedded-kubernetes/controllers/pod-status.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../docs/pages.ts';
import { type Hands, hands } from './harness/hands.ts';
import { killPlaygrounds, type RunningPlayground, startPlaygroundProcess } from './harness/playground.ts';

const namespace = 'howto-k8s-cloudmap.pvt.aws.local';
const front = { namespace, service: 'front' };
const blue = { namespace, service: 'colorapp', parameters: { version: 'blue' } };
/** What may pass on a machine that has other things to do; the goal of a second is measured apart. */
const timeout = 15_000;

afterAll(killPlaygrounds);

describe.each(hands)('the playground by $name', ({ missing, of }) => {
  describe.skipIf(missing)('follows', () => {
    let playground: RunningPlayground;
    let hand: Hands;
    beforeAll(async () => {
      playground = await startPlaygroundProcess();
      hand = of(playground);
    });
    afterAll(async () => expect(await playground.interrupt()).toBe(0));

    const instances = (question: typeof front) => playground.cloudMap.discover(question);
    const podsOf = async (question: typeof front) =>
      (await instances(question)).map(({ Attributes }) => Attributes?.['k8s.io/pod'] ?? '');
    const frontPod = async () => (await podsOf(front))[0] ?? '';
    const countOf = async (question: typeof front) => (await instances(question)).length;

    it('a deployment that is scaled', async () => {
      await hand.scale('colorapp-blue', 3);
      await expect.poll(() => countOf(blue), { timeout }).toBe(3);
      const ids = await hand.discover(blue);
      expect(ids).toEqual((await instances(blue)).map(({ InstanceId }) => InstanceId));
      expect(new Set(ids).size).toBe(3);
      await hand.scale('colorapp-blue', 1);
      await expect.poll(() => countOf(blue), { timeout }).toBe(1);
    });

    it('a second from scaling to three instances, at the best of three', async () => {
      const times: number[] = [];
      for (let round = 0; round < 3; round += 1) {
        await hand.scale('colorapp-blue', 3);
        const startedAtMs = performance.now();
        await expect.poll(() => countOf(blue), { timeout, interval: 20 }).toBe(3);
        times.push(performance.now() - startedAtMs);
        await hand.scale('colorapp-blue', 1);
        await expect.poll(() => countOf(blue), { timeout, interval: 20 }).toBe(1);
      }
      expect(Math.min(...times)).toBeLessThan(1000);
    });

    it('a pod that is deleted: its instance goes, that of its successor comes', async () => {
      const before = await frontPod();
      await hand.deletePod(before);
      await expect.poll(async () => (await podsOf(front)).includes(before), { timeout }).toBe(false);
      await expect.poll(() => countOf(front), { timeout }).toBe(1);
      expect(await frontPod()).not.toBe(before);
    });

    it('a label that changes: the attribute does, and a selector that no longer matches', async () => {
      const pod = await frontPod();
      await hand.label(pod, 'tier', 'canary');
      const canary = { ...front, parameters: { tier: 'canary' } };
      await expect.poll(() => podsOf(canary), { timeout }).toEqual([pod]);
      await hand.label(pod, 'app', 'retired');
      await expect.poll(async () => (await podsOf(front)).includes(pod), { timeout }).toBe(false);
      await expect.poll(() => countOf(front), { timeout }).toBe(1);
    });

    it('a pod made unready: UNHEALTHY, not deregistered, where the service has a custom health check', async () => {
      const pod = await frontPod();
      const health = async () => (await instances(front)).map(({ HealthStatus }) => HealthStatus);
      await hand.annotate(pod, readyAnnotation, 'false');
      await expect.poll(health, { timeout }).toEqual(['UNHEALTHY']);
      await hand.annotate(pod, readyAnnotation, null);
      await expect.poll(health, { timeout }).toEqual(['HEALTHY']);
      expect(await frontPod()).toBe(pod);
    });

    it('a virtual node that changes: its attributes, then its service', async () => {
      const discovery = (serviceName: string, attributes: object[]) => ({
        spec: { serviceDiscovery: { awsCloudMap: { namespaceName: namespace, serviceName, attributes } } },
      });
      await hand.patchVirtualNode('front', discovery('front', [{ key: 'team', value: 'web' }]));
      await expect
        .poll(() => countOf({ ...front, parameters: { team: 'web' } } as typeof front), { timeout })
        .toBe(1);
      await hand.patchVirtualNode('front', discovery('gateway', []));
      const gateway = { namespace, service: 'gateway' };
      await expect.poll(() => countOf(gateway), { timeout }).toBe(1);
      await expect.poll(() => countOf(front), { timeout }).toBe(0);
      await hand.patchVirtualNode('front', discovery('front', []));
      await expect.poll(() => countOf(front), { timeout }).toBe(1);
      await expect.poll(() => countOf(gateway), { timeout }).toBe(0);
    });

    it('functions are invoked by their short names, and the table can be read', async () => {
      expect(await hand.invoke('sync-pods', { Records: [] })).toEqual({ batchItemFailures: [] });
      expect(await hand.invoke('reconcile-mesh', { Records: [] })).toEqual({ batchItemFailures: [] });
      expect(await hand.scan()).toBeGreaterThan(0);
    });

    it('a resync registers again what was deregistered by hand; explain confirms it', async () => {
      const pod = await frontPod();
      const [before] = await instances(front);
      await playground.deregister(front, before?.InstanceId ?? '');
      await expect.poll(() => countOf(front), { timeout }).toBe(0);
      const plan = await hand.invoke('resync', { cluster: 'local', dryRun: true });
      expect(plan).toMatchObject({
        dryRun: true,
        plan: expect.arrayContaining([expect.stringMatching(pod)]),
      });
      expect(await countOf(front)).toBe(0);
      await hand.invoke('resync', { cluster: 'local' });
      await expect.poll(() => podsOf(front), { timeout }).toEqual([pod]);
      const report = await hand.invoke('sweep', { cluster: 'local' });
      expect(report).toMatchObject({ cluster: 'local', source: 'api server', findings: [], repairs: 0 });
      const text = await hand.invoke('explain', { cluster: 'local', namespace: 'howto-k8s-cloudmap', pod });
      expect(text).toMatch(/VirtualNode front registers it in howto-k8s-cloudmap\.pvt\.aws\.local\/front/);
    });

    it('the command that it prints for a request explains which route and targets it takes', async () => {
      const printed = /npm run explain -- request .*/.exec(playground.output())?.[0] ?? 'nothing is printed';
      const { stdout } = await promisify(exec)(printed, { cwd: root });
      expect(stdout.trim()).toMatch(
        /✓ color\n[\s\S]*✓ VirtualNode howto-k8s-cloudmap\/colorapp-blue port 8080: 50 % [\s\S]*\nTo do: Nothing$/,
      );
    });

    it('it reports what happens to instances', () => {
      expect(playground.output()).toMatch(
        / s {2}howto-k8s-cloudmap\S+\/front: instance [\d.]+ \(front-\S+\) deregistered/,
      );
      expect(playground.output()).toMatch(
        /howto-k8s-cloudmap\S+\/front: instance \S+ \(\S+\) is now UNHEALTHY/,
      );
    });
  });
});
