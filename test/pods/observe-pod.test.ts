import { describe, expect, it, vi } from 'vitest';
import type { PodChanged } from '../../shared/model/events/event.ts';
import { recordPod } from '../../shared/pods/observe-pod.ts';
import { aPodObject, podEvent } from '../fakes/objects.ts';
import { aDependencies } from '../fakes/world.ts';

const at = (resourceVersion: string, changes: Partial<PodChanged> = {}): PodChanged => ({
  ...podEvent({ pod: aPodObject({ metadata: { resourceVersion } }) }),
  ...changes,
});

/** Records the events, then one that is repeated; the attempts to write that took, and the version stored at the end. */
async function repeated(before: readonly PodChanged[], event: PodChanged) {
  const { deps, stores } = aDependencies();
  for (const one of before) await recordPod(deps, one);
  const record = vi.spyOn(stores.pods, 'record');
  await recordPod({ ...deps, pods: stores.pods }, event, { isRepeated: true });
  const [stored] = [...stores.pods.items.values()];
  return { writes: record.mock.calls.length, version: stored?.pod.resourceVersion, deleted: stored?.deleted };
}

describe('a message of a pod that was received before', () => {
  it('a repeated message about a pod does not write what is stored already', async () => {
    expect(await repeated([at('7')], at('7'))).toEqual({ writes: 0, version: '7', deleted: false });
    const deletion = at('7', { change: 'Deleted' });
    expect(await repeated([deletion], deletion)).toEqual({ writes: 0, version: '7', deleted: true });
  });

  it.each<readonly [string, readonly PodChanged[]]>([
    ['nothing is stored', []],
    ['an older version is stored', [at('6')]],
  ])('a repeated message about a pod is stored if %s', async (_, before) => {
    expect(await repeated(before, at('7'))).toEqual({ writes: 1, version: '7', deleted: false });
  });

  it('a repeated message about a pod stores the deletion of the version that is stored', async () => {
    const deletion = at('7', { change: 'Deleted' });
    expect(await repeated([at('7')], deletion)).toEqual({ writes: 1, version: '7', deleted: true });
  });

  it('a repeated message about a pod stores its node if that was not known before', async () => {
    const node = { name: 'node-1', region: 'us-west-2', zone: 'us-west-2a' };
    expect((await repeated([at('7', { node: undefined })], at('7', { node }))).writes).toBe(1);
  });

  it('a repeated message about a pod is written if it supersedes a stored sighting', async () => {
    const supersedes = { uid: 'uid-9', resourceVersion: '9', deleted: true };
    expect((await repeated([at('7')], at('7', { supersedes }))).writes).toBe(1);
  });
});
