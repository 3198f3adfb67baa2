import { describe, expect, it } from 'vitest';
import { ServedKinds } from '../../../shared/mesh/objects-target/objects-run.ts';
import { RefusedError } from '../../../shared/model/errors.ts';
import type { KubernetesObjects } from '../../../shared/ports/kubernetes-objects.ts';

const versions = { ServiceEntry: ['v1', 'v1beta1'] };

function kinds(answers: Readonly<Record<string, string | undefined | Error>>) {
  const calls: string[] = [];
  const objects = {
    servedVersion: async (group: string, kind: string, wanted: readonly string[]) => {
      calls.push(`${group}/${kind} ${wanted.join()}`);
      const answer = answers[kind];
      if (answer instanceof Error) throw answer;
      return answer;
    },
  } as unknown as KubernetesObjects;
  return { calls, served: new ServedKinds(objects, 'Istio', versions) };
}

const entry = { group: 'networking.istio.io', kind: 'ServiceEntry' };

describe('the versions in which a cluster serves kinds', () => {
  it('are discovered once for each kind of a group', async () => {
    const { calls, served } = kinds({ ServiceEntry: 'v1', Service: 'v1' });
    const core = { group: '', kind: 'Service' };
    for (const each of [entry, core, entry, { ...core, group: 'other.example' }])
      expect(await served.find(each)).toBe('v1');
    expect(calls).toEqual([
      'networking.istio.io/ServiceEntry v1,v1beta1',
      '/Service ',
      'other.example/Service ',
    ]);
  });

  it('are discovered again after a failure', async () => {
    const answers: Record<string, string | Error> = { ServiceEntry: new Error('no answer') };
    const { calls, served } = kinds(answers);
    await expect(served.find(entry)).rejects.toThrow('no answer');
    answers.ServiceEntry = 'v1beta1';
    expect(await served.require(entry)).toBe('v1beta1');
    expect(calls).toHaveLength(2);
  });

  it('refuse a kind that the cluster does not serve, with the versions that would do', async () => {
    const { served } = kinds({});
    await expect(served.require(entry)).rejects.toThrow(
      new RefusedError(
        "Istio's CRD ServiceEntry is not installed: the cluster does not serve ServiceEntry of networking.istio.io in version v1 or v1beta1",
      ),
    );
    await expect(served.require({ group: 'b', kind: 'Other' })).rejects.toThrow(
      new RefusedError(
        "Istio's CRD Other is not installed: the cluster does not serve Other of b in version ",
      ),
    );
  });
});
