import { describe, expect, it } from 'vitest';
import { namedIn } from '../../../../../shared/mesh/targets/envoy/stages/named-in.ts';
import { listIn, nameOf } from '../../../../../shared/mesh/targets/envoy/stages/resource-file.ts';
import { faultsIn } from './faults-in.ts';
import { filesOf, type SmallProxy } from './proxy-files.ts';
import { settleMs, Writer } from './writer.ts';

const always = Array.from({ length: 40 }, (_, index) => index + 1);

/** Applies a state that is another one each time, always before the one before it has settled. */
function changedAllTheTime(of: (index: number) => SmallProxy, from = of(0)): Writer {
  const writer = new Writer(filesOf(from));
  for (const index of always) writer.step(filesOf(of(index), `${index}`), 100 + index * 3);
  return writer;
}

/** A gateway with a route of each tenant; what is not given is as it is by default. */
function gateway(routes: Readonly<Record<string, string>>, hosts: SmallProxy['tables'][string]): SmallProxy {
  const clusters = new Set([...Object.values(hosts).flat(), 'self']);
  return {
    clusters: Object.fromEntries([...clusters].map((name) => [name, '1s'])),
    tables: { egress: hosts },
    firstHop: { 'gateway-80': routes },
    listeners: {
      egress: { tables: ['egress'], clusters: [] },
      'gateway-80': { tables: ['gateway-80'], clusters: [] },
    },
  };
}

function routesOf(writer: Writer): readonly string[] {
  const [host] = listIn(writer.state.routes.get('rds-gateway-80.json'), 'virtual_hosts');
  return listIn(host, 'routes').map((route) => `${nameOf(route)} → ${[...namedIn(route).hosts].join()}`);
}

describe('a gateway whose tenant changes its route all the time', () => {
  const busy = (index: number) => [{ 'a/busy': `a-${index}` }, { [`a-${index}`]: [`new-${index}`] }] as const;

  it('takes the change of the route of another tenant', () => {
    const of = (index: number, target: string) => {
      const [routes, hosts] = busy(index);
      return gateway({ ...routes, 'b/steady': target }, { ...hosts, one: ['x'], two: ['y'] });
    };
    const writer = changedAllTheTime((index) => of(index, 'two'), of(0, 'one'));
    expect(routesOf(writer)).toEqual(['a/busy → a-0', 'b/steady → two']);
    expect(faultsIn(writer.writes, settleMs)).toEqual([]);
  });

  it('takes a new route of another tenant, and one that is deleted', () => {
    const of = (index: number, others: Readonly<Record<string, string>>) => {
      const [routes, hosts] = busy(index);
      return gateway({ ...others, ...routes }, { ...hosts, one: ['x'], two: ['y'] });
    };
    const from = of(0, { 'b/first': 'one', 'b/last': 'two' });
    const writer = changedAllTheTime((index) => of(index, { 'b/last': 'two', 'c/new': 'one' }), from);
    expect(routesOf(writer)).toEqual(['b/last → two', 'c/new → one', 'a/busy → a-0']);
  });

  it('removes the virtual hosts and clusters that nothing names any more', () => {
    const of = (index: number, others: readonly string[]) => {
      const [routes, hosts] = busy(index);
      const hostsOfOthers = Object.fromEntries(others.map((name) => [name, [`cluster-${name}`]]));
      const routesOfOthers = Object.fromEntries(others.map((name) => [`b/${name}`, name]));
      return gateway({ ...routes, ...routesOfOthers }, { ...hosts, ...hostsOfOthers });
    };
    const writer = changedAllTheTime((index) => of(index, ['stays']), of(0, ['stays', 'goes']));
    const { clusters, hosts } = writer.state;
    expect([...clusters.keys()]).not.toContain('cluster-goes');
    expect([...hosts]).not.toContain('goes');
    expect([...clusters.keys()]).toContain('cluster-stays');
    expect(clusters.size, 'clusters of former changes').toBeLessThan(12);
    expect(faultsIn(writer.writes, settleMs)).toEqual([]);
  });

  it('goes on itself once it changes no more', () => {
    const of = (index: number) => gateway(...busy(index));
    const writer = changedAllTheTime(of);
    expect(writer.finish(filesOf(of(40), '40'), 300)).toBeLessThanOrEqual(3);
    expect(routesOf(writer)).toEqual(['a/busy → a-40']);
    expect([...writer.state.hosts]).toEqual(['a-40']);
    expect(faultsIn(writer.writes, settleMs)).toEqual([]);
  });
});

describe('what replaces something else and has to wait', () => {
  /** What the writes have, in order, until the proxy is as desired. */
  function passed(from: SmallProxy, to: SmallProxy, of: (writer: Writer) => readonly string[]) {
    const writer = new Writer(filesOf(from));
    const seen: string[] = [];
    for (let now = 100; !writer.step(filesOf(to, '2'), now); now += settleMs) seen.push(of(writer).join());
    expect(faultsIn(writer.writes, settleMs)).toEqual([]);
    return [...new Set([...seen, of(writer).join()])];
  }

  it('leaves a gateway route of its namespace until then', () => {
    const from = gateway({ 'a/old': 'one', 'b/other': 'two' }, { one: ['x'], two: ['y'] });
    const to = gateway({ 'a/new': 'three' }, { three: ['z'] });
    expect(passed(from, to, routesOf)).toEqual(['a/old → one', 'a/new → three']);
  });

  it('leaves the port of a listener until then', () => {
    const from = node({ one: ['x'] }, ['db']);
    const to = node({ one: ['y'] }, ['db'], 90);
    const sorted = (writer: Writer) => chainsOf(writer).toSorted();
    expect(passed(from, to, sorted)).toEqual(['http-egress-80,tcp-db', 'http-egress-90,tcp-db']);
  });

  it('leaves the port of the application until then', () => {
    const of = (port: string) => ({
      ...{ clusters: { [port]: '1s' }, tables: {} },
      listeners: { ingress: { tables: [], clusters: [port] } },
    });
    const chains = (writer: Writer) =>
      listIn(writer.state.listeners.get('ingress'), 'filter_chains').map(nameOf);
    expect(passed(of('80'), of('90'), chains)).toEqual(['tcp-80', 'tcp-90']);
  });
});

/** A proxy with a route table on a port, and chains of TCP. */
function node(hosts: SmallProxy['tables'][string], tcp: readonly string[], port = 80): SmallProxy {
  const table = `egress-${port}`;
  const ofTcp = tcp.map((each) => each.replace(/@.*/, ''));
  const clusters = new Set([...Object.values(hosts).flat(), ...ofTcp]);
  return {
    clusters: Object.fromEntries([...clusters].map((name) => [name, '1s'])),
    tables: { [table]: hosts },
    listeners: { egress: { tables: [table], clusters: tcp } },
  };
}

const chainsOf = (writer: Writer) =>
  listIn(writer.state.listeners.get('egress'), 'filter_chains').map(nameOf);

describe('a proxy of which one backend changes all the time', () => {
  it('opens the port of another backend of TCP', () => {
    const of = (index: number, tcp: readonly string[]) => node({ one: ['x'] }, [...tcp, `new-${index}@busy`]);
    const writer = changedAllTheTime((index) => of(index, ['db']), of(0, []));
    expect(chainsOf(writer)).toEqual(['http-egress-80', 'tcp-db', 'tcp-busy']);
    expect(faultsIn(writer.writes, settleMs)).toEqual([]);
  });

  it('opens a new port on which another backend is called', () => {
    const of = (index: number) => node({ busy: [`new-${index}`], steady: ['x'] }, [], 90);
    const writer = changedAllTheTime(of, node({ steady: ['x'] }, []));
    expect(chainsOf(writer)).toEqual(['http-egress-90']);
    expect([...writer.state.hosts]).toEqual(['steady']);
    expect(faultsIn(writer.writes, settleMs)).toEqual([]);
  });

  it('removes the cluster of another backend', () => {
    const of = (index: number, target: string) => node({ busy: [`new-${index}`], steady: [target] }, []);
    const writer = changedAllTheTime((index) => of(index, 'y'), of(0, 'x'));
    expect([...writer.state.clusters.keys()]).not.toContain('x');
    expect(writer.state.clusters.size).toBeLessThan(12);
    expect(faultsIn(writer.writes, settleMs)).toEqual([]);
  });
});

describe('a ConfigMap without room for what is added and what is still to be removed', () => {
  const large = 'x'.repeat(400_000);
  const of = (...names: readonly string[]): SmallProxy => ({
    ...node({ one: names }, []),
    clusters: Object.fromEntries(names.map((name) => [name, large])),
  });

  it('adds nothing before that is removed', () => {
    const writer = new Writer(filesOf(of('a', 'c')));
    writer.step(filesOf(of('a')), 100);
    writer.step(filesOf(of('a', 'b')), 101);
    expect([...writer.state.clusters.keys()]).toEqual(['a', 'c']);
    expect(writer.finish(filesOf(of('a', 'b')), 102)).toBeLessThanOrEqual(3);
    expect([...writer.state.clusters.keys()]).toEqual(['a', 'b']);
    expect(faultsIn(writer.writes, settleMs)).toEqual([]);
  });

  it('goes without the stages if nothing is to be removed', () => {
    const writer = new Writer(filesOf(of('a', 'c')));
    expect(writer.finish(filesOf(of('b', 'd')), 100)).toBe(1);
  });
});
