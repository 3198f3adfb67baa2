import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { describe, expect, it } from 'vitest';
import { placeOf } from '../../../playground/pods/addresses.ts';
import type { Rule } from '../../../playground/pods/plan/rules.ts';
import { commandsOf, curlText, type ShownPod } from '../../../playground/pods/show/commands.ts';
import { meshDirectory } from '../../../playground/pods/show/mesh-directory.ts';
import { objectsIn } from '../../end-to-end/harness/objects.ts';

const webapp = objectsIn('examples/webapp.yaml') as unknown as readonly KubernetesObject[];
const directory = meshDirectory({
  list: (resource: string) =>
    webapp.filter(({ kind }) => {
      const plural = kind === 'Mesh' ? 'meshes' : `${kind.toLowerCase()}s`;
      return plural === resource.split('.')[0];
    }),
});

function pod(namespace: string, name: string, host: string, rules: readonly Rule[] = []): ShownPod {
  return {
    pod: { metadata: { namespace, name, uid: name } } as unknown as KubernetesObject,
    place: placeOf(20, `127.20.0.${host}`, '/folder'),
    configMap: `${name}.${namespace === 'internet' ? 'virtual-gateway' : 'virtual-node'}`,
    applications: rules.length === 0 ? [] : [{ container: name, port: 8080, rules }],
  };
}

const answer = (path: string, isExact = true): Rule => ({
  ...{ path, isExact, status: 200, body: 'yes', type: 'text/plain' },
});
const color = [answer('/id'), answer('/query')];
const texts = (...pods: readonly ShownPod[]) =>
  commandsOf(directory, pods).map((command) => `${command.text} | ${curlText(command)}`);

describe('the requests to try', () => {
  it('a pod sends a request for each route of its backends, to paths that the targets answer', () => {
    const nodes = [pod('blue', 'blue-v1', '1', color), pod('green', 'green-v1', '2', color)];
    const [blueNode, greenNode] = ['VirtualNode blue/blue-v1', 'VirtualNode green/green-v1'];
    const from = 'from a pod of VirtualNode consumer/consumer';
    const curl = 'curl -s --connect-to ::127.22.0.3: http:/';
    const shown = texts(...nodes, pod('consumer', 'consumer', '3'));
    expect(shown).toEqual([
      `${from}: ${blueNode} 100 % | ${curl}/blue.blue.svc.cluster.local:8080/id`,
      `${from}: ${blueNode} 100 % | ${curl}/blue.blue.svc.cluster.local:8080/query`,
      `${from}: ${greenNode} 100 % | ${curl}/green.green.svc.cluster.local:8081/id`,
      `${from}: ${greenNode} 100 % | ${curl}/green.green.svc.cluster.local:8081/query`,
      `${from}: ${greenNode} 50 %, ${blueNode} 50 % | ${curl}/myapp.consumer.svc.cluster.local:8085/id`,
      `${from}: ${greenNode} 100 % | ${curl}/myapp.consumer.svc.cluster.local:8085/query`,
    ]);
  });

  it('a gateway gets them at its own address', () => {
    expect(texts(pod('internet', 'in-gw', '4'))).toEqual([
      'to VirtualGateway internet/in-gw: VirtualNode green/green-v1 50 %, VirtualNode blue/blue-v1 50 % | curl -s http://127.20.0.4:8088/id',
      'to VirtualGateway internet/in-gw: VirtualNode green/green-v1 100 % | curl -s http://127.20.0.4:8088/',
    ]);
  });

  it('an application that calls another gets a request itself', () => {
    const front = pod('shop', 'front', '5', [{ path: '/color', isExact: true, proxy: 'http://color:80/' }]);
    expect(texts(front)).toEqual([
      'to pod shop/front, which calls http://color:80/ | curl -s http://127.20.0.5:8080/color',
    ]);
  });

  it('headers and queries are quoted for a shell', () => {
    const command = { text: '', isDivided: false, host: 'shop', port: 80, address: '127.0.0.1' };
    expect(curlText({ ...command, path: '/a?b=1&c', headers: { 'x-who': "it's" } })).toBe(
      "curl -s --connect-to ::127.0.0.1: -H 'x-who: it'\\''s' 'http://shop/a?b=1&c'",
    );
  });
});
