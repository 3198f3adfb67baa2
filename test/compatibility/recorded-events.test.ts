import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { EventDetail } from '../../shared/model/events/event.ts';
import { instancesOf } from '../scenario/cloud-map.ts';
import { ScenarioHarness } from '../scenario/harness.ts';
import { versions } from './versions.ts';

const recorded = (commit: string) =>
  JSON.parse(
    readFileSync(new URL(`recorded/${commit}.json`, import.meta.url), 'utf8'),
  ) as readonly EventDetail[];
const cluster = { name: 'local', cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } };

describe('old relays with the functions of today', () => {
  it('every recorded version is tested', () => {
    const files = readdirSync(new URL('recorded/', import.meta.url)).map((file) => file.replace('.json', ''));
    expect(files.sort()).toEqual(versions.map(({ commit }) => commit).sort());
  });

  it.each(versions)('the events of $commit ($what) register a pod, and deregister it', async ({ commit }) => {
    const harness = new ScenarioHarness([cluster]);
    const [applied, node, deleted] = recorded(commit);
    if (!applied || !node || !deleted) throw new Error(`${commit} has three events`);
    harness.publish([applied, node]);
    await harness.settle();
    const { attributes } =
      harness.cloudMap.snapshot().namespaces[0]?.services[0]?.instances['10.0.0.1'] ?? {};
    expect(attributes).toMatchObject({
      ...{ app: 'front', 'k8s.io/pod': 'front-1', 'k8s.io/pod-uid': 'uid-front-1' },
      ...{ AWS_INSTANCE_PORT: '8080', AVAILABILITY_ZONE: 'us-west-2a', REGION: 'us-west-2' },
      'appmesh.k8s.aws/virtualNode': 'front_shop',
    });
    harness.publish([deleted]);
    await harness.settle();
    expect(instancesOf(harness.cloudMap)).toEqual({ 'shop.local/front': {} });
    const { pods, mesh } = harness.queues;
    expect([...pods.deadLetters, ...mesh.deadLetters]).toEqual([]);
  });

  it.each(versions)(
    'the events of $commit ($what), in the opposite order, leave nothing',
    async ({ commit }) => {
      const harness = new ScenarioHarness([cluster]);
      harness.publish(recorded(commit).toReversed());
      await harness.settle();
      expect(Object.values(instancesOf(harness.cloudMap)).flatMap((service) => Object.keys(service))).toEqual(
        [],
      );
    },
  );
});
