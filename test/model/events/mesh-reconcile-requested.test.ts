import { describe, expect, it } from 'vitest';
import type { EventDetail } from '../../../shared/model/events/event.ts';
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
    [[undefined, ['istio'], undefined], { verify: true, targets: ['istio'] }],
  ])('mesh reconcile requests that verify %j become one request with %j', (each, merged) => {
    const { verify, targets } = mergedRequest(each.map((one) => request(one)));
    expect({ verify, targets }).toEqual({ verify: undefined, targets: undefined, ...merged });
  });

  it('are at least one', () => {
    expect(() => mergedRequest([])).toThrow('no request to merge');
  });

  it('are begun by one that needs a run, and verify only what such a request says', () => {
    const poll = meshReconcileRequested('local', { run: '0', reason: 'poll', poll: true });
    expect(mergedRequest([poll, request()])).toEqual(request());
    expect(mergedRequest([poll])).toEqual(poll);
    const other = { ...poll, type: 'Cluster Object Changed', verify: true } as unknown as EventDetail;
    expect(mergedRequest([other, request()])).toBe(other);
  });
});
