import { describe, expect, it } from 'vitest';
import type { EntryEndpoint, EntrySpec } from '../../../shared/service-entries/plan/entry.ts';
import { limited } from '../../../shared/service-entries/plan/limits.ts';

const spec = (endpoints: readonly EntryEndpoint[], ports: EntrySpec['ports'] = []): EntrySpec => ({
  ...{ hosts: ['web.shop.local'], location: 'MESH_EXTERNAL', resolution: 'STATIC', ports, endpoints },
});
/** So many endpoints with a label and an address of so many characters. */
const endpoints = (count: number, label = 0, address = 8): readonly EntryEndpoint[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ address: `${index}`.padStart(address, '0'), ports: {} },
    ...(label > 0 && { labels: { l: 'x'.repeat(label) } }),
  }));
const ports = (count: number): EntrySpec['ports'] =>
  Array.from({ length: count }, (_, index) => ({ number: index + 1, name: `tcp-${index}`, protocol: 'TCP' }));
const bytes = (value: EntrySpec) => JSON.stringify(value).length;
const limitNote = (message: string) => ({ kind: 'LimitExceeded', message });

describe('the limits of an entry', () => {
  it('change nothing of one that is within them', () => {
    for (const small of [spec([]), spec(endpoints(4096), ports(128))])
      expect(limited(small)).toEqual({ spec: small, notes: [] });
  });

  it('refuse more than 128 ports', () => {
    const large = spec([], ports(129));
    expect(limited(large)).toEqual({
      ...{ spec: large, notes: [], refusal: 'it has 129 ports; an entry can have 128' },
    });
  });

  it('leave out the endpoints after the first 4,096', () => {
    const all = endpoints(4097);
    expect(limited(spec(all))).toEqual({
      spec: spec(all.slice(0, 4096)),
      notes: [limitNote('Only 4096 of 4097 endpoints are in the entry, the maximum of the API')],
    });
  });

  it('leave out the labels of endpoints of an entry that would be too large', () => {
    const note = limitNote(
      'The labels of its 200 endpoints are left out, because the entry would be too large',
    );
    expect(limited(spec(endpoints(200, 7000)))).toEqual({ spec: spec(endpoints(200)), notes: [note] });
    const cut = limited(spec(endpoints(4097, 300)));
    expect(cut.spec).toEqual(spec(endpoints(4096)));
    expect(cut.notes.map(({ message }) => message.slice(0, 20))).toEqual([
      ...['Only 4096 of 4097 en', 'The labels of its 40'],
    ]);
  });

  it('refuse an entry that is too large without them', () => {
    const large = endpoints(200, 1, 7000);
    expect(limited(spec(large))).toMatchObject({
      ...{ spec: spec(endpoints(200, 0, 7000)), refusal: 'the entry would be too large' },
    });
  });

  it('do not measure fewer than 200 endpoints', () => {
    const many = spec(endpoints(199, 7000));
    expect(bytes(many)).toBeGreaterThan(1_300_000);
    expect(limited(many)).toEqual({ spec: many, notes: [] });
  });

  it('allow 1,300,000 bytes, and not one more', () => {
    const base = spec(endpoints(200, 6000));
    const [first, ...others] = base.endpoints;
    const ofSize = (size: number) =>
      spec([
        { address: first?.address ?? '', ports: {}, labels: { l: 'x'.repeat(6000 + size - bytes(base)) } },
        ...others,
      ]);
    expect(bytes(ofSize(1_300_000))).toBe(1_300_000);
    expect(limited(ofSize(1_300_000)).notes).toEqual([]);
    expect(limited(ofSize(1_300_001)).notes).toHaveLength(1);
  });
});
