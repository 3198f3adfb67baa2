import { describe, expect, it } from 'vitest';
import { injected } from '../../inject/injection.ts';
import { type SidecarCase, sidecarCases } from '../sidecars/cases.ts';

describe('the code of inject', () => {
  for (const sidecarCase of sidecarCases) it(sidecarCase.name, () => check(sidecarCase));

  it('leaves a pod that it has injected as it is', () => {
    for (const { labels, objects, pod } of sidecarCases) {
      const first = injected(pod, { name: 'shop', labels }, objects);
      if (first.outcome !== 'injected') continue;
      expect(injected(first.pod, { name: 'shop', labels }, objects)).toEqual(first);
    }
  });
});

function check({ labels, objects, pod, expected }: SidecarCase): void {
  const injection = injected(pod, { name: 'shop', labels }, objects);
  expect(injection.outcome).toBe(expected.outcome);
  if (injection.outcome === 'injected' && expected.outcome === 'injected')
    expect(injection.pod).toMatchObject(expected.part);
  if (injection.outcome === 'refused' && expected.outcome === 'refused')
    for (const text of expected.texts) expect(injection.message).toContain(text);
}
