import { describe, expect, it } from 'vitest';
import { clusterHosts, couldBeKubernetesHost } from '../../../shared/service-entries/plan/cluster-hosts.ts';
import { applied, cluster, entryFor, foreign, instancesOf, ip, serviceOf } from './fixtures.ts';

const web = serviceOf('web', instancesOf(ip('10.0.0.1')));

describe('the hosts of a cluster', () => {
  const own = applied(entryFor(web));
  const copy = applied(entryFor(web, { namespace: 'apps' }));
  const [a, b] = [foreign('a', 'x', ['x.local', 'WEB.shop.local']), foreign('b', 'x', ['web.shop.local'])];
  const hosts = () =>
    clusterHosts({
      ...{ cluster, entries: [own, a, copy, b] },
      kubernetesServices: [
        { namespace: 'shop', name: 'web' },
        { namespace: 'shop', name: 'api' },
      ],
    });

  it('are those of own entries', () => {
    expect(hosts().own).toEqual([own, copy]);
    expect(hosts().ownOf('web.shop.local')).toEqual([own, copy]);
    expect(hosts().ownOf('x.local')).toEqual([]);
  });

  it('are those of entries of others, in lower case', () => {
    expect(hosts().othersOf('web.shop.local')).toEqual([a, b]);
    expect(hosts().othersOf('x.local')).toEqual([a]);
    expect(hosts().othersOf('y.local')).toEqual([]);
  });

  it('are those of Services', () => {
    expect(hosts().serviceOf('web.shop')).toBe('shop/web');
    expect(hosts().serviceOf('api.shop')).toBe('shop/api');
    expect(hosts().serviceOf('shop.web')).toBeUndefined();
  });

  it('are of entries that are found by their name', () => {
    expect(hosts().named('b', 'x')).toBe(b);
    expect(hosts().named('apps', own.metadata.name)).toBe(copy);
    expect(hosts().named('c', 'x')).toBeUndefined();
  });

  it('are none of an empty cluster', () => {
    const none = clusterHosts({ cluster, entries: [], kubernetesServices: [] });
    expect([none.own, none.ownOf('x'), none.othersOf('x'), none.serviceOf('x')]).toEqual([
      ...[[], [], [], undefined],
    ]);
    expect(none.named('default', 'x')).toBeUndefined();
  });

  it.each([
    ['web', false],
    ['web.shop', true],
    ['web.shop.svc', false],
  ])('%s could be the host of a Service: %s', (host, expected) => {
    expect(couldBeKubernetesHost(host)).toBe(expected);
  });
});
