import { describe, expect, it } from 'vitest';
import { managerOf } from '../../shared/model/managed-service.ts';

describe('the program that manages a service', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['our heritage=ours', 'ours'],
    ['inheritance, heritage', undefined],
    ['external-dns/owner=default', undefined],
    ['x-heritage=external-dns', undefined],
    ['heritage=external-dns', 'external-dns'],
    ['heritage=external-dns,external-dns/owner=default', 'external-dns (owner default)'],
    ['"heritage=external-dns,external-dns/owner=a-b,external-dns/resource=x"', 'external-dns (owner a-b)'],
    ['heritage=other-dns,other/owner=me', 'other-dns (owner me)'],
  ])('%j: %s', (description, expected) => {
    expect(managerOf(description)).toBe(expected);
  });
});
