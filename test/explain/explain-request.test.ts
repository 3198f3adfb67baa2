import { describe, expect, it } from 'vitest';
import { explainRequest } from '../../shared/explain/explain-request.ts';

const aPod = { cluster: 'local', namespace: 'shop', pod: 'front-1' };
const aNode = { kind: 'VirtualNode', namespace: 'shop', name: 'front' };
const forms =
  '{"cluster", "namespace", "pod"}, {"cluster", "object": {"kind", "namespace", "name"}}, ' +
  '{"cluster", "request": {"from", "host", "port", "method", "path", "headers"}}, ' +
  '{"service": "namespace/service"} or {"instance": "instance id"}; optional: "format": "text" or "json"; ' +
  '"cluster" may be left out if clusters.yml has only one';

/** `path: message` of each fault. */
function faultsOf(request: unknown): readonly string[] {
  const { error } = explainRequest.safeParse(request);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('what a person asks to have explained', () => {
  it.each([
    ['a pod', aPod],
    ['a mesh object', { cluster: 'local', object: aNode }],
    ['a Mesh, which is in no namespace', { cluster: 'local', object: { kind: 'Mesh', name: 'main' } }],
    ['a service', { service: 'shop.local/front' }],
    ['a service of a namespace with a slash', { service: 'shop/eu/front' }],
    ['a service, as a cluster sees it', { cluster: 'local', service: 'shop.local/front' }],
    ['a pod of the only cluster', { namespace: 'shop', pod: 'front-1' }],
    ['an object of the only cluster', { object: aNode }],
    ['an instance', { instance: 'a_/:.@-9' }],
    ['an instance in one service', { instance: 'x'.repeat(64), service: 'shop.local/front' }],
  ])('what a person asks to have explained may be %s', (_what, request) => {
    expect(explainRequest.parse(request)).toMatchObject({ ...request, format: 'text' });
    expect(explainRequest.parse({ ...request, format: 'json' }).format).toBe('json');
  });

  it.each<[string, unknown, string[]]>([
    ['nothing', {}, [`: the request names nothing to explain; expected ${forms}`]],
    ['no object', 'front-1', [`: expected ${forms}`]],
    ['fields that there are not', { ...aPod, pdo: 1, x: 1 }, [`: unknown field pdo, x; expected ${forms}`]],
    ['a pod alone', { pod: 'front-1' }, ["namespace: is missing; expected the pod's namespace"]],
    ['a namespace alone', { namespace: 'shop' }, ['pod: is missing; expected the name of the pod']],
    [
      'a cluster alone',
      { cluster: 'local' },
      [
        "namespace: is missing; expected the pod's namespace",
        'pod: is missing; expected the name of the pod',
      ],
    ],
    [
      'a pod with a service',
      { ...aPod, service: 'shop.local/front' },
      [
        `namespace: cannot be used with service; expected ${forms}`,
        `pod: cannot be used with service; expected ${forms}`,
      ],
    ],
    [
      'a pod with an instance',
      { ...aPod, instance: '10.0.0.1' },
      [
        `namespace: cannot be used with instance; expected ${forms}`,
        `pod: cannot be used with instance; expected ${forms}`,
        'cluster: cannot be used with instance; use "service" to search only that service',
      ],
    ],
    [
      'an object with all else',
      { ...aPod, object: aNode, service: 'shop.local/front', instance: '10.0.0.1' },
      ['namespace', 'pod', 'service', 'instance'].map(
        (field) => `${field}: cannot be used with object; expected ${forms}`,
      ),
    ],
    [
      'a Mesh in a namespace',
      { cluster: 'local', object: { ...aNode, kind: 'Mesh' } },
      ['object.namespace: cannot be used with a Mesh, which is cluster-scoped'],
    ],
    [
      'a virtual node in none',
      { cluster: 'local', object: { kind: 'VirtualNode', name: 'front' } },
      ["object.namespace: is missing; expected the object's namespace"],
    ],
    [
      'an empty cluster',
      { ...aPod, cluster: '' },
      ['cluster: expected the name of a cluster in clusters.yml'],
    ],
    [
      'a cluster that is a number',
      { ...aPod, cluster: 1 },
      ['cluster: expected the name of a cluster in clusters.yml'],
    ],
    ['a pod that is a number', { ...aPod, pod: 1 }, ['pod: expected the name of a pod']],
    [
      'a namespace that is a number',
      { ...aPod, namespace: 1 },
      ['namespace: expected the Kubernetes namespace of the pod'],
    ],
    ['a format that there is not', { ...aPod, format: 'yaml' }, ['format: expected text or json']],
    ...['front', '/front', 'shop.local/', ' x/front', 'shop.local/fr ont'].map(
      (service): [string, unknown, string[]] => [
        `service "${service}"`,
        { service },
        ['service: expected namespace/service, as Cloud Map names them'],
      ],
    ),
    [
      'a service that is a number',
      { service: 1 },
      ['service: expected namespace/service, as Cloud Map names them'],
    ],
    ...['', 'a b', '10.0.0.1 ', ' 10.0.0.1', 'x'.repeat(65)].map((instance): [string, unknown, string[]] => [
      `instance "${instance}"`,
      { instance },
      ['instance: expected an instance id: up to 64 letters, digits and _ / : . @ -'],
    ]),
    ['an instance that is a number', { instance: 1 }, ['instance: expected an instance id']],
  ])('what a person asks to have explained is not %s', (_what, request, expected) => {
    expect(faultsOf(request)).toEqual(expected);
  });

  it('what a person asks to have explained has names as long as Kubernetes allows, and no longer or empty ones', () => {
    const lengths = { namespace: 63, pod: 253 };
    for (const [field, length] of Object.entries(lengths)) {
      expect(faultsOf({ ...aPod, [field]: 'x'.repeat(length) })).toEqual([]);
      expect(faultsOf({ ...aPod, [field]: 'x'.repeat(length + 1) })).toHaveLength(1);
      expect(faultsOf({ ...aPod, [field]: '' })).toHaveLength(1);
    }
    const ofObject = (changes: object) => faultsOf({ cluster: 'local', object: { ...aNode, ...changes } });
    expect(ofObject({ namespace: 'x'.repeat(63), name: 'x'.repeat(253) })).toEqual([]);
    expect(ofObject({ namespace: 'x'.repeat(64) })).toHaveLength(1);
    expect(ofObject({ name: 'x'.repeat(254) })).toHaveLength(1);
    expect(ofObject({ name: '' })).toHaveLength(1);
  });
});

describe('a request about an object', () => {
  const object = { kind: 'VirtualNode', namespace: 'apps', name: 'blue' };
  it.each([
    [{ cluster: 'local', object: { ...object, kind: 'Pod' } }, /expected one of Mesh, VirtualNode/],
    [
      { cluster: 'local', object: { kind: 'VirtualNode', name: 'blue' } },
      /is missing; expected the object's namespace/,
    ],
    [{ cluster: 'local', object: { ...object, kind: 'Mesh' } }, /cannot be used with a Mesh/],
    [{ cluster: 'local', object, pod: 'blue-1' }, /pod[\s\S]*cannot be used with object/],
    [{ cluster: 'local', object: { ...object, nmae: 'x' } }, /nmae/],
  ])('%j is refused with a reason', (request, reason) => {
    expect(explainRequest.safeParse(request).error?.message).toMatch(reason);
  });
});
