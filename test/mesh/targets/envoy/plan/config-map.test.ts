import { describe, expect, it } from 'vitest';
import { Report } from '../../../../../shared/mesh/plan/report.ts';
import {
  configMapOf,
  contentOf,
  reportName,
  sizeFaultOf,
} from '../../../../../shared/mesh/targets/envoy/plan/config-map.ts';
import type { Owner } from '../../../../../shared/mesh/targets/envoy/plan/sources.ts';
import type { ObjectName } from '../../../../../shared/model/records/mesh-claim.ts';
import { statedOf } from '../stated.ts';

const idOf = (kind: 'VirtualNode' | 'VirtualGateway', name: string): ObjectName => ({
  ...{ kind, name },
  namespace: 'apps',
});

describe('the ConfigMap of a proxy', () => {
  it('has the namespace of the object, and a name of the object and its kind', () => {
    const common = { group: '', kind: 'ConfigMap', namespace: 'apps' };
    expect(configMapOf({ id: idOf('VirtualNode', 'blue') })).toEqual({
      ...common,
      name: 'blue.virtual-node',
    });
    expect(configMapOf({ id: idOf('VirtualGateway', 'blue') })).toEqual({
      ...common,
      name: 'blue.virtual-gateway',
    });
  });

  it('has what is kept only if something is', () => {
    const data = { 'cds.json': '{}' };
    const nothing = { services: [], endpoints: [], routes: [] };
    expect(contentOf(data, nothing)).toEqual({ data });
    for (const part of [{ services: ['a'] }, { endpoints: ['a'] }, { routes: ['a'] }]) {
      const kept = { ...nothing, ...part };
      expect(contentOf(data, kept)).toEqual({ data, kept });
    }
  });

  it.each([
    ['VirtualNode', 240, undefined],
    ['VirtualNode', 241, 254],
    ['VirtualGateway', 237, undefined],
    ['VirtualGateway', 238, 254],
  ] as const)('of a %s with a name of %d characters has a name of %s', (kind, length, found) => {
    const report = new Report();
    reportName({ id: idOf(kind, 'n'.repeat(length)) } as Owner, report);
    expect(statedOf(report.differences)).toEqual(
      found
        ? [
            `refused metadata.name: the name of its ConfigMap would have ${found} characters, more than 253; a shorter name`,
          ]
        : [],
    );
  });

  it('is too large with more than 900000 bytes, and the largest file is named', () => {
    const of = (...sizes: readonly number[]) =>
      sizeFaultOf({
        data: Object.fromEntries(sizes.map((size, index) => [`${index}.json`, 'x'.repeat(size)])),
      });
    const text = (bytes: number, largest: string) =>
      `its Envoy's configuration has ${bytes} bytes (${largest}); expected at most 900000, as a ConfigMap holds 1 MiB. Name fewer virtual services in backends and backendGroups, or use fewer routes`;
    expect(of()).toBeUndefined();
    expect(of(400_000, 500_000)).toBeUndefined();
    expect(of(400_000, 500_001)).toBe(text(900_001, '1.json 500001'));
    expect(of(100, 1, 900_000)).toBe(text(900_101, '2.json 900000'));
    expect(of(900_000, 1, 100)).toBe(text(900_101, '0.json 900000'));
  });
});
