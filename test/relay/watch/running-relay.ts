import { expect } from 'vitest';
import { type Dependencies, deps, eventually } from '../harness.ts';
import { node, pod } from '../objects.ts';

export function podNames(bus: Dependencies['bus']): string[] {
  return bus.ofType('Pod Changed').map(({ change, pod: { metadata } }) => `${change} ${metadata.name}`);
}

/** A relay that has sent the pod `first`. */
export async function running(options: Parameters<Dependencies['start']>[0] = {}) {
  const all = await deps();
  all.api.put('nodes', node('node-1', 'us-west-2a'));
  all.api.put('pods', pod('shop', 'first'));
  const relay = all.start(options);
  await relay.ready;
  await eventually(() => expect(podNames(all.bus)).toEqual(['Applied first']));
  return { ...all, relay };
}
