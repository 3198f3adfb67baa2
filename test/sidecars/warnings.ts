import { expect, it } from 'vitest';
import { prefix } from '../../inject/settings.ts';
import type { ApiServer } from './api-server.ts';
import { ok } from './client.ts';

type Annotations = Readonly<Record<string, string>>;

const containers = [{ name: 'app', image: 'app' }];
const template = (annotations: Annotations) => ({
  metadata: { labels: { app: 'app' }, annotations },
  spec: { containers, restartPolicy: 'Always' },
});
const job = (annotations: Annotations) => ({
  template: { ...template(annotations), spec: { containers, restartPolicy: 'Never' } },
});

/** By the path of their kind, the spec of an object with a pod template. */
const workloads: Readonly<Record<string, (annotations: Annotations) => object>> = {
  'apps/v1/deployments': (annotations) => ({ ...selector, template: template(annotations) }),
  'apps/v1/daemonsets': (annotations) => ({ ...selector, template: template(annotations) }),
  'apps/v1/statefulsets': (annotations) => ({
    ...selector,
    serviceName: 'app',
    template: template(annotations),
  }),
  'batch/v1/jobs': job,
  'batch/v1/cronjobs': (annotations) => ({ schedule: '* * * * *', jobTemplate: { spec: job(annotations) } }),
};
const selector = { selector: { matchLabels: { app: 'app' } } };

const text = `annotation ${prefix}ipv6 does nothing: IPv6 is intercepted where the pod has an IPv6 address`;

/** Annotations that do nothing are accepted with a warning. */
export function testWarnings(server: () => ApiServer): void {
  const warningsOf = async (path: string, body: object) => {
    const { warnings = '' } = await ok(server().send('POST', `${path}?dryRun=All`, body));
    return warnings.replaceAll('\\', '');
  };
  const ofPod = (kind: string, name: string, annotations: Annotations) =>
    warningsOf('/api/v1/namespaces/last/pods', {
      metadata: { name: 'warned', labels: { kind }, annotations },
      spec: { containers: [{ name, image: 'app' }] },
    });

  it('warns of the annotations of a pod that do nothing', async () => {
    expect(await ofPod('VirtualNode', 'app', { [`${prefix}ipv6`]: 'Disabled' })).toContain(text);
    const two = { [`${prefix}preview`]: 'enabled', [`${prefix}virtualGatewaySkipImageOverride`]: 'enabled' };
    const warned = await ofPod('VirtualNode', 'app', two);
    expect(warned).toContain('preview does nothing');
    expect(warned).toContain('virtualGatewaySkipImageOverride does nothing');
    expect(await ofPod('VirtualGateway', 'envoy', { [`${prefix}ports`]: '80' })).toContain(
      'ports does nothing',
    );
    const effective = { [`${prefix}ports`]: '80', [`${prefix}ipv6`]: 'enabled' };
    expect(await ofPod('VirtualNode', 'app', effective)).toBe('');
  });

  for (const [kind, specOf] of Object.entries(workloads))
    it(`warns of those in the template of ${kind}, and of no others`, async () => {
      const [group, version, plural] = kind.split('/');
      const path = `/apis/${group}/${version}/namespaces/last/${plural}`;
      const withAnnotations = (annotations: Annotations) =>
        warningsOf(path, { metadata: { name: 'warned' }, spec: specOf(annotations) });
      expect(await withAnnotations({ [`${prefix}ipv6`]: 'disabled' })).toContain(text);
      expect(await withAnnotations({ [`${prefix}cpuLimit`]: '1' })).toBe('');
      const off = { [`${prefix}ipv6`]: 'disabled', [`${prefix}sidecarInjectorWebhook`]: 'disabled' };
      expect(await withAnnotations(off)).toBe('');
    });
}
