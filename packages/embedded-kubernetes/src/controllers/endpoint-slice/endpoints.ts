import { at, listAt, objectAt, stringAt } from '../../model/json.ts';
import type { JsonObject } from '../../model/objects.ts';
import type { Slice } from './plan.ts';

/** The subsets of the older Endpoints object: the addresses of the first family, by ports and readiness. */
export function endpointsOf(slices: readonly Slice[]): JsonObject[] {
  const [first] = slices;
  const ofFamily = slices.filter(({ addressType }) => addressType === first?.addressType);
  const byPorts = Map.groupBy(ofFamily, ({ ports }) => JSON.stringify(ports));
  return [...byPorts.values()]
    .map((same) => subsetOf(same))
    .filter((subset) => Object.keys(subset).length > 1);
}

function subsetOf(slices: readonly Slice[]): JsonObject {
  const endpoints = slices.flatMap((slice) => slice.endpoints);
  const addresses = endpoints.filter((each) => at(each, 'conditions', 'ready') === true).map(addressOf);
  const notReady = endpoints
    .filter(
      (each) => at(each, 'conditions', 'ready') !== true && at(each, 'conditions', 'terminating') !== true,
    )
    .map(addressOf);
  return {
    ...(addresses.length > 0 && { addresses }),
    ...(notReady.length > 0 && { notReadyAddresses: notReady }),
    ports: slices[0]?.ports.map(({ name, ...port }) => (name === '' ? port : { name, ...port })) ?? [],
  };
}

function addressOf(endpoint: JsonObject): JsonObject {
  const hostname = stringAt(endpoint, 'hostname');
  return {
    ip: listAt(endpoint, 'addresses')[0],
    ...(hostname !== '' && { hostname }),
    nodeName: stringAt(endpoint, 'nodeName'),
    targetRef: objectAt(endpoint, 'targetRef'),
  };
}
