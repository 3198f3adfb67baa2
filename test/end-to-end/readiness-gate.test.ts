import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloudMapReadinessGate } from '../../shared/model/kubernetes.ts';
import { killPlaygrounds, type RunningPlayground, startPlaygroundProcess } from './harness/playground.ts';

const namespace = 'howto-k8s-cloudmap';
const virtualNodes = `apis/appmesh.k8s.aws/v1beta2/namespaces/${namespace}/virtualnodes`;
const timeout = 15_000;

afterAll(killPlaygrounds);

describe('a pod that declares the readiness gate', () => {
  let playground: RunningPlayground;
  beforeAll(async () => {
    playground = await startPlaygroundProcess();
  });
  afterAll(() => playground.interrupt());

  it('a pod that declares the readiness gate is ready less than three seconds after its containers, and not any more when its virtual node is gone', async () => {
    const url = `${playground.kubernetes}/api/v1/namespaces/${namespace}/pods`;
    const conditions = await followConditions(`${url}?watch=true&fieldSelector=metadata.name%3Dgated`);
    await send(url, 'POST', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'gated', labels: { app: 'colorapp', version: 'blue' } },
      spec: {
        containers: [{ name: 'main', image: 'app:1' }],
        readinessGates: [{ conditionType: cloudMapReadinessGate }],
      },
    });
    await expect.poll(() => conditions.firstAtMs('Ready True'), { timeout }).toBeDefined();
    const at = (state: string) => conditions.firstAtMs(state) ?? Number.NaN;
    const gateAfterMs = at(`${cloudMapReadinessGate} True`) - at('ContainersReady True');
    expect(gateAfterMs).toBeGreaterThanOrEqual(0);
    expect(gateAfterMs).toBeLessThan(3_000);
    expect(at('Ready True')).toBeGreaterThanOrEqual(at(`${cloudMapReadinessGate} True`));
    const query = { namespace: `${namespace}.pvt.aws.local`, service: 'colorapp' };
    const names = async () =>
      (await playground.cloudMap.discover(query)).map(({ Attributes }) => Attributes?.['k8s.io/pod']);
    expect(await names()).toContain('gated');

    conditions.forget();
    await send(`${playground.kubernetes}/${virtualNodes}/colorapp-blue`, 'DELETE');
    await expect.poll(() => conditions.firstAtMs('Ready False'), { timeout }).toBeDefined();
    expect(conditions.firstAtMs(`${cloudMapReadinessGate} False`)).toBeDefined();
    await expect.poll(names, { timeout }).not.toContain('gated');
    const pod = (await (await fetch(`${url}/gated`)).json()) as Pod;
    expect(pod.status.conditions?.find(({ type }) => type === cloudMapReadinessGate)).toMatchObject({
      reason: 'NotRegistered',
      message: expect.stringContaining(`no VirtualNode of namespace ${namespace}`),
    });
    await conditions.stop();
  });
});

interface Pod {
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** When each state of a condition, such as `Ready True`, was first seen since they were last forgotten. */
async function followConditions(url: string) {
  const abort = new AbortController();
  const seen = new Map<string, number>();
  const { body } = await fetch(url, { signal: abort.signal });
  const follow = async () => {
    for await (const line of createInterface(Readable.fromWeb(body as ReadableStream))) {
      const { object } = JSON.parse(line) as { readonly object: Pod };
      const states = (object.status.conditions ?? []).map(({ type, status }) => `${type} ${status}`);
      for (const state of states) seen.set(state, seen.get(state) ?? performance.now());
    }
  };
  const ended = follow().catch((error: unknown) => {
    if (!abort.signal.aborted) throw error;
  });
  return {
    firstAtMs: (state: string) => seen.get(state),
    forget: () => seen.clear(),
    stop: async () => {
      abort.abort();
      await ended;
    },
  };
}

async function send(url: string, method: 'POST' | 'DELETE', body?: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
}
