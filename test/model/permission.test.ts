import { describe, expect, it } from 'vitest';
import { distinctPermissions, permissionsOf } from '../../shared/model/permission.ts';

const get = { action: 'servicediscovery:GetInstance', resource: 'srv-1', principal: 'role' };

describe('the permissions that failures lack', () => {
  it.each<[string, Parameters<typeof distinctPermissions>[0], object[]]>([
    ['none of failures without one', [{}, { permission: undefined }], []],
    ['each once', [{ permission: get }, {}, { permission: { ...get } }], [get]],
    [
      'another by action, resource, principal or answer',
      [
        { permission: get },
        { permission: { ...get, action: 'servicediscovery:ListInstances' } },
        { permission: { ...get, resource: 'srv-2' } },
        { permission: { ...get, principal: 'other' } },
        { permission: { ...get, answer: 'denied' } },
      ],
      [
        get,
        { ...get, action: 'servicediscovery:ListInstances' },
        { ...get, resource: 'srv-2' },
        { ...get, principal: 'other' },
        { ...get, answer: 'denied' },
      ],
    ],
  ])('are %s', (_what, failures, expected) => {
    expect(distinctPermissions(failures)).toEqual(expected);
    expect(permissionsOf(failures)).toStrictEqual(expected.length > 0 ? { permissions: expected } : {});
  });
});
