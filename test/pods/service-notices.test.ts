import { beforeEach, describe, expect, it } from 'vitest';
import { serviceNotices } from '../../shared/lambda/compose/service-notices.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';
import type { EventDetail } from '../../shared/model/events/event.ts';

const service = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };
const sent: EventDetail[] = [];
const queue = { isDown: false };
beforeEach(() => {
  sent.length = 0;
  queue.isDown = false;
});

function noticesOf(...clusters: readonly object[]) {
  const file = clustersFile.parse({ clusters });
  const requests = {
    send: async (events: readonly EventDetail[]) => {
      if (queue.isDown) throw new Error('the queue is down');
      sent.push(...events);
    },
  };
  const clock = { now: () => 10_400, sleep: async () => {} };
  return serviceNotices({ clock, requests }, file.clusters);
}

const change = { cluster: 'local', service, serviceId: 'srv-1' };

describe('a change of a pod in Cloud Map', () => {
  it('a change of a pod is announced to nobody if no cluster imports Cloud Map', () => {
    expect(noticesOf({ name: 'local' }, { name: 'other' })).toBeUndefined();
  });

  it('a change of a pod is announced to each cluster that may import its service, once a second', async () => {
    const notices = noticesOf(
      { name: 'local' },
      { name: 'all', serviceEntries: {} },
      { name: 'some', serviceEntries: { namespaces: [{ name: 'SHOP.*' }], services: [{ name: 'front' }] } },
      { name: 'others', serviceEntries: { namespaces: [{ name: 'other' }] } },
      { name: 'far', cloudMap: { region: 'eu-west-1' }, serviceEntries: {} },
    );
    notices?.note(change);
    notices?.note({ ...change, serviceId: 'arn:aws:servicediscovery:us-west-2:000000000000:service/srv-1' });
    await notices?.send();
    expect(sent).toMatchObject([
      { type: 'Cloud Map Service Changed', cluster: 'all', serviceId: 'srv-1', sinceMs: 10_000 },
      { type: 'Cloud Map Service Changed', cluster: 'some', serviceId: 'srv-1', sinceMs: 10_000 },
    ]);
    await notices?.send();
    expect(sent).toHaveLength(2);
  });

  it('a change of a pod is announced to its own cluster only if that imports its own pods', async () => {
    const notices = noticesOf({ name: 'local', serviceEntries: {} });
    notices?.note(change);
    await notices?.send();
    expect(sent).toEqual([]);
    const own = noticesOf({ name: 'local', serviceEntries: { importOwnPods: true } });
    own?.note(change);
    await own?.send();
    expect(sent).toMatchObject([{ cluster: 'local' }]);
  });

  it('a change of a pod is announced later if the queue is down', async () => {
    const notices = noticesOf({ name: 'other', serviceEntries: {} });
    notices?.note(change);
    queue.isDown = true;
    await expect(notices?.send()).rejects.toThrow('the queue is down');
    queue.isDown = false;
    await notices?.send();
    expect(sent).toMatchObject([{ cluster: 'other', serviceId: 'srv-1' }]);
  });
});
