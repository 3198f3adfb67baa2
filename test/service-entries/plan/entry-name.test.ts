import { expect, it } from 'vitest';
import { hostOf } from '../../../shared/service-entries/plan/entry-name.ts';

it.each([
  ['front', 'shop.local', 'front.shop.local'],
  ['Front', 'Shop.Local', 'front.shop.local'],
  ['.', 'shop.local', 'shop.local'],
  ['my_service', 'shop.local', 'esc--my-5fservice.shop.local'],
  ['é', 'shop.local', 'esc---c3-a9.shop.local'],
  ['a\tb', 'shop.local', 'esc--a-09b.shop.local'],
  ['a', '7', 'a.esc--7'],
  ['esc--a', 'shop.local', 'esc--esc-2d-2da.shop.local'],
  ['a'.repeat(64), 'shop.local', undefined],
  ['a', 'shop..local', undefined],
])('the host of service %j in namespace %j is %s', (serviceName, namespaceName, host) => {
  expect(hostOf({ namespaceName, serviceName })).toBe(host);
});
