import { describe, expect, it } from 'vitest';
import {
  accept,
  chooseNamespace,
  chosenNamespace,
  type ListedNamespace,
  namespaceEntry,
  otherSpelling,
} from '../../../../shared/pods/plan/services/choose-namespace.ts';
import { aConfig } from '../../../explain/harness/pod-facts.ts';

const http = { id: 'ns-http', name: 'shop.local', kind: 'http' } as const;
const dns = { id: 'ns-dns', name: 'shop.local', kind: 'private-dns' } as const;
const open = { id: 'ns-open', name: 'shop.local', kind: 'public-dns' } as const;
const inVpc = (id: string, ...vpcs: readonly string[]): ListedNamespace => ({ ...dns, id, vpcs });
const choose = (
  listed: readonly ListedNamespace[],
  { name = 'shop.local', vpc = undefined as string | undefined } = {},
) => chooseNamespace(name, listed, { cluster: 'local', vpc });
const hint = 'write which one is meant in cloudMap.namespaces of cluster local in clusters.yml, such as';

describe('the namespace that a name refers to', () => {
  it.each<[what: string, listed: readonly ListedNamespace[], chosen: ListedNamespace]>([
    ['the only one', [http], http],
    ['the only private one', [dns], dns],
    ['the only public one', [open], open],
    ['the private one of two', [open, dns], dns],
    ['the HTTP one of two', [open, http], http],
    ['the one of the name', [{ ...http, id: 'ns-2', name: 'shop' }, http], http],
    ['the first public one', [open, { ...open, id: 'ns-open-2' }], open],
  ])('is %s', (_, listed, namespace) => {
    expect(choose(listed)).toEqual({ namespace });
  });

  it('is absent if none has it', () => {
    expect(choose([])).toEqual({ absent: true });
    expect(choose([{ ...http, name: 'shop' }])).toEqual({ absent: true });
    expect(choose([http], { name: 'SHOP.local' })).toEqual({ absent: true });
  });

  it('is refused in another spelling, where names are those of DNS', () => {
    const refusal =
      'Cloud Map namespace SHOP.local is named shop.local; ' +
      'in a DNS namespace names that differ only by case are one name: write shop.local';
    for (const kind of [dns, open]) expect(choose([kind], { name: 'SHOP.local' })).toEqual({ refusal });
    expect(otherSpelling('service', 'Front', 'front')).toBe(
      'Cloud Map service Front is named front; ' +
        'in a DNS namespace names that differ only by case are one name: write front',
    );
  });

  it('is refused if there are several, each with its kind and VPCs', () => {
    expect(choose([http, inVpc('ns-2', 'vpc-1', 'vpc-2'), inVpc('ns-3'), open])).toEqual({
      refusal:
        'Cloud Map has 3 namespaces named shop.local: ns-http (shop.local, HTTP), ' +
        'ns-2 (shop.local, private DNS, vpc-1 and vpc-2), ns-3 (shop.local, private DNS); ' +
        `${hint} { name: shop.local, id: ns-http }`,
    });
  });

  it('is the one in the VPC that clusters.yml names', () => {
    const [one, two, three] = [
      inVpc('ns-1', 'vpc-1'),
      inVpc('ns-2', 'vpc-2', 'vpc-3'),
      inVpc('ns-3', 'vpc-2'),
    ];
    expect(choose([one, two, open, http], { vpc: 'vpc-1' })).toEqual({ namespace: one });
    expect(choose([one, two], { vpc: 'vpc-3' })).toEqual({ namespace: two });
    expect(choose([one, two, three], { vpc: 'vpc-2' })).toEqual({
      refusal:
        'Cloud Map has 2 namespaces named shop.local: ns-2 (shop.local, private DNS, vpc-2 and vpc-3), ' +
        `ns-3 (shop.local, private DNS, vpc-2); ${hint} { name: shop.local, id: ns-2 }`,
    });
  });

  it('is absent, not public, if none is in that VPC', () => {
    expect(choose([inVpc('ns-1', 'vpc-1'), dns, open, http], { vpc: 'vpc-9' })).toEqual({ absent: true });
  });
});

describe('a namespace that is known by its id', () => {
  it.each<[namespace: ListedNamespace, expected: object]>([
    [http, { namespace: http }],
    [open, { namespace: open }],
    [{ ...dns, name: 'Shop.local' }, { refusal: otherSpelling('namespace', 'shop.local', 'Shop.local') }],
    [
      { ...http, name: 'Shop.local' },
      {
        refusal:
          'the entry shop.local of cloudMap.namespaces in clusters.yml chooses ns-http, which is Cloud Map namespace Shop.local',
      },
    ],
    [
      { ...dns, name: 'other' },
      {
        refusal:
          'the entry shop.local of cloudMap.namespaces in clusters.yml chooses ns-dns, which is Cloud Map namespace other',
      },
    ],
  ])('%j', (namespace, expected) => {
    expect(accept(namespace, 'shop.local')).toEqual(expected);
  });
});

describe('the entry of clusters.yml for a namespace', () => {
  const arn = 'arn:aws:servicediscovery:us-west-2:111122223333:namespace/ns-arn';
  const config = aConfig({
    namespaces: [
      { name: 'shop.local', id: 'ns-1' },
      { name: 'shop.*', vpc: 'vpc-1' },
      { name: 'shared.local', arn },
      { name: 'plain.local' },
    ],
  });

  it('is the first that matches the name', () => {
    expect(namespaceEntry(config, 'shop.local')?.id).toBe('ns-1');
    expect(namespaceEntry(config, 'shop.other')?.vpc).toBe('vpc-1');
    expect(namespaceEntry(config, 'unknown')).toBeUndefined();
  });

  it.each([
    ['shop.local', 'ns-1'],
    ['shop.other', 'vpc-1'],
    ['shared.local', 'ns-arn'],
    ['plain.local', undefined],
    ['unknown', undefined],
  ])('selects for %s by %s', (name, expected) => {
    expect(chosenNamespace(config, name)).toBe(expected);
  });
});
