import { describe, expect, it } from 'vitest';
import type { ServiceEntriesConfig } from '../../../shared/model/config/service-entries.ts';
import type { CloudMapServiceView } from '../../../shared/service-entries/plan/cloud-map-view.ts';
import { clusterHosts } from '../../../shared/service-entries/plan/cluster-hosts.ts';
import type { LiveEntry } from '../../../shared/service-entries/plan/entry.ts';
import { planService } from '../../../shared/service-entries/plan/service-plan.ts';
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
} from './fixtures.ts';

const web = serviceOf('web', instancesOf(ip('10.0.0.1')));
const host = 'web.shop.local';
const name = 'cloudmap-web.shop.local';
const imports = { namespace: 'imports' };
const adopting = { adopt: 'istio-cloud-map' } as const;
const kubernetes = [{ namespace: 'local', name: 'web.shop' }];
/** The service with another instance than the entry was made of. */
const changed = serviceOf('web', instancesOf(ip('10.0.0.2')));

function planned(
  service: CloudMapServiceView,
  entries: readonly LiveEntry[] = [],
  options: Partial<ServiceEntriesConfig> = {},
  kubernetesServices: readonly { readonly namespace: string; readonly name: string }[] = [],
) {
  const hosts = clusterHosts({ cluster, entries, kubernetesServices });
  return planService(service, { cluster, options: optionsOf(options), hosts });
}

const duplicate = (owners: string, effect: string) => ({
  kind: 'DuplicateHost',
  message: `Host ${host} is also that of ${owners}; ${effect}`,
});
const taken = (namespace: string) => ({
  kind: 'NameTaken',
  message: `ServiceEntry ${namespace}/${name} exists, does not have the host ${host} and was not created by eks-mesh-sync; it is not changed. Delete it, or set serviceEntries.namespace to another namespace`,
});
const moved = (namespace: string) => `the namespace of the entries is ${namespace}`;

describe('the plan of one service without a ServiceEntry of its own', () => {
  it('creates the entry if nobody has its host or its name', () => {
    expect(planned(web)).toEqual({
      ...{ notes: [], deletions: [] },
      write: { action: 'create', entry: entryFor(web) },
    });
  });

  it('writes nothing if others have its host, and names all of them in order', () => {
    const others = [foreign('b', 'mine', [host]), operatorEntry(host), foreign('a', 'mine', [host])];
    const hint = '(of the Istio Cloud Map operator; serviceEntries.adopt: istio-cloud-map takes it over)';
    const owners = `Service local/web.shop and ServiceEntry a/mine and ServiceEntry b/mine and ServiceEntry default/${name} ${hint}`;
    expect(planned(web, others, {}, kubernetes)).toEqual({
      ...{ notes: [duplicate(owners, 'no second entry is created')], deletions: [] },
    });
  });

  it('writes nothing if somebody else has its name', () => {
    expect(planned(web, [foreign('default', name, ['x.local'])])).toEqual({
      ...{ notes: [taken('default')], deletions: [] },
    });
  });

  it('replaces an entry of the operator only if it is to be adopted and nobody else has the host', () => {
    const theirs = operatorEntry(host);
    expect(planned(web, [theirs], adopting)).toEqual({
      ...{ notes: [], deletions: [] },
      write: {
        ...{ action: 'replace', entry: entryFor(web), live: theirs },
        differences: ['metadata.ownerReferences'],
      },
    });
    expect(planned(web, [theirs]).write).toBeUndefined();
    expect(planned(web, [theirs, foreign('a', 'mine', [host])], adopting).write).toBeUndefined();
    expect(planned(web, [foreign('default', name, [host])], adopting).write).toBeUndefined();
    expect(planned(web, [], adopting).write?.action).toBe('create');
  });

  it('keeps the notes of the service beside those of its plan', () => {
    const partly = serviceOf('web', instancesOf(ip('10.0.0.1'), ip('no address')));
    const notes = planned(partly, [foreign('a', 'mine', [host])]).notes.map(({ kind }) => kind);
    expect(notes).toEqual(['InstanceSkipped', 'DuplicateHost']);
    expect(planned(partly).notes.map(({ kind }) => kind)).toEqual(['InstanceSkipped']);
  });
});

describe('the plan of one service with a ServiceEntry in the namespace of the entries', () => {
  const own = applied(entryFor(web));

  it('writes nothing while the entry is as it should be', () => {
    expect(planned(web, [own])).toEqual({ notes: [], write: undefined, deletions: [] });
  });

  it('updates the entry where it differs', () => {
    expect(planned(changed, [own])).toEqual({
      ...{ notes: [], deletions: [] },
      write: {
        ...{ action: 'update', entry: entryFor(changed), live: own },
        differences: ['spec.endpoints'],
      },
    });
  });

  it('updates the entry although others have its host, and reports them', () => {
    const plan = planned(changed, [own, foreign('a', 'mine', [host])]);
    expect(plan.notes).toEqual([duplicate('ServiceEntry a/mine', 'the entry stays where it is')]);
    expect(plan.write).toMatchObject({ action: 'update', entry: { namespace: 'default' } });
  });

  it('reports the ports that somebody added', () => {
    const ports = [...entryFor(web).spec.ports, { name: 'b', number: 2 }, { name: 'a', number: 1 }];
    const plan = planned(web, [{ ...own, spec: { ...own.spec, ports } }]);
    const message = `Somebody added port b, a to ServiceEntry default/${name}; server-side apply cannot remove it. Remove it, or delete the entry, which is then created again`;
    expect(plan).toEqual({ notes: [{ kind: 'ForeignFields', message }], write: undefined, deletions: [] });
  });

  it('deletes the copies of the entry in other namespaces', () => {
    const [first, second] = ['apps', 'zoo'].map((namespace) => applied(entryFor(web, { namespace })));
    for (const entries of [
      [own, first, second],
      [second, first, own],
      [first, own, second],
    ].map((each) => each.flatMap((entry) => entry ?? [])))
      expect(planned(web, entries)).toEqual({
        ...{ notes: [], write: undefined },
        deletions: [
          { entry: first, reason: moved('default') },
          { entry: second, reason: moved('default') },
        ],
      });
  });
});

describe('the plan of one service with a ServiceEntry in another namespace', () => {
  const own = applied(entryFor(web));

  it('deletes the entry and creates it in the namespace of the entries', () => {
    expect(planned(web, [own], imports)).toEqual({
      notes: [],
      deletions: [
        {
          ...{ entry: own, reason: moved('imports') },
          ifGranted: { action: 'create', entry: entryFor(web, imports) },
        },
      ],
    });
  });

  it('updates the entry in place if its deletion is refused', () => {
    const entry = entryFor(changed, imports);
    expect(planned(changed, [own], imports).deletions).toEqual([
      {
        ...{ entry: own, reason: moved('imports'), ifGranted: { action: 'create', entry } },
        ifRefused: {
          ...{ action: 'update', entry: { ...entry, namespace: 'default' }, live: own },
          differences: ['spec.endpoints'],
        },
      },
    ]);
  });

  it('updates the entry in place if others have its host or its name there', () => {
    const others = [foreign('a', 'mine', [host]), foreign('imports', name, ['x.local'])];
    const notes = [duplicate('ServiceEntry a/mine', 'the entry stays where it is'), taken('imports')];
    expect(planned(changed, [own, ...others], imports)).toEqual({
      ...{ notes, deletions: [] },
      write: {
        ...{ action: 'update', entry: { ...entryFor(changed, imports), namespace: 'default' }, live: own },
        differences: ['spec.endpoints'],
      },
    });
    expect(planned(web, [own, ...others], imports)).toEqual({ notes, write: undefined, deletions: [] });
  });

  it('deletes the other copies of the entry, too', () => {
    const copy = applied(entryFor(web, { namespace: 'zoo' }));
    for (const entries of [
      [own, copy],
      [copy, own],
    ])
      expect(planned(web, entries, imports).deletions).toMatchObject([
        { entry: own, ifGranted: { action: 'create' } },
        { entry: copy, reason: moved('imports') },
      ]);
  });
});

describe('the plan of one service that is to have no ServiceEntry', () => {
  const copies = ['default', 'apps'].map((namespace) => applied(entryFor(web, { namespace })));
  const onlyOwn = 'all of its instances are pods of this cluster, and importOwnPods is false';

  it('deletes all its entries if it has only pods of the cluster', () => {
    const service = serviceOf('web', instancesOf(ip('10.0.0.1', { 'k8s.io/cluster': cluster })));
    expect(planned(service, copies)).toEqual({
      ...{ notes: [], skipped: { kind: 'OnlyOwnPods', reason: onlyOwn } },
      deletions: copies.map((entry) => ({ entry, reason: onlyOwn })),
    });
  });

  it('deletes its entries if its host is reserved by now', () => {
    const reason = `its host ${host} is in the domain shop.local, which is that of the cluster's Services and pods`;
    expect(planned(web, copies, { clusterDomain: 'shop.local' })).toEqual({
      ...{ notes: [], skipped: { kind: 'InvalidName', reason } },
      deletions: copies.map((entry) => ({ entry, reason })),
    });
  });

  it('keeps its entries if its instances were not read', () => {
    expect(planned(serviceOf('web', undefined), copies)).toEqual({
      ...{ notes: [], skipped: { kind: 'NotRead', reason: 'its instances were not read' } },
    });
  });
});
