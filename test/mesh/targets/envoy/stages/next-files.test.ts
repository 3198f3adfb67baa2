import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextFiles } from '../../../../../shared/mesh/targets/envoy/stages/next-files.ts';
import { proxyStateOf } from '../../../../../shared/mesh/targets/envoy/stages/proxy-state.ts';
import { faultsIn } from './faults-in.ts';
import { aProxy, filesOf, type SmallProxy } from './proxy-files.ts';
import { settleMs, Writer } from './writer.ts';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 60);

const stepOf = (proxy: fc.Arbitrary<SmallProxy>) =>
  fc.record({
    proxy,
    afterMs: fc.integer({ min: 0, max: 15 }),
    crash: fc.option(fc.constantFrom('before' as const, 'after' as const), { nil: undefined }),
  });

describe.each(['node', 'gateway'] as const)('the stages of a change of a %s', (kind) => {
  const proxies = aProxy(kind);

  it('brings any live files to any desired ones, with nothing named that is missing for any proxy on the way', () => {
    fc.assert(
      fc.property(proxies, fc.array(stepOf(proxies), { maxLength: 6 }), proxies, (first, steps, end) => {
        const writer = new Writer(filesOf(first));
        let now = 0;
        for (const [index, { proxy, afterMs, crash }] of steps.entries()) {
          now += afterMs;
          writer.step(filesOf(proxy, `${index}`), now, crash);
        }
        const desired = filesOf(end, 'end');
        expect(writer.finish(desired, now)).toBeLessThanOrEqual(6);
        expect(writer.live).toEqual(desired);
        expect(writer.step(desired, now + 1000), 'repeated').toBe(true);
        expect(faultsIn(writer.writes, settleMs)).toEqual([]);
      }),
      { numRuns },
    );
  });

  it('goes on while changes never stop', () => {
    fc.assert(
      fc.property(proxies, proxies, (first, end) => {
        const writer = new Writer(filesOf(first));
        const steps = Array.from({ length: 12 }, (_, index) => index * 4);
        for (const now of steps) {
          const clusters = { ...end.clusters, [`new-${now}`]: '1s' };
          writer.step(filesOf({ ...end, clusters }, `${now}`), now);
        }
        const { routes, listeners } = proxyStateOf(writer.live ?? {});
        const wanted = proxyStateOf(filesOf(end));
        for (const [file, table] of wanted.routes)
          expect(routes.get(file)).toMatchObject({ name: table.name });
        for (const name of wanted.listeners.keys())
          expect(listeners.get(name)).toEqual(wanted.listeners.get(name));
      }),
      { numRuns },
    );
  });
});

describe('a proxy without live files', () => {
  it('is written at once, since it has no pods', () => {
    const desired = filesOf(shop({ a: 1 }));
    expect(
      nextFiles(undefined, desired, { has: () => false, isRetired: () => false, mayRemove: () => false }),
    ).toMatchObject({
      files: desired,
      isChange: true,
      isDone: true,
    });
  });
});

function shop(clusters: Readonly<Record<string, number>>, weights = Object.keys(clusters)): SmallProxy {
  return {
    clusters: Object.fromEntries(Object.entries(clusters).map(([name, content]) => [name, `${content}s`])),
    tables: { 'egress-80': { one: weights } },
    listeners: { egress: { tables: ['egress-80'], clusters: [] } },
  };
}

describe('the number of writes', () => {
  const both = { a: 1, b: 1 };

  it.each([
    { name: 'nothing', from: shop(both), to: shop(both), writes: 0 },
    { name: 'weights', from: shop(both, ['a']), to: shop(both, ['b', 'a']), writes: 1 },
    { name: 'a cluster', from: shop(both), to: shop({ a: 1, b: 2 }), writes: 1 },
    { name: 'a new target', from: shop({ a: 1 }), to: shop(both), writes: 2 },
    { name: 'a target less', from: shop(both), to: shop({ a: 1 }), writes: 2 },
    { name: 'another target', from: shop({ a: 1 }), to: shop({ b: 1 }), writes: 3 },
  ])('is $writes if $name changes', ({ from, to, writes }) => {
    const writer = new Writer(filesOf(from));
    expect(writer.finish(filesOf(to), 100)).toBe(writes);
  });

  it('is one if only the version changes', () => {
    const writer = new Writer(filesOf(shop(both), '1'));
    expect(writer.finish(filesOf(shop(both), '2'), 100)).toBe(1);
  });

  it('is one for paths of files as earlier versions wrote them, and nothing that these name is removed', () => {
    const proxy = { ...shop(both), clusters: { a: 'eds 1', b: '1s' } };
    const former = Object.entries(filesOf(proxy)).map(
      ([file, text]) => [file, text.replaceAll('/..data/', '/')] as const,
    );
    const writer = new Writer(Object.fromEntries(former));
    expect(writer.live).not.toEqual(filesOf(proxy));
    expect(writer.finish(filesOf(proxy), 100)).toBe(1);
    expect(faultsIn(writer.writes, settleMs)).toEqual([]);
  });

  it('is one for changed weights while other changes still wait', () => {
    const writer = new Writer(filesOf(shop(both, ['a'])));
    const growing = { ...both, c: 1 };
    writer.step(filesOf(shop(growing, ['a', 'b', 'c'])), 100);
    writer.step(filesOf(shop(growing, ['b', 'a'])), 101);
    expect(writer.writes).toHaveLength(3);
    expect(proxyStateOf(writer.live ?? {}).routes).toEqual(
      proxyStateOf(filesOf(shop(both, ['b', 'a']))).routes,
    );
  });

  it('of a virtual host goes out while another of the same table changes all the time', () => {
    const of = (index: number, weights: readonly string[]): SmallProxy => ({
      clusters: { a: '1s', b: '1s', [`new-${index}`]: '1s' },
      tables: { 'egress-80': { busy: [`new-${index}`], steady: weights } },
      listeners: { egress: { tables: ['egress-80'], clusters: [] } },
    });
    const writer = new Writer(filesOf(of(0, ['a', 'b'])));
    for (let index = 1; index <= 5; index++)
      writer.step(filesOf(of(index, ['b', 'a'])), 100 + index * (settleMs - 1));
    const table = proxyStateOf(writer.live ?? {}).routes.get('rds-egress-80.json');
    const wanted = proxyStateOf(filesOf(of(0, ['b', 'a']))).routes.get('rds-egress-80.json');
    expect(table).toEqual(wanted);
  });
});
