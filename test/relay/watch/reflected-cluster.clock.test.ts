import { describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../../relay/logger.ts';
import { createMetrics } from '../../../relay/metrics.ts';
import type { Sender } from '../../../relay/send/sender.ts';
import { createReflectors, type WatchedKind } from '../../../relay/watch/reflectors.ts';
import { RetryableError, SyncError } from '../../../shared/model/errors.ts';
import { useFixedClock } from '../fixed-clock.ts';
import { quick } from '../harness.ts';
import { namespace, node, pod, virtualNode } from '../objects.ts';
import { scriptedCluster } from './scripted-cluster.ts';

useFixedClock();

const pass = () => vi.advanceTimersByTimeAsync(100);

/** Runs the reflectors of a cluster, one group after another, and the refresher; `offered` has the events of their sender. */
async function reflecting(
  objects: Parameters<typeof scriptedCluster>[0],
  kinds: readonly WatchedKind[],
  scope?: readonly string[],
) {
  const cluster = scriptedCluster(objects);
  // biome-ignore lint/suspicious/noExplicitAny: details of several types
  const offered: any[] = [];
  const sender = {
    offer: ({ detail }: { detail: string }) => void offered.push(JSON.parse(detail)),
    withdraw: () => {},
    waitForCapacity: () => undefined,
  };
  const { groups, nodeTopologyRefresher } = createReflectors({
    ...{ cluster: 'test', client: cluster.client, sender: sender as unknown as Sender, kinds },
    ...{ namespaces: scope, pageSize: 2, timing: quick, logger: createLogger('error', () => {}) },
    ...{ metrics: createMetrics(), afterObject: () => {} },
  });
  const stop = new AbortController();
  const errors: unknown[] = [];
  const failed = (error: unknown) => void errors.push(error);
  void nodeTopologyRefresher.run(stop.signal).catch(failed);
  for (const group of groups) {
    for (const reflector of group) void reflector.run(stop.signal).catch(failed);
    await pass();
  }
  return { ...cluster, offered, errors };
}
type Reflecting = Awaited<ReturnType<typeof reflecting>>;

const listed = ({ offered }: Reflecting) =>
  offered
    .filter(({ type }) => type === 'Cluster Listed')
    .map(({ listing }) => [listing.kind, listing.clusterCreatedAt]);
const podsOf = ({ offered }: Reflecting) =>
  offered
    .filter(({ type }) => type === 'Pod Changed')
    .map(({ change, pod: { metadata }, node: place }) => [change, metadata.name, place?.zone]);

describe('the creation time of the cluster', () => {
  const created = '2026-01-02T03:04:05Z';
  const system = namespace('kube-system', created);

  it('is that of the namespace kube-system', async () => {
    const cluster = await reflecting({ namespaces: [namespace('shop'), system, namespace('web')] }, [
      ...(['Namespace', 'VirtualNode'] as const),
    ]);
    expect(listed(cluster)).toEqual([
      ['Namespace', created],
      ['VirtualNode', created],
    ]);
  });

  it('is not known from another namespace, or from an object of another kind with this name', async () => {
    const objects = { namespaces: [namespace('shop')], virtualnodes: [virtualNode('shop', 'kube-system')] };
    const cluster = await reflecting(objects, ['Namespace', 'VirtualNode']);
    expect(listed(cluster)).toEqual([
      ['Namespace', undefined],
      ['VirtualNode', undefined],
    ]);
  });

  it('stays while the namespace changes, and another kube-system ends the relay', async () => {
    const { emit, errors } = await reflecting({ namespaces: [system] }, ['Namespace']);
    emit('namespaces', 'MODIFIED', { ...system, spec: { finalizers: [] } });
    await pass();
    emit('namespaces', 'MODIFIED', namespace('web'));
    await pass();
    expect(errors).toEqual([]);
    emit('namespaces', 'MODIFIED', { ...system, metadata: { ...system.metadata, uid: 'another' } });
    await pass();
    expect(errors).toEqual([
      new Error(
        'the API server belongs to another cluster now (namespace kube-system has a new uid); the relay must restart',
      ),
    ]);
    expect(errors[0]).not.toBeInstanceOf(SyncError);
  });
});

describe('the events of a cluster', () => {
  it('have the objects of each kind, and each change', async () => {
    const [cart, web] = [virtualNode('shop', 'cart'), namespace('web')];
    const { emit, offered } = await reflecting({ virtualnodes: [cart] }, ['Namespace', 'VirtualNode']);
    emit('namespaces', 'ADDED', web);
    await pass();
    emit('virtualnodes', 'DELETED', cart);
    await pass();
    const changes = offered.filter(({ type }) => type === 'Cluster Object Changed');
    expect(
      changes.map(({ cluster, change, object: { kind, metadata } }) => [
        ...[cluster, change, kind, metadata.name],
      ]),
    ).toEqual([
      ['test', 'Applied', 'VirtualNode', 'cart'],
      ['test', 'Applied', 'Namespace', 'web'],
      ['test', 'Deleted', 'VirtualNode', 'cart'],
    ]);
  });

  it('have the topology of the node of a pod', async () => {
    const objects = { nodes: [node('node-1', 'us-west-2a')], pods: [pod('shop', 'first')] };
    const cluster = await reflecting(objects, ['Pod']);
    expect(podsOf(cluster)).toEqual([['Applied', 'first', 'us-west-2a']]);
    expect(listed(cluster)).toEqual([['Pod', undefined]]);
    expect(cluster.offered[0].cluster).toBe('test');
  });

  it('are sent again for the pods of a node that becomes known, by a listing of each namespace', async () => {
    const first = pod('shop', 'first');
    const cluster = await reflecting({ pods: [first] }, ['Pod'], ['shop', 'web']);
    expect(podsOf(cluster)).toEqual([
      ['Applied', 'first', undefined],
      ['Applied', 'first', undefined],
    ]);
    const before = cluster.requests.length;
    cluster.objects.pods = new RetryableError('down');
    cluster.emit('nodes', 'ADDED', node('node-1', 'us-west-2a'));
    await vi.advanceTimersByTimeAsync(0);
    cluster.objects.pods = [first];
    await pass();
    const selector = 'spec.nodeName=node-1';
    expect(cluster.requests.slice(before)).toEqual([
      ...[`list pods shop ${selector}`, `list pods shop ${selector}`, `list pods web ${selector}`],
    ]);
    expect(podsOf(cluster).slice(2)).toEqual([
      ['Applied', 'first', 'us-west-2a'],
      ['Applied', 'first', 'us-west-2a'],
    ]);
    expect(cluster.errors).toEqual([]);
  });
});
