import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { inject, RefusedPods } from '../../inject/files.ts';
import { defaultImages } from '../../inject/images.ts';
import { UsageError } from '../../translate/options.ts';
import { fileOf } from '../translate/files.ts';

const mesh = `# The shop.
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: { appmesh.k8s.aws/sidecarInjectorWebhook: enabled }
---
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualNode
metadata: { name: blue, namespace: shop }
spec:
  podSelector: { matchLabels: { app: blue } }
  listeners: [{ portMapping: { port: 8080, protocol: http } }]
  serviceDiscovery: { dns: { hostname: blue.shop.svc.cluster.local } }
`;
const template = `{ metadata: { labels: { app: blue } }, spec: { containers: [{ name: app, image: app }] } }`;

function run(manifests: string, images = defaultImages): string {
  return inject({ paths: [fileOf(manifests)], images });
}

/** Of a document, what the tests read; the others have it not. */
interface Content {
  readonly metadata: { readonly annotations: unknown };
  readonly spec: {
    readonly initContainers: readonly {
      readonly name: string;
      readonly image: string;
      readonly env: readonly object[];
    }[];
    readonly volumes: readonly object[];
    readonly template: Content;
  };
  readonly template: Content;
  readonly items: readonly Content[];
}

function objectsIn(text: string): readonly Content[] {
  return parseAllDocuments(text, { version: '1.1' }).map((document) => document.toJS());
}

function objectAt(text: string, index: number): Content {
  const content = objectsIn(text)[index];
  if (content === undefined) throw new Error(`there is no document ${index}`);
  return content;
}

function sidecarsOf(pod: Content | undefined): unknown {
  return pod?.spec.initContainers?.map(({ name }) => name);
}

describe('npm run inject', () => {
  const workloads: Readonly<Record<string, readonly [manifest: string, path: readonly string[]]>> = {
    Deployment: [`apiVersion: apps/v1\nspec: { template: ${template} }`, ['spec', 'template']],
    StatefulSet: [`apiVersion: apps/v1\nspec: { template: ${template} }`, ['spec', 'template']],
    DaemonSet: [`apiVersion: apps/v1\nspec: { template: ${template} }`, ['spec', 'template']],
    ReplicaSet: [`apiVersion: apps/v1\nspec: { template: ${template} }`, ['spec', 'template']],
    ReplicationController: [`apiVersion: v1\nspec: { template: ${template} }`, ['spec', 'template']],
    Job: [`apiVersion: batch/v1\nspec: { template: ${template} }`, ['spec', 'template']],
    CronJob: [
      `apiVersion: batch/v1\nspec: { jobTemplate: { spec: { template: ${template} } } }`,
      ['spec', 'jobTemplate', 'spec', 'template'],
    ],
    PodTemplate: [`apiVersion: v1\ntemplate: ${template}`, ['template']],
  };
  for (const [kind, [manifest, path]] of Object.entries(workloads))
    it(`gives the pods of a ${kind} their proxy`, () => {
      const text = run(`${mesh}---\nkind: ${kind}\nmetadata: { name: blue, namespace: shop }\n${manifest}\n`);
      const pod = path.reduce<Content>((parent, name) => Reflect.get(parent, name), objectAt(text, 2));
      expect(sidecarsOf(pod)).toEqual(['proxyinit', 'envoy']);
      expect(pod.metadata.annotations).toEqual({ 'sidecar.eks-mesh-sync/object': 'VirtualNode blue' });
    });

  it('gives a Pod its proxy, and one in a List', () => {
    const pod = `apiVersion: v1, kind: Pod, spec: { containers: [{ name: app, image: app }] }`;
    const metadata = 'metadata: { name: app, namespace: shop, labels: { app: blue } }';
    const text = run(
      `${mesh}---\n{ ${metadata}, ${pod} }\n---\n{ kind: List, apiVersion: v1, items: [{ kind: Secret }, { ${metadata}, ${pod} }] }\n`,
    );
    expect(sidecarsOf(objectAt(text, 2))).toEqual(['proxyinit', 'envoy']);
    const { items } = objectAt(text, 3);
    expect(items[0]).toEqual({ kind: 'Secret' });
    expect(sidecarsOf(items[1])).toEqual(['proxyinit', 'envoy']);
  });

  it('prints all else as it is, with its comments', () => {
    const others = `---
# A map.
apiVersion: v1
kind: ConfigMap
metadata: { name: a, namespace: shop } # here
data:
  yes: "on"
  octal: '0o17'
  long: ${'word '.repeat(40).trim()}
  text: |
    two
    lines
---
apiVersion: example.com/v1
kind: Deployment
metadata: { name: another-kind, namespace: shop }
spec: { template: ${template} }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: elsewhere, namespace: other }
spec: { template: ${template} }
`;
    const text = run(mesh + others);
    expect(objectsIn(text)).toEqual(objectsIn(mesh + others));
    for (const comment of ['# The shop.', '# A map.', '# here']) expect(text).toContain(comment);
  });

  it('keeps the comments of a template, and adds to its lists', () => {
    const text = run(`${mesh}---
apiVersion: apps/v1
kind: Deployment
metadata: { name: blue, namespace: shop }
spec:
  template:
    metadata:
      labels: { app: blue } # the selector's
    spec:
      initContainers:
        # First.
        - { name: migrate, image: migrate }
      containers:
        - name: app # the application
          image: "app:1"
          args: ["on", '08', yes]
`);
    for (const comment of ["# the selector's", '# First.', '# the application'])
      expect(text).toContain(comment);
    const pod = objectAt(text, 2).spec.template;
    expect(sidecarsOf(pod)).toEqual(['migrate', 'proxyinit', 'envoy']);
    expect(text).toMatch(/args: \[ "on", '08', yes \]/);
  });

  it('quotes values that YAML 1.1 reads as no text', () => {
    const text = run(`${mesh}---
apiVersion: v1
kind: Pod
metadata:
  { name: a, namespace: shop, labels: { app: blue }, annotations: { appmesh.k8s.aws/sidecarEnv: "A=yes,B=0o17,C=22" } }
spec: { containers: [{ name: app, image: app }] }
`);
    expect(objectAt(text, 2).spec.initContainers[1]?.env.slice(4)).toEqual([
      { name: 'A', value: 'yes' },
      { name: 'B', value: '0o17' },
      { name: 'C', value: '22' },
    ]);
  });

  it('does not change what an anchor stands for elsewhere', () => {
    const text = run(`${mesh}---
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: Pod, metadata: { name: a, namespace: shop, labels: { app: blue } }, spec: &spec { containers: [{ name: app, image: app }] } }
  - { apiVersion: v1, kind: Pod, metadata: { name: b, namespace: other, labels: { app: blue } }, spec: *spec }
`);
    const { items } = objectAt(text, 2);
    expect(items.map(sidecarsOf)).toEqual([['proxyinit', 'envoy'], undefined]);
  });

  it('takes a template with null in the place of objects', () => {
    const text = run(
      `${mesh.replace('{ matchLabels: { app: blue } }', '{}')}---
apiVersion: v1
kind: PodTemplate
metadata: { name: a, namespace: shop }
template: { metadata: null, spec: { volumes: null, initContainers: null, containers: [{ name: app, image: app }] } }
`,
    );
    const { template: pod } = objectAt(text, 2);
    expect(sidecarsOf(pod)).toEqual(['proxyinit', 'envoy']);
    expect(pod.spec.volumes).toHaveLength(1);
  });

  it('leaves pods that nothing selects alone in a namespace without a manifest', () => {
    const manifests = `${mesh.slice(mesh.indexOf('---') + 4)}---
apiVersion: apps/v1
kind: Deployment
metadata: { name: other, namespace: shop }
spec: { template: { metadata: { labels: { app: other } }, spec: { containers: [{ name: app, image: app }] } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: blue, namespace: shop }
spec: { template: ${template} }
`;
    const text = run(manifests);
    expect(sidecarsOf(objectAt(text, 1).spec.template)).toBeUndefined();
    expect(sidecarsOf(objectAt(text, 2).spec.template)).toEqual(['proxyinit', 'envoy']);
  });

  it('uses the images of its options', () => {
    const manifests = `${mesh}---\n{ apiVersion: v1, kind: PodTemplate, metadata: { namespace: shop }, template: ${template} }\n`;
    const text = run(manifests, { envoy: 'mine/envoy', interception: 'mine/init' });
    const { template: pod } = objectAt(text, 2);
    expect(pod.spec.initContainers.map(({ image }) => image)).toEqual(['mine/init', 'mine/envoy']);
  });

  it('prints the same again for what it has printed', () => {
    const text = run(
      `${mesh}---\n{ apiVersion: v1, kind: PodTemplate, metadata: { namespace: shop }, template: ${template} }\n`,
    );
    expect(run(text)).toBe(text);
  });

  it('refuses pods that a cluster would refuse, and names each with its file', () => {
    const deployment = (name: string, labels: string, annotations: string) => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec: { template: { metadata: { labels: ${labels}, annotations: ${annotations} }, spec: { containers: [{ name: app, image: app }] } } }
`;
    const manifests =
      mesh +
      deployment('lost', '{ app: red }', '{}') +
      deployment('wrong', '{ app: blue }', '{ appmesh.k8s.aws/ports: "http" }');
    expect(() => run(manifests)).toThrow(RefusedPods);
    expect(() => run(manifests)).toThrow(
      /yaml: Deployment shop\/lost: no VirtualNode or VirtualGateway in namespace shop selects the pod; .*\n.*yaml: Deployment shop\/wrong: annotation appmesh\.k8s\.aws\/ports is "http"; expected ports/,
    );
  });

  it('names the field of an invalid template', () => {
    const manifests = `${mesh}---
apiVersion: apps/v1
kind: Deployment
metadata: { name: blue, namespace: shop }
spec: { template: { metadata: { annotations: { appmesh.k8s.aws/ports: 8080 } }, spec: { containers: [] } } }
`;
    expect(() => run(manifests)).toThrow(UsageError);
    expect(() => run(manifests)).toThrow(
      /yaml: Deployment shop\/blue: spec\.template\.metadata\.annotations\.appmesh\.k8s\.aws\/ports: expected a text; found the number 8080: put it in quotes\n/,
    );
  });

  it('refuses files without a VirtualNode or VirtualGateway, and invalid ones', () => {
    const mesh2 = 'apiVersion: appmesh.k8s.aws/v1beta2\nkind: Mesh\nmetadata: { name: mesh }\nspec: {}\n';
    expect(() => run(mesh2)).toThrow(/no VirtualNode or VirtualGateway in/);
    expect(() => run(mesh.replace('podSelector', 'podSelectors'))).toThrow(
      /VirtualNode shop\/blue: spec\.podSelectors: unknown field; did you mean podSelector\?/,
    );
    expect(() => run('a: [')).toThrow(/is not valid YAML/);
  });
});
