import type { Manifest } from '../../mesh/harness/harness.ts';
import { aGatewayRoute } from '../../mesh/harness/manifests.ts';

export type Members = Readonly<Record<string, unknown>>;

export const port = 8088;

/** `service`: `cart` is the application's, `other` answers 404. */
export function route(
  name: string,
  match: Members,
  { rewrite, service = 'cart', ...others }: Members & { rewrite?: Members; service?: string } = {},
): Manifest {
  const target = { virtualService: { virtualServiceRef: { name: service } } };
  return aGatewayRoute(name, service, { httpRoute: { match, action: { target, rewrite } }, ...others });
}
