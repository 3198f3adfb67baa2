import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { helpText, parseOptions } from '../../../relay/options.ts';
import { PermanentError } from '../../../shared/model/errors.ts';

const required = ['--cluster', 'prod', '--event-bus', 'mine', '--kubernetes-server', 'http://127.0.0.1:8001'];
const parse = (...args: string[]) => parseOptions([...required, ...args], {});
const refusal = (...args: string[]) => {
  try {
    parse(...args);
    return 'accepted';
  } catch (error) {
    expect(error).toBeInstanceOf(PermanentError);
    return (error as Error).message;
  }
};

describe('the limits of the options', () => {
  it.each([
    ['port', 'HTTP_PORT', 0, 65_535],
    ['page-size', 'PAGE_SIZE', 1, 10_000],
    ['confirm-seconds', 'CONFIRM_SECONDS', 10, 3_600],
    ['lease-seconds', 'LEASE_SECONDS', 3, 300],
  ])('--%s (%s) is an integer from %i to %i', (flag, variable, min, max) => {
    const lease = flag === 'lease-seconds' ? ['--lease', 'mesh/relay'] : [];
    const answerTo = (value: string) => refusal(...lease, `--${flag}=${value}`);
    expect([answerTo(`${min}`), answerTo(`${max}`)]).toEqual(['accepted', 'accepted']);
    for (const value of [`${min - 1}`, `${max + 1}`, `${max}x`, ` ${max}`, `${min}.5`])
      expect(answerTo(value)).toBe(
        `--${flag} (${variable}) is "${value}"; expected an integer from ${min} to ${max}`,
      );
  });

  it.each([
    ['cluster', ['a', 'A-9_b', 'a'.repeat(100)], ['', '-a', 'a.b', 'a b', 'ab\n', 'a'.repeat(101)]],
    ['event-bus', ['mine', 'arn:aws:events:us-west-2:1:event-bus/my_bus-1.2'], ['my bus', 'mine ', '~mine']],
    ['namespaces', ['a', 'a-b', '9', 'a'.repeat(63)], ['-a', 'a-', 'a'.repeat(64), 'a b', 'a.b', 'a/b']],
    [
      'lease',
      ['a/b', 'a-b/c.d', `a/${'b'.repeat(253)}`],
      ['a', 'a/', '/b', 'A/b', 'a/B', 'a/b/c', 'a/-b', 'a/b-', `a/${'b'.repeat(254)}`, ' a/b', 'a/b '],
    ],
    ['kinds', ['Pod', 'Pod,Namespace'], ['pod', 'Pod,', 'Podd']],
    ['log-level', ['debug', 'info', 'warn', 'error'], ['Debug', 'debugger']],
    ['kubernetes-server', ['http://a', 'https://a:1/b'], ['a', 'ftp://a', '//a']],
  ])('--%s is one of its form', (flag, good, bad) => {
    expect(good.map((value) => refusal(`--${flag}=${value}`))).toEqual(good.map(() => 'accepted'));
    for (const value of bad)
      expect(refusal(`--${flag}=${value}`), value).toMatch(new RegExp(`^--${flag} \\([A-Z_]+\\) is `));
  });
});

describe('the reason why an option is refused', () => {
  it.each([
    ['--lease=a', '--lease (LEASE) is "a"; expected NAMESPACE/NAME of a Lease'],
    ['--log-level=Debug', '--log-level (LOG_LEVEL) is "Debug"; expected one of debug, info, warn, error'],
  ])('%s names what is expected', (option, reason) => {
    expect(refusal(option)).toBe(reason);
  });

  it('has the cause of an unknown option', () => {
    expect(() => parse('--no-such-option')).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ code: 'ERR_PARSE_ARGS_UNKNOWN_OPTION' }) }),
    );
  });
});

describe('the lease of a relay', () => {
  it('has the names of its Lease, 15 seconds, and an identity of this process on this machine', () => {
    const lease = parse('--lease', 'mesh/relay')?.lease;
    expect(lease).toMatchObject({ namespace: 'mesh', name: 'relay', durationMs: 15_000 });
    const identity = lease?.identity ?? '';
    expect(identity.slice(0, hostname().length + 1)).toBe(`${hostname()}_`);
    expect(identity.slice(hostname().length + 1)).toMatch(/^[0-9a-f-]{36}$/);
    expect(parse('--lease', 'mesh/relay')?.lease?.identity).not.toBe(identity);
  });

  it('has the given duration, which requires a Lease', () => {
    expect(parse('--lease', 'mesh/relay', '--lease-seconds', '30')?.lease?.durationMs).toBe(30_000);
    expect(parse()?.lease).toBeUndefined();
    expect(refusal('--lease-seconds', '30')).toBe(
      '--lease-seconds (LEASE_SECONDS) requires --lease (LEASE), which is not set',
    );
  });
});

describe('the connection of a relay', () => {
  it('needs a server for a token, too', () => {
    const args = ['--cluster', 'prod', '--event-bus', 'mine', '--kubernetes-token', 'token'];
    expect(() => parseOptions(args, {})).toThrow(
      '--kubernetes-token (KUBERNETES_TOKEN_FILE) requires --kubernetes-server (KUBERNETES_SERVER), which is not set',
    );
  });

  it('has neither CA nor token unless they are given', () => {
    expect(parse()?.connection).toEqual({ server: 'http://127.0.0.1:8001', ca: undefined, token: undefined });
  });
});

it('the help has one line for each option, with its variable in a column of its own', () => {
  const lines = helpText()
    .split('\n')
    .filter((line) => line.startsWith('  --'));
  expect(lines).toHaveLength(14);
  expect(lines[0]).toBe(
    '  --cluster NAME            CLUSTER_NAME            Name of the EKS cluster (required)',
  );
  expect(lines[13]).toBe(`  --help${' '.repeat(44)}Print this help`);
  for (const line of lines.slice(0, -1)) expect(line).toMatch(/^.{28}[A-Z_]+ +(?<=^.{52})[A-Z`]/);
});
