import { describe, expect, it } from 'vitest';
import { kubernetesLease } from '../../../relay/lease/lease-store.ts';
import type { KubernetesClient } from '../../../shared/adapters/kubernetes/client.ts';
import type { Request } from '../../../shared/adapters/kubernetes/transport.ts';
import { ConflictError, NotFoundError, RetryableError } from '../../../shared/model/errors.ts';

const { signal } = new AbortController();
const stored = {
  metadata: { resourceVersion: '7' },
  spec: {
    ...{ holderIdentity: 'a', leaseDurationSeconds: 15, acquireTime: 't0', renewTime: 't1' },
    leaseTransitions: 3,
  },
};
const spec = { holder: 'a', durationMs: 15_000, acquiredAt: 't0', renewedAt: 't1', transitions: 3 };

/** The API server with this answer. */
function store(answer: (request: Request) => unknown, timeoutMs = 1000) {
  const requests: Request[] = [];
  const client = {
    exchange: async (request: Request) => {
      requests.push(request);
      return { body: await answer(request) };
    },
  } as unknown as KubernetesClient;
  return { requests, lease: kubernetesLease(client, { namespace: 'mesh', name: 'relay' }, timeoutMs) };
}
const path = '/apis/coordination.k8s.io/v1/namespaces/mesh/leases';

describe('a Lease of the cluster', () => {
  it('is read by its name', async () => {
    const { lease, requests } = store(() => stored);
    expect(await lease.read(signal)).toEqual({ resourceVersion: '7', ...spec });
    expect(requests).toMatchObject([{ path: `${path}/relay`, action: expect.stringMatching(/get .*relay/) }]);
    expect(requests[0]).not.toHaveProperty('method');
    expect(lease.text).toBe('Lease mesh/relay');
  });

  it('of which nothing is said was released, and its term is over', async () => {
    const empty = {
      resourceVersion: '7',
      holder: '',
      durationMs: 0,
      acquiredAt: '',
      renewedAt: '',
      transitions: 0,
    };
    expect(await store(() => ({ metadata: { resourceVersion: '7' } })).lease.read(signal)).toEqual(empty);
    const nulls = Object.fromEntries(Object.keys(stored.spec).map((field) => [field, null]));
    expect(await store(() => ({ ...stored, spec: nulls })).lease.read(signal)).toEqual(empty);
  });

  it('that does not exist is undefined; a cluster without Leases, and a refusal, are errors', async () => {
    const failing = (error: Error) =>
      store(() => {
        throw error;
      }).lease.read(signal);
    expect(await failing(new NotFoundError('object', 'no such lease'))).toBeUndefined();
    await expect(failing(new NotFoundError('resource', 'no leases'))).rejects.toThrow('no leases');
    await expect(failing(new ConflictError('other'))).rejects.toThrow('other');
  });

  it('is created in its namespace, and replaced only as it was read', async () => {
    const { lease, requests } = store(() => stored);
    expect(await lease.create(spec, signal)).toEqual({ resourceVersion: '7', ...spec });
    expect(await lease.replace('6', { ...spec, durationMs: 1500 }, signal)).toEqual({
      resourceVersion: '7',
      ...spec,
    });
    const bodies = requests.map(({ body }) => JSON.parse(body?.text ?? ''));
    const object = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' };
    expect(requests.map(({ method, path: to, body }) => [method, to, body?.contentType])).toEqual([
      ['POST', path, 'application/json'],
      ['PUT', `${path}/relay`, 'application/json'],
    ]);
    expect(bodies).toEqual([
      { ...object, metadata: { name: 'relay', namespace: 'mesh' }, spec: stored.spec },
      {
        ...object,
        metadata: { name: 'relay', namespace: 'mesh', resourceVersion: '6' },
        spec: { ...stored.spec, leaseDurationSeconds: 2 },
      },
    ]);
    expect(requests.map(({ action }) => action.split(' ')[0])).toEqual(['create', 'update']);
  });

  it('lasts a second at least, which is the least that a Lease can say', async () => {
    const { lease, requests } = store(() => stored);
    await lease.create({ ...spec, durationMs: 0 }, signal);
    expect(JSON.parse(requests[0]?.body?.text ?? '').spec.leaseDurationSeconds).toBe(1);
  });

  it('is not read from an answer that is no object', async () => {
    for (const answer of [{}, { metadata: {} }, { metadata: { resourceVersion: '' } }])
      await expect(store(() => answer).lease.read(signal)).rejects.toThrow(
        /is no object with a resourceVersion/,
      );
  });

  it('fails if no answer comes in time, and otherwise as the request does', async () => {
    const never = ({ signal: given }: Request) =>
      new Promise((_, reject) => given?.addEventListener('abort', () => reject(new Error('aborted'))));
    const late = store(never, 10).lease.read(signal);
    await expect(late).rejects.toThrow(RetryableError);
    await expect(late).rejects.toThrow('no answer within 10 ms to "get ');
    await expect(late).rejects.toMatchObject({ cause: new Error('aborted') });
    await expect(store(never, 60_000).lease.read(AbortSignal.timeout(10))).rejects.toThrow('aborted');
    const refused = new Error('refused');
    await expect(
      store(() => {
        throw refused;
      }).lease.read(signal),
    ).rejects.toBe(refused);
  });
});
