import { describe, expect, it } from 'vitest';
import {
  addressesOf,
  isIpAddress,
  isUsableAddress,
} from '../../../../shared/service-entries/plan/instances/address.ts';

const of = (attributes: Readonly<Record<string, string>>, ipFamily: 'ipv4' | 'ipv6' | 'dual' = 'dual') =>
  addressesOf(attributes, { ipFamily });
const dual = { AWS_INSTANCE_IPV4: '10.0.0.1', AWS_INSTANCE_IPV6: '2001:DB8::1' };
const ip = (address: string) => ({ address, isName: false });
const name = (address: string) => ({ address, isName: true });
const longName = `${'a.'.repeat(126)}a`;

describe('an address', () => {
  it.each([
    ['0.0.0.1', false],
    ['1.0.0.0', true],
    ['126.255.255.255', true],
    ['127.0.0.1', false],
    ['128.0.0.1', true],
    ['169.253.0.1', true],
    ['169.254.169.254', false],
    ['223.255.255.255', true],
    ['224.0.0.1', false],
    ['230.0.0.1', false],
    ['255.255.255.255', false],
    ['10.0.0', false],
    ['::1', false],
    ['ff::1', false],
    ['10::1', false],
    ['f::1', false],
    ['100::1', true],
    ['::ffff:10.0.0.1', false],
    ['fd00::1', true],
    ['fe7f::1', true],
    ['fe80::1', false],
    ['febf::1', false],
    ['fec0::1', true],
    ['ff02::1', false],
    ['2001:db8::1', true],
    ['fe80::1%eth0', false],
    ['x', false],
    ['', false],
  ])('%s may be that of an endpoint: %s', (text, expected) => {
    expect(isUsableAddress(text)).toBe(expected);
  });

  it.each([
    ['127.0.0.1', true],
    ['::1', true],
    ['a.local', false],
    ['', false],
  ])('%j is an IP address: %s', (text, expected) => {
    expect(isIpAddress(text)).toBe(expected);
  });
});

describe('the addresses of an instance', () => {
  it('are those of the family, or the other one', () => {
    expect(of(dual)).toEqual([ip('10.0.0.1'), ip('2001:db8::1')]);
    expect(of(dual, 'ipv4')).toEqual([ip('10.0.0.1')]);
    expect(of(dual, 'ipv6')).toEqual([ip('2001:db8::1')]);
    expect(of({ AWS_INSTANCE_IPV4: '10.0.0.1' }, 'ipv6')).toEqual([ip('10.0.0.1')]);
    expect(of({ AWS_INSTANCE_IPV6: 'fd00::1' }, 'ipv4')).toEqual([ip('fd00::1')]);
  });

  it.each<[string, Readonly<Record<string, string>>, readonly { address: string; isName: boolean }[]]>([
    ['none without attributes', {}, []],
    ['a CNAME', { AWS_INSTANCE_CNAME: 'DB.example.com.' }, [name('db.example.com')]],
    ['an alias', { AWS_ALIAS_DNS_NAME: 'x.elb.amazonaws.com' }, [name('x.elb.amazonaws.com')]],
    ['the CNAME of both', { AWS_INSTANCE_CNAME: 'a.b', AWS_ALIAS_DNS_NAME: 'c.d' }, [name('a.b')]],
    ['the alias beside an empty CNAME', { AWS_INSTANCE_CNAME: '', AWS_ALIAS_DNS_NAME: 'c.d' }, [name('c.d')]],
    [
      'the IP address before a CNAME',
      { ...dual, AWS_INSTANCE_CNAME: 'a.b' },
      [ip('10.0.0.1'), ip('2001:db8::1')],
    ],
    ['an IP address as CNAME', { AWS_INSTANCE_CNAME: '10.0.0.9' }, [ip('10.0.0.9')]],
    ['an IPv6 address as CNAME', { AWS_INSTANCE_CNAME: 'fd00::9' }, [ip('fd00::9')]],
    ['none of localhost', { AWS_INSTANCE_CNAME: 'localhost' }, []],
    ['none below localhost', { AWS_INSTANCE_CNAME: 'x.localhost' }, []],
    ['localhost as another label', { AWS_INSTANCE_CNAME: 'localhost.a.b' }, [name('localhost.a.b')]],
    ['a name that ends so', { AWS_INSTANCE_CNAME: 'mylocalhost' }, [name('mylocalhost')]],
    ['none of a number', { AWS_INSTANCE_CNAME: '7' }, []],
    ['none whose last label is a number', { AWS_INSTANCE_CNAME: 'a.7' }, []],
    ['none whose last label is a longer number', { AWS_INSTANCE_CNAME: 'a.77' }, []],
    ['a name with numbers', { AWS_INSTANCE_CNAME: '7.7a.a7' }, [name('7.7a.a7')]],
    ['of 253 characters', { AWS_INSTANCE_CNAME: longName }, [name(longName)]],
    ['none of more', { AWS_INSTANCE_CNAME: `a${longName}` }, []],
    ['none of what is no name', { AWS_INSTANCE_CNAME: 'a_b.c' }, []],
  ])('are %s', (_, attributes, expected) => {
    expect(of(attributes)).toEqual(expected);
  });
});
