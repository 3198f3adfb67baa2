import { describe, expect, it } from 'vitest';
import {
  mergedRequest,
  meshReconcileRequested,
} from '../../../shared/model/events/mesh-reconcile-requested.ts';

const request = (verify?: boolean | readonly string[]) =>
  meshReconcileRequested('local', { run: '1', reason: 'r', ...(verify !== undefined && { verify }) });

describe('several requests to reconcile a mesh, as one', () => {
  it.each([
    [[undefined, undefined], {}],
    [[undefined, true], { verify: true }],
    [[['istio'], undefined], { verify: true, targets: ['istio'] }],
    [[['istio'], ['app-mesh'], ['istio']], { verify: true, targets: ['istio', 'app-mesh'] }],
    [[['istio'], true], { verify: true, targets: undefined }],
    [[undefined, ['istio']], { verify: true, targets: ['istio'] }],
  ])('mesh reconcile requests that verify %j become one request with %j', (each, merged) => {
    const { verify, targets } = mergedRequest(each.map((one) => request(one)));
    expect({ verify, targets }).toEqual({ verify: undefined, targets: undefined, ...merged });
  });
});
