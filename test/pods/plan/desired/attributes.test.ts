import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitAttributes } from '../../../../shared/pods/plan/desired/attributes.ts';

const many = (count: number, prefix = 'l', value = 'x') =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${prefix}${String(index).padStart(3, '0')}`, value]),
  );
/** Cloud Map counts AWS_INIT_HEALTH_STATUS too, which is added later. */
const roomOfHealth = 'AWS_INIT_HEALTH_STATUSUNHEALTHY'.length;

describe('labels and required attributes together', () => {
  it('labels and required attributes together are all there where they fit; the required ones win', () => {
    expect(
      fitAttributes({ app: 'front', owner: 'me' }, { owner: 'us', AWS_INSTANCE_IPV4: '10.0.0.1' }),
    ).toEqual({
      attributes: { app: 'front', owner: 'us', AWS_INSTANCE_IPV4: '10.0.0.1' },
      dropped: [],
      fault: null,
    });
  });

  it.each(['AWS_ALIAS_DNS_NAME', 'AWS_INSTANCE_CNAME', 'aws_instance_ipv4', 'Aws_Init_Health_Status'])(
    'a label may not be called %s: Cloud Map acts on it',
    (name) => {
      const fitted = fitAttributes({ app: 'front', [name]: 'evil' }, { AWS_INSTANCE_IPV4: '10.0.0.1' });
      expect(fitted).toEqual({
        attributes: { app: 'front', AWS_INSTANCE_IPV4: '10.0.0.1' },
        dropped: [name],
        fault: null,
      });
    },
  );

  it('labels and required attributes together keep a label whose name every JavaScript object has', () => {
    const labels = { constructor: 'a', toString: 'b' };
    expect(fitAttributes({ ...labels, ...many(29, 'z') }, {}).attributes).toMatchObject(labels);
    expect(fitAttributes(labels, { a: 'b' }).attributes).toEqual({ ...labels, a: 'b' });
  });

  it('labels and required attributes together leave out a label whose name is longer than Cloud Map takes: 255 characters', () => {
    const longest = `${'d'.repeat(253)}/n`;
    const tooLong = `${'d'.repeat(253)}/${'n'.repeat(63)}`;
    const { attributes, dropped } = fitAttributes({ [longest]: 'a', [tooLong]: 'b' }, {});
    expect({ attributes, dropped }).toEqual({ attributes: { [longest]: 'a' }, dropped: [tooLong] });
  });

  it('labels and required attributes together drop nothing for the sake of a label that cannot stay anyway', () => {
    const tooLong = 'a'.repeat(256);
    expect(fitAttributes({ ...many(30), [tooLong]: '' }, {}).dropped).toEqual([tooLong]);
    expect(fitAttributes({ ...many(30), aws_x: 'y' }, {}).dropped).toEqual(['aws_x']);
  });

  it('labels and required attributes together drop labels from the last name to the first', () => {
    const { attributes, dropped } = fitAttributes(many(33), { a: 'b' });
    expect(dropped).toEqual(['l032', 'l031', 'l030', 'l029']);
    expect(Object.keys(attributes)).toHaveLength(30);
  });

  it('labels and required attributes together drop app, version and app.kubernetes.io/* only after all others', () => {
    const identifying = {
      app: 'a',
      version: 'v',
      'app.kubernetes.io/name': 'n',
      'app.kubernetes.io/part-of': 'p',
    };
    const labels = { ...many(3, 'z'), ...identifying, 'app.example.com/x': 'x', apple: 'x', versions: 'x' };
    const { dropped } = fitAttributes(labels, many(28, 'required'));
    expect(dropped).toEqual([
      'z002',
      'z001',
      'z000',
      'versions',
      'apple',
      'app.example.com/x',
      'version',
      'app.kubernetes.io/part-of',
    ]);
  });

  it('labels and required attributes together count AWS_… attributes as characters, not as custom ones', () => {
    const required = { ...many(30, 'r'), AWS_INSTANCE_IPV4: '10.0.0.1', AWS_INSTANCE_PORT: '1' };
    expect(fitAttributes({}, required).fault).toBeNull();
    expect(fitAttributes({}, { ...required, one: 'more' }).fault).toBe(
      '31 custom attributes of 231 characters are needed without any label; Cloud Map takes at most 30 and 5000',
    );
  });

  it('labels and required attributes together fit exactly 5,000 characters, the health a registration begins with included', () => {
    const required = (length: number) => ({
      a: 'x'.repeat(1000),
      b: 'x'.repeat(1000),
      c: 'x'.repeat(1000),
      d: 'x'.repeat(1000),
      e: 'x'.repeat(length),
    });
    const left = 5000 - 4005 - roomOfHealth;
    expect(fitAttributes({}, required(left)).fault).toBeNull();
    expect(fitAttributes({}, required(left + 1)).fault).not.toBeNull();
    expect(fitAttributes({ f: '' }, required(left)).dropped).toEqual(['f']);
    expect(fitAttributes({ f: '' }, required(left - 1)).dropped).toEqual([]);
  });
});

describe('whatever the labels', () => {
  const key = fc.oneof(
    fc.constantFrom('app', 'version', 'app.kubernetes.io/name', 'AWS_INSTANCE_IPV4', 'aws_x', 'owner'),
    fc.stringMatching(/^[a-z]{1,20}$/),
    fc.stringMatching(/^[a-z]{240}\/[a-z]{5,60}$/),
  );
  const labels = fc.dictionary(key, fc.string({ maxLength: 400 }), { maxKeys: 60 });
  const required = fc.dictionary(
    fc.oneof(fc.constantFrom('AWS_INSTANCE_IPV4', 'owner', 'app'), fc.stringMatching(/^[a-z]{1,8}$/)),
    fc.string({ maxLength: 40 }),
    { maxKeys: 12 },
  );

  it('any labels lead to attributes that Cloud Map takes, nothing is lost without being named, and nothing needed is lost', () => {
    fc.assert(
      fc.property(labels, required, (has, needs) => {
        const { attributes, dropped, fault } = fitAttributes(has, needs);
        const entries = Object.entries(attributes);
        expect(fault).toBeNull();
        expect(entries.filter(([name]) => !name.startsWith('AWS_')).length).toBeLessThanOrEqual(30);
        const characters = entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
        expect(characters + roomOfHealth).toBeLessThanOrEqual(5000);
        expect(entries.every(([name]) => name.length <= 255)).toBe(true);
        expect(attributes).toMatchObject(needs);
        expect(Object.keys({ ...has, ...needs }).sort()).toEqual(
          [...Object.keys(attributes), ...dropped].sort(),
        );
        for (const [name, value] of entries)
          expect(value).toBe(Object.hasOwn(needs, name) ? needs[name] : has[name]);
      }),
      { numRuns: 300 },
    );
  });

  it('the order in which they are written does not matter', () => {
    fc.assert(
      fc.property(labels, required, (has, needs) => {
        const turned = Object.fromEntries(Object.entries(has).reverse());
        const [one, other] = [fitAttributes(has, needs), fitAttributes(turned, needs)];
        expect(other.dropped).toEqual(one.dropped);
        expect(other.attributes).toEqual(one.attributes);
      }),
      { numRuns: 300 },
    );
  });

  it('no more is dropped than must be: the label dropped last would not have fitted', () => {
    fc.assert(
      fc.property(labels, required, (has, needs) => {
        const { attributes, dropped } = fitAttributes(has, needs);
        const last = dropped.findLast((name) => !/^aws_/i.test(name) && name.length <= 255);
        if (last === undefined) return;
        const more = { ...attributes, [last]: has[last] ?? '' };
        const custom = Object.keys(more).filter((name) => !name.startsWith('AWS_')).length;
        const characters = Object.entries(more).reduce(
          (sum, [name, value]) => sum + name.length + value.length,
          0,
        );
        expect(custom > 30 || characters + roomOfHealth > 5000).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
