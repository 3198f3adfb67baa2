import { describe, expect, it } from 'vitest';
import { clustersFile } from '../../../shared/model/cluster-config.ts';
import { describeFaults } from '../../../shared/model/faults.ts';

function faults(serviceEntries: unknown): readonly string[] {
  const { error } = clustersFile.safeParse({ clusters: [{ name: 'production', serviceEntries }] });
  return error === undefined ? [] : describeFaults(error).split('\n');
}

function parsed(serviceEntries: unknown) {
  return clustersFile.parse({ clusters: [{ name: 'production', serviceEntries }] }).clusters[0]
    ?.serviceEntries;
}

describe('serviceEntries of clusters.yml', () => {
  it('serviceEntries in clusters.yml is absent by default, so that no ServiceEntry is written', () => {
    expect(clustersFile.parse({ clusters: [{ name: 'production' }] }).clusters[0]).not.toHaveProperty(
      'serviceEntries',
    );
  });

  it('an empty serviceEntries in clusters.yml imports every service, as the Istio Cloud Map operator does', () => {
    expect(parsed({})).toEqual({
      namespaces: [{ name: '*' }],
      services: [{ name: '*' }],
      namespace: 'default',
      location: 'MESH_EXTERNAL',
      importOwnPods: false,
      ipFamily: 'dual',
      addresses: 'none',
      adopt: 'none',
      defaultPorts: { http: 80, https: 443 },
      protocolAttribute: 'PROTOCOL',
      weightAttribute: 'WEIGHT',
      clusterDomain: 'cluster.local',
      everyMinutes: 1,
    });
  });

  it('serviceEntries in clusters.yml may be seen by all namespaces, and have ports of different numbers', () => {
    expect(parsed({ exportTo: ['*'] })).toMatchObject({ exportTo: ['*'] });
    const defaultPorts = { http: 80, grpc: 9000, web: 81 };
    expect(parsed({ defaultPorts })).toMatchObject({ defaultPorts });
  });

  it('serviceEntries in clusters.yml accepts every option', () => {
    const all = {
      namespaces: [
        { name: 'shop.*' },
        { tags: { mesh: 'production', team: '*' } },
        { arn: 'arn:aws:servicediscovery:eu-west-1:444455556666:namespace/ns-abcdefghijklmnop' },
      ],
      services: [{ name: 'shop.local/web-*', tags: { public: 'yes' } }],
      namespace: 'istio-imports',
      location: 'MESH_INTERNAL',
      exportTo: ['.', 'shop'],
      importOwnPods: true,
      ipFamily: 'ipv4',
      addresses: 'first-endpoint',
      adopt: 'istio-cloud-map',
      defaultPorts: { grpc: 9000 },
      protocolAttribute: 'app.protocol',
      weightAttribute: 'shop/weight',
      clusterDomain: 'k8s.example.com',
      everyMinutes: 5,
    };
    expect(parsed(all)).toEqual(all);
  });

  it.each([
    [{ namespace: 'Default' }, 'serviceEntries.namespace', 'expected the name of a Kubernetes namespace'],
    [{ namespaces: [] }, 'serviceEntries.namespaces', '>=1'],
    [{ namespaces: [{}] }, 'serviceEntries.namespaces[0]', 'expected one of name, tags, arn'],
    [{ services: [{}] }, 'serviceEntries.services[0]', 'expected one of name, tags'],
    [{ namespaces: ['shop'] }, 'serviceEntries.namespaces[0]', 'object'],
    [{ namespaces: [{ name: 'two words' }] }, 'serviceEntries.namespaces[0].name', 'expected a name'],
    [
      { namespaces: [{ arn: 'ns-1' }] },
      'serviceEntries.namespaces[0].arn',
      'expected the ARN of a Cloud Map',
    ],
    [{ services: [{ name: '*', arn: 'x' }] }, 'serviceEntries.services[0]', 'arn'],
    [
      { namespaces: [{ tags: { team: 1 } }] },
      'serviceEntries.namespaces[0].tags.team',
      'expected the value of a tag',
    ],
    [{ location: 'EXTERNAL' }, 'serviceEntries.location', 'MESH_INTERNAL'],
    [{ exportTo: ['*', 'shop'] }, 'serviceEntries.exportTo', 'expected * alone'],
    [{ exportTo: ['shop', 'shop'] }, 'serviceEntries.exportTo[1]', 'names shop twice'],
    [{ exportTo: ['a', 'shop', 'shop'] }, 'serviceEntries.exportTo[2]', 'names shop twice'],
    [{ exportTo: ['.', 'default'] }, 'serviceEntries.exportTo', 'names default twice'],
    [{ exportTo: ['~'] }, 'serviceEntries.exportTo[0]', 'expected the name of a Kubernetes namespace'],
    [{ exportTo: [] }, 'serviceEntries.exportTo', '>=1'],
    [{ importOwnPods: 'yes' }, 'serviceEntries.importOwnPods', 'boolean'],
    [{ addresses: 'all' }, 'serviceEntries.addresses', 'first-endpoint'],
    [{ adopt: 'all' }, 'serviceEntries.adopt', 'istio-cloud-map'],
    [{ ipFamily: 'both' }, 'serviceEntries.ipFamily', 'dual'],
    [{ defaultPorts: {} }, 'serviceEntries.defaultPorts', 'expected at least one port'],
    [{ defaultPorts: { http: 0 } }, 'serviceEntries.defaultPorts.http', 'from 1 to 65535'],
    [{ defaultPorts: { http: '80' } }, 'serviceEntries.defaultPorts.http', 'expected a port number'],
    [{ defaultPorts: { http: 80, web: 80 } }, 'serviceEntries.defaultPorts.web', 'has the number of http'],
    [{ defaultPorts: { HTTP: 80 } }, 'serviceEntries.defaultPorts.HTTP', 'expected the name of a port'],
    [{ everyMinutes: 0 }, 'serviceEntries.everyMinutes', '>=1'],
    [{ clusterDomain: '.local' }, 'serviceEntries.clusterDomain', 'expected a domain'],
    [{ weightAttribute: 'two words' }, 'serviceEntries.weightAttribute', 'expected the name of a Cloud Map'],
    [{ intervalMinutes: 5 }, 'serviceEntries', 'intervalMinutes'],
  ])('serviceEntries refuses %j and names the field and what it expects', (section, path, expected) => {
    const [fault, ...others] = faults(section);
    expect(others).toEqual([]);
    expect(fault).toContain(path);
    expect(fault).toContain(expected);
  });
});
