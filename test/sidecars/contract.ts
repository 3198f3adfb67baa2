import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { injected } from '../../inject/injection.ts';
import type { Pod, ProxyObject } from '../../inject/pod.ts';
import { type SidecarCase, sidecarCases } from './cases.ts';

/** The pod as stored, or why it was refused. */
export type Created = { readonly pod: Pod } | { readonly refusal: string };

export interface SidecarCluster {
  createNamespace(name: string, labels: Readonly<Record<string, string>>): Promise<void>;
  createObject(namespace: string, object: ProxyObject): Promise<void>;
  /** Creates the pod, or with `dryRun` only says what it would be. */
  createPod(namespace: string, pod: Pod, dryRun?: boolean): Promise<Created>;
  stop(): Promise<void>;
}

/** A namespace in which nothing is injected: a pod in it is as sent, with the defaults of the API server. */
const plainNamespace = 'plain';

/** A cluster must make of each pod what the code of inject makes of it. */
export function testSidecars(
  name: string,
  start: () => Promise<SidecarCluster>,
  furtherTests: () => void = () => undefined,
): void {
  describe(name, () => {
    let cluster: SidecarCluster;
    beforeAll(async () => {
      cluster = await start();
    }, 150_000);
    afterAll(() => cluster?.stop());

    for (const [index, sidecarCase] of sidecarCases.entries())
      it(sidecarCase.name, () => check(cluster, namespaceOf(index), sidecarCase));
    furtherTests();
  });
}

function namespaceOf(index: number): string {
  return `case-${index}`;
}

/** All at once: an API server needs a moment until its policies have read them. */
export async function createCases(cluster: SidecarCluster): Promise<void> {
  await cluster.createNamespace(plainNamespace, {});
  for (const [index, { labels, objects }] of sidecarCases.entries()) {
    await cluster.createNamespace(namespaceOf(index), labels);
    for (const object of objects) await cluster.createObject(namespaceOf(index), object);
  }
}

async function check(
  cluster: SidecarCluster,
  namespace: string,
  { labels, objects, pod, expected }: SidecarCase,
): Promise<void> {
  const injection = injected(pod, { name: namespace, labels }, objects);
  const created = await cluster.createPod(namespace, pod);
  if (injection.outcome === 'refused') {
    expect(created).toEqual({ refusal: expect.any(String) });
    // Of two objects, either may come first.
    expect(wordsOf('refusal' in created ? created.refusal : '')).toEqual(wordsOf(injection.message));
    return;
  }
  const wanted = injection.outcome === 'injected' ? injection.pod : pod;
  const plain = await cluster.createPod(plainNamespace, wanted, true);
  expect(contentOf(created)).toEqual(contentOf(plain));
  // A pod that has its proxy already, such as a copy, keeps it.
  const again = { ...wanted, metadata: { ...wanted.metadata, name: 'again' } };
  expect(contentOf(await cluster.createPod(namespace, again, true))).toEqual(contentOf(plain));
  if (expected.outcome === 'injected' && 'pod' in created) expect(created.pod).toMatchObject(expected.part);
}

function wordsOf(text: string): readonly string[] {
  return text.split(' ').sort();
}

function contentOf(created: Created): unknown {
  if ('refusal' in created) return created;
  const { metadata, spec } = created.pod;
  return { labels: metadata?.labels, annotations: metadata?.annotations, spec };
}
