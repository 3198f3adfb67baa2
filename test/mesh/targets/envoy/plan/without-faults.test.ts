import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../../../shared/mesh/plan/entry.ts';
import { withoutFaults } from '../../../../../shared/mesh/targets/envoy/plan/without-faults.ts';
import { emptyPart, type Part } from '../../../../../shared/mesh/targets/envoy/translate/proxy.ts';
import { aMesh, aNamespace, aService } from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';

const { entries } = directoryOf(aNamespace(), aMesh(), ...['a', 'b', 'c', 'd'].map((name) => aService(name)));
const services = entries.filter(({ id }) => id.kind === 'VirtualService');
const domains: Record<string, string> = { a: 'a', b: 'b', c: 'c', d: 'd' };

/** A table with a virtual host for each service. */
function tableOf(all: readonly Entry[], wrong: (name: string) => object = () => ({})): Part {
  const virtual_hosts = all.map(({ id: { name } }) => ({
    ...{ name, domains: [domains[name]], routes: [] },
    ...wrong(name),
  }));
  return { ...emptyPart, routes: [{ name: 'egress-80', virtual_hosts }] };
}

function namesIn({ routes: [table] }: Part): readonly string[] {
  return ((table?.virtual_hosts ?? []) as readonly { name: string }[]).map(({ name }) => name);
}

const isRefused = () => false;
const made =
  (wrong?: (name: string) => object) =>
  (refused: (entry: Entry) => boolean): Part =>
    tableOf(
      services.filter((entry) => !refused(entry)),
      wrong,
    );

describe('a proxy without what Envoy would refuse', () => {
  it('a proxy without faults has all', () => {
    const { part, faults, leftOut } = withoutFaults(made(), services, isRefused);
    expect([namesIn(part), faults, leftOut.size]).toEqual([['a', 'b', 'c', 'd'], [], 0]);
  });

  it('an object of others that Envoy would refuse is left out, and only that', () => {
    const wrong = (name: string) => (name === 'b' ? { colour: 'blue' } : {});
    const { part, faults, leftOut } = withoutFaults(made(wrong), services, isRefused);
    expect(namesIn(part)).toEqual(['a', 'c', 'd']);
    expect(faults).toEqual([]);
    expect([...leftOut].map(([{ id }, { path }]) => [id.name, path])).toEqual([
      ['b', expect.stringContaining('colour')],
    ]);
  });

  it('one of hundreds is found without trying each', () => {
    const names = Array.from({ length: 256 }, (_, index) => `s${index}`);
    const all = directoryOf(aNamespace(), aMesh(), ...names.map((name) => aService(name))).entries.filter(
      ({ id }) => id.kind === 'VirtualService',
    );
    let tries = 0;
    const make = (refused: (entry: Entry) => boolean): Part => {
      tries += 1;
      const virtual_hosts = all
        .filter((entry) => !refused(entry))
        .map(({ id: { name } }) => ({
          name,
          domains: [name],
          routes: [],
          ...(name === 's99' && { colour: 'blue' }),
        }));
      return { ...emptyPart, routes: [{ name: 'egress-80', virtual_hosts }] };
    };
    const { part, leftOut } = withoutFaults(make, all, isRefused);
    expect([...leftOut.keys()].map(({ id }) => id.name)).toEqual(['s99']);
    expect(namesIn(part)).toHaveLength(255);
    expect(tries).toBeLessThan(25);
  });

  it('of two objects that do not fit together the later one is left out', () => {
    const wrong = (name: string) => (name === 'a' || name === 'd' ? { domains: ['same'] } : {});
    const { part, leftOut } = withoutFaults(made(wrong), services.toReversed(), isRefused);
    expect(namesIn(part)).toEqual(['a', 'b', 'c']);
    expect([...leftOut.keys()].map(({ id }) => id.name)).toEqual(['d']);
  });

  it('a fault of the owner is its own, and nothing is left out for it', () => {
    const part: Part = { ...emptyPart, clusters: [{ name: 'ingress_80', colour: 'blue' }] };
    const { faults, leftOut } = withoutFaults(() => part, services, isRefused);
    expect(faults).not.toEqual([]);
    expect(leftOut.size).toBe(0);
  });
});
