import { describe, expect, it } from 'vitest';
import { type EntryOf, isOfKind } from '../../../../../shared/mesh/plan/entry.ts';
import {
  referred,
  targetOf,
  targetsOf,
} from '../../../../../shared/mesh/targets/gateway-api/plan/backends.ts';
import { Findings } from '../../../../../shared/mesh/targets/gateway-api/plan/findings.ts';
import { aNode, aRouter } from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';
import { limitsIn } from './findings.ts';

type Spec = Readonly<Record<string, unknown>>;

const arn = 'arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/virtualNode/blue';
const timeout = (value: number) => ({ http: { perRequest: { unit: 's', value } } });
const two = {
  listeners: [
    { portMapping: { port: 8080, protocol: 'http' }, timeout: timeout(20) },
    { portMapping: { port: 8081, protocol: 'http' }, timeout: timeout(5) },
  ],
};
const cloudMap = { serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'blue' } } };
const silent = { listeners: [], serviceDiscovery: null };

/** The router `color` beside a virtual node `blue` of the spec, and `green`, and one that is invalid. */
function searched(spec: Spec = {}) {
  const far = aNode('far', { serviceDiscovery: { dns: { hostname: 'far.other.svc' } } }, 'other');
  const invalid = aNode('invalid', { listeners: 'none' });
  const directory = directoryOf(aRouter('color'), aNode('blue', spec), aNode('green'), far, invalid);
  const [router, node] = directory.entries;
  if (router === undefined || !isOfKind(router, 'VirtualRouter')) throw new Error(JSON.stringify(router));
  if (node === undefined || !isOfKind(node, 'VirtualNode')) throw new Error(JSON.stringify(node));
  const findings = new Findings(router);
  return { search: { directory, findings }, router, node };
}
const backend = (name: string, port = 8080, weight = 1, namespace = 'apps') => ({
  ...{ namespace, name, port, weight },
});

describe('the object that a field names', () => {
  const path = 'spec.provider.virtualNode.virtualNode';
  const needed = (name: string, namespace = 'apps') => [
    { kind: 'VirtualNode', reference: { name, namespace }, path: `${path}Ref` },
  ];
  it.each<readonly [what: string, field: Partial<Parameters<typeof referred>[3]>, expected: Spec]>([
    ['of its namespace', { reference: { name: 'green' } }, { name: 'green', needed: needed('green') }],
    [
      'of another namespace',
      { reference: { name: 'far', namespace: 'other' } },
      { name: 'far', needed: needed('far', 'other') },
    ],
    ['that does not exist', { reference: { name: 'none' } }, { needed: needed('none') }],
    [
      'that is invalid',
      { reference: { name: 'invalid' } },
      { needed: needed('invalid'), found: [`refused ${path}Ref: invalid`] },
    ],
    ['of another account', { arn }, { found: [`refused ${path}ARN: arn`] }],
    [
      'of another account beside one of the cluster',
      { arn, reference: { name: 'green' } },
      { name: 'green', needed: needed('green'), found: [`refused ${path}ARN: arn`] },
    ],
    ['that is null', { reference: null, arn: null }, {}],
  ])('%s', (_, field, { name, ...expected }) => {
    const { search, router } = searched();
    const found = referred(search, 'VirtualNode', router, {
      ...{ reference: undefined, arn: undefined, path },
      ...field,
    });
    expect(found?.id.name).toBe(name);
    const { needed, differences } = search.findings;
    expect({ needed, found: limitsIn(differences) }).toEqual({ needed: [], found: [], ...expected });
  });
});

describe('the Service of a virtual node', () => {
  const target = (spec: Spec, port?: number | null, weight = 1) => {
    const { search, router, node } = searched(spec);
    const found = targetOf(search, router, node, { path: 'spec.x', port, weight });
    return { targets: found, found: limitsIn(search.findings.differences) };
  };

  it.each<readonly [what: string, spec: Spec, port: number | null | undefined, number, timeoutMs: number]>([
    ['the first listener without a port', two, undefined, 8080, 20_000],
    ['the first listener with a port that is null', two, null, 8080, 20_000],
    ['the port that is given', two, 8081, 8081, 5000],
    ['a port without a listener', two, 9000, 9000, 15_000],
  ])('is called at %s', (_, spec, port, chosen, timeoutMs) => {
    expect(target(spec, port, 3)).toEqual({
      targets: [{ backend: backend('blue', chosen, 3), timeoutMs }],
      found: [],
    });
  });

  it.each<readonly [what: string, spec: Spec, port: number | undefined, limit: string]>([
    ['without listeners', { listeners: [] }, undefined, 'port'],
    ['whose listeners are null', { listeners: null, serviceDiscovery: null }, undefined, 'port'],
    [
      'outside the cluster',
      { serviceDiscovery: { dns: { hostname: 'api.example.com' } } },
      undefined,
      'hostname',
    ],
    ['in Cloud Map without a selector', cloudMap, undefined, 'noPods'],
    ['without service discovery', silent, 8080, 'noPods'],
  ])('is none for one %s', (_, spec, port, limit) => {
    expect(target(spec, port)).toEqual({ targets: [], found: [`refused spec.x: ${limit}`] });
  });
});

describe('the Services of weighted targets', () => {
  const at = (index: number) => `spec.routes[0].httpRoute.action.weightedTargets[${index}].virtualNode`;
  const targets = (all: Parameters<typeof targetsOf>[2], spec?: Spec) => {
    const { search, router } = searched(spec);
    const found = targetsOf(
      search,
      router as EntryOf<'VirtualRouter'>,
      all,
      'spec.routes[0].httpRoute.action.weightedTargets',
    );
    const { needed, differences } = search.findings;
    return { targets: found, needed: needed.map(({ path }) => path), found: limitsIn(differences) };
  };
  const to = (name: string, more: Spec = {}) => ({ virtualNodeRef: { name }, weight: 1, ...more });

  it('are in the order of the targets, each with its port and its share', () => {
    const all = [to('green', { weight: 2 }), to('blue', { port: 8081, weight: 0 })];
    expect(targets(all, two)).toEqual({
      targets: [
        { backend: backend('green', 8080, 2), timeoutMs: 15_000 },
        { backend: backend('blue', 8081, 0), timeoutMs: 5000 },
      ],
      needed: [`${at(0)}Ref`, `${at(1)}Ref`],
      found: [],
    });
    expect(targets([])).toEqual({ targets: [], needed: [], found: [] });
  });

  it('are without those that cannot be called, which are reported by their index', () => {
    const all = [to('none'), to('blue'), to('green'), { virtualNodeARN: arn, weight: 1 }, to('invalid')];
    expect(targets(all, cloudMap)).toEqual({
      targets: [{ backend: backend('green'), timeoutMs: 15_000 }],
      needed: [0, 1, 2, 4].map((index) => `${at(index)}Ref`),
      found: [`refused ${at(1)}Ref: noPods`, `refused ${at(3)}ARN: arn`, `refused ${at(4)}Ref: invalid`],
    });
  });
});
