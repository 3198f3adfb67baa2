import { afterAll, expect, it } from 'vitest';
import { killPlaygrounds, startPlaygroundProcess } from './harness/playground.ts';

afterAll(killPlaygrounds);

it('all comes true where the rules take the path of the message group literally', {
  timeout: 90_000,
}, async () => {
  const playground = await startPlaygroundProcess('--literal-message-group');
  const question = {
    namespace: 'howto-k8s-cloudmap.pvt.aws.local',
    service: 'colorapp',
    parameters: { version: 'blue' },
  };
  const [instance] = await playground.cloudMap.discover(question);
  expect(instance?.Attributes).toMatchObject({ version: 'blue' });
  await playground.deregister(question, instance?.InstanceId ?? '');
  expect(await playground.interrupt()).toBe(0);
});
