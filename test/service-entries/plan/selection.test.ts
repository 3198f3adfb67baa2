import { describe, expect, it } from 'vitest';
import {
  mayImport,
  namedArns,
  selectsNamespace,
  selectsService,
  usesNamespaceTags,
  usesServiceTags,
} from '../../../shared/service-entries/plan/selection.ts';
import { optionsOf } from './fixtures.ts';

const arn = 'arn:aws:servicediscovery:eu-west-1:444455556666:namespace/ns-abcdefghijklmnop';
const shop = { name: 'Shop.local' };

describe('the selection of services to import', () => {
  it.each([
    ['all by default', {}, undefined, true],
    ['by name', { namespaces: [{ name: 'shop.local' }] }, undefined, true],
    ['by wildcard', { namespaces: [{ name: 'x' }, { name: 's*.local' }] }, undefined, true],
    ['not by another name', { namespaces: [{ name: 'shop' }] }, undefined, false],
    ['by tag', { namespaces: [{ tags: { mesh: 'prod-*' } }] }, { mesh: 'prod-1', x: 'y' }, true],
    ['not by another tag', { namespaces: [{ tags: { mesh: 'prod' } }] }, { mesh: 'test' }, false],
    ['not by a tag that is not known', { namespaces: [{ tags: { mesh: '*' } }] }, undefined, false],
    [
      'only by name and tag together',
      { namespaces: [{ name: 'shop.local', tags: { mesh: 'prod' } }] },
      {},
      false,
    ],
    ['not by the ARN of another', { namespaces: [{ arn }] }, undefined, false],
  ])('serviceEntries.namespaces selects namespaces: %s', (_, changes, tags, expected) => {
    expect(selectsNamespace(optionsOf(changes), shop, tags)).toBe(expected);
  });

  it('serviceEntries.namespaces selects a shared namespace by its ARN', () => {
    const options = optionsOf({ namespaces: [{ arn }, { arn }, { name: 'x' }] });
    expect(selectsNamespace(options, { ...shop, arn }, undefined)).toBe(true);
    expect(namedArns(options)).toEqual([arn]);
  });

  it.each([
    ['all by default', {}, undefined, true],
    ['by name', { services: [{ name: 'WEB' }] }, undefined, true],
    ['by namespace and name', { services: [{ name: 'shop.*/w*' }] }, undefined, true],
    ['not by the namespace of others', { services: [{ name: 'x/web' }] }, undefined, false],
    ['by one of two names', { services: [{ name: 'x' }, { name: 'web' }] }, undefined, true],
    ['by tag', { services: [{ tags: { public: 'yes' } }] }, { public: 'yes' }, true],
    ['not by a missing tag', { services: [{ name: 'web', tags: { public: 'yes' } }] }, {}, false],
  ])('serviceEntries.services selects services: %s', (_, changes, tags, expected) => {
    expect(selectsService(optionsOf(changes), shop, 'web', tags)).toBe(expected);
  });

  it('a service cannot be ruled out before its tags and ARN are known', () => {
    const options = optionsOf({
      namespaces: [{ tags: { a: 'b' } }],
      services: [{ name: 'w*', tags: { a: 'b' } }],
    });
    expect(mayImport(options, { namespaceName: 'any' })).toBe(true);
    expect(mayImport(options, { namespaceName: 'any', serviceName: 'web' })).toBe(true);
    expect(mayImport(options, { namespaceName: 'any', serviceName: 'api' })).toBe(false);
    expect(mayImport(optionsOf({ namespaces: [{ name: 'x' }] }), { namespaceName: 'any' })).toBe(false);
    const two = optionsOf({
      namespaces: [{ name: 'x' }, { name: 'any' }],
      services: [{ name: 'x' }, { name: 'web' }],
    });
    expect(mayImport(two, { namespaceName: 'any', serviceName: 'web' })).toBe(true);
    expect(mayImport(two, { namespaceName: 'any', serviceName: 'api' })).toBe(false);
  });

  it('only a selection by tags needs the tags of namespaces or services', () => {
    const byTag = [{ tags: { a: 'b' } }];
    expect([usesNamespaceTags(optionsOf()), usesServiceTags(optionsOf())]).toEqual([false, false]);
    expect(usesNamespaceTags(optionsOf({ namespaces: byTag }))).toBe(true);
    expect(usesServiceTags(optionsOf({ services: byTag }))).toBe(true);
    const some = optionsOf({ namespaces: [{ name: 'x' }, ...byTag], services: [{ name: 'x' }, ...byTag] });
    expect([usesNamespaceTags(some), usesServiceTags(some)]).toEqual([true, true]);
  });
});
