import { expect, it } from 'vitest';
import { type MeshObject, unsettled, unsupported } from '../../../playground/mesh/mesh-conditions.ts';

function router(status: string, reason: string, message = 'why'): MeshObject {
  const conditions = [{ type: 'VirtualRouterActive', status, reason, message }];
  return { kind: 'VirtualRouter', metadata: { namespace: 'shop', name: 'cart' }, status: { conditions } };
}

it('mesh objects are settled when each is Applied or Unsupported', () => {
  expect(unsettled([router('True', 'Applied'), router('False', 'Unsupported')])).toBeNull();
  expect(unsettled([router('True', 'Applied'), router('False', 'Pending')])).toBe(
    'VirtualRouter shop/cart has Pending: why',
  );
  const { status: _, ...fresh } = router('True', 'Applied');
  expect(unsettled([fresh])).toBe('VirtualRouter shop/cart has no condition');
});

it('the list of unsupported mesh objects has only those, each with its reason', () => {
  expect(unsupported([router('True', 'Applied'), router('False', 'Unsupported', 'spec.x: no')])).toEqual([
    'VirtualRouter shop/cart: spec.x: no',
  ]);
});
