import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aNode, aService, backends } from '../../mesh/harness/manifests.ts';
import { missingEnvoy } from '../find.ts';
import { ask } from './ask.ts';
import { Authority, SecretFolder } from './certificates.ts';
import { Mesh } from './mesh.ts';
import { SecretServer } from './secret-server.ts';
import { Server } from './server.ts';

type Members = Readonly<Record<string, unknown>>;

const port = 8080;
const blueName = 'blue.apps.svc.cluster.local';
const pair = (name: string) => ({
  file: { certificateChain: `/certs/${name}.pem`, privateKey: `/certs/${name}.key` },
});
const trust = (name: string) => ({ trust: { file: { certificateChain: `/certs/${name}.pem` } } });
const names = (...exact: readonly string[]) => ({ subjectAlternativeNames: { match: { exact } } });

describe.skipIf(missingEnvoy)(`TLS between two real Envoys ${missingEnvoy ?? ''}`, () => {
  let folder: SecretFolder;
  let ours: Authority;

  beforeAll(async () => {
    folder = new SecretFolder();
    ours = await Authority.create('ours');
    const theirs = await Authority.create('theirs');
    folder.write(
      { ours, theirs },
      {
        blue: await ours.issue(blueName),
        front: await ours.issue('front.shop', 'spiffe://shop/front'),
        stranger: await theirs.issue('front.shop'),
      },
    );
  });
  afterAll(() => folder[Symbol.dispose]());

  /** `server`: the TLS of the listener; `client`: of the caller's policy. */
  async function pairOf(server: Members | undefined, client: Members | undefined) {
    const listeners = [{ portMapping: { port, protocol: 'http' }, ...(server && { tls: server }) }];
    const defaults = client && { backendDefaults: { clientPolicy: { tls: client } } };
    const mesh = new Mesh(
      [
        aNode('front', { ...backends('color'), ...defaults, listeners: [] }),
        aNode('blue', { listeners }),
        aService('color', 'node/blue'),
      ],
      { mounts: { '/certs': folder.path } },
    );
    const { application, pod } = mesh.placeOf('blue');
    const server_ = await Server.start(application, port);
    await mesh.start('blue.virtual-node', 'front.virtual-node');
    const { outbound } = mesh.placeOf('front');
    return {
      mesh,
      pod,
      /** From the application of `front`. */
      call: async () => (await ask({ address: outbound, port, host: 'color.apps' })).status,
      /** Without a proxy of the mesh. */
      direct: (isSecure: boolean) => ask({ address: pod, port, host: blueName, isSecure }),
      [Symbol.asyncDispose]: async () => {
        await mesh[Symbol.asyncDispose]();
        await server_[Symbol.asyncDispose]();
      },
    };
  }

  const strict = { mode: 'STRICT', certificate: pair('blue') };
  const permissive = { mode: 'PERMISSIVE', certificate: pair('blue') };

  it('STRICT: a client without a policy speaks TLS, and plain text is refused', async () => {
    await using two = await pairOf(strict, undefined);
    expect(await two.call()).toBe(200);
    expect(await two.mesh.statistic('front', 'cluster.egress_apps_blue_8080.ssl.handshake$')).toBe(1);
    expect((await two.direct(true)).status).toBe(200);
    await expect(two.direct(false)).rejects.toThrow();
  });

  it('PERMISSIVE: TLS and plain text on one port', async () => {
    await using two = await pairOf(permissive, undefined);
    expect(await two.call()).toBe(200);
    expect((await two.direct(true)).status).toBe(200);
    expect((await two.direct(false)).status).toBe(200);
  });

  it('DISABLED: plain text, also to a client whose policy is not enforced', async () => {
    const client = { enforce: false, validation: trust('ours') };
    await using two = await pairOf({ ...strict, mode: 'DISABLED' }, client);
    expect(await two.call()).toBe(200);
    expect((await two.direct(false)).status).toBe(200);
  });

  it.each([
    ['the authority is right', trust('ours'), undefined],
    ['the authority is another', trust('theirs'), 'fail_verify_error'],
    ['the name is one of the certificate', { ...trust('ours'), ...names('other', blueName) }, undefined],
    ['the name is another', { ...trust('ours'), ...names('other.shop') }, 'fail_verify_san'],
  ])('a client that checks the server, where %s', async (_, validation, failure) => {
    await using two = await pairOf(strict, { validation });
    expect(await two.call()).toBe(failure ? 503 : 200);
    if (failure) expect(await two.mesh.statistic('front', `ssl.${failure}$`)).toBeGreaterThan(0);
  });

  it('a policy that is enforced fails at a server without TLS', async () => {
    await using two = await pairOf(undefined, { validation: trust('ours') });
    expect(await two.call()).toBe(503);
  });

  it('a policy for other ports leaves it to the server', async () => {
    await using two = await pairOf(undefined, { ports: [9000], validation: trust('ours') });
    expect(await two.call()).toBe(200);
  });

  const mutual = { ...strict, validation: trust('ours') };
  const withCertificate = (name: string) => ({ certificate: pair(name), validation: trust('ours') });

  it.each([
    ['a certificate of its authority', mutual, withCertificate('front'), undefined],
    ['no certificate', mutual, { validation: trust('ours') }, 'fail_verify_no_cert'],
    ['a certificate of another authority', mutual, withCertificate('stranger'), 'fail_verify_error'],
    ['a host name that it wants', named('front.shop'), withCertificate('front'), undefined],
    ['a URI that it wants', named('spiffe://shop/front'), withCertificate('front'), undefined],
    ['another name than it wants', named('back.shop'), withCertificate('front'), 'fail_verify_san'],
    [
      'no certificate while plain text is accepted, too',
      { ...permissive, validation: trust('ours') },
      { validation: trust('ours') },
      undefined,
    ],
  ])('a server that checks the client, which has %s', async (_, server, client, failure) => {
    await using two = await pairOf(server, client);
    expect(await two.call()).toBe(failure ? 503 : 200);
    if (failure) expect(await two.mesh.statistic('blue', `ssl.${failure}$`)).toBeGreaterThan(0);
  });

  function named(name: string) {
    return { ...strict, validation: { ...trust('ours'), ...names(name) } };
  }

  it('a renewed certificate and a new authority are in use without a restart', async () => {
    const [secrets, first, second] = [
      new SecretFolder(),
      await Authority.create('first'),
      await Authority.create('second'),
    ];
    using own = secrets;
    own.write({ ours: first }, { blue: await first.issue(blueName) });
    const listeners = [{ portMapping: { port, protocol: 'http' }, tls: strict }];
    const defaults = { backendDefaults: { clientPolicy: { tls: { validation: trust('ours') } } } };
    const front = aNode('front', { ...backends('color'), ...defaults, listeners: [] });
    await using mesh = new Mesh([front, aNode('blue', { listeners }), aService('color', 'node/blue')], {
      mounts: { '/certs': own.path },
    });
    const { application, pod } = mesh.placeOf('blue');
    await using _server = await Server.start(application, port, () => ({ delayMs: 50 }));
    await mesh.start('blue.virtual-node', 'front.virtual-node');
    const call = async () =>
      (await ask({ address: mesh.placeOf('front').outbound, port, host: 'color.apps' })).status;
    expect([await call(), await issuerAt(pod)]).toEqual([200, 'first']);

    own.write({ ours: second }, { blue: await second.issue(blueName) });
    await expect.poll(() => issuerAt(pod)).toBe('second');
    // Several at once, so that there are new connections, too.
    const calls = () => Promise.all([call(), call(), call()]);
    await expect.poll(calls).toEqual([200, 200, 200]);
    expect(await mesh.statistic('front', 'ssl.handshake$')).toBeGreaterThan(1);
  });

  it('a certificate comes from the SDS server beside the proxy', async () => {
    const secretName = 'spiffe://shop/blue';
    const sockets = mkdtempSync(join(tmpdir(), 'sockets-'));
    await using _secrets = await SecretServer.start(
      join(sockets, 'agent.sock'),
      secretName,
      await ours.issue(blueName),
    );
    const tls = { mode: 'STRICT', certificate: { sds: { secretName } } };
    const listeners = [{ portMapping: { port, protocol: 'http' }, tls }];
    await using mesh = new Mesh([aNode('blue', { listeners })], {
      mounts: { '/run/spire/sockets': sockets },
    });
    await mesh.start('blue.virtual-node');
    expect(await issuerAt(mesh.placeOf('blue').pod)).toBe('ours');
    rmSync(sockets, { recursive: true });
  });

  async function issuerAt(address: string): Promise<string | undefined> {
    const socket = connect({ host: address, port, servername: blueName, rejectUnauthorized: false });
    await new Promise((resolve, reject) => socket.on('secureConnect', resolve).on('error', reject));
    const { issuer } = socket.getPeerCertificate();
    socket.destroy();
    return [issuer.CN].flat()[0];
  }
});
