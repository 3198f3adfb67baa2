import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isOurs } from '../../shared/mesh/objects-target/plan/object-manifest.ts';
import type { LiveObject } from '../../shared/model/kubernetes-object.ts';
import { clusterObjects } from '../../translate/cluster-objects.ts';
import { parseOptions, UsageError } from '../../translate/options.ts';
import { readDocuments } from '../../translate/read-manifests.ts';
import { targetOf } from '../../translate/targets.ts';
import { tableOf, yamlOf } from '../../translate/text.ts';
import { type Translated, translate } from '../../translate/translation.ts';
import { fileOf, folder } from './files.ts';
import { mesh, node, router, shop } from './manifests.ts';

function translated(...args: readonly string[]) {
  const options = parseOptions(args);
  if (options === undefined) throw new Error('expected options');
  return translate(
    clusterObjects(readDocuments(options.paths), options.paths),
    targetOf(options),
    options.cluster,
  );
}

interface IstioTarget {
  readonly weight: number;
  readonly destination: { readonly host: string };
}

interface Backend {
  readonly name: string;
  readonly weight: number;
}

// biome-ignore lint/suspicious/noExplicitAny: tests read any part of it
function specOf(objects: readonly Translated[], kind: string): any {
  const found = objects.find(({ manifest }) => manifest.kind === kind);
  if (found === undefined) throw new Error(`there is no ${kind}`);
  return found.manifest.spec;
}

describe('the translation of manifests', () => {
  it('a virtual service becomes routes with the same weights, in Istio and in the Gateway API', () => {
    const path = fileOf(shop);
    const { objects: istio } = translated('--to', 'istio', path);
    const virtual = specOf(istio, 'VirtualService');
    expect(virtual.hosts).toEqual(['cart.apps.svc.cluster.local']);
    const targets = virtual.http[0].route as readonly IstioTarget[];
    expect(targets.map(({ weight, destination }) => [destination.host, weight])).toEqual([
      ['blue.apps.svc.cluster.local', 3],
      ['green.apps.svc.cluster.local', 1],
    ]);
    const { objects: gateway } = translated('--to', 'gateway-api', path);
    const backends = specOf(gateway, 'HTTPRoute').rules[0].backendRefs as readonly Backend[];
    expect(backends.map(({ name, weight }) => [name, weight])).toEqual([
      ['blue', 3],
      ['green', 1],
    ]);
  });

  it('translated objects belong to the user, unless a cluster is named', () => {
    const path = fileOf(shop);
    for (const { manifest } of translated('--to', 'istio', path).objects)
      expect(JSON.stringify(manifest)).not.toContain('eks-mesh-sync');
    const { objects } = translated('--to', 'istio', '--cluster', 'production', path);
    const sourceObject = { kind: 'VirtualService', namespace: 'apps', name: 'cart' } as const;
    const own = objects.filter(({ source }) => source === 'VirtualService apps/cart');
    expect(own).not.toEqual([]);
    for (const { manifest } of own)
      expect(isOurs(manifest as LiveObject, 'production', { id: undefined, sourceObject })).toBe(true);
  });

  it('a Mesh and namespaces that are not in the files are assumed, and that is said', () => {
    expect(translated('--to', 'istio', fileOf(shop)).notes).toEqual([
      'No Namespace "apps" in the files: it is assumed to have the labels mesh=shop',
    ]);
    const alone = translated('--to', 'istio', fileOf(node('blue')));
    expect(alone.notes).toEqual([
      'No Mesh in the files: one that selects every namespace is assumed, with the default egressFilter of App Mesh, DROP_ALL',
      'No Namespace "apps" in the files: it is assumed to have no labels',
    ]);
    expect(alone.isRefused).toBe(false);
  });

  it('a namespace in the files that no Mesh selects is not assumed to be selected', () => {
    const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: apps }\n---';
    const { rows, objects, isRefused } = translated('--to', 'istio', fileOf(namespace + shop));
    expect(isRefused).toBe(true);
    expect(rows.map(({ effect }) => effect)).toContain('NotMember');
    expect(objects.filter(({ source }) => source.startsWith('VirtualNode'))).toEqual([]);
  });

  it('a field that cannot be translated is in the table, and its object is left out whole', () => {
    const acm =
      'tls: { mode: STRICT, certificate: { acm: { certificateARN: "arn:aws:acm:eu-west-1:111122223333:certificate/a" } } }';
    const listener = `listeners: [{ portMapping: { port: 8080, protocol: http }, ${acm} }]`;
    const strict = node('blue').replace(/listeners: .*/, listener);
    const { rows, isRefused, objects } = translated('--to', 'istio', fileOf([mesh, strict].join('---')));
    const refused = rows.filter(({ effect }) => effect === 'refused');
    expect(isRefused).toBe(true);
    expect(refused.map(({ object, field }) => [object, field])).toContainEqual([
      'VirtualNode apps/blue',
      expect.stringContaining('spec.listeners[0].tls.certificate.acm'),
    ]);
    for (const { message, instead } of refused) expect(message.length * instead.length).toBeGreaterThan(0);
    expect(objects.filter(({ source }) => source === 'VirtualNode apps/blue')).toEqual([]);
  });

  it('a reference to an object that is not in the files is in the table', () => {
    const { rows, isRefused } = translated('--to', 'istio', fileOf([mesh, router].join('---')));
    expect(isRefused).toBe(true);
    expect(tableOf(rows)).toContain('VirtualNode "apps/blue" not found');
  });

  it('the items of a List are read, and other kinds are skipped', () => {
    const items = [node('blue'), 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\n'];
    const list = `apiVersion: v1\nkind: List\nitems:\n${items.map((item) => `  - ${item.trim().replaceAll('\n', '\n    ')}`).join('\n')}\n`;
    expect(translated('--to', 'lattice', fileOf(list))).toEqual(
      translated('--to', 'lattice', fileOf(node('blue'))),
    );
  });

  it('a translation of the same files gives the same text', () => {
    const path = fileOf(shop);
    const [one, other] = [1, 2].map(() => translated('--to', 'istio', path));
    expect(yamlOf(one?.objects ?? [])).toBe(yamlOf(other?.objects ?? []));
  });
});

/** A variable that nobody substituted. */
const left = ['$', '{APP_NAMESPACE}'].join('');

describe('a manifest that is not valid', () => {
  it.each([
    [node('blue').replace('8080', '"x"'), /VirtualNode apps\/blue: spec\.listeners\[0\]\.portMapping\.port/],
    [
      node('blue', '  colour: red'),
      /VirtualNode apps\/blue: spec.colour: unknown field; expected only awsName, podSelector, /,
    ],
    [
      node('blue').replace('v1beta2', 'v1beta1'),
      /apiVersion is appmesh.k8s.aws\/v1beta1; expected .*v1beta2/,
    ],
    [node('blue').replace('VirtualNode', 'VirtualNodes'), /kind is VirtualNodes; expected Mesh, /],
    [`${node('blue')}---${node('blue')}`, /VirtualNode apps\/blue: found 2 times, in .*\.yaml, .*\.yaml/],
    [
      node('blue').replace('namespace: apps', `namespace: "${left}"`),
      /metadata\.namespace: \$\{APP_NAMESPACE\} has a variable: substitute it first/,
    ],
    [
      node('blue').replace('blue.apps.svc.cluster.local', `"blue.${left}.svc"`),
      /spec\.serviceDiscovery\.dns\.hostname: .* has a variable/,
    ],
    [node('blue').replace('name: blue', 'name: Blue'), /metadata\.name: expected small letters/],
    [node('blue').replace('name: blue', 'name: blue..a'), /metadata\.name: expected small letters/],
    [node('blue').replace('name: blue', 'name: blue.-a'), /metadata\.name: expected small letters/],
    [
      node('blue').replace('name: blue', `name: ${'b'.repeat(254)}`),
      /metadata\.name: expected small letters/,
    ],
    [node('blue').replace('namespace: apps', 'namespace: a.b'), /metadata\.namespace: expected at most 63/],
    [
      node('blue').replace('namespace: apps', `namespace: ${'a'.repeat(64)}`),
      /metadata\.namespace: expected at most 63/,
    ],
    [
      mesh
        .replace('kind: Mesh', 'kind: Namespace')
        .replace(/apiVersion.*/, 'apiVersion: v1')
        .replace('shop', 'a.b'),
      /Namespace a\.b: metadata\.name: expected at most 63/,
    ],
    [
      node('blue').replace('name: blue', 'name: "a\\n---\\nb"'),
      /VirtualNode "a\\n---\\nb": metadata\.name: expected/,
    ],
    [node('blue').replace('name: blue, ', ''), /VirtualNode: metadata\.name: /],
    ['a: [', /is not valid YAML/],
  ])('a wrong manifest is refused with the name of its field: %#', (text, message) => {
    expect(() => translated('--to', 'istio', fileOf(text))).toThrow(message);
  });

  it.each([
    '',
    'hello',
    '- a\n- b\n',
    '\u0000\u0001',
    'apiVersion: v1\nkind: Namespace\nmetadata: { name: a }\n',
  ])('files without any App Mesh object are refused: %j', (text) => {
    expect(() => translated('--to', 'istio', fileOf(text))).toThrow(/^no App Mesh object in .*\.yaml$/);
  });

  it('aliases that would fill the memory, or that have no anchor, are refused with the file', () => {
    const names = [...'abcdef'];
    const lines = names.map((name, index) => {
      const items = Array.from({ length: 9 }, () => (index === 0 ? 'x' : `*${names[index - 1]}`));
      return `${name}: &${name} [${items.join(', ')}]\n`;
    });
    expect(() => translated('--to', 'istio', fileOf(lines.join('')))).toThrow(
      /^.*\.yaml is not valid YAML: Excessive alias count/,
    );
    expect(() => translated('--to', 'istio', fileOf('a: *b\n'))).toThrow(/^.*\.yaml is not valid YAML: /);
    const error = expect.objectContaining({ constructor: UsageError });
    expect(() => translated('--to', 'istio', fileOf(lines.join('')))).toThrow(error);
  });

  it('every fault of every file is named, also if a file is not valid YAML', () => {
    const files = [
      fileOf('a: ['),
      fileOf(node('blue', '  colour: red')),
      fileOf(node('green', '  podSelector: 1')),
    ];
    expect(() => translated('--to', 'istio', ...files)).toThrow(
      /^.* is not valid YAML: .*\n(.*\n)*.*apps\/blue: spec\.colour: .*\n.*apps\/green: spec\.podSelector: expected a map of fields; found the number 1$/,
    );
  });

  it('the comment that names the source of an object is one line', () => {
    const manifest = { apiVersion: 'v1', kind: 'A', metadata: { name: 'a' } } as const;
    const text = yamlOf([{ manifest, source: 'Mesh a\n---\u2028b' }] as never);
    expect(text).toBe('---\n# from Mesh a --- b\napiVersion: v1\nkind: A\nmetadata:\n  name: a\n');
  });

  it('a file that does not exist is refused', () => {
    expect(() => translated('--to', 'istio', join(folder, 'none.yaml'))).toThrow(/none.yaml not found/);
  });

  it('a configuration that is too large for a ConfigMap is refused, and that is said', () => {
    const names = Array.from({ length: 12 }, (_, index) => `big${index}`);
    const routes = Array.from({ length: 90 }, (_, index) => {
      const match = { prefix: `/${'x'.repeat(500)}${index}` };
      const action = { weightedTargets: [{ virtualNodeRef: { name: 'blue' }, weight: 1 }] };
      return { name: `r${index}`, httpRoute: { match, action } };
    });
    const big = names.map((name) => {
      const provider = { virtualRouter: { virtualRouterRef: { name } } };
      return [
        object('VirtualRouter', name, {
          listeners: [{ portMapping: { port: 8080, protocol: 'http' } }],
          routes,
        }),
        object('VirtualService', name, { awsName: `${name}.apps`, provider }),
      ].join('---\n');
    });
    const backends = names.map((name) => ({ virtualService: { virtualServiceRef: { name } } }));
    const front = node('front', `  backends: ${JSON.stringify(backends)}\n`);
    const result = translated('--to', 'envoy', fileOf([mesh, node('blue'), front, ...big].join('---\n')));
    expect(result.isRefused).toBe(true);
    expect(result.rows).toMatchObject([
      {
        object: 'VirtualNode apps/front',
        effect: 'QuotaExceeded',
        message: expect.stringContaining('900000'),
      },
    ]);
  });
});

/** As JSON, which is YAML too. */
function object(kind: string, name: string, spec: object): string {
  const metadata = { name, namespace: 'apps' };
  return `${JSON.stringify({ apiVersion: 'appmesh.k8s.aws/v1beta2', kind, metadata, spec })}\n`;
}
