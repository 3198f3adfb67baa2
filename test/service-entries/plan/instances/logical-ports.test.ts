import { describe, expect, it } from 'vitest';
import { nameOfPort } from '../../../../shared/service-entries/plan/instances/logical-ports.ts';

/** Ports as `80`, or with a name as `web=8080`. */
function portOf(text: string) {
  const [number = '', name] = text.split('=').toReversed();
  return { number: Number(number), ...(name !== undefined && { name }) };
}

function namesOf(ports: readonly string[], former: readonly string[] = []): readonly string[] {
  const all = ports.map(portOf);
  const remembered = former.map((name) => ({ name, number: 1, protocol: 'TCP' as const }));
  return all.map(nameOfPort(all, remembered));
}

describe('the names of the ports of instances', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['a named port has its name', ['web=8080', 'admin=80'], ['web', 'admin']],
    ['80 and 443 have standard names', ['80', '443'], ['http', 'https']],
    ['another number alone is tcp', ['8080'], ['tcp']],
    ['other numbers are one port', ['8080', '9090'], ['tcp', 'tcp']],
    ['another number is one with the standard port, if that has as many', ['80', '8080'], ['http', 'http']],
    ['and both are tcp, if that has fewer', ['80', '8080', '9090'], ['tcp', 'tcp', 'tcp']],
    ['another number is one with the named port, if that has as many', ['web=1', '8080'], ['web', 'web']],
    ['and both are tcp, if the named port has fewer', ['web=1', '8080', '9090'], ['tcp', 'tcp', 'tcp']],
    ['a named port stands before a standard one', ['web=1', '80', '8080'], ['web', 'http', 'web']],
    ['of two named ports it is none', ['web=1', 'admin=2', '8080'], ['web', 'admin', 'tcp']],
    ['of two standard ports it is none', ['80', '443', '8080'], ['http', 'https', 'tcp']],
    ['of several named ports it is the one named tcp', ['web=1', 'tcp=2', '8080'], ['web', 'tcp', 'tcp']],
    ['a port that is named http is one with 80', ['http=1', '80'], ['http', 'http']],
  ])('%s: %j', (_, ports, names) => {
    expect(namesOf(ports)).toEqual(names);
    expect(namesOf(ports.toReversed())).toEqual(names.toReversed());
  });

  it.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ['unnamed ports keep the one name', ['8080'], ['web'], ['web']],
    ['unnamed ports keep the name tcp beside a standard one', ['80', '8080'], ['tcp'], ['tcp', 'tcp']],
    ['they are tcp if the entry had several', ['8080'], ['web', 'admin'], ['tcp']],
    [
      'a port that is one with a named one keeps its former name',
      ['web=1', '8080'],
      ['http'],
      ['http', 'http'],
    ],
    ['so it does if the names are the same', ['web=1', '8080', '9090'], ['web'], ['web', 'web', 'web']],
    [
      'the name of a separate port is not taken',
      ['web=1', 'admin=2', '8080'],
      ['web'],
      ['web', 'admin', 'tcp'],
    ],
    ['but the one name that is left', ['web=1', 'admin=2', '8080'], ['web', 'old'], ['web', 'admin', 'old']],
    ['no name if two are left', ['web=1', 'admin=2', '8080'], ['new', 'old'], ['web', 'admin', 'tcp']],
    ['the name of the port that it is one with', ['80', '8080', '9090'], ['http'], ['http', 'http', 'http']],
    ['not the name of another standard port', ['80', '443', '8080'], ['http', 'x'], ['http', 'https', 'x']],
    ['all keep the one name tcp', ['80', '443', '8080'], ['tcp'], ['tcp', 'tcp', 'tcp']],
    ['but not the named ones', ['web=1', 'admin=2', '8080'], ['tcp'], ['web', 'admin', 'tcp']],
    ['the port named tcp is the one that is joined', ['web=1', 'tcp=2', '8080'], ['x'], ['web', 'x', 'x']],
    [
      'the one name is kept although it is a standard one',
      ['web=1', '80', '8080'],
      ['http'],
      ['http', 'http', 'http'],
    ],
    [
      'a named port with a standard number is no standard port',
      ['web=80', '8080'],
      ['http', 'y'],
      ['web', 'web'],
    ],
    ['a named port keeps its name without unnamed ones', ['web=1'], ['http'], ['web']],
    ['a standard port keeps its name', ['80'], ['web'], ['http']],
    ['a standard port keeps its name although the entry had tcp', ['80'], ['tcp'], ['http']],
    [
      'named ports stay although the entry had tcp',
      ['web=1', 'admin=2', '80'],
      ['tcp'],
      ['web', 'admin', 'http'],
    ],
  ])('with a former entry, %s: %j after %j', (_, ports, former, names) => {
    expect(namesOf(ports, former)).toEqual(names);
    expect(namesOf(ports.toReversed(), former)).toEqual(names.toReversed());
  });
});
