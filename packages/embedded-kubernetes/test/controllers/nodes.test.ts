import { describe, expect, it } from 'vitest';
import { addedNode } from '../../src/controllers/node/added-node.ts';
import { defaultNodes } from '../../src/controllers/node/nodes.ts';
import { runOf } from '../../src/controllers/node/pod-run.ts';
import { matchesNode } from '../../src/controllers/scheduling/node-affinity.ts';
import { untolerated } from '../../src/controllers/scheduling/taints.ts';
import type { JsonObject, KubernetesObject } from '../../src/model/objects.ts';

const object = (kind: string, spec: JsonObject, metadata: JsonObject = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'n1', uid: 'u', resourceVersion: '1', creationTimestamp: '', ...metadata },
  spec,
});

describe('a node that is added', () => {
  it('has addresses behind those of the last node, and of each other node', () => {
    const added = [0, 1, 15].map((index) => addedNode(defaultNodes, index, 'extra', {}));
    expect(added.map((each) => each?.podCidr)).toEqual([
      '192.168.192.0/22',
      '192.168.196.0/22',
      '192.168.252.0/22',
    ]);
    expect(added[0]).toMatchObject({ zone: 'us-west-2a', internalIP: '192.168.20.23' });
    expect(addedNode(defaultNodes, 16, 'extra', {})).toBeUndefined();
  });

  it('is in the zone of its label', () => {
    const labels = { 'topology.kubernetes.io/zone': 'us-west-2d' };
    expect(addedNode(defaultNodes, 0, 'extra', labels)?.zone).toBe('us-west-2d');
  });
});

describe('a taint', () => {
  const taint = { key: 'gpu', value: 'yes', effect: 'NoSchedule' };
  const effects = ['NoSchedule', 'NoExecute'];
  const node = object('Node', { taints: [taint] });

  it.each<[string, JsonObject, boolean]>([
    ['no toleration', {}, false],
    ['its key and value', { key: 'gpu', value: 'yes' }, true],
    ['its key and another value', { key: 'gpu', operator: 'Equal', value: 'no' }, false],
    ['its key with Exists', { key: 'gpu', operator: 'Exists' }, true],
    ['its key and another effect', { key: 'gpu', operator: 'Exists', effect: 'NoExecute' }, false],
    ['everything', { operator: 'Exists' }, true],
  ])('is tolerated with %s: %s %s', (_, toleration, isTolerated) => {
    const tolerations = Object.keys(toleration).length === 0 ? [] : [toleration];
    expect(untolerated({ tolerations }, node, effects) === undefined).toBe(isTolerated);
  });

  it('counts only with the effects that are asked for, and a cordoned node has one', () => {
    expect(untolerated({}, node, ['NoExecute'])).toBeUndefined();
    const cordoned = object('Node', { unschedulable: true });
    expect(untolerated({}, cordoned, effects)?.key).toBe('node.kubernetes.io/unschedulable');
  });
});

describe('a node matches', () => {
  const node = object('Node', {}, { labels: { zone: 'a', cpus: '8' } });
  const required = (...terms: JsonObject[]) => ({
    affinity: {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } },
    },
  });
  const expression = (key: string, operator: string, ...values: string[]) => ({
    matchExpressions: [{ key, operator, values }],
  });

  it.each<[string, JsonObject, boolean]>([
    ['without requirements', {}, true],
    ['by nodeSelector', { nodeSelector: { zone: 'a' } }, true],
    ['not by another label', { nodeSelector: { zone: 'b' } }, false],
    ['by one of several terms', required(expression('zone', 'In', 'b'), expression('zone', 'In', 'a')), true],
    ['not by Gt of a larger number', required(expression('cpus', 'Gt', '8')), false],
    ['by Lt of a larger number', required(expression('cpus', 'Lt', '9')), true],
    [
      'by its name',
      required({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1'] }] }),
      true,
    ],
    ['not by an empty term', required({}), false],
  ])('%s', (_, spec, isMatch) => {
    expect(matchesNode(spec, node)).toBe(isMatch);
  });
});

describe('the containers of a pod', () => {
  const run = (restartPolicy: string, annotations: Record<string, string> = {}) =>
    runOf(object('Pod', { restartPolicy }, { annotations }), 1000);
  const runFor = (text: string) => ({ 'embedded.eks-mesh-sync/run-for': text });
  const exitCode = (text: string) => ({ 'embedded.eks-mesh-sync/exit-code': text });

  it.each([
    [run('Always'), { durationMs: undefined, restarts: true }],
    [run('Never'), { durationMs: 1000, exitCode: 0, restarts: false }],
    [run('OnFailure'), { durationMs: 1000, exitCode: 0, restarts: false }],
    [run('Never', exitCode('3')), { durationMs: 1000, exitCode: 3, restarts: false }],
    [run('OnFailure', exitCode('3')), { durationMs: 1000, exitCode: 3, restarts: true }],
    [run('Always', exitCode('1')), { durationMs: 1000, exitCode: 1, restarts: true }],
    [run('Always', runFor('1m30s')), { durationMs: 90_000, restarts: true }],
    [run('Never', runFor('250ms')), { durationMs: 250 }],
    [run('Never', runFor('forever')), { durationMs: undefined }],
  ])('end by their restartPolicy and two annotations (case %#)', (actual, expected) => {
    expect(actual).toMatchObject(expected);
  });
});
