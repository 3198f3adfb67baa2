import { describe, expect, it } from 'vitest';
import {
  type EntryFacts,
  type EntryState,
  entryCause,
  explainEntry,
} from '../../../shared/explain/plan/entry-explanation.ts';
import type { CloudMapInstance } from '../../../shared/service-entries/plan/cloud-map-view.ts';
import {
  applied,
  cluster,
  entryFor,
  foreign,
  instancesOf,
  ip,
  operatorEntry,
  optionsOf,
  serviceOf,
} from '../../service-entries/plan/fixtures.ts';

const web = ip('10.1.0.1', { AWS_INSTANCE_PORT: '80' });
const ofService = (instances: readonly CloudMapInstance[] | undefined = instancesOf(web)) => {
  const service = serviceOf('web', instances);
  return { ...service, namespace: { ...service.namespace, account: 'own', region: 'own' } };
};
const known = (instances?: readonly CloudMapInstance[]) => ({
  ...{ isSelected: true, service: ofService(instances) },
});
const own = () => applied(entryFor(ofService()));

/** A service that has its entry, with the changes of the test. */
const explained = (facts: Partial<EntryFacts> = {}) =>
  explainEntry({
    ...{ cluster, options: optionsOf(), namespaceName: 'shop.local', serviceName: 'web' },
    ...{ known: known(), entries: [own()], kubernetesServices: [] },
    ...facts,
  });
const stateOf = (facts: Partial<EntryFacts> = {}) => {
  const { state, reason } = explained(facts);
  return [state, reason];
};

describe('the ServiceEntry of a service', () => {
  it('is up to date', () => {
    expect(explained()).toEqual({
      ...{ cluster, state: 'UpToDate', reason: 'it matches Cloud Map', notes: [] },
      entry: 'ServiceEntry default/cloudmap-web.shop.local',
      content: 'STATIC, 1 endpoint, ports http 80',
    });
  });

  it('has content only as far as it is in the cluster', () => {
    const contentOf = (spec: object) => explained({ entries: [{ ...own(), spec } as never] }).content;
    const port = { name: 'http', number: 80, protocol: 'HTTP' };
    expect(contentOf({})).toBe(', 0 endpoints, ports ');
    expect(
      contentOf({
        resolution: 'DNS',
        endpoints: [{}, {}],
        ports: [port, { ...port, name: 'b', number: 81 }],
      }),
    ).toBe('DNS, 2 endpoints, ports http 80, b 81');
    expect(explained({ entries: [{ ...own(), spec: undefined } as never] }).content).toBe(
      ', 0 endpoints, ports ',
    );
  });

  it('is missing, and none of another service is taken for it', () => {
    const other = applied(entryFor(serviceOf('api', instancesOf(web))));
    expect(explained({ entries: [other, foreign('apps', 'mine', ['mine.example'])] })).toEqual({
      ...{ cluster, state: 'Missing', reason: 'cloudmap-web.shop.local is to be created', notes: [] },
    });
  });

  it('differs', () => {
    const entries = [{ ...own(), spec: { ...own().spec, endpoints: [], location: 'X' } } as never];
    expect(stateOf({ entries })).toEqual(['OutOfDate', 'differs in spec.location, spec.endpoints']);
  });

  it('replaces that of the Istio Cloud Map operator', () => {
    const options = optionsOf({ adopt: 'istio-cloud-map' });
    expect(stateOf({ options, entries: [operatorEntry('web.shop.local')] })).toEqual([
      'Missing',
      'ServiceEntry default/cloudmap-web.shop.local of the Istio Cloud Map operator is to be replaced',
    ]);
  });

  it('is prevented by another entry of its host', () => {
    const found = explained({ entries: [foreign('apps', 'mine', ['web.shop.local'])] });
    expect(found.state).toBe('Prevented');
    expect(found.reason).toMatch(/^Host web\.shop\.local is also that of ServiceEntry apps\/mine/);
    expect(found.notes).toEqual([`DuplicateHost: ${found.reason}`]);
  });

  it('is to be deleted if all instances are pods of the cluster', () => {
    const pods = known(instancesOf({ ...web, 'k8s.io/cluster': cluster }));
    expect(stateOf({ known: pods, entries: [] })).toEqual([
      'NotImported',
      'all of its instances are pods of this cluster, and importOwnPods is false',
    ]);
    expect(stateOf({ known: pods })).toEqual([
      'OutOfDate',
      'to be deleted: all of its instances are pods of this cluster, and importOwnPods is false',
    ]);
  });

  it('is not known if the instances were not read', () => {
    const service = { ...ofService(), instances: undefined };
    expect(stateOf({ known: { isSelected: true, service } })).toEqual([
      'Unknown',
      'its instances were not read',
    ]);
  });

  it.each(['known', 'entries', 'kubernetesServices'] as const)('is not known without %s', (fact) => {
    expect(stateOf({ [fact]: undefined })).toEqual(['Unknown', 'not everything could be read']);
  });

  it.each<readonly [Partial<EntryFacts>, string]>([
    [
      { options: optionsOf({ services: [{ name: 'api' }] }), known: undefined },
      'serviceEntries in clusters.yml selects other services',
    ],
    [{ known: null }, 'the last comparison with Cloud Map did not find the service'],
    [
      { known: { ...known(), isSelected: false } },
      'serviceEntries in clusters.yml selects it by no name and tags',
    ],
  ])('is not wanted: %#', (facts, reason) => {
    expect(stateOf({ ...facts, entries: [] })).toEqual(['NotImported', reason]);
    expect(stateOf(facts)).toEqual(['OutOfDate', `to be deleted: ${reason}`]);
  });
});

describe('the cause of a service by its ServiceEntries', () => {
  const entry = (state: EntryState, name: string, everyMinutes = 5) => ({
    ...{ cluster: name, state, reason: `it is ${state}`, notes: [], everyMinutes },
  });
  const advice =
    'Nothing: the next comparison does it, within 7 min. If it does not, read the log of sync-service-entries';

  it('is none if each is as it should be, or is not known', () => {
    const states = ['UpToDate', 'NotImported', 'Unknown'] as const;
    expect(entryCause(states.map((state) => entry(state, 'a')))).toBeNull();
    expect(entryCause([])).toBeNull();
  });

  it('is first one that is prevented', () => {
    expect(entryCause([entry('Missing', 'a'), entry('Prevented', 'b'), entry('Prevented', 'c')])).toEqual({
      kind: 'ServiceEntryPrevented',
      reason: 'cluster b has no up-to-date ServiceEntry for it: it is Prevented',
      advice:
        'Rename or remove one of the two, or deselect the service in serviceEntries; docs/mesh/service-entries.md explains each finding',
    });
  });

  it.each([
    ['Missing', 'ServiceEntryMissing'],
    ['OutOfDate', 'ServiceEntryOutOfDate'],
  ] as const)('is then the first that is %s', (state, kind) => {
    expect(entryCause([entry('UpToDate', 'a'), entry(state, 'b', 7), entry('Missing', 'c')])).toEqual({
      ...{ kind, advice },
      reason: `the ServiceEntry in cluster b: it is ${state}`,
    });
  });
});
