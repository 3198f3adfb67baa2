import { describe, expect, it } from 'vitest';
import { helpText, parseOptions } from '../../translate/options.ts';

describe('npm run translate', () => {
  it('translate takes a target and files', () => {
    expect(parseOptions(['--to', 'istio', 'a.yaml', 'b.yaml'])).toEqual({
      ...{ to: 'istio', gatewayClass: 'istio', cluster: undefined },
      paths: ['a.yaml', 'b.yaml'],
    });
  });

  it('translate to lattice is the Gateway API with the class of VPC Lattice', () => {
    expect(parseOptions(['--to', 'lattice', 'a.yaml'])?.gatewayClass).toBe('amazon-vpc-lattice');
    const named = ['--to', 'gateway-api', '--gateway-class', 'nginx', '--cluster', 'production', '-'];
    expect(parseOptions(named)).toMatchObject({ gatewayClass: 'nginx', cluster: 'production', paths: ['-'] });
  });

  it('translate prints its help and does nothing else', () => {
    expect(parseOptions(['--help'])).toBeUndefined();
    expect(helpText).toContain('Exit status: 0');
  });

  it.each([
    [[], '--to is missing; expected istio, gateway-api, lattice, envoy'],
    [['--to', 'linkerd', 'a.yaml'], '--to is linkerd; expected istio, gateway-api, lattice, envoy'],
    [['--to', 'istio'], 'no FILE given; expected manifests to translate'],
    [['--to', 'istio', '--gateway-class', 'a', 'a.yaml'], '--gateway-class goes with --to gateway-api only'],
    [['--too', 'istio'], /Unknown option '--too'/],
  ])('translate refuses %j', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });
});
