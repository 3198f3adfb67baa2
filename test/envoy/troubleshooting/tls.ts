import { once } from 'node:events';
import { createServer } from 'node:https';
import { Authority, SecretFolder } from '../ingress/certificates.ts';
import { type Reproductions, reproduction } from './reproduce.ts';
import { get } from './shop.ts';

const keys = '/keys';

/** The consumer trusts the authority `trusted`, and green has a certificate of another. */
const withOtherAuthority = async () => {
  using folder = new SecretFolder();
  const other = await Authority.create('other');
  const green = await other.issue('green.green.svc.cluster.local');
  folder.write({ trusted: await Authority.create('trusted') }, { green });
  const trust = { file: { certificateChain: `${keys}/trusted.pem` } };
  const shop = { consumer: { backendDefaults: { clientPolicy: { tls: { validation: { trust } } } } } };
  return await reproduction(shop, { mounts: { [keys]: folder.path } }, async (envoy) => {
    const server = createServer({ key: green.key, cert: green.certificate }).listen(
      8081,
      envoy.place.application,
    );
    await once(server, 'listening');
    try {
      return [await get(envoy.place.outbound), await envoy.admin('/stats?filter=ssl.fail_verify')];
    } finally {
      server.close();
    }
  })();
};

/** Each of three tries fails. */
export const tls: Reproductions = { 'ssl.fail_verify_error: 3': withOtherAuthority };
