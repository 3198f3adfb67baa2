import type { CloudMap, Dependencies, ObservingDependencies } from '../../ports/ports.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { carriedOn } from './carried-on.ts';
import { observedCloudMap } from './observed-cloud-map.ts';

/** The dependencies of a function, whose events carry on the change that is handled. */
export function withTelemetry<Deps extends Pick<ObservingDependencies, 'requests'>>(
  deps: Deps,
  telemetry: Telemetry,
): Deps & { readonly telemetry: Telemetry } {
  return { ...deps, requests: carriedOn(deps.requests, telemetry), telemetry };
}

/** Same, for the function that changes instances. */
export function withCloudMapTelemetry(deps: Dependencies, telemetry: Telemetry): Dependencies {
  const made = new WeakMap<CloudMap, CloudMap>();
  return {
    ...withTelemetry(deps, telemetry),
    // One for each adapter, as what is kept for a Cloud Map is found by it.
    cloudMap: (cluster) => {
      const cloudMap = deps.cloudMap(cluster);
      const observed = made.get(cloudMap) ?? observedCloudMap(cloudMap, telemetry);
      made.set(cloudMap, observed);
      return observed;
    },
  };
}
