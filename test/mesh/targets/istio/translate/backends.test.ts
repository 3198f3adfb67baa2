import { describe, expect, it } from 'vitest';
import { Directory } from '../../../../../shared/mesh/plan/directory.ts';
import { isOfKind } from '../../../../../shared/mesh/plan/entry.ts';
import { Report } from '../../../../../shared/mesh/plan/report.ts';
import { backendsOf } from '../../../../../shared/mesh/targets/istio/translate/node/backends.ts';
import type { Manifest } from '../../../harness/harness.ts';
import { aBackendGroup, aMesh, aNamespace, aNode, aService } from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';

const tls = (port: number) => ({
  tls: { ports: [port], validation: { trust: { file: { certificateChain: '/ca' } } } },
});
const backend = (name: string, clientPolicy?: object) => ({
  virtualService: { virtualServiceRef: { name }, ...(clientPolicy && { clientPolicy }) },
});
const moved = (manifest: Manifest, namespace: string): Manifest => ({
  ...manifest,
  metadata: { ...manifest.metadata, namespace },
});
const ground = [aNamespace(), aNamespace('blue'), aNamespace('other', { mesh: 'other' }), aMesh()];
const group = (...services: readonly { readonly name: string; readonly namespace?: string }[]): Manifest => ({
  ...aBackendGroup('all', []),
  spec: { virtualservices: services },
});
const grouped = { backendGroups: [{ name: 'all' }] };

function backendsIn(directory: Directory) {
  const node = directory.find('VirtualNode', { namespace: 'apps', name: 'front' });
  if (node === undefined || !isOfKind(node, 'VirtualNode')) throw new Error('expected the node front');
  const report = new Report();
  return { backends: backendsOf(node, directory, 'shop', report), report };
}
function backendsFor(spec: object, ...manifests: readonly Manifest[]) {
  return backendsIn(directoryOf(...ground, aNode('front', { ...spec }), ...manifests));
}
const hostsFor = (...given: Parameters<typeof backendsFor>) =>
  backendsFor(...given).backends.map(({ host }) => host);

describe('the backends of a virtual node', () => {
  const services = ['b', 'a', 'd', 'c'].map((name) => aService(name));

  it('are the listed ones in their order, then those of its groups by name, each once', () => {
    const spec = { backends: [backend('d'), backend('b')], ...grouped };
    const names = ['c', 'b', 'a', 'd'].map((name) => ({ name }));
    expect(hostsFor(spec, ...services, group(...names))).toEqual(
      ['d', 'b', 'a', 'c'].map((name) => `${name}.apps`),
    );
    expect(hostsFor({})).toEqual([]);
  });

  it('are of the node’s namespace unless they name another', () => {
    const other = { virtualService: { virtualServiceRef: { name: 'a', namespace: 'blue' } } };
    const spec = { backends: [other, backend('a')] };
    expect(hostsFor(spec, aService('a'), moved(aService('a'), 'blue'))).toEqual(['a.blue', 'a.apps']);
  });

  it('have their own policy, or that of the node', () => {
    const backendDefaults = { clientPolicy: tls(1) };
    const spec = { backends: [backend('a', tls(2)), backend('b')], backendDefaults, ...grouped };
    const { backends } = backendsFor(spec, ...services, group({ name: 'c' }));
    expect(backends.map(({ policy, path }) => [policy?.tls?.ports, path])).toEqual([
      [[2], 'spec.backends[0].virtualService.clientPolicy'],
      [[1], 'spec.backendDefaults.clientPolicy'],
      [[1], 'spec.backendDefaults.clientPolicy'],
    ]);
    const [without] = backendsFor({ backends: [backend('a')] }, ...services).backends;
    expect(without).toMatchObject({ policy: undefined, path: 'spec.backendDefaults.clientPolicy' });
  });

  it('keep their own policy if a group names them, too', () => {
    const spec = { backends: [backend('a', tls(2))], backendDefaults: { clientPolicy: tls(1) }, ...grouped };
    const { backends } = backendsFor(spec, ...services, group({ name: 'a' }));
    expect(backends.map(({ policy }) => policy?.tls?.ports)).toEqual([[2]]);
  });

  it('without an object are none', () => {
    const spec = { backends: [backend('missing'), backend('a')], ...grouped };
    expect(hostsFor(spec, aService('a'), group({ name: 'missing-too' }))).toEqual(['a.apps']);
    expect(hostsFor(grouped)).toEqual([]);
  });

  it('that are invalid have a host, and no content', () => {
    const { backends } = backendsFor({ backends: [backend('a')] }, aService('a', undefined, { colour: 'x' }));
    expect(backends).toMatchObject([{ host: 'a.apps', service: undefined }]);
  });

  it('by ARN are refused, and the others stay', () => {
    const byArn = {
      virtualService: {
        virtualServiceARN: 'arn:aws:appmesh:us-east-1:123456789012:mesh/shop/virtualService/x',
      },
    };
    const { backends, report } = backendsFor({ backends: [byArn, backend('a')] }, ...services);
    expect(backends.map(({ host }) => host)).toEqual(['a.apps']);
    expect(report.differences).toMatchObject([
      { effect: 'refused', path: 'spec.backends[0].virtualService.virtualServiceARN' },
    ]);
  });
});

describe('of two virtual services with one name in a mesh', () => {
  const [mine, theirs] = ['apps', 'blue'].map((namespace) =>
    moved(aService(`a-${namespace}`, undefined, { awsName: 'cart' }), namespace),
  ) as [Manifest, Manifest];
  const [myHost, theirHost] = ['cart.apps.svc.cluster.local', 'cart.blue.svc.cluster.local'];
  const named = group({ name: 'a-apps' });

  it.each([
    ['apps', [mine, theirs], myHost],
    ['blue', [theirs, mine], theirHost],
  ] as const)('a group means the first that was created, in namespace %s', (_, services, host) => {
    expect(hostsFor(grouped, ...services, named)).toEqual([host]);
  });

  it('a group means the first that was created, in whatever order they are listed', () => {
    const { entries } = directoryOf(...ground, aNode('front', grouped), named, theirs, mine);
    const labels = new Map(
      ground.flatMap(({ kind, metadata }) =>
        kind === 'Namespace' ? [[metadata.name, metadata.labels ?? {}] as const] : [],
      ),
    );
    expect(backendsIn(new Directory(entries.toReversed(), labels)).backends).toMatchObject([
      { host: theirHost },
    ]);
    expect(backendsIn(new Directory(entries, labels)).backends).toMatchObject([{ host: theirHost }]);
  });

  it('a group means the one of the node’s mesh', () => {
    const elsewhere = moved(aService('a-other', undefined, { awsName: 'cart' }), 'other');
    const otherMesh = aMesh({ namespaceSelector: { matchLabels: { mesh: 'other' } } }, 'other');
    expect(hostsFor(grouped, elsewhere, otherMesh, mine, named)).toEqual([myHost]);
  });

  it('a group means a virtual service, and no older object of another kind with that name', () => {
    expect(hostsFor(grouped, moved(aNode('x', { awsName: 'cart' }), 'blue'), mine, named)).toEqual([myHost]);
  });

  it('a group means the one that is in a mesh at all', () => {
    const nowhere = moved(aService('a-none', undefined, { awsName: 'cart' }), 'none');
    expect(hostsFor(grouped, aNamespace('none', {}), nowhere, mine, named)).toEqual([myHost]);
  });
});
