import { describe, expect, it } from 'vitest';
import { hasNews } from '../../shared/mesh/has-news.ts';
import type { MeshTarget, ReconcileDependencies } from '../../shared/mesh/mesh-target.ts';

/** A target that reads the inputs from outside the cluster; null: it has none to read. */
function aTarget(name: string, inputs: string | null | undefined): MeshTarget {
  const target = { rules: { name }, ...(typeof inputs === 'string' && { inputs }) };
  return {
    rules: { name },
    ...(inputs !== null && { informed: async () => target }),
  } as unknown as MeshTarget;
}

async function found(last: object | undefined, targets: readonly MeshTarget[]) {
  const read: string[] = [];
  const deps = {
    objects: {
      inRange: (_: string, kind: string) => {
        read.push(kind);
        return [];
      },
    },
    meshRuns: { last: async () => last },
  };
  const news = await hasNews(deps as unknown as ReconcileDependencies, 'local', targets);
  return { news, read };
}

describe('news from outside the cluster', () => {
  const [istio, envoy] = [aTarget('istio', null), aTarget('envoy', 'b')];

  it.each<readonly [name: string, last: object | undefined, targets: readonly MeshTarget[], news: boolean]>([
    ['the same inputs', { inputs: { envoy: 'b' } }, [envoy], false],
    ['other inputs', { inputs: { envoy: 'a' } }, [envoy], true],
    ['the inputs of another target', { inputs: { istio: 'b' } }, [envoy], true],
    [
      'other inputs of one of two targets',
      { inputs: { a: '1', b: '1' } },
      [aTarget('a', '1'), aTarget('b', '2')],
      true,
    ],
    ['a target that reads nothing beside it', { inputs: { envoy: 'a' } }, [istio, envoy], true],
    ['a last run without inputs', {}, [envoy], true],
    ['no last run', undefined, [envoy], true],
    ['inputs that cannot be read', { inputs: { envoy: 'a' } }, [aTarget('envoy', undefined)], false],
  ])('with %s', async (_, last, targets, news) => {
    expect(await found(last, targets)).toEqual({ news, read: ['Namespace', 'Mesh', 'VirtualNode'] });
  });

  it.each([
    ['no targets', []],
    ['targets that read nothing', [istio]],
  ])('with %s costs no read', async (_, targets) => {
    expect(await found({}, targets)).toEqual({ news: false, read: [] });
  });
});
