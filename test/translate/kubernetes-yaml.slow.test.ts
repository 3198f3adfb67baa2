import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { kubernetesYaml } from '../../translate/kubernetes-yaml.ts';

/** Each would be something else than a text to kubectl, as a value or as a key. */
const words = ['y', 'n', 'Yes', 'no', 'on', 'OFF', 'true', 'null', '~', '<<', '=', '.inf', '.NaN', ''];
const numbers = ['012', '0o17', '0x1f', '0X1F', '0b1', '0B1', '1e3', '.5e3', '5.', '1_000', '-0x1f', '+1'];
const others = ['2001-01-01', '1970-01-01T00:00:00Z', '1:30'];

describe('YAML for kubectl', () => {
  it.each([...words, ...numbers, ...others])('the text %j is quoted, as a value and as a key', (text) => {
    const quoted = JSON.stringify(text);
    expect(kubernetesYaml({ a: text })).toBe(`a: ${quoted}\n`);
    expect(kubernetesYaml({ [text]: 1 })).toBe(`${quoted}: 1\n`);
  });

  it('a character that ends a line in YAML 1.1, or that YAML does not admit, is escaped', () => {
    for (const code of [0x7f, 0x85, 0x2028, 0x2029, 0xfeff, 0xfffe]) {
      const text = `a${String.fromCharCode(code)}--- b`;
      const escaped = `"a\\u${code.toString(16).padStart(4, '0')}--- b"`;
      expect(kubernetesYaml({ key: text })).toBe(`key: ${escaped}\n`);
    }
  });

  it('any object is read back as it is, by YAML 1.1 and by YAML 1.2', () => {
    const text = fc.oneof(
      fc.constantFrom(...words, ...numbers, ...others),
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.stringMatching(/^[-+.0-9a-fxoyneE_:~]{1,6}$/),
    );
    const scalar = fc.oneof(text, fc.integer(), fc.boolean());
    // A key __proto__ is none of an object.
    const key = text.filter((name) => name !== '__proto__');
    const map = <T>(value: fc.Arbitrary<T>) => fc.dictionary(key, value, { noNullPrototype: true });
    const object = map(fc.oneof(scalar, fc.array(scalar), map(scalar)));
    fc.assert(
      fc.property(object, (content) => {
        const printed = kubernetesYaml(content);
        for (const version of ['1.1', '1.2'] as const)
          expect(parse(printed, { version })).toStrictEqual(content);
      }),
      { numRuns: 500 },
    );
  });
});
