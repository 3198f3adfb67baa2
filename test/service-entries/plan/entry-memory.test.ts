import { describe, expect, it } from 'vitest';
import {
  optionalFields,
  portsText,
  rememberedPorts,
} from '../../../shared/service-entries/plan/entry-memory.ts';
import { foreign } from './fixtures.ts';

const bare = foreign('default', 'x', ['x.local']);
const having = (annotations: Readonly<Record<string, string>>) => ({
  ...bare,
  metadata: { ...bare.metadata, annotations },
});
const portsOf = (text: string) =>
  rememberedPorts(having({ 'eks-mesh-sync/ports': text })).map(
    ({ name, number, protocol }) => `${name} ${number} ${protocol}`,
  );

describe('the ports that an entry remembers', () => {
  it('are those that were written, in their order', () => {
    const ports = [
      { name: 'http-admin', number: 65535, protocol: 'HTTP' },
      { name: '9a', number: 1, protocol: 'HTTP2' },
    ] as const;
    expect(portsText(ports)).toBe('http-admin=65535/HTTP,9a=1/HTTP2');
    expect(rememberedPorts(having({ 'eks-mesh-sync/ports': portsText(ports) }))).toEqual(ports);
    expect(portsText([])).toBe('');
  });

  it('are none without an entry, its annotations or the one of ports', () => {
    for (const entry of [undefined, bare, having({}), having({ 'eks-mesh-sync/ports': '' })])
      expect(rememberedPorts(entry)).toEqual([]);
  });

  it.each([
    ['a number beyond those of ports', 'http=65536/HTTP'],
    ['the number 0', 'http=0/HTTP'],
    ['a number with a leading zero', 'http=080/HTTP'],
    ['no number', 'http=/HTTP'],
    ['a protocol that is none', 'http=80/FTP'],
    ['no protocol', 'http=80'],
    ['a name that ends with a hyphen', 'http-=80/HTTP'],
    ['a name that starts with a hyphen', '-http=80/HTTP'],
    ['a name in capitals', 'HTTP=80/HTTP'],
    ['no name', '=80/HTTP'],
    ['a name of 63 characters', `${'a'.repeat(63)}=80/HTTP`],
    ['a space before it', ' http=80/HTTP'],
    ['text after it', 'http=80/HTTP;x'],
    ['an empty port beside it', 'http=80/HTTP,'],
    ['a port beside it that is none', 'x,http=80/HTTP'],
    ['a name twice', 'http=80/HTTP,http=81/HTTP'],
    ['a number twice', 'http=80/HTTP,web=80/HTTP'],
  ])('are none if the annotation was changed by somebody: %s', (_, text) => {
    expect(portsOf(text)).toEqual([]);
  });

  it('may have a name of one character, or of 62', () => {
    expect(portsOf(`a=80/TCP,${'b'.repeat(62)}=81/TLS`)).toEqual(['a 80 TCP', `${'b'.repeat(62)} 81 TLS`]);
  });
});

describe('the optional fields that an entry remembers', () => {
  it('are those of its annotation', () => {
    expect(optionalFields(having({ 'eks-mesh-sync/optional-fields': 'addresses,exportTo' }))).toEqual([
      ...['addresses', 'exportTo'],
    ]);
    for (const entry of [undefined, bare, having({})])
      expect(optionalFields(entry)).not.toContain('addresses');
  });
});
