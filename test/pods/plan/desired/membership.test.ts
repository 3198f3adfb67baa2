import { describe, expect, it } from 'vitest';
import { meshOf } from '../../../../shared/model/virtual-node.ts';
import { meshOfNamespace } from '../../../../shared/pods/plan/desired/membership.ts';
import { anObject } from '../../../fakes/objects.ts';

const mesh = (name: string, namespaceSelector?: object | null) =>
  meshOf(anObject('Mesh', { namespaceSelector }, { name }));
const shop = { name: 'shop', labels: { mesh: 'blue' } };
const blue = mesh('blue', { matchLabels: { mesh: 'blue' } });
const red = mesh('red', { matchLabels: { mesh: 'red' } });
const everything = mesh('everything', {});
const nothing = mesh('nothing');

describe('the mesh of a namespace', () => {
  it('the mesh of a namespace is the one that selects it', () => {
    expect(meshOfNamespace(shop, [red, nothing, blue])).toEqual({ mesh: blue });
  });

  it.each([
    [[], 'no Mesh selects namespace shop by its namespaceSelector'],
    [[red, nothing], 'no Mesh selects namespace shop by its namespaceSelector'],
    [[mesh('n', null)], 'no Mesh selects namespace shop by its namespaceSelector'],
    [[everything, blue, red], '2 Meshes select namespace shop: blue, everything; exactly one may'],
  ])('the mesh of a namespace is none, with a reason: case %#', (meshes, reason) => {
    expect(meshOfNamespace(shop, meshes)).toEqual({ reason });
  });

  it('the mesh of a namespace is the one that meshRef names among those that select it', () => {
    expect(meshOfNamespace(shop, [everything, blue, red], 'blue')).toEqual({ mesh: blue });
    expect(meshOfNamespace(shop, [blue], 'blue')).toEqual({ mesh: blue });
  });

  it('the mesh of a namespace is none that meshRef names alone: anybody may write it', () => {
    expect(meshOfNamespace(shop, [everything, blue, red], 'red')).toEqual({
      reason: 'Mesh red, which spec.meshRef names, does not select namespace shop by its namespaceSelector',
    });
    expect(meshOfNamespace(shop, [blue], 'green')).toEqual({
      reason: 'no Mesh is called green, which spec.meshRef names',
    });
  });

  it('the mesh of a namespace is found by selector where meshRef is absent, null or empty', () => {
    for (const meshRef of [undefined, null, ''])
      expect(meshOfNamespace(shop, [blue], meshRef)).toEqual({ mesh: blue });
  });
});
