import { describe, expect, it } from 'vitest';
import type { CloudMapService } from '../../../shared/model/records/registration.ts';
import { ServiceFinder } from '../../../shared/pods/services/find-service.ts';
import type { CloudMapNamespace, NamespaceReader } from '../../../shared/ports/ports.ts';
import { aConfig } from '../../explain/harness/pod-facts.ts';

const named = (name: string, managedBy?: string): CloudMapService => ({
  ...{ id: `srv-${name}`, name, namespaceId: 'ns-1', namespaceKind: 'private-dns', httpName: 'shop.local' },
  ...{ hasCustomHealthCheck: true, managedBy },
});

/** Cloud Map with one namespace, or none, and its services. */
function finder(kind: CloudMapNamespace['kind'] | undefined, ...services: readonly CloudMapService[]) {
  const namespace = { id: 'ns-1', name: 'shop.local', kind } as CloudMapNamespace;
  let lists = 0;
  const cloudMap = {
    namespacesNamed: async () => (kind === undefined ? [] : [namespace]),
  } as unknown as NamespaceReader;
  const servicesOf = async () => {
    lists += 1;
    return new Map(services.map((service) => [service.name, service]));
  };
  const found = new ServiceFinder(aConfig(), cloudMap, { servicesOf });
  return {
    find: (serviceName: string, namespaceName = 'shop.local') => found.find({ namespaceName, serviceName }),
    lists: () => lists,
  };
}

describe('a service by its name', () => {
  it('is found, and each namespace is listed once', async () => {
    const { find, lists } = finder('http', named('front'), named('back'));
    expect(await find('front')).toEqual({ namespace: 'http', service: named('front') });
    expect(await find('back')).toEqual({ namespace: 'http', service: named('back') });
    expect(await find('lost')).toEqual({ namespace: 'http' });
    expect(lists()).toBe(1);
  });

  it('is in no namespace that is missing, or refused', async () => {
    expect(await finder(undefined).find('front')).toEqual({ namespace: 'missing' });
    expect(await finder('public-dns').find('front')).toEqual({ namespace: 'public-dns' });
    expect(await finder('private-dns').find('front', 'SHOP.local')).toEqual({
      namespace: 'refused',
      refusal: expect.stringMatching(/SHOP\.local.*shop\.local/),
    });
  });

  it('is refused in another spelling, where names are those of DNS', async () => {
    const dns = finder('private-dns', named('Front'));
    expect(await dns.find('front')).toEqual({
      namespace: 'private-dns',
      refusal: expect.stringMatching(/shop\.local\/front.*shop\.local\/Front/),
    });
    expect(await dns.find('back')).toEqual({ namespace: 'private-dns' });
    expect(await finder('http', named('Front')).find('front')).toEqual({ namespace: 'http' });
  });

  it('is refused if another program manages it', async () => {
    const service = named('front', 'external-dns');
    expect(await finder('http', service).find('front')).toEqual({
      ...{ namespace: 'http', service, refusal: expect.stringContaining('external-dns') },
    });
  });
});
