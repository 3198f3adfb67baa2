import { expect, it } from 'vitest';
import { changeText } from '../../../playground/mesh/object-progress.ts';
import { ownershipMarks } from '../../../shared/model/own-object.ts';

const marks = ownershipMarks({
  source: 'mesh-objects',
  cluster: 'local',
  sourceObject: 'VirtualService shop/cart',
});

function object(spec: object, metadata: object = marks) {
  return {
    ...{ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', spec },
    metadata: { ...{ name: 'cart', namespace: 'shop', uid: 'u', resourceVersion: '1' }, ...metadata },
  } as unknown as Parameters<typeof changeText>[0]['object'];
}

it('the playground prints a line for a change of an object that the functions wrote', () => {
  const [before, after] = [object({ hosts: ['a'] }), object({ hosts: ['b'] })];
  const name = 'Kubernetes: VirtualService shop/cart';
  expect(changeText({ type: 'ADDED', object: after, previous: undefined })).toBe(`${name} created`);
  expect(changeText({ type: 'MODIFIED', object: after, previous: before })).toBe(`${name} changed`);
  expect(changeText({ type: 'DELETED', object: after, previous: after })).toBe(`${name} deleted`);
});

it('the playground prints no line for a change of the status, or of an object of somebody else', () => {
  const same = object({ hosts: ['a'] });
  expect(changeText({ type: 'MODIFIED', object: object({ hosts: ['a'] }), previous: same })).toBeUndefined();
  const foreign = object({ hosts: ['a'] }, { labels: marks.labels });
  expect(changeText({ type: 'ADDED', object: foreign, previous: undefined })).toBeUndefined();
});
