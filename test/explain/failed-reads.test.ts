import { describe, expect, it } from 'vitest';
import { denied, front, pod } from './front-pod.ts';
import { ExplainHarness } from './harness/harness.ts';

describe('a failed read', () => {
  it.each([
    ['GetInstance', 'instance 10.0.0.1 of shop.local/front'],
    ['GetOperation', 'operation '],
    ['DiscoverInstances', 'DiscoverInstances of shop.local/front'],
  ])('a read that fails is reported with its permission, with everything else: %s', async (call, what) => {
    const on = new ExplainHarness();
    await on.apply({ ...front, ...pod });
    on.refused.set(call, denied(`servicediscovery:${call}`));
    const { answer, text, cause } = await on.pod('front-1');
    expect(answer.readFailures).toEqual([
      {
        ...{ what: expect.stringContaining(what), code: 'AccessDenied' },
        message: expect.stringContaining('AccessDeniedException'),
        permission: answer.missingPermissions[0],
      },
    ]);
    expect(answer.missingPermissions).toEqual([
      {
        action: `servicediscovery:${call}`,
        resource: 'arn:aws:servicediscovery:us-west-2:111122223333:service/srv-1',
        principal: 'arn:aws:sts::111122223333:assumed-role/explain/f',
      },
    ]);
    expect(text).toContain('claim: applied by this pod');
    expect(cause.kind).toBe('MissingPermission');
  });

  it.each([
    ['pods', 'the stored pod', 'ReadFailed'],
    ['claims', 'the claim on shop.local/front 10.0.0.1', 'ReadFailed'],
    ['objects', 'the virtual nodes, meshes and namespace', 'ReadFailed'],
    ['services', 'the stored id of shop.local/front', 'ReadFailed'],
  ] as const)('a store that does not answer (%s) is reported, too', async (store, what, kind) => {
    const on = new ExplainHarness();
    await on.apply({ ...front, ...pod });
    on.broken.add(store);
    const { answer, cause } = await on.pod('front-1');
    expect(answer.readFailures.map(({ what }) => what)).toContain(what);
    expect(cause.kind).toBe(kind);
  });
});
