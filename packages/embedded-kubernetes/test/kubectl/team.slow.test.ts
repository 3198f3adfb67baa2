import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster.ts';
import { kubectl, kubectlMissing, startQuickCluster } from '../harness.ts';

const manifest = new URL('team.yaml', import.meta.url).pathname;

const names = [
  'namespace/team',
  'configmap/settings',
  'deployment.apps/web',
  'statefulset.apps/db',
  'daemonset.apps/agent',
  'job.batch/migrate',
  'cronjob.batch/report',
  'service/web',
  'horizontalpodautoscaler.autoscaling/web',
  'poddisruptionbudget.policy/web',
  'ingress.networking.k8s.io/web',
  'networkpolicy.networking.k8s.io/web',
  'role.rbac.authorization.k8s.io/reader',
  'rolebinding.rbac.authorization.k8s.io/reader',
];

/** A `kind: List` of what a team has, with the real kubectl. In order: each test goes on from the one before. */
describe.skipIf(kubectlMissing)(`kubectl of a team${kubectlMissing ? ` (${kubectlMissing})` : ''}`, () => {
  let cluster: Cluster;
  const run = (args: string) => kubectl(cluster, args);
  const lines = (text: string) => text.trimEnd().split('\n');

  beforeAll(async () => {
    cluster = await startQuickCluster();
  });
  afterAll(() => cluster.stop());

  it('kubectl apply creates every object of a List', async () => {
    expect(lines(await run(`apply -f ${manifest}`))).toEqual(names.map((name) => `${name} created`));
  });

  it('kubectl rollout status and kubectl wait end', async () => {
    expect(await run('rollout status deployment/web -n team --timeout=10s')).toContain(
      'deployment "web" successfully rolled out',
    );
    expect(await run('rollout status statefulset/db -n team --timeout=10s')).toMatch(
      /(partitioned roll out complete: 2 new pods have been updated|statefulset rolling update complete 2 pods)/,
    );
    expect(await run('rollout status daemonset/agent -n team --timeout=10s')).toContain(
      'daemon set "agent" successfully rolled out',
    );
    expect(await run('wait job/migrate -n team --for=condition=Complete --timeout=10s')).toBe(
      'job.batch/migrate condition met\n',
    );
    expect(lines(await run('wait pod -l app=db -n team --for=condition=Ready --timeout=10s'))).toEqual([
      'pod/db-0 condition met',
      'pod/db-1 condition met',
    ]);
  });

  it('kubectl get all prints the workloads', async () => {
    const output = await run('get all -n team');
    expect(output).toMatch(/pod\/migrate-\w{5} +0\/1 +Completed +0 /);
    expect(output).toMatch(/statefulset\.apps\/db +2\/2 /);
    expect(output).toMatch(/daemonset\.apps\/agent +2 +2 +2 +2 +2 +<none> /);
    expect(output).toMatch(
      /horizontalpodautoscaler\.autoscaling\/web +Deployment\/web +cpu: <unknown>\/70% +1 +5 +0 /,
    );
    expect(output).toMatch(/cronjob\.batch\/report +0 4 1 1 \* +<none> +False +0 +<none> /);
    expect(output).toMatch(/job\.batch\/migrate +Complete +1\/1 /);
  });

  it.each([
    ['statefulset/db', 'Replicas:           2 desired | 2 total'],
    ['daemonset/agent', 'Desired Number of Nodes Scheduled: 2'],
    ['job/migrate', 'Pods Statuses:    0 Active (0 Ready) / 1 Succeeded / 0 Failed'],
    ['cronjob/report', 'Schedule:                      0 4 1 1 *'],
    ['hpa/web', 'resource cpu on pods  (as a percentage of request):  <unknown> / 70%'],
    ['pdb/web', 'Min available:  1'],
    ['ingress/web', 'web:80 ('],
    ['networkpolicy/web', 'Allowing ingress traffic:'],
    ['rolebinding/reader', 'ServiceAccount  default  team'],
  ])('kubectl describe %s', async (name, text) => {
    expect(await run(`describe ${name} -n team`)).toContain(text);
  });

  it('kubectl diff finds nothing, and an apply again changes nothing', async () => {
    expect(await run(`diff -f ${manifest}`)).toBe('');
    // kubectl sends a patch of a PodDisruptionBudget each time, to any API server.
    const states = names.map(
      (name) => `${name} ${name.startsWith('poddisruption') ? 'configured' : 'unchanged'}`,
    );
    expect(lines(await run(`apply -f ${manifest}`))).toEqual(states);
    expect(lines(await run(`apply -f ${manifest} --dry-run=server`))).toEqual(
      states.map((state) => `${state} (server dry run)`),
    );
    expect(lines(await run(`apply --server-side --force-conflicts -f ${manifest}`))).toEqual(
      names.map((name) => `${name} serverside-applied`),
    );
  });

  it.each([
    ['logs deployment/web', 'has no logs'],
    ['exec db-0 -- ls', 'cannot execute a command'],
    ['attach db-0', 'has no process to attach to'],
    ['port-forward db-0 18099:80', 'listens on no port'],
    ['cp db-0:/etc/hosts /tmp/hosts', 'cannot execute a command'],
    ['debug db-0 --image=busybox', 'cannot run a debug container'],
  ])('kubectl %s says that no containers run, and what to do', async (command, need) => {
    const [first = '', ...rest] = command.split(' ');
    const error = await run([first, '-n', 'team', ...rest].join(' ')).catch(String);
    expect(error).toMatch(/(from server \(NotImplemented\)|upgrading connection): pod "(db-0|web-\w+-\w+)" /);
    expect(error).toContain(`${need}: no containers run in the embedded cluster. "kubectl describe pod`);
    expect(error).toContain('to run its containers, apply the same manifest to a cluster with nodes');
  });

  it('kubectl logs names a container that the pod has not', async () => {
    await expect(run('logs db-0 -c other -n team')).rejects.toThrow(
      'container other is not valid for pod db-0',
    );
  });

  it('kubectl delete removes every object', async () => {
    // Longer than kubectl needs to delete the rest of a manifest that begins with its namespace.
    cluster.timings.namespaceDrainMs = 3000;
    const output = await run(`delete -f ${manifest}`);
    for (const name of names) expect(output).toContain(`"${name.split('/')[1]}" deleted`);
    expect(cluster.api.list('pods', 'team')).toEqual([]);
  });
});
