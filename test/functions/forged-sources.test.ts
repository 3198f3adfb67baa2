import { Metrics } from '@aws-lambda-powertools/metrics';
import { describe, expect, it, vi } from 'vitest';
import { type EventDetail, relaySource } from '../../shared/model/events/event.ts';
import { aNewPod, deadLetter, instances, invoke, put, putFrom } from './queue-functions.ts';

describe('a relay that speaks for another cluster', () => {
  const fromStaging = () => relaySource('staging');

  it('a relay that speaks for another cluster is refused with the reason, and counted', async () => {
    const pod = aNewPod('front');
    const counted = vi.spyOn(Metrics.prototype, 'addMetric');
    await put('pods', pod.event('1'));
    await invoke('pods');
    await putFrom(fromStaging, 'pods', pod.event('2', { change: 'Deleted' }));
    expect(await invoke('pods')).toEqual({ received: 1, again: [] });
    expect(instances()).toMatchObject({ [pod.id]: pod.name });
    expect(deadLetter('pods').map(({ reason }) => reason)).toEqual([
      `event "Pod Changed" of Pod shop/${pod.name} from cluster local, sent as eks-mesh-sync/staging: ` +
        'expected the source eks-mesh-sync/local: a relay may send only events of its own cluster',
    ]);
    expect(counted).toHaveBeenCalledWith('ForgedEvents', 'Count', 1);
  });

  it('a relay that speaks for another cluster cannot say that its pods or objects are gone', async () => {
    const listing = { id: 'l', resourceVersion: '9', part: 1, parts: 1, from: '', to: null, objects: [] };
    const empty = (kind: 'Pod' | 'Mesh'): EventDetail => ({
      ...{ type: 'Cluster Listed', version: 1, cluster: 'local', group: 'local' },
      listing: { ...listing, kind },
    });
    await putFrom(fromStaging, 'mesh', empty('Pod'), empty('Mesh'));
    expect(await invoke('mesh')).toEqual({ received: 2, again: [] });
    expect(deadLetter('mesh').map(({ reason }) => reason)).toEqual([
      expect.stringContaining('sent as eks-mesh-sync/staging'),
      expect.stringContaining('sent as eks-mesh-sync/staging'),
    ]);
  });
});
