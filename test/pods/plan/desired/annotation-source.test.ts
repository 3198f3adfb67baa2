import { describe, expect, it } from 'vitest';
import { annotationSource } from '../../../../shared/pods/plan/desired/annotation-source.ts';
import { aPod } from '../../../fakes/objects.ts';

const prefix = 'eks-mesh-sync/';
const names = { 'cloud-map-namespace': 'shop.local', 'cloud-map-service': 'front' };
const of = (annotations: Readonly<Record<string, string>>) =>
  annotationSource(
    aPod({
      annotations: Object.fromEntries(
        Object.entries(annotations).map(([key, value]) => [prefix + key, value]),
      ),
    }),
    'ipv6',
  );
const reasonsOf = (annotations: Readonly<Record<string, string>>) =>
  of(annotations).problems.map(({ source, message }) => `${source}: ${message}`);
const source = {
  ...{ text: 'annotations', namespaceName: 'shop.local', serviceName: 'front', attributes: {} },
  ...{ port: undefined, ipFamily: 'ipv6', lacksMesh: false },
};
const missing = (key: string, expected: string) =>
  `annotations: annotation ${prefix}${key} is missing; expected ${expected}`;
const aNamespace = 'a Cloud Map namespace name';
const aService = 'a Cloud Map service name';

describe('the registration that annotations ask for', () => {
  it('is the service that they name, with its port', () => {
    expect(of(names)).toEqual({ sources: [source], problems: [] });
    expect(of({ ...names, port: '8080' })).toEqual({ sources: [{ ...source, port: 8080 }], problems: [] });
  });

  it('is none without annotations, or with those of others', () => {
    const nothing = { sources: [], problems: [] };
    expect(of({})).toEqual(nothing);
    expect(annotationSource(aPod({ annotations: { team: 'shop' } }), 'ipv4')).toEqual(nothing);
  });

  it.each<[Record<string, string>, string[]]>([
    [{ 'cloud-map-namespace': 'shop.local' }, [missing('cloud-map-service', aService)]],
    [{ 'cloud-map-service': 'front' }, [missing('cloud-map-namespace', aNamespace)]],
    [{ port: '8080' }, [missing('cloud-map-namespace', aNamespace), missing('cloud-map-service', aService)]],
    [
      { ...names, 'cloud-map-namespace': '' },
      [`annotations: annotation ${prefix}cloud-map-namespace is ""; expected ${aNamespace}`],
    ],
    [
      { ...names, 'cloud-map-service': '' },
      [`annotations: annotation ${prefix}cloud-map-service is ""; expected ${aService}`],
    ],
  ])('is none if they are %j', (annotations, reasons) => {
    expect(reasonsOf(annotations)).toEqual(reasons);
    expect(of(annotations).sources).toEqual([]);
  });

  it.each(['0', '65536', '-1', '80x', 'x80', '000080', ''])('is none with the port "%s"', (port) => {
    expect(reasonsOf({ ...names, port })).toEqual([
      `annotations: annotation ${prefix}port is "${port}"; expected an integer from 1 to 65535`,
    ]);
    expect(of({ ...names, port }).sources).toEqual([]);
  });

  it.each(['1', '65535'])('may have the port %s', (port) => {
    expect(of({ ...names, port })).toMatchObject({ sources: [{ port: Number(port) }], problems: [] });
  });
});

describe('annotations that are not known', () => {
  const known = `${prefix}cloud-map-namespace, ${prefix}cloud-map-service, ${prefix}port`;
  const unknown = (key: string) =>
    `annotations: annotation ${prefix}${key} is unknown; expected one of ${known}`;

  it('are problems, sorted, beside the registration and without it', () => {
    expect(reasonsOf({ b: '', a: '' })).toEqual([unknown('a'), unknown('b')]);
    expect(of({ b: '', a: '' }).sources).toEqual([]);
    expect(reasonsOf({ ...names, servce: 'x' })).toEqual([unknown('servce')]);
    expect(of({ ...names, servce: 'x' }).sources).toEqual([source]);
    expect(reasonsOf({ a: '', port: '1' })[0]).toBe(unknown('a'));
  });

  it('are named as far as there are twenty', () => {
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`x${100 + index}`, '']));
    expect(reasonsOf(many(20))).toHaveLength(20);
    expect(reasonsOf(many(20)).at(-1)).toBe(unknown('x119'));
    expect(reasonsOf(many(22)).slice(19)).toEqual([
      unknown('x119'),
      `annotations: 2 more annotations ${prefix}… are unknown`,
    ]);
  });
});
