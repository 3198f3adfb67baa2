import { describe, expect, it } from 'vitest';
import { failure } from '../../harness/engine-state.ts';
import { EnvoyHarness, nodeOf, proxyTo } from './envoy-harness.ts';
import { filesOf } from './stages/proxy-files.ts';

const stories = [
  { name: 'changed weights', to: proxyTo('red', 'blue') },
  { name: 'another target', to: proxyTo('blue', 'green') },
  { name: 'only other targets', to: proxyTo('green', 'yellow') },
];

async function begun(): Promise<EnvoyHarness> {
  const harness = new EnvoyHarness();
  await harness.start({ front: proxyTo('blue', 'red'), other: proxyTo('blue') }, 1);
  return harness;
}

/** A run as a message has it: a crash leaves the message, which is received again. */
async function settle(harness: EnvoyHarness): Promise<void> {
  await harness.reconcile();
  await harness.settleAll();
}

describe('a crash while files of proxies are written', () => {
  it.each(stories)(
    'at any call during $name changes nothing in the end, and no proxy misses anything on the way',
    {
      timeout: 60_000,
    },
    async ({ to }) => {
      for (const when of ['before', 'after'] as const)
        for (let call = 1, isCrashed = true; isCrashed; call++) {
          const harness = await begun();
          harness.set({ front: to });
          isCrashed = await harness.crashes.run({ call, when }, () => settle(harness));
          const point = `crash ${when} call ${call}`;
          expect(await failure(() => settle(harness)), point).toBe('');
          expect(harness.filesOf('front'), point).toEqual(filesOf(to));
          expect(harness.statusOfNode('front').is, point).toBe('True Applied');
          expect(harness.annotationOf('front-1'), point).toMatch(/-2$/);
          expect(harness.faults(), point).toEqual([]);
          expect(harness.claimOf('front'), point).toMatchObject({ phase: 'applied' });
          expect(harness.claimOf('front').stage, point).toBeUndefined();
        }
    },
  );

  it('at any call during a deletion leaves no ConfigMap without pods, and removes none with pods', async () => {
    for (const when of ['before', 'after'] as const)
      for (let call = 1, isCrashed = true; isCrashed; call++) {
        const harness = await begun();
        harness.proxies.delete('front');
        harness.delete(nodeOf('front'));
        for (let event = harness.queue.shift(); event; event = harness.queue.shift())
          if (event.type !== 'Mesh Reconcile Requested') await harness.handle(event);
        const run = () => harness.reconcile();
        isCrashed = await harness.crashes.run({ call, when }, run);
        await run();
        const point = `crash ${when} call ${call}`;
        expect(harness.filesOf('front'), point).toBeDefined();
        await harness.deletePods();
        await harness.settleAll();
        expect(harness.filesOf('front'), point).toBeUndefined();
        expect(harness.claimOf('front'), point).toBeUndefined();
      }
  });
});
