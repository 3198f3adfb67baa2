import { type Cluster, startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { meshDefinitions } from '../../../deploy/definitions/mesh-definitions.ts';
import { applyManifests } from '../../../playground/manifests/apply.ts';
import { readDocuments } from '../../../playground/manifests/documents.ts';

let cluster: Cluster;
beforeEach(async () => {
  cluster = await startCluster({ port: 0, definitions: meshDefinitions() });
});
afterEach(() => cluster.stop());

/** Applies the documents of `shop.yaml`, each in one line. */
function apply(...documents: readonly string[]) {
  const { manifests, faults } = readDocuments({ file: 'shop.yaml', text: documents.join('\n---\n') });
  expect(faults).toEqual([]);
  const { applied, notes, refused } = applyManifests(cluster, manifests);
  return { applied: applied.map(({ kind, metadata }) => `${kind} ${metadata.name}`), notes, refused };
}

const object = (apiVersion: string, kind: string, name: string, rest = '', namespace = '') =>
  `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: ${name}${namespace && `, namespace: ${namespace}`} }${rest} }`;
const namespace = (name: string) => object('v1', 'Namespace', name);
const configMap = (name: string, inNamespace = '') => object('v1', 'ConfigMap', name, '', inNamespace);
const certificate = object('cert-manager.io/v1', 'Certificate', 'tls', '', 'shop');
const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: certificates.cert-manager.io }
spec:
  group: cert-manager.io
  scope: Namespaced
  names: { kind: Certificate, plural: certificates }
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }]`;

describe('manifests applied to the cluster', () => {
  it('creates a namespace first that comes after its objects, and says so', () => {
    const result = apply(
      configMap('a', 'shop'),
      namespace('shop'),
      namespace('other'),
      configMap('b', 'other'),
    );
    expect(result).toEqual({
      applied: ['Namespace shop', 'Namespace other', 'ConfigMap a', 'ConfigMap b'],
      notes: [
        'Namespace shop: created first, although shop.yaml:3 (document 2) comes after objects in it; kubectl apply would refuse those until it is called again',
      ],
      refused: [],
    });
  });

  it('creates a namespace that no manifest has, once, and says so', () => {
    expect(apply(configMap('a', 'shop'), configMap('b', 'shop'))).toEqual({
      applied: ['ConfigMap a', 'ConfigMap b'],
      notes: ['Namespace shop: created without labels; no manifest has it'],
      refused: [],
    });
  });

  it('takes an object without a namespace to default, and one with generateName', () => {
    const pod =
      '{ apiVersion: v1, kind: Pod, metadata: { generateName: a- }, spec: { containers: [{ name: a, image: a }] } }';
    expect(apply(configMap('a'), pod)).toMatchObject({ notes: [], refused: [] });
    expect(cluster.api.get('configmaps', 'default', 'a')).toBeDefined();
    expect(cluster.api.list('pods', 'default').map(({ metadata }) => metadata.name)).toEqual([
      expect.stringMatching(/^a-.{5}$/),
    ]);
  });

  it('skips a custom resource whose definition is not there', () => {
    expect(apply(certificate)).toEqual({
      applied: [],
      notes: [
        'Certificate shop/tls: skipped; the cluster has no definition of cert-manager.io/v1 Certificate',
      ],
      refused: [],
    });
    expect(cluster.api.get('namespaces', undefined, 'shop')).toBeUndefined();
  });

  it('takes a custom resource whose definition comes after it', () => {
    expect(apply(certificate, namespace('shop'), definition).applied).toEqual([
      'CustomResourceDefinition certificates.cert-manager.io',
      'Namespace shop',
      'Certificate tls',
    ]);
  });

  it('refuses a version of Kubernetes or App Mesh that is not served, and names those that are', () => {
    const { refused, notes } = apply(
      object('extensions/v1beta1', 'Deployment', 'old', '', 'default'),
      object('appmesh.k8s.aws/v1beta1', 'Mesh', 'shop'),
      object('apps/v1', 'Deploymnt', 'a', '', 'default'),
    );
    expect(notes).toEqual([]);
    expect(refused).toEqual([
      'shop.yaml:1 (document 1): Deployment default/old refused: no matches for kind "Deployment" in version "extensions/v1beta1"; the cluster serves apps/v1',
      'shop.yaml:3 (document 2): Mesh shop refused: no matches for kind "Mesh" in version "appmesh.k8s.aws/v1beta1"; the cluster serves appmesh.k8s.aws/v1beta2',
      'shop.yaml:5 (document 3): Deploymnt default/a refused: no matches for kind "Deploymnt" in version "apps/v1"',
    ]);
  });

  it('names every refused object with the reason of the API server, and applies the others', () => {
    const result = apply(
      object('apps/v1', 'Deployment', 'a', ', spec: {}'),
      object('v1', 'ConfigMap', 'b', ', data: { a: on }'),
      configMap('c'),
      object('v1', 'ConfigMap', 'd', ', dta: {}'),
      configMap('e', 'Shop'),
    );
    expect(result.applied).toEqual(['ConfigMap c']);
    expect(result.notes).toEqual([]);
    expect(result.refused).toEqual([
      expect.stringMatching(
        /^shop\.yaml:1 \(document 1\): Deployment default\/a refused: Deployment\.apps "a" is invalid: .*spec\.selector: Required value/,
      ),
      'shop.yaml:3 (document 2): ConfigMap default/b refused: ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal bool into Go struct field ConfigMap.data.a of type string\n    line 3: data.a: expected a text; found on, which YAML reads as the boolean true: put it in quotes: "on"',
      'shop.yaml:7 (document 4): ConfigMap default/d refused: ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dta"',
      'shop.yaml:9 (document 5): ConfigMap Shop/e refused: namespaces "Shop" not found',
    ]);
  });

  it('says that the last one of an object counts that is there twice', () => {
    const twice = apply(
      object('v1', 'ConfigMap', 'a', ', data: { a: "1" }'),
      object('v1', 'ConfigMap', 'a', ', data: { b: "2" }'),
    );
    expect(twice.notes).toEqual([
      'ConfigMap a: found 2 times (shop.yaml:1 (document 1), shop.yaml:3 (document 2)); the last one counts',
    ]);
    expect(cluster.api.get('configmaps', 'default', 'a')).toMatchObject({ data: { b: '2' } });
  });

  it('adds the annotation of kubectl apply, so that kubectl can apply the next version', () => {
    apply(object('v1', 'ConfigMap', 'a', ', data: { a: "1" }'));
    const { metadata } = cluster.api.get('configmaps', 'default', 'a') ?? {};
    const annotation = metadata?.annotations?.['kubectl.kubernetes.io/last-applied-configuration'] ?? '';
    expect(parse(annotation)).toMatchObject({ kind: 'ConfigMap', data: { a: '1' } });
  });
});
