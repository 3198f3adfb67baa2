import { describe, expect, it } from 'vitest';
import { withInspection } from '../../../../../shared/mesh/targets/envoy/stages/with-inspection.ts';

const original = { name: 'envoy.filters.listener.original_dst' };
const inspector = (disabled?: object) => ({
  name: 'envoy.filters.listener.tls_inspector',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector',
  },
  ...(disabled && { filter_disabled: disabled }),
});
const on = (port: number) => ({ destination_port_range: { start: port, end: port + 1 } });
const chain = (port?: number, protocol?: string) => ({
  name: `${port} ${protocol}`,
  filter_chain_match: {
    ...(port !== undefined && { destination_port: port }),
    ...(protocol !== undefined && { transport_protocol: protocol }),
  },
});
const listener = (chains: readonly object[], filters: readonly object[] = [original], more: object = {}) => ({
  ...{ name: 'egress', listener_filters: filters, filter_chains: chains },
  ...more,
});
const open = { default_filter_chain: { name: 'passthrough' } };

describe('a listener with the filter chains of two states', () => {
  it('without TLS in a chain and without an inspector stays as it is', () => {
    const plain = listener([chain(80), chain(81, 'raw_buffer'), { name: 'without match' }]);
    expect(withInspection(plain)).toBe(plain);
  });

  it('inspects TLS on all ports but those without a chain of TLS', () => {
    const chains = [
      chain(80, 'tls'),
      chain(80),
      chain(5432),
      chain(3306, 'raw_buffer'),
      chain(undefined, 'tls'),
    ];
    expect(withInspection(listener(chains))).toEqual(
      listener(chains, [original, inspector({ or_match: { rules: [on(5432), on(3306)] } })]),
    );
    const one = [chain(80, 'tls'), chain(5432)];
    expect(withInspection(listener(one))).toEqual(listener(one, [original, inspector(on(5432))]));
    const all = [chain(80, 'tls')];
    expect(withInspection(listener(all))).toEqual(listener(all, [original, inspector()]));
  });

  it('inspects TLS only on the ports with a chain of TLS, where the others are let through', () => {
    const chains = [chain(80, 'tls'), chain(5432)];
    expect(withInspection(listener(chains, [original], open))).toEqual(
      listener(chains, [original, inspector({ not_match: on(80) })], open),
    );
  });

  it('replaces the inspector that it has', () => {
    const chains = [chain(81, 'tls'), chain(5432)];
    const old = inspector(on(9999));
    expect(withInspection(listener(chains, [old, original]))).toEqual(
      listener(chains, [original, inspector(on(5432))]),
    );
    const plain = [chain(5432)];
    expect(withInspection(listener(plain, [original, old], open))).toEqual(listener(plain, [original], open));
  });

  it('decides nothing of the port of the listener itself', () => {
    const chains = [chain(15_001), chain(80, 'tls')];
    expect(withInspection(listener(chains))).toEqual(listener(chains, [original, inspector()]));
  });

  it('on port 443 inspects TLS in any case, for what goes to AWS', () => {
    const chains = [chain(443), chain(80, 'tls')];
    expect(withInspection(listener(chains))).toEqual(listener(chains, [original, inspector()]));
  });
});
