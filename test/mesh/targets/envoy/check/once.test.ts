import { describe, expect, it } from 'vitest';
import { list, once } from '../../../../../shared/mesh/targets/envoy/check/rule.ts';
import { faultsOf } from './found.ts';

describe('a rule for parts that many proxies share', () => {
  it('a shared part is checked once, and its faults are found at each place', () => {
    let count = 0;
    const rule = once((_, place) => {
      count++;
      place.fault('is wrong');
      place.field('name').fault('is missing');
      place.item(2).fault('is odd');
    });
    const part = { name: 'cart' };
    expect(faultsOf(list(rule), [part, part], 'hosts')).toEqual([
      'hosts[0]: is wrong',
      'hosts[0].name: is missing',
      'hosts[0][2]: is odd',
      'hosts[1]: is wrong',
      'hosts[1].name: is missing',
      'hosts[1][2]: is odd',
    ]);
    expect(faultsOf(rule, part)).toEqual([': is wrong', 'name: is missing', '[2]: is odd']);
    expect(count).toBe(1);
  });

  it('an equal part that is another object is checked on its own', () => {
    let count = 0;
    const rule = once(() => void count++);
    faultsOf(rule, { name: 'cart' });
    faultsOf(rule, { name: 'cart' });
    expect(count).toBe(2);
  });

  it('what is no message is not remembered', () => {
    const rule = once((value, place) => place.fault(`is ${value}`));
    expect([faultsOf(rule, 1), faultsOf(rule, 2)]).toEqual([[': is 1'], [': is 2']]);
  });
});
