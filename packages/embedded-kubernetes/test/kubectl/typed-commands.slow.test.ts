import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster.ts';
import { kubectl, kubectlMissing, startQuickCluster } from '../harness.ts';

/** The commands that send objects of Kubernetes' Go types: in protobuf. */
describe.skipIf(kubectlMissing)(`kubectl create${kubectlMissing ? ` (${kubectlMissing})` : ''}`, () => {
  let cluster: Cluster;
  const get = (resource: string, name: string, namespace: string | undefined = 'default') =>
    cluster.api.get(resource, namespace, name);

  beforeAll(async () => {
    cluster = await startQuickCluster();
  });
  afterAll(() => cluster.stop());

  it.each([
    ['deployment web --image=nginx --port=80', 'deployment.apps/web created'],
    ['cronjob report --image=busybox --schedule=0_4_*_*_* -- echo hi', 'cronjob.batch/report created'],
    ['job once --image=busybox -- echo hi', 'job.batch/once created'],
    [
      'ingress web --rule=shop.example/*=web:80,tls=cert --class=nginx',
      'ingress.networking.k8s.io/web created',
    ],
    ['role reader --verb=get,list --resource=pods', 'role.rbac.authorization.k8s.io/reader created'],
    [
      'rolebinding reader --role=reader --serviceaccount=default:web',
      'rolebinding.rbac.authorization.k8s.io/reader created',
    ],
    ['clusterrole nodes --verb=get --resource=nodes', 'clusterrole.rbac.authorization.k8s.io/nodes created'],
    [
      'clusterrolebinding nodes --clusterrole=nodes --user=jo',
      'clusterrolebinding.rbac.authorization.k8s.io/nodes created',
    ],
    ['quota small --hard=cpu=1,pods=2', 'resourcequota/small created'],
    ['priorityclass high --value=1000', 'priorityclass.scheduling.k8s.io/high created'],
    [
      'poddisruptionbudget web --selector=app=web --min-available=1',
      'poddisruptionbudget.policy/web created',
    ],
    ['serviceaccount web', 'serviceaccount/web created'],
    ['service nodeport web --tcp=80:8080', 'service/web created'],
  ])('kubectl create %s', async (args, answer) => {
    const words = args
      .split(' ')
      .map((word) => (word.startsWith('--schedule=') ? word.replaceAll('_', ' ') : word));
    expect(await kubectl(cluster, ['create', ...words])).toBe(`${answer}\n`);
  });

  it('keeps what the commands say', () => {
    expect(get('ingresses.networking.k8s.io', 'web')?.spec).toEqual({
      ingressClassName: 'nginx',
      rules: [
        {
          host: 'shop.example',
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } },
            ],
          },
        },
      ],
      tls: [{ hosts: ['shop.example'], secretName: 'cert' }],
    });
    expect(get('roles.rbac.authorization.k8s.io', 'reader')?.rules).toEqual([
      { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
    ]);
    expect(get('resourcequotas', 'small')?.spec).toEqual({ hard: { cpu: '1', pods: '2' } });
    expect(get('poddisruptionbudgets.policy', 'web')?.spec).toEqual({
      minAvailable: 1,
      selector: { matchLabels: { app: 'web' } },
    });
  });

  it('kubectl create job --from copies the pod template of a CronJob', async () => {
    cluster.apply([
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'full', namespace: 'default' },
        spec: {
          schedule: '0 4 * * *',
          suspend: true,
          jobTemplate: {
            spec: { backoffLimit: 0, template: { spec: { ...fullPodSpec, restartPolicy: 'Never' } } },
          },
        },
      },
    ]);
    expect(await kubectl(cluster, 'create job now --from=cronjob/full')).toBe('job.batch/now created\n');
    const template = get('jobs.batch', 'now')?.spec as { backoffLimit: number; template: { spec: object } };
    expect(template.backoffLimit).toBe(0);
    expect(template.template.spec).toMatchObject(fullPodSpec);
  });

  it('kubectl autoscale, expose, set and create token', async () => {
    expect(await kubectl(cluster, 'autoscale deployment web --max=5 --cpu-percent=70')).toBe(
      'horizontalpodautoscaler.autoscaling/web autoscaled\n',
    );
    expect(get('horizontalpodautoscalers.autoscaling', 'web')?.spec).toMatchObject({
      maxReplicas: 5,
      metrics: [{ resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
    });
    expect(await kubectl(cluster, 'set env deployment/web LEVEL=debug')).toBe(
      'deployment.apps/web env updated\n',
    );
    const token = (await kubectl(cluster, 'create token web')).trim();
    const [, claims = ''] = token.split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      sub: 'system:serviceaccount:default:web',
    });
    expect(await kubectl(cluster, 'auth whoami')).toContain('embedded-admin');
    expect(await kubectl(cluster, 'auth can-i --list')).toContain('*.*');
  });
});

/** A spec with fields of many forms. */
const fullPodSpec = {
  serviceAccountName: 'web',
  terminationGracePeriodSeconds: 0,
  securityContext: { runAsUser: 0, fsGroup: 1000 },
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a', 'b'] }] }],
      },
    },
  },
  volumes: [
    { name: 'settings', configMap: { name: 'settings', defaultMode: 420 } },
    { name: 'scratch', emptyDir: { sizeLimit: '1Gi' } },
  ],
  containers: [
    {
      name: 'main',
      image: 'app:1',
      env: [
        { name: 'A', value: 'b' },
        { name: 'KEY', valueFrom: { secretKeyRef: { name: 'keys', key: 'a', optional: false } } },
      ],
      resources: { requests: { cpu: '250m' }, limits: { memory: '64Mi' } },
      readinessProbe: { httpGet: { path: '/ready', port: 'http', scheme: 'HTTP' }, periodSeconds: 5 },
      volumeMounts: [{ name: 'settings', mountPath: '/etc/app', readOnly: true }],
    },
  ],
};
