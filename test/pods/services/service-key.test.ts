import { expect, it } from 'vitest';
import { clustersFile } from '../../../shared/model/cluster-config.ts';
import { serviceKeyOf } from '../../../shared/pods/services/resolve-service.ts';

const key = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };

it('the key of a service has what clusters.yml chooses among namespaces of its name, if it does', () => {
  const of = (namespaces: readonly object[]) => {
    const [config] = clustersFile.parse({ clusters: [{ name: 'local', cloudMap: { namespaces } }] }).clusters;
    return config && serviceKeyOf(config, key);
  };
  expect(of([])).toStrictEqual(key);
  expect(of([{ name: '*', vpc: 'vpc-12345678' }])).toStrictEqual({ ...key, chosen: 'vpc-12345678' });
});
