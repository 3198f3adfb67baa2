import { expect, it } from 'vitest';
import { lives } from '../bench/pod-life.ts';

it("a pod's life takes three calls of Cloud Map, and one more if another pod had its IP a moment ago", async () => {
  const { live, callsOf } = lives();
  await live('warm-up');
  const life = { GetInstance: 1, RegisterInstance: 1, DeregisterInstance: 1 };
  expect(await callsOf(() => live('front'))).toEqual({ calls: life, tableCalls: 34 });
  const next = await callsOf(() => live('next', 'the same IP'));
  expect(next.calls).toEqual({ ...life, GetOperation: 1 });
});
