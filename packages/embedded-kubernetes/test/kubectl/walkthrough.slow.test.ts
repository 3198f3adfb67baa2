import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster.ts';
import { listAt } from '../../src/model/json.ts';
import { eventually, kubectl, kubectlMissing, startQuickCluster } from '../harness.ts';

const manifest = new URL('walkthrough.yaml', import.meta.url).pathname;
const manifestText = readFileSync(manifest, 'utf8');

/** What people type, with the real kubectl. In order: each test goes on from what the one before left. */
describe.skipIf(kubectlMissing)(`kubectl${kubectlMissing ? ` (${kubectlMissing})` : ''}`, () => {
  let cluster: Cluster;
  const run = (args: string, input?: string) => kubectl(cluster, args, input);
  const pods = () => cluster.api.list('pods', 'shop').filter(({ metadata }) => !metadata.deletionTimestamp);
  const readyPods = () =>
    pods().filter((pod) =>
      listAt(pod, 'status', 'conditions').some((each) => {
        const { type, status } = each as { type: string; status: string };
        return type === 'Ready' && status === 'True';
      }),
    );

  beforeAll(async () => {
    cluster = await startQuickCluster();
  });
  afterAll(() => cluster.stop());

  it('kubectl apply creates, and leaves unchanged when it is repeated', async () => {
    expect(await run(`apply -f ${manifest}`)).toBe(
      [
        'namespace/shop created',
        'mesh.appmesh.k8s.aws/shop created',
        'virtualnode.appmesh.k8s.aws/cart created',
        'deployment.apps/cart created',
        'service/cart created',
        '',
      ].join('\n'),
    );
    await eventually('two ready pods', () => readyPods().length === 2);
    expect(await run(`apply -f ${manifest}`)).not.toMatch(/created|configured/);
  });

  it('kubectl apply of a changed manifest configures what changed and removes what it no longer has', async () => {
    const changed = manifestText
      .replace('example/cart:1', 'example/cart:2')
      .replace(/ +env:\n.*\n.*"8080"\n/, '');
    const output = await run('apply -f -', changed);
    expect(output.split('\n').filter((line) => line.endsWith('configured'))).toEqual([
      'deployment.apps/cart configured',
    ]);
    const spec = JSON.stringify(cluster.api.get('deployments.apps', 'shop', 'cart')?.spec);
    expect(spec).toContain('example/cart:2');
    expect(spec).not.toContain('PORT');
    expect(await run('rollout status deployment/cart -n shop --timeout=10s')).toContain(
      'successfully rolled out',
    );
  });

  it('kubectl apply --server-side takes over, conflicts with a scale, and gives in to force', async () => {
    expect(await run(`apply --server-side --force-conflicts -f ${manifest}`)).toContain(
      'deployment.apps/cart serverside-applied',
    );
    expect(await run(`apply --server-side -f ${manifest}`)).toContain('service/cart serverside-applied');
    await run('scale deployment cart --replicas=3 -n shop');
    await eventually('three ready pods', () => readyPods().length === 3);
    await expect(run(`apply --server-side -f ${manifest}`)).rejects.toThrow(
      'conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
    );
    await run(`apply --server-side --force-conflicts -f ${manifest}`);
    await eventually('two pods', () => readyPods().length === 2 && pods().length === 2);
  });

  it('kubectl get prints the tables that people know', async () => {
    const [header, first] = (await run('get pods -n shop')).split('\n');
    expect(header).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE$/);
    expect(first).toMatch(/^cart-[a-z0-9]+-[a-z0-9]{5} +1\/1 +Running +0 +\d+s$/);
    expect(await run('get pods -A -o wide')).toMatch(
      /NOMINATED NODE +READINESS GATES\nshop +cart.* 192\.168\.\d+\.\d+ +ip-192/,
    );
    expect(await run('get deployments -A')).toMatch(
      /NAMESPACE +NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nshop +cart +2\/2 +2 +2 +\d+/,
    );
    expect(await run('get nodes -o wide')).toMatch(/INTERNAL-IP.*\nip-192-168-10-11\S+ +Ready/);
    expect(await run('get ns')).toMatch(/shop +Active/);
    expect(await run('get svc,rs -n shop')).toMatch(
      /service\/cart +ClusterIP +10\.100\.\d+\.\d+ +<none> +8080\/TCP[\s\S]*replicaset\.apps\/cart-/,
    );
    expect(await run('get virtualnodes,meshes -n shop')).toMatch(
      /NAME +ARN +AGE\nvirtualnode\.appmesh\.k8s\.aws\/cart/,
    );
    expect(await run('get crds')).toMatch(/NAME +CREATED AT\nbackendgroups\.appmesh\.k8s\.aws +\d{4}-/);
    expect(await run('get all -n shop')).toContain('pod/cart-');
  });

  it('kubectl get prints other forms, and selects by labels and fields', async () => {
    const list = JSON.parse(await run('get pods -n shop -l app=cart -o json')) as {
      items: { kind: string }[];
    };
    expect(list.items.map(({ kind }) => kind)).toEqual(['Pod', 'Pod']);
    expect(await run('get pods -n shop -l app!=cart')).toContain('No resources found');
    expect(await run('get mesh shop -o yaml')).toContain('kind: Mesh\n');
    expect(await run('get pods -A --field-selector=status.phase=Running -o name')).toMatch(/^pod\/cart-/);
    expect(await run('get vn -n shop -o jsonpath={.items[*].metadata.name}').catch(String)).toContain(
      'the server doesn\'t have a resource type "vn"',
    );
    await expect(run('get pod missing -n shop')).rejects.toThrow(
      'Error from server (NotFound): pods "missing" not found',
    );
  });

  it('kubectl describe shows pods, deployments, nodes, namespaces, services and mesh kinds', async () => {
    const pod = await run('describe pods -n shop -l app=cart');
    expect(pod).toMatch(/Controlled By: +ReplicaSet\/cart-/);
    expect(pod).toMatch(/Ready +True/);
    expect(pod).toMatch(/Normal +Scheduled/);
    expect(await run('describe deployment cart -n shop')).toMatch(
      /2 desired \| 2 updated \| 2 total \| 2 available \| 0 unavailable[\s\S]*ScalingReplicaSet/,
    );
    expect(await run('describe node ip-192-168-10-11.us-west-2.compute.internal')).toMatch(
      /topology\.kubernetes\.io\/zone=us-west-2a/,
    );
    expect(await run('describe ns shop')).toMatch(/Status: +Active/);
    expect(await run('describe svc cart -n shop')).toMatch(/Port: +<unset> +8080\/TCP/);
    expect(await run('describe virtualnode cart -n shop')).toMatch(/Service Name: +cart/);
  });

  it('kubectl label and annotate change the metadata', async () => {
    const [pod] = pods();
    const name = pod?.metadata.name ?? '';
    expect(await run(`label pod ${name} -n shop tier=front`)).toBe(`pod/${name} labeled\n`);
    expect(await run(`annotate pod ${name} -n shop embedded.eks-mesh-sync/ready=false`)).toContain(
      'annotated',
    );
    await eventually('one ready pod', () => readyPods().length === 1);
    expect(await run(`get pod ${name} -n shop --show-labels`)).toMatch(/0\/1 .*tier=front/);
    await run(`annotate pod ${name} -n shop embedded.eks-mesh-sync/ready-`);
    await eventually('two ready pods', () => readyPods().length === 2);
    await run('label namespace shop mesh=other --overwrite');
    expect(cluster.api.get('namespaces', undefined, 'shop')?.metadata.labels?.mesh).toBe('other');
  });

  it.each(['strategic', 'merge'])(
    'kubectl patch --subresource=status --type=%s makes a pod unready for good',
    async (type) => {
      const [pod] = readyPods();
      const name = pod?.metadata.name ?? '';
      await run(
        `patch pod ${name} -n shop --subresource=status --type=${type} -p {"status":{"conditions":[{"type":"Ready","status":"False"}]}}`,
      );
      await sleep(30);
      expect(readyPods().map(({ metadata }) => metadata.name)).not.toContain(name);
      await run(`delete pod ${name} -n shop`);
      await eventually('two ready pods', () => readyPods().length === 2);
    },
  );

  it('kubectl rollout restarts, undoes and shows the history', async () => {
    const before = pods().map(({ metadata }) => metadata.uid);
    await run('rollout restart deployment/cart -n shop');
    expect(await run('rollout status deployment/cart -n shop --timeout=10s')).toContain(
      'successfully rolled out',
    );
    await eventually(
      'two other pods',
      () => readyPods().length === 2 && pods().every(({ metadata }) => !before.includes(metadata.uid)),
    );
    await run('set image deployment/cart cart=example/cart:9 -n shop');
    expect(await run('rollout history deployment/cart -n shop')).toMatch(/REVISION/);
    expect(await run('rollout undo deployment/cart -n shop')).toContain('rolled back');
    await run('rollout status deployment/cart -n shop --timeout=10s');
    expect(JSON.stringify(cluster.api.get('deployments.apps', 'shop', 'cart')?.spec)).not.toContain('cart:9');
  });

  it('kubectl edits, replaces, waits and diffs, and runs dry', async () => {
    const object = JSON.parse(await run('get virtualnode cart -n shop -o json')) as {
      metadata: { resourceVersion?: string };
      spec: { listeners: unknown[] };
    };
    // kubectl keeps what it replaced with as last applied: a version in it would be a null in the next apply's patch.
    delete object.metadata.resourceVersion;
    object.spec.listeners = [{ portMapping: { port: 9090, protocol: 'http' } }];
    expect(await run('replace -f -', JSON.stringify(object))).toContain(
      'virtualnode.appmesh.k8s.aws/cart replaced',
    );
    expect(await run('wait deployment/cart -n shop --for=condition=Available --timeout=5s')).toContain(
      'condition met',
    );
    const revision = cluster.store.revision;
    expect(await run(`apply -f ${manifest} --dry-run=server`)).toContain('(server dry run)');
    await expect(run(`diff -f ${manifest}`)).rejects.toThrow();
    expect(cluster.store.revision).toBe(revision);
  });

  it('kubectl apply with strict validation names a typo', async () => {
    await expect(run('apply -f -', manifestText.replace('replicas: 2', 'replica: 2'))).rejects.toThrow(
      'strict decoding error: unknown field "spec.replica"',
    );
  });

  it('kubectl creates, exposes and runs, and asks whether it may, with requests in protobuf', async () => {
    expect(await run('create namespace made')).toBe('namespace/made created\n');
    await run('create deployment web --image=nginx --replicas=2 --port=80 -n made');
    await run('create configmap settings --from-literal=a=b -n made');
    await run('create secret generic keys --from-literal=a=b -n made');
    await run('create service clusterip plain --tcp=80:8080 -n made');
    await run('expose deployment web --port=80 -n made');
    await run('run single --image=busybox -n made');
    expect(cluster.api.get('deployments.apps', 'made', 'web')?.spec).toMatchObject({
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: {
        spec: {
          containers: [{ name: 'nginx', image: 'nginx', ports: [{ containerPort: 80, protocol: 'TCP' }] }],
        },
      },
    });
    expect(cluster.api.get('configmaps', 'made', 'settings')?.data).toEqual({ a: 'b' });
    expect(cluster.api.get('secrets', 'made', 'keys')?.data).toEqual({ a: 'Yg==' });
    expect(cluster.api.get('services', 'made', 'plain')?.spec).toMatchObject({
      ports: [{ port: 80, targetPort: 8080 }],
    });
    expect(await run('auth can-i delete pods -n made')).toBe('yes\n');
  });

  it('kubectl get -w prints changes as they come', async () => {
    const child = spawn('kubectl', ['--server', cluster.url, 'get', 'pods', '-n', 'shop', '-w'], {
      env: { ...process.env, HOME: '/nonexistent', KUBECONFIG: '' },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    await eventually('the first lines', () => output.split('\n').length > 2, 10_000);
    await run('scale deployment cart --replicas=3 -n shop');
    await eventually(
      'the new pod to run',
      () => /0\/1 +Pending[\s\S]*0\/1 +ContainerCreating[\s\S]*1\/1 +Running/.test(output),
      10_000,
    );
    await run('scale deployment cart --replicas=2 -n shop');
    await eventually('one to terminate', () => /Terminating/.test(output), 10_000);
    expect(output.match(/NAME +READY/g)).toHaveLength(1);
    child.kill();
    await once(child, 'exit');
  });

  it('kubectl cordons, drains and uncordons a node', async () => {
    const node = 'ip-192-168-20-22.us-west-2.compute.internal';
    await run(`cordon ${node}`);
    expect(await run('get nodes')).toContain('Ready,SchedulingDisabled');
    await run(`drain ${node} --force --ignore-daemonsets`);
    const left = cluster.api
      .list('pods')
      .filter(({ spec }) => (spec as { nodeName?: string }).nodeName === node);
    expect(left).toEqual([]);
    await run(`uncordon ${node}`);
  });

  it('kubectl delete waits for the end, with and without a cascade', async () => {
    await run('delete deployment web -n made --cascade=orphan');
    expect(cluster.api.list('replicasets.apps', 'made')).toHaveLength(1);
    await run('delete replicaset --all -n made --cascade=foreground');
    expect(cluster.api.list('replicasets.apps', 'made')).toEqual([]);
    expect(await run('delete namespace made')).toContain('namespace "made" deleted');
    expect(cluster.api.get('namespaces', undefined, 'made')).toBeUndefined();
    // Longer than kubectl needs to delete the rest of a manifest that begins with its namespace.
    cluster.timings.namespaceDrainMs = 1500;
    expect(await run(`delete -f ${manifest}`)).toContain('mesh.appmesh.k8s.aws "shop" deleted');
    expect(cluster.api.list('pods')).toEqual([]);
  });
});
