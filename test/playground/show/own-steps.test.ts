import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocuments } from '../../../playground/manifests/documents.ts';
import { applyCommand } from '../../../playground/show/apply-command.ts';
import { nextSteps } from '../../../playground/show/next-steps.ts';
import { meshSubject, ownSteps } from '../../../playground/show/own-steps.ts';

const place = {
  aws: 'http://127.0.0.1:4566',
  cloudMap: 'http://127.0.0.1:4566',
  kubectl: 'kubectl --server http://127.0.0.1:8001',
  table: 'eks-mesh-sync-local',
  mesh: ['app-mesh'] as const,
  page: 'http://127.0.0.1:8002',
};

const read = (...documents: readonly string[]) =>
  readDocuments({ file: 'shop.yaml', text: documents.join('\n---\n') }).manifests;
const manifestsOf = (...documents: readonly string[]) => read(...documents).map(({ manifest }) => manifest);

const mesh = '{ apiVersion: appmesh.k8s.aws/v1beta2, kind: Mesh, metadata: { name: store } }';
const meshObject = (kind: string, name: string) =>
  `{ apiVersion: appmesh.k8s.aws/v1beta2, kind: ${kind}, metadata: { name: ${name}, namespace: shop } }`;
const workload = (kind: string, spec = '{}') =>
  `{ apiVersion: apps/v1, kind: ${kind}, metadata: { name: cart, namespace: shop }, spec: ${spec} }`;

describe('the commands to try next, with somebody’s own files', () => {
  it('have the names of the objects, the workloads and the Cloud Map services', () => {
    const manifests = manifestsOf(
      mesh,
      meshObject('VirtualNode', 'cart'),
      workload('Deployment', '{ replicas: 2 }'),
    );
    expect(ownSteps(place, manifests, [{ namespace: 'shop.local', service: 'cart' }])).toEqual([
      'kubectl --server http://127.0.0.1:8001 get mesh.appmesh.k8s.aws,virtualnode.appmesh.k8s.aws -A',
      'kubectl --server http://127.0.0.1:8001 scale deployment cart --replicas=3 -n shop',
      'kubectl --server http://127.0.0.1:8001 get pods -n shop -o wide',
      'aws --endpoint-url http://127.0.0.1:4566 servicediscovery discover-instances --namespace-name shop.local --service-name cart',
      'aws --endpoint-url http://127.0.0.1:4566 appmesh list-virtual-nodes --mesh-name store',
    ]);
  });

  it('name the Mesh as App Mesh does, and a StatefulSet', () => {
    const awsName = mesh.replace(/ }$/, ', spec: { awsName: store-eu } }');
    expect(ownSteps(place, manifestsOf(awsName, workload('StatefulSet')), [])).toEqual([
      'kubectl --server http://127.0.0.1:8001 get mesh.appmesh.k8s.aws -A',
      'kubectl --server http://127.0.0.1:8001 scale statefulset cart --replicas=2 -n shop',
      'kubectl --server http://127.0.0.1:8001 get pods -n shop -o wide',
      'aws --endpoint-url http://127.0.0.1:4566 appmesh list-virtual-nodes --mesh-name store-eu',
    ]);
  });

  it('list the objects of another mesh target, and no App Mesh', () => {
    const steps = ownSteps({ ...place, mesh: ['envoy'] }, manifestsOf(mesh), []);
    expect(steps).toEqual([
      'kubectl --server http://127.0.0.1:8001 get mesh.appmesh.k8s.aws -A',
      'kubectl --server http://127.0.0.1:8001 get pods -A -o wide',
      'kubectl --server http://127.0.0.1:8001 get configmaps,services -A',
    ]);
  });

  it('explain the object that has most to say', () => {
    const objects = ['VirtualNode', 'VirtualGateway', 'VirtualRouter'].map((kind) => meshObject(kind, 'a'));
    expect(meshSubject(manifestsOf(mesh, ...objects))).toEqual({
      object: { kind: 'VirtualRouter', namespace: 'shop', name: 'a' },
    });
    expect(meshSubject(manifestsOf(mesh))).toBeUndefined();
  });

  it('apply files, folders and kustomizations again', () => {
    const folder = mkdtempSync(join(tmpdir(), 'steps-'));
    writeFileSync(join(folder, 'kustomization.yaml'), '');
    const options = { manifests: ['shop.yaml', 'my shop', folder] };
    expect(applyCommand('kubectl', options, read(mesh))).toBe(
      `kubectl apply -f shop.yaml -f 'my shop' && kubectl apply -k ${folder}`,
    );
  });

  it.each([
    ['standard input', { manifests: ['-'] }, mesh],
    ['variables that were replaced', { manifests: ['a.yaml'], substitution: 'all' as const }, mesh],
    [
      'a generated name',
      { manifests: ['a.yaml'] },
      '{ apiVersion: v1, kind: Pod, metadata: { generateName: a- } }',
    ],
    ['the example', { manifests: [] }, mesh],
  ])('do not apply %s again', (_, options, document) => {
    expect(applyCommand('kubectl', options, read(document))).toBeUndefined();
  });

  it('end with the command that applies the files again, and with the page', () => {
    const steps = { commands: [], subjects: [], apply: 'kubectl apply -f shop.yaml' };
    expect(nextSteps(place, steps)).toMatch(
      /When you have changed your files, apply them again:\n\n {2}kubectl apply -f shop\.yaml\n\nThe page http:\/\/127\.0\.0\.1:8002 shows the state live\.\n$/,
    );
    expect(nextSteps({ ...place, page: undefined }, { ...steps, apply: undefined })).toMatch(/stdout\n\n$/);
  });
});
