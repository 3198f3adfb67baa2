import { describe, expect, it } from 'vitest';
import type { Manifest, ReadManifest } from '../../../playground/manifests/manifest.ts';
import { substitute, variablesNote } from '../../../playground/manifests/substitute.ts';
import { UsageError } from '../../../playground/usage-error.ts';

const variable = (name: string): string => `\${${name}}`;

describe('variables in manifests', () => {
  it('replaces all, an empty one too, or only those that are named', () => {
    const text = `a: ${variable('A')}-${variable('B')} $A ${variable('A:-x')}`;
    const environment = { A: '1', B: '', C: '3' };
    expect(substitute(text, 'f', 'all', environment)).toBe(`a: 1- $A ${variable('A:-x')}`);
    expect(substitute(text, 'f', ['A'], environment)).toBe(`a: 1-${variable('B')} $A ${variable('A:-x')}`);
    expect(substitute(text, 'f', [], environment)).toBe(text);
  });

  it('takes a value as it is, whatever it has', () => {
    expect(substitute(variable('A'), 'f', 'all', { A: `$& ${variable('B')}` })).toBe(`$& ${variable('B')}`);
  });

  it('names all that are not set', () => {
    const text = ['A', 'X_1', 'Y', 'Y'].map(variable).join(' ');
    expect(() => substitute(text, 'f.yaml', 'all', { A: '1' })).toThrow(
      new UsageError(
        'f.yaml uses X_1, Y: environment variable not set. To replace only some variables, name them: --substitute NAME,NAME',
      ),
    );
    expect(() => substitute(text, 'f.yaml', ['Y'], { A: '1' })).toThrow(
      new UsageError('f.yaml uses Y: environment variable not set'),
    );
  });
});

describe('variables that nothing replaces', () => {
  const read = (manifest: object): ReadManifest => ({
    manifest: manifest as Manifest,
    place: { file: 'shop.yaml', document: 1, line: 1 },
    field: () => ({ line: 1, source: undefined }),
  });
  const node = (hostname: string) =>
    read({
      ...{ apiVersion: 'appmesh.k8s.aws/v1beta2', kind: 'VirtualNode', metadata: { name: 'a' } },
      spec: { serviceDiscovery: { dns: { hostname } } },
    });
  const script = `echo ${variable('HOME')}`;
  const configMap = read({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { script } });

  it('are no matter in a script of a ConfigMap', () => {
    expect(variablesNote([configMap, node('a.shop')])).toBeUndefined();
  });

  it('are named with the option that replaces them in a mesh object', () => {
    expect(variablesNote([configMap, node(`a.${variable('NS')}`), node(variable('HOST'))])).toBe(
      `shop.yaml has ${variable('NS')}, ${variable('HOST')} in fields of mesh objects and namespaces. To replace variables by those of the environment: --substitute NS,HOST`,
    );
  });

  it('are an error in a name or a namespace', () => {
    const namespace = variable('NS');
    const deployment = read({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a', namespace },
    });
    expect(() => variablesNote([node('a.shop'), deployment])).toThrow(UsageError);
    expect(() => variablesNote([deployment])).toThrow('--substitute NS');
  });
});
