import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster.ts';
import type { JsonObject } from '../../src/model/objects.ts';
import { kubectl, kubectlMissing, startQuickCluster } from '../harness.ts';

const meshObject = (kind: string, name: string, fields: JsonObject = {}) => ({
  apiVersion: 'appmesh.k8s.aws/v1beta2',
  kind,
  metadata: { name },
  ...fields,
});
const node = (name: string, spec: JsonObject = {}) => meshObject('VirtualNode', name, { spec });
const service = { virtualService: { virtualServiceRef: { name: 'a' } } };
const gateway = { listeners: [{ portMapping: { port: 8080, protocol: 'http' } }] };
const gatewayRoute = { httpRoute: { match: { prefix: '/' }, action: { target: service } } };

describe.skipIf(kubectlMissing)(
  `kubectl of mesh kinds${kubectlMissing ? ` (${kubectlMissing})` : ''}`,
  () => {
    let own: Cluster;
    const run = (args: string, input?: string) => kubectl(own, args, input);
    beforeAll(async () => {
      own = await startQuickCluster({ definitions: [] });
    });
    afterAll(() => own.stop());

    it('kubectl apply -f deploy/crds installs the kinds', async () => {
      const folder = new URL('../../../../deploy/crds', import.meta.url).pathname;
      const output = await run(`apply -f ${folder}`);
      expect(output.match(/customresourcedefinition\.apiextensions\.k8s\.io\/\S+ created/g)).toHaveLength(7);
      await run('wait --for=condition=Established crd --all --timeout=10s');
      expect(await run(`apply -f ${folder}`)).not.toMatch(/created|configured/);
    });

    it('kubectl get of all mesh kinds in all namespaces prints namespace, name, ARN and age', async () => {
      const arn = (path: string) => `arn:aws:appmesh:us-west-2:000000000000:mesh/shop/${path}`;
      const statuses: [string, string, JsonObject, JsonObject][] = [
        ['virtualnodes', 'VirtualNode', {}, { virtualNodeARN: arn('virtualNode/a') }],
        ['virtualservices', 'VirtualService', {}, { virtualServiceARN: arn('virtualService/a') }],
        ['virtualrouters', 'VirtualRouter', {}, { virtualRouterARN: arn('virtualRouter/a') }],
        ['virtualgateways', 'VirtualGateway', gateway, { virtualGatewayARN: arn('virtualGateway/a') }],
        ['gatewayroutes', 'GatewayRoute', gatewayRoute, { gatewayRouteARN: arn('gatewayRoute/a') }],
      ];
      for (const [plural, kind, spec, status] of statuses) {
        await run('apply -f -', JSON.stringify(meshObject(kind, 'a', { spec })));
        const patch = JSON.stringify({ status });
        await run(`patch ${plural} a --subresource=status --type=merge -p ${patch}`);
      }
      const output = await run('get virtualnode,virtualservice,virtualrouter,virtualgateway,gatewayroute -A');
      const blocks = output.trim().split(/\n\n/);
      expect(blocks).toHaveLength(5);
      for (const [index, block] of blocks.entries()) {
        const [, kind = '', , status] = statuses[index] ?? [];
        const [header, row] = block.split('\n');
        expect(header).toMatch(/^NAMESPACE +NAME +ARN +AGE$/);
        expect(row).toMatch(
          new RegExp(
            `^default +${kind.toLowerCase()}\\.appmesh\\.k8s\\.aws/a +${Object.values(status ?? {})} +\\d+s$`,
          ),
        );
      }
    });

    it('kubectl explain shows the fields, which are required, and what they are for', async () => {
      const spec = await run('explain virtualnode.spec');
      expect(spec).toMatch(/GROUP: +appmesh\.k8s\.aws\nKIND: +VirtualNode\nVERSION: +v1beta2/);
      expect(spec).toMatch(/serviceDiscovery\t<Object>/);
      expect(await run('explain virtualnode.spec.listeners.portMapping')).toMatch(
        /port\t<integer> -required-/,
      );
      const match = await run('explain virtualrouter.spec.routes.httpRoute.match');
      expect(match).toMatch(/DESCRIPTION:\n +The requests that the route matches/);
      expect(match).toMatch(/ scheme\t<string>\n +enum: http, https\n +The request's scheme, http or https/);
      expect(await run('explain virtualrouter.status.routeARNs')).toContain('The ARNs of the routes');
    });

    it('kubectl apply names a typo and a fault, in a dry run of the server as well', async () => {
      const typo = JSON.stringify(node('typo', { listener: [] }));
      for (const how of ['apply -f -', 'apply --dry-run=server -f -', 'create -f -'])
        await expect(run(how, typo)).rejects.toThrow(
          'VirtualNode in version "v1beta2" cannot be handled as a VirtualNode: strict decoding error: unknown field "spec.listener"',
        );
      const fault = JSON.stringify(node('fault', { serviceDiscovery: {} }));
      await expect(run('apply --dry-run=server -f -', fault)).rejects.toThrow(
        'must validate one and only one schema (oneOf). Found none valid',
      );
      await expect(run('apply -f -', JSON.stringify(node('a', { foo: 1 })))).rejects.toThrow(
        /The request is invalid: patch: Invalid value: .*strict decoding error: unknown field "spec\.foo"/,
      );
      const valid = JSON.stringify(node('valid'));
      expect(await run('apply --dry-run=server -f -', valid)).toContain('created (server dry run)');
      expect(await run('apply --validate=warn -f -', typo)).toContain(
        'Warning: unknown field "spec.listener"',
      );
    });
  },
);
