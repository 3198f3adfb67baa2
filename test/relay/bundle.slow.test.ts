import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleRelay, nodeEnvironment, nodeFlags } from '../../relay/build.ts';
import { BusServer } from './bus-server.ts';
import { FakeApiServer } from './fake-api-server.ts';
import { eventually } from './harness.ts';
import { pod } from './objects.ts';

let bundle = '';
beforeAll(async () => {
  bundle = await bundleRelay();
});

interface Run {
  readonly child: ChildProcess;
  readonly lines: () => Record<string, unknown>[];
  readonly errors: () => string;
  readonly exited: Promise<number | null>;
}

function run(args: readonly string[], environment: Record<string, string> = {}): Run {
  const env = { PATH: process.env.PATH, ...nodeEnvironment, ...environment };
  const child = spawn(process.execPath, [...nodeFlags, bundle, ...args], { env });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const lines = () =>
    output
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  return { child, lines, errors: () => errors, exited };
}

describe('the bundle, as the image runs it', () => {
  it.each([
    ['the environment', { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }],
    ['EKS Pod Identity', { AWS_CONTAINER_CREDENTIALS_FULL_URI: '{bus}/credentials' }],
    [
      'a role for the service account',
      {
        AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/relay',
        AWS_WEB_IDENTITY_TOKEN_FILE: import.meta.filename,
      },
    ],
  ])(
    'the bundle sends with credentials of %s, logs JSON lines without them, and ends well on SIGTERM',
    async (_, credentials) => {
      const api = new FakeApiServer();
      const bus = new BusServer();
      const [server, endpoint] = [await api.start(), await bus.start()];
      api.put('pods', pod('shop', 'first'));
      const environment = Object.fromEntries(
        Object.entries(credentials).map(([name, value]) => [name, value.replace('{bus}', endpoint)]),
      );
      const relay = run(
        ['--cluster', 'prod', '--event-bus', 'test', '--kubernetes-server', server, '--port', '0'],
        {
          AWS_REGION: 'us-west-2',
          AWS_ENDPOINT_URL: endpoint,
          ...environment,
        },
      );
      try {
        await eventually(() =>
          expect(bus.details.filter(({ type }) => type === 'Pod Changed')).toHaveLength(1),
        );
        await eventually(() => expect(relay.lines().map(({ message }) => message)).toContain('ready'));
        relay.child.kill('SIGTERM');
        expect(await relay.exited).toBe(0);
        expect(relay.errors()).toBe('');
        for (const line of relay.lines())
          expect(line).toMatchObject({
            time: expect.any(String),
            level: expect.any(String),
            message: expect.any(String),
          });
        expect(bus.authorizations.every((text) => /Credential=(test|from-server)\//.test(text))).toBe(true);
      } finally {
        relay.child.kill('SIGKILL');
        await Promise.all([api.stop(), bus.stop()]);
      }
    },
  );

  it('the bundle ends with 2 and names the invalid option', async () => {
    const relay = run(['--clusterr', 'prod']);
    expect(await relay.exited).toBe(2);
    expect(relay.errors()).toBe("Unknown option '--clusterr'\nTry --help.\n");
  });

  it('the bundle ends with 1 if its port is in use', async () => {
    const api = new FakeApiServer();
    const server = await api.start();
    const relay = run(
      [
        '--cluster',
        'prod',
        '--event-bus',
        'test',
        '--kubernetes-server',
        server,
        '--port',
        new URL(server).port,
      ],
      {
        AWS_REGION: 'us-west-2',
      },
    );
    expect(await relay.exited).toBe(1);
    expect(relay.lines().at(-1)?.error).toMatch(/EADDRINUSE/);
    await api.stop();
  });
});

it('the image uses the measured flags', async () => {
  const dockerfile = await readFile(new URL('../../relay/Dockerfile', import.meta.url), 'utf8');
  const [, command = ''] = /^ENTRYPOINT (\[.*\])$/ms.exec(dockerfile.replace(/\\\n\s*/g, '')) ?? [];
  expect(JSON.parse(command).slice(1, -1)).toEqual(nodeFlags);
  for (const [name, value] of Object.entries(nodeEnvironment))
    expect(dockerfile).toContain(`${name}=${value}`);
  expect(dockerfile).toMatch(/^USER \d+:\d+$/m);
});
