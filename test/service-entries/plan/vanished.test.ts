import { describe, expect, it } from 'vitest';
import type { CloudMapServiceView } from '../../../shared/service-entries/plan/cloud-map-view.ts';
import type { SourceService } from '../../../shared/service-entries/plan/entry-name.ts';
import { goneServices, isSameSource } from '../../../shared/service-entries/plan/vanished.ts';
import { listingOf, serviceOf } from './fixtures.ts';

const web: SourceService = {
  ...{ account: '111122223333', region: 'eu-west-1', namespaceName: 'shop.local', serviceName: 'web' },
};
const place = { id: 'ns-1', type: 'HTTP' } as const;
const listed = (name: string, namespace: Partial<CloudMapServiceView['namespace']> = {}) =>
  serviceOf(name, [], { namespace: { ...place, name: 'shop.local', ...namespace } });
const here = { account: '111122223333', region: 'eu-west-1' };

describe('a service is gone', () => {
  it.each<[string, readonly CloudMapServiceView[], Partial<SourceService>, boolean]>([
    ['if its namespace was listed without it', [listed('api', here)], {}, true],
    ['not if it was listed', [listed('api', here), listed('web', here)], {}, false],
    ['not if it was listed in capitals', [listed('WEB', { ...here, name: 'SHOP.local' })], {}, false],
    ['not if it is looked up in capitals', [listed('web', here)], { namespaceName: 'SHOP.LOCAL' }, false],
    ['if its account is not known and it was not listed', [listed('api')], {}, true],
    ['if the account of the other is not known', [listed('api', here)], { account: 'own' }, true],
    ['if a namespace of two has it not', [listed('api', here), listed('api', { id: 'ns-2' })], {}, true],
    ['not if one of two namespaces has it', [listed('web', here), listed('api', { id: 'ns-2' })], {}, false],
  ])('%s', (_, services, changes, expected) => {
    const { namespaces } = listingOf(services);
    for (const isComplete of [true, false])
      expect(goneServices({ isComplete, namespaces })({ ...web, ...changes })).toBe(expected);
  });

  it.each<[string, readonly CloudMapServiceView[]]>([
    ['another namespace', [listed('api', { ...here, name: 'other.local' })]],
    ['a namespace of another account', [listed('api', { ...here, account: '444455556666' })]],
    ['a namespace of another Region', [listed('api', { ...here, region: 'us-east-1' })]],
    ['no namespace', []],
  ])('only if all namespaces were listed, where %s is in the list', (_, services) => {
    const { namespaces } = listingOf(services);
    expect(goneServices({ isComplete: true, namespaces })(web)).toBe(true);
    expect(goneServices({ isComplete: false, namespaces })(web)).toBe(false);
  });

  it('not if the services of its namespace were not all listed', () => {
    const { namespaces } = listingOf([listed('api', here)], false);
    expect(goneServices({ isComplete: true, namespaces })(web)).toBe(false);
  });
});

describe('two sources', () => {
  it.each<[Partial<SourceService>, boolean]>([
    [{}, true],
    [{ serviceName: 'WEB', namespaceName: 'Shop.Local' }, true],
    [{ account: 'own' }, true],
    [{ region: 'own' }, true],
    [{ account: '444455556666' }, false],
    [{ region: 'us-east-1' }, false],
    [{ namespaceName: 'other.local' }, false],
    [{ serviceName: 'api' }, false],
  ])('that differ in %j are the same: %s', (changes, expected) => {
    expect(isSameSource(web, { ...web, ...changes })).toBe(expected);
    expect(isSameSource({ ...web, ...changes }, web)).toBe(expected);
  });
});
