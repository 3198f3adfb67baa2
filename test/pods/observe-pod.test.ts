import { describe, expect, it, vi } from 'vitest';
import { PermanentError } from '../../shared/model/errors.ts';
import {
  detailTypes,
  eventVersion,
  type PodChanged,
  type PodResyncRequested,
} from '../../shared/model/events/event.ts';
import { observePod, podKeyOf, recordPod } from '../../shared/pods/observe-pod.ts';
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

describe('a message of a pod', () => {
  const resync: PodResyncRequested = {
    ...{ type: detailTypes.podResyncRequested, version: eventVersion, group: 'local/shop/front-1' },
    ...{ cluster: 'local', pod: { namespace: 'shop', name: 'front-1' }, run: 'run-1', reason: 'asked' },
  };
  const key = { cluster: 'local', namespace: 'shop', name: 'front-1' };
  /** What is logged about the messages, and the version stored at the end. */
  async function logged(...events: readonly (PodChanged | PodResyncRequested)[]) {
    const { deps, stores } = aDependencies();
    const lines: unknown[] = [];
    const telemetry = {
      change: () => undefined,
      count: () => {},
      log: (...line: unknown[]) => void lines.push(line),
    };
    for (const event of events) await recordPod({ ...deps, telemetry }, event);
    const [stored] = [...stores.pods.items.values()];
    return { lines, version: stored?.pod.resourceVersion };
  }

  it('that is older than what is stored is ignored and logged', async () => {
    expect(await logged(at('7'), at('8'))).toEqual({ lines: [], version: '8' });
    expect(await logged(at('7'), at('6'))).toEqual({
      lines: [
        [
          'observation ignored: a newer one of the pod is stored',
          { pod: 'pod shop/front-1 of cluster local' },
        ],
      ],
      version: '7',
    });
  });

  it('that was not received before is written without a look at what is stored', async () => {
    const { deps, stores } = aDependencies();
    const find = vi.spyOn(stores.pods, 'find');
    await recordPod({ ...deps, pods: stores.pods }, at('7'));
    await recordPod({ ...deps, pods: stores.pods }, at('7'));
    expect(find).not.toHaveBeenCalled();
  });

  it('that asks for a resync stores nothing', async () => {
    expect(await logged(resync)).toEqual({ lines: [], version: undefined });
    expect(await logged(at('7'), resync)).toEqual({ lines: [], version: '7' });
  });

  it('names its pod', () => {
    expect([podKeyOf(at('7')), podKeyOf(resync)]).toEqual([key, key]);
    const { namespace: _, ...metadata } = at('7').pod.metadata;
    const event = at('7', { pod: { ...at('7').pod, metadata } });
    expect(podKeyOf(event)).toEqual({ ...key, namespace: '' });
  });

  it('of a cluster that clusters.yml does not name is refused, before anything is stored', async () => {
    const { deps, stores } = aDependencies();
    const cluster = () => {
      throw new PermanentError('no such cluster');
    };
    await expect(observePod({ ...deps, cluster }, at('7'))).rejects.toThrow('no such cluster');
    expect(stores.pods.items.size).toBe(0);
  });
});
