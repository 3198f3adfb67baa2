import { describe, expect, it } from 'vitest';
import { whoseInstance } from '../../../shared/explain/plan/service-explanation.ts';
import { aClaim } from '../harness/pod-facts.ts';
import { attributesOf, leftover } from './service-facts.ts';

describe('whose instance it is', () => {
  const clusters = ['local', 'staging'];
  const claim = aClaim();
  const byClaim = {
    ...{ kind: 'ours', pod: 'shop/front-1', cluster: 'local' },
    reason: 'pod shop/front-1 of cluster local has a claim on it',
  };
  const foreign = {
    kind: 'foreign',
    reason: 'neither this system nor the App Mesh controller registered it',
  };

  it.each([
    [
      'its attributes name a cluster',
      attributesOf('staging', 'a'),
      claim,
      {
        ...{ kind: 'ours', pod: 'shop/a', cluster: 'staging' },
        reason: 'its attribute k8s.io/cluster is staging',
      },
    ],
    [
      'its attributes name a cluster, and no pod',
      { 'k8s.io/cluster': 'local' },
      undefined,
      { kind: 'ours', cluster: 'local', reason: 'its attribute k8s.io/cluster is local' },
    ],
    [
      'its attributes name another cluster',
      attributesOf('other'),
      claim,
      {
        ...{ kind: 'foreign', pod: 'shop/front-1', cluster: 'other' },
        reason: 'its attribute k8s.io/cluster is other, which is not in clusters.yml',
      },
    ],
    ['it has an applied claim', leftover, claim, byClaim],
    ['it has only an applied claim', null, claim, byClaim],
    ['its claim was not applied yet', {}, aClaim({ phase: 'claimed' }), foreign],
    ['no attributes were accepted under its claim', {}, aClaim({ fingerprint: undefined }), foreign],
    [
      'the App Mesh controller left it',
      leftover,
      undefined,
      {
        ...{ kind: 'leftover', pod: 'shop/old-1' },
        reason: 'the App Mesh controller registered it, and it has not been adopted',
      },
    ],
    [
      'it names a pod without a namespace',
      { 'k8s.io/pod': 'old-1' },
      undefined,
      { ...foreign, pod: '?/old-1' },
    ],
    ['there is neither', null, undefined, foreign],
  ])('%s', (_, attributes, its, expected) => {
    expect(whoseInstance(attributes, its, clusters)).toEqual(expected);
  });
});
