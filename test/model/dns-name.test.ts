import { expect, it } from 'vitest';
import { isSameDnsName } from '../../shared/model/dns-name.ts';

it('names are the same to DNS if they differ in the case of letters only', () => {
  expect(isSameDnsName('Shop.local', 'sHop.LOCAL')).toBe(true);
  expect(isSameDnsName('shop.local', 'shop.loca')).toBe(false);
});
