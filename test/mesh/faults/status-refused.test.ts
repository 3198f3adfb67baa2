import { beforeEach, describe, expect, it } from 'vitest';
import { StatusPublisher } from '../../../shared/mesh/publish-status.ts';
import { ConflictError, PermanentError } from '../../../shared/model/errors.ts';
import { MeshHarness } from '../harness/harness.ts';

const targets = [{ name: 'app-mesh', title: 'App Mesh' }];
const names = Array.from({ length: 10 }, (_, index) => `node-${index}`);

describe('a cluster whose API server refuses the status', () => {
  let harness: MeshHarness;
  let asked: string[];
  let answers: Readonly<Record<string, Error>>;
  beforeEach(() => {
    asked = [];
    answers = {};
    harness = new MeshHarness({ wrap: (deps) => ({ ...deps, statusWriter: () => writer }) });
  });
  const writer = {
    write: async ({ name }: { readonly name: string }) => {
      asked.push(name);
      const error = answers[name] ?? answers['*'];
      if (error !== undefined) throw error;
    },
  };

  async function writeAll(): Promise<void> {
    const { deps, cluster } = harness;
    const received = await Array.fromAsync(deps.statuses.all(cluster));
    const publisher = new StatusPublisher(deps, deps.cluster(cluster), { targets, records: received });
    const condition = { status: 'True', reason: 'Applied', message: '' } as const;
    for (const name of names)
      await publisher.publish(
        { kind: 'VirtualNode', namespace: 'shop', name, uid: name },
        { mesh: { target: 'app-mesh', status: { condition } } },
      );
  }

  const problems = async () =>
    (await Array.fromAsync(harness.deps.statuses.all(harness.cluster))).map(
      ({ problem }) => problem?.message,
    );

  it('an API server that refuses statuses for lack of a permission is asked three times in a run, and gets all of them once it allows it', async () => {
    answers = { '*': new PermanentError('not allowed to patch virtualnodes/status') };
    await writeAll();
    expect(asked).toEqual(names.slice(0, 3));
    expect(new Set(await problems())).toEqual(new Set(['not allowed to patch virtualnodes/status']));

    asked = [];
    await writeAll();
    expect(asked).toEqual(names.slice(0, 3));

    asked = [];
    answers = {};
    await writeAll();
    expect(asked).toEqual(names);
    expect(new Set(await problems())).toEqual(new Set([undefined]));
  });

  it('an API server that refuses the statuses of single objects is asked about all others', async () => {
    const invalid = (name: string) => [name, new PermanentError(`${name} is invalid`)] as const;
    answers = Object.fromEntries(['node-0', 'node-1', 'node-3', 'node-4', 'node-6'].map(invalid));
    await writeAll();
    expect(asked).toEqual(names);
    const kept = (await problems()).filter((problem) => problem !== undefined);
    expect(kept.sort()).toEqual(Object.values(answers).map(({ message }) => message));
  });

  it('an API server is asked about ten statuses at a time, whether it refuses or not', async () => {
    let underWay = 0;
    let most = 0;
    const slow = async () => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
    };
    const { deps, cluster } = harness;
    const patient = { ...deps, statusWriter: () => ({ write: slow }) };
    const publisher = new StatusPublisher(patient, deps.cluster(cluster), { targets });
    const report = (index: number) =>
      publisher.publish(
        { kind: 'VirtualNode', namespace: 'shop', name: `node-${index}`, uid: String(index) },
        {
          mesh: {
            target: 'app-mesh',
            status: { condition: { status: 'True', reason: 'Applied', message: '' } },
          },
        },
      );
    await Promise.all(Array.from({ length: 100 }, (_, index) => report(index)));
    expect(most).toBe(10);
  });

  it('an API server that refuses statuses because the objects were replaced is asked about each', async () => {
    answers = { '*': new ConflictError('another object has its name') };
    await writeAll();
    expect(asked).toEqual(names);
  });
});
