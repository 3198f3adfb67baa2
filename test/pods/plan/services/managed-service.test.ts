import { expect, it } from 'vitest';
import { whyManagedByOther } from '../../../../shared/pods/plan/services/managed-service.ts';
import { aConfig } from '../../../explain/harness/pod-facts.ts';

/** Why `shop.local/Front` is not used if clusters.yml lists these services to adopt. */
const why = (
  adopt: readonly string[],
  namespaceKind: 'http' | 'private-dns' = 'http',
  managedBy = 'external-dns',
) =>
  whyManagedByOther(
    'shop.local',
    { name: 'Front', namespaceKind, managedBy },
    aConfig({ services: { adopt } }),
  );

it('a service that no other program manages is used', () => {
  const service = { name: 'front', namespaceKind: 'http', managedBy: undefined } as const;
  expect(whyManagedByOther('shop.local', service, aConfig())).toBeNull();
});

it('a service that another program manages is not, and the reason says what to do', () => {
  expect(why([])).toBe(
    'service shop.local/Front is managed by external-dns, as its description says: each would undo what the other does; ' +
      'take it out of that program and list shop.local/Front in cloudMap.services.adopt of cluster local in clusters.yml, ' +
      'or use another service',
  );
});

it.each([
  [['shop.local/Front'], true, true],
  [['back.local/*', 'shop.local/*'], true, true],
  [['shop.local/front'], false, true],
  [['SHOP.local/FRONT'], false, true],
  [['shop.local/back'], false, false],
])('clusters.yml may adopt it by %j: in an HTTP namespace %s, in one of DNS %s', (adopt, inHttp, inDns) => {
  expect([why(adopt) === null, why(adopt, 'private-dns') === null]).toEqual([inHttp, inDns]);
});
