import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Directory } from '../../../../shared/mesh/plan/directory.ts';
import { type MeshManifest, meshManifests } from '../../../property/mesh-manifests.ts';
import { aMesh, aNamespace, aNode, aRoute, aRouter, aService, backends } from '../../harness/manifests.ts';
import { directoryOf } from '../../plan/entries.ts';
import { objectsOf, type Spec, translated, translatedIn } from './translated.ts';

/** `PROPERTY_RUNS=10000 npm run test:properties` for a long run. */
const numRuns = Number(process.env.PROPERTY_RUNS ?? 100);

/** The same objects in another order, each created at the same time as before. */
function shuffled(manifests: readonly MeshManifest[], by: readonly number[]): Directory {
  const { entries } = directoryOf(...manifests);
  const rank = (index: number) => by[index % by.length] ?? 0;
  const order = [...entries.keys()].sort((a, b) => rank(a) - rank(b) || b - a);
  const labels = new Map([
    ['apps', {}],
    ['other', {}],
  ]);
  return new Directory(
    order.flatMap((index) => entries[index] ?? []),
    labels,
  );
}

function gaps(value: unknown, path = ''): readonly string[] {
  if (value === undefined || value === null) return [path];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, member]) => gaps(member, `${path}/${name}`));
}

describe('the translation to Istio', () => {
  it('the translation to Istio takes every valid mesh, whatever the order of the objects, and leaves no gaps', () => {
    let written = 0;
    fc.assert(
      fc.property(meshManifests, fc.array(fc.nat(), { minLength: 1 }), (manifests, order) => {
        const first = translated(...manifests);
        written += Object.keys(first.specs).length;
        expect(gaps(first.specs)).toEqual([]);
        expect(translated(...manifests)).toEqual(first);
        expect(translatedIn(shuffled(manifests, order))).toEqual(first);
      }),
      { numRuns },
    );
    expect(written).toBeGreaterThan(numRuns);
  });

  it('the translation to Istio gives every object a name that Kubernetes takes', () => {
    fc.assert(
      fc.property(meshManifests, (manifests) => {
        for (const { metadata } of objectsOf(translated(...manifests)))
          expect(metadata.name).toMatch(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/);
      }),
      { numRuns },
    );
  });

  it('an Istio route leads to the host of a node only if its ServiceEntry has the port, or waits for it', () => {
    let led = 0;
    fc.assert(
      fc.property(meshManifests, (manifests) => {
        const found = translated(...manifests);
        const objects = objectsOf(found);
        const ports = new Set(
          objects
            .filter(({ kind }) => kind === 'ServiceEntry')
            .flatMap(({ spec }) =>
              (spec.ports ?? []).map(({ number }: Spec) => `${spec.hosts[0]}:${number}`),
            ),
        );
        for (const [key, spec] of Object.entries(found.specs))
          for (const { host, port } of destinationsIn(spec)) {
            const [name, namespace, suffix] = host.split('.');
            if (suffix !== 'virtual-node') continue;
            led++;
            const entry = `ServiceEntry/${namespace}/${name}-virtual-node`;
            expect(found.dependsOn[key]).toContain(entry);
            expect(ports.has(`${host}:${port.number}`)).toBe(entry in found.specs);
          }
      }),
      { numRuns },
    );
    expect(led).toBeGreaterThan(0);
  });
});

function destinationsIn({
  http = [],
  tcp = [],
}: Spec): readonly { host: string; port: { number: number } }[] {
  return [...http, ...tcp].flatMap(({ route = [] }) => route.map(({ destination }: Spec) => destination));
}

describe('the translation of a large mesh', () => {
  const time = (size: number) => {
    const objects = Array.from({ length: size }, (_, index) => [
      aNode(`n${index}`, {
        podSelector: { matchLabels: { app: `n${index}` } },
        ...backends(`s${(index + 1) % size}`),
      }),
      aRouter(`r${index}`, [aRoute('all', { [`n${index}`]: 1 })]),
      aService(`s${index}`, `router/r${index}`),
    ]);
    const directory = directoryOf(aNamespace(), aMesh(), ...objects.flat());
    const start = process.cpuUsage();
    const { specs } = translatedIn(directory);
    expect(Object.keys(specs)).toHaveLength(3 * size + 1);
    return process.cpuUsage(start).user / 1000;
  };

  it('the translation of a large mesh takes time in proportion to the number of objects', () => {
    time(100);
    // Each object compared with each other would take a hundred times as long.
    expect(time(2000)).toBeLessThan(40 * Math.max(time(200), 20));
  });
});
