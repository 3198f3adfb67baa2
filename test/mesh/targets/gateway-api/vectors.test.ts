import { describe, expect, it } from 'vitest';
import { filesOfManifests, manifestsOf, missingManifests } from '../../harness/vectors.ts';
import { namesOf, objectIn, translated } from './harness.ts';

const classes = ['istio', 'amazon-vpc-lattice', 'nginx'];

const reason = missingManifests === undefined ? '' : ` (${missingManifests})`;
describe.skipIf(missingManifests !== undefined)(`public manifests of App Mesh${reason}`, () => {
  it.each(
    missingManifests === undefined
      ? classes.flatMap((each) => filesOfManifests().map((file) => [file, each]))
      : [],
  )(
    'the translation of %s for class %s is the same each time, and names each refused field',
    (file, gatewayClass) => {
      const first = translated(manifestsOf(file), gatewayClass);
      expect(translated(manifestsOf(file), gatewayClass)).toEqual(first);
      for (const differences of Object.values(first.differences))
        for (const { path, message, instead } of differences)
          expect([path, message, instead].every((text) => text.length > 2)).toBe(true);
    },
  );

  it('two gateway routes get separate HTTPRoutes, and the five routes of a router stay apart', () => {
    const result = translated(manifestsOf('howto-k8s-ingress-gateway.yaml'));
    expect(Object.values(result.problems).flat()).toEqual([]);
    expect(namesOf(result)).toEqual([
      'Gateway apps/ingress-gw',
      'HTTPRoute apps/gateway-route-gateway-route-headers-8088',
      'HTTPRoute apps/gateway-route-gateway-route-paths-8088',
      'HTTPRoute apps/virtual-service-color-headers-8080',
      'HTTPRoute apps/virtual-service-color-paths-8080',
    ]);
    const { rules } = objectIn(result, 'HTTPRoute apps/virtual-service-color-headers-8080').spec;
    expect(rules.map((rule: { backendRefs: { name: string }[] }) => rule.backendRefs[0]?.name)).toEqual([
      'color-blue',
      'color-green',
      'color-red',
      'color-yellow',
      'color-white',
    ]);
  });
});
