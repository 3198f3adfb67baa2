import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultImages } from '../../../inject/images.ts';
import { type Settings, settingsOf } from '../../../inject/settings.ts';
import { interception } from '../../../inject/sidecar.ts';
import { aMesh, aRoute, aRouter, aService, backends } from '../../mesh/harness/manifests.ts';
import { aLocalNode, filesOfFront } from '../egress/running-front.ts';
import { missingEnvoy } from '../find.ts';
import { type InterceptedPod, startInterceptedPod } from './intercepted-pod.ts';
import { missingNamespaces, outsideAddress, podAddress } from './namespaces.ts';
import { askIn } from './programs.ts';

const filesWith = (egress: 'DROP_ALL' | 'ALLOW_ALL') =>
  filesOfFront([
    aMesh({ egressFilter: { type: egress } }),
    aLocalNode('front', podAddress, backends('orders')),
    aLocalNode('outside', outsideAddress),
    aService('orders', 'router/router'),
    aRouter('router', [aRoute('all', { outside: 1 })]),
  ]);

/** An address that nobody has. */
const nowhere = '10.77.0.99';

it('the rules of this test are those of the arguments of the injected init container', () => {
  const listeners = [{ portMapping: { port: 8080, protocol: 'http' as const } }];
  const { args } = interception({ listeners }, settingsOf({}) as Settings, defaultImages);
  expect(args).toEqual([
    ...[
      'istio-iptables',
      '-p',
      '15001',
      '-z',
      '15000',
      '-u',
      '1337',
      '-g',
      '1337',
      '-m',
      'REDIRECT',
      '-i',
      '*',
    ],
    ...['-b', '8080'],
    ...['-x', '169.254.169.254/32,169.254.170.23/32,fd00:ec2::254/128,fd00:ec2::23/128'],
    ...['-o', '22'],
  ]);
});

const missing = missingEnvoy ?? missingNamespaces();
describe.skipIf(missing !== undefined)(`a pod whose connections are intercepted ${missing ?? ''}`, () => {
  let pod: InterceptedPod;
  beforeAll(async () => {
    pod = await startInterceptedPod(filesWith('DROP_ALL'));
  });
  afterAll(() => pod?.[Symbol.dispose]());
  const fromPod = (address: string, port: number, host?: string) =>
    askIn(pod.pod, { address, port, ...(host && { host }) });
  const fromOutside = (port: number) => askIn(pod.outside, { address: podAddress, port });

  it('calls a backend by its name, whatever the address', () => {
    for (const host of ['orders.apps', 'orders.apps:8080', 'ORDERS.apps'])
      expect(fromPod(nowhere, 8080, host)).toEqual({
        ...{ status: 200, server: 'outside:8080', client: podAddress, throughEnvoy: true },
      });
  });

  it('gets 404 for an unknown name on a port of the mesh', () => {
    expect(fromPod(outsideAddress, 8080, 'other.apps')).toEqual({ status: 404 });
  });

  it('cannot call a port that is not of the mesh with DROP_ALL, except an ignored one', () => {
    expect(fromPod(outsideAddress, 7777)).toHaveProperty('error');
    expect(fromPod(outsideAddress, 22)).toMatchObject({ server: 'outside:22', throughEnvoy: false });
  });

  it('reaches its own application directly', () => {
    expect(fromPod('127.0.0.1', 8080)).toMatchObject({ server: 'application:8080', throughEnvoy: false });
    expect(fromPod(podAddress, 8080)).toMatchObject({ server: 'application:8080', throughEnvoy: false });
  });

  it('is called through Envoy on the ports of its listeners, and directly on others', () => {
    expect(fromOutside(8080)).toEqual({
      ...{ status: 200, server: 'application:8080', client: '127.0.0.1', throughEnvoy: true },
    });
    expect(fromOutside(9000)).toMatchObject({
      ...{ server: 'application:9000', client: outsideAddress, throughEnvoy: false },
    });
  });

  it('does not let anybody use its proxy', () => {
    for (const port of [15_000, 15_001, 9901]) expect(fromOutside(port)).toHaveProperty('error');
  });

  it('calls ports that are not of the mesh as soon as the mesh says ALLOW_ALL', async () => {
    pod.update(filesWith('ALLOW_ALL'));
    await expect
      .poll(() => fromPod(outsideAddress, 7777))
      .toMatchObject({ status: 200, server: 'outside:7777' });
    expect(fromPod(nowhere, 8080)).toMatchObject({ status: 200, server: 'outside:8080' });
  });
});
