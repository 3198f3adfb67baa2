import { describe, expect, it } from 'vitest';
import { manifestFaults } from '../../../shared/model/manifests/manifest-faults.ts';
import { pathText } from '../../../shared/model/manifests/schema-faults.ts';

const faultsOf = (manifest: object, sources: Readonly<Record<string, string>> = {}) =>
  manifestFaults(manifest, (path) => sources[pathText(path)]).map(
    ({ path, message }) => `${pathText(path)}: ${message}`,
  );
const meshObject = (kind: string, spec: object) => ({
  apiVersion: 'appmesh.k8s.aws/v1beta2',
  kind,
  metadata: { name: 'cart', namespace: 'shop' },
  spec,
});
const listener = { portMapping: { port: 8080, protocol: 'http' } };
const node = (spec: object, own: object = {}) =>
  meshObject('VirtualNode', {
    listeners: [{ ...listener, ...own }],
    serviceDiscovery: { dns: { hostname: 'cart.shop' } },
    ...spec,
  });
const tls = (certificate: object) => ({ tls: { mode: 'STRICT', certificate } });

describe('the faults of a manifest in plain words', () => {
  it.each([
    [
      'a choice of fields with none',
      tls({}),
      '.tls.certificate: expected exactly one of acm, file, sds; found none',
    ],
    [
      'a choice of fields with two',
      { timeout: { http: {}, tcp: {} } },
      '.timeout: expected exactly one of http, http2, grpc, tcp; found http and tcp',
    ],
    [
      'another value than the allowed ones',
      { portMapping: { port: 1, protocol: 'https' } },
      '.portMapping.protocol: expected one of http, http2, grpc, tcp; found the text "https"',
    ],
    [
      'an allowed value in other letters',
      { tls: { mode: 'strict', certificate: { sds: { secretName: 's' } } } },
      '.tls.mode: expected one of STRICT, PERMISSIVE, DISABLED; found the text "strict": write STRICT',
    ],
    [
      'a text that is a number',
      { portMapping: { port: '8080', protocol: 'http' } },
      '.portMapping.port: expected a number; found the text "8080": write it without quotes',
    ],
    ['a list where a map is', { portMapping: [] }, '.portMapping: expected a map of fields; found a list'],
    [
      'a field without a value',
      { portMapping: null },
      '.portMapping: expected a map of fields; found nothing after the field',
    ],
    [
      'a number out of bounds',
      { portMapping: { port: 65_536, protocol: 'http' } },
      '.portMapping.port: expected at most 65535; found 65536',
    ],
    [
      'a field that is missing',
      { portMapping: { port: 1 } },
      '.portMapping.protocol: expected one of http, http2, grpc, tcp; found none',
    ],
    ['a field that is not spelled right', { TLS: {} }, '.TLS: unknown field; did you mean tls?'],
    [
      'a field that does not exist',
      { ports: 1 },
      '.ports: unknown field; expected only portMapping, healthCheck, outlierDetection, connectionPool, timeout, tls',
    ],
    [
      'a text of another form',
      tls({ acm: { certificateARN: 'acm' } }),
      '.tls.certificate.acm.certificateARN: expected the ARN of an ACM certificate; found "acm"',
    ],
  ])('name %s with path, what was expected and what was found', (_, own, text) => {
    expect(faultsOf(node({}, own))).toEqual([`spec.listeners[0]${text}`]);
  });

  it('count the items of a list and the characters of a text', () => {
    const router = {
      listeners: [listener],
      routes: [{ name: '', tcpRoute: { action: { weightedTargets: [] } } }],
    };
    expect(faultsOf(meshObject('VirtualRouter', router))).toEqual([
      'spec.routes[0].name: expected at least 1 character; found 0',
      'spec.routes[0].tcpRoute.action.weightedTargets: expected at least 1 item; found 0',
    ]);
  });

  it('name all faults at once, also that of a choice whose fields have faults', () => {
    const own = {
      ...tls({}),
      timeout: { http: { idle: 1 }, tcp: {} },
      portMapping: { port: 0, protocol: 'udp' },
    };
    expect(faultsOf(node({ backend: [] }, own)).map((text) => text.split(';')[0])).toEqual([
      'spec.listeners[0].portMapping.port: expected at least 1',
      'spec.listeners[0].portMapping.protocol: expected one of http, http2, grpc, tcp',
      'spec.listeners[0].timeout.http.idle: expected a map of fields',
      'spec.listeners[0].timeout: expected exactly one of http, http2, grpc, tcp',
      'spec.listeners[0].tls.certificate: expected exactly one of acm, file, sds',
      'spec.backend: unknown field',
    ]);
  });

  it('say of names, labels and texts without quotes how the file writes them, and the remedy', () => {
    const metadata = { name: true, labels: { version: 1, tier: 'a' }, annotations: { on: false } };
    const sources = { 'metadata.name': 'yes', 'metadata.labels.version': '1.0' };
    expect(faultsOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { port: 80 } }, sources)).toEqual([
      'metadata.name: expected a text; found yes, which YAML reads as the boolean true: put it in quotes: "yes"',
      'metadata.labels.version: expected a text; found 1.0, which YAML reads as the number 1: put it in quotes: "1.0"',
      'metadata.annotations.on: expected a text; found the boolean false: put it in quotes',
      'data.port: expected a text; found the number 80: put it in quotes',
    ]);
  });

  it('find them in pod templates, and in the selectors of mesh objects once', () => {
    const template = {
      metadata: { labels: { app: 1 } },
      spec: { nodeSelector: { gpu: true }, containers: [{ name: 'a', env: [{ name: 'PORT', value: 80 }] }] },
    };
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a' },
      spec: { template },
    };
    expect(faultsOf(deployment).map((text) => text.split(': ')[0])).toEqual([
      'spec.template.metadata.labels.app',
      'spec.template.spec.nodeSelector.gpu',
      'spec.template.spec.containers[0].env[0].value',
    ]);
    expect(faultsOf(node({ podSelector: { matchLabels: { app: 1 } } }))).toEqual([
      'spec.podSelector.matchLabels.app: expected a text; found the number 1: put it in quotes',
    ]);
  });

  it('find the faults of a spec in mesh objects of the version alone', () => {
    const { apiVersion, ...rest } = node({ colour: 1 });
    expect(faultsOf({ apiVersion, ...rest })).toHaveLength(1);
    expect(faultsOf({ ...rest, apiVersion: 'appmesh.k8s.aws/v1beta1' })).toEqual([]);
    expect(faultsOf({ ...rest, apiVersion, kind: 'Other' })).toEqual([]);
  });

  it('find none in a valid object, nor in numbers that are numbers', () => {
    const data = { kind: 'Other', metadata: { name: 'a' }, data: { port: 80 }, spec: { replicas: 2 } };
    expect([...faultsOf(node({})), ...faultsOf(data)]).toEqual([]);
  });
});
