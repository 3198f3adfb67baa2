import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { injected } from '../../inject/injection.ts';
import { sidecarCases } from './cases.ts';

/** The program that `npm run test:sidecars` builds: istio-iptables, as in the image of the init container. */
const program = process.env.ISTIO_IPTABLES;

if (program === undefined)
  describe.skip('istio-iptables: ISTIO_IPTABLES is not set; npm run test:sidecars builds it', () => {
    it('takes the arguments of every case', () => undefined);
  });
else
  describe('istio-iptables', () => {
    for (const { name, args } of allArguments())
      it(`takes the arguments of the pod of: ${name}`, () => {
        const { status, rules } = dryRun(program, args);
        expect(status).toBe(0);
        for (const port of flagIn(args, '-b').split(',').filter(Boolean))
          expect(rules).toContain(`-A ISTIO_INBOUND -p tcp --dport ${port} -j ISTIO_IN_REDIRECT`);
        for (const port of flagIn(args, '-o').split(',').filter(Boolean))
          expect(rules).toContain(`-A ISTIO_OUTPUT -p tcp --dport ${port} -j RETURN`);
        // The rules of IPv6 are added only where the machine has such an address.
        for (const range of flagIn(args, '-x')
          .split(',')
          .filter((each) => each.includes('.')))
          expect(rules).toContain(`-A ISTIO_OUTPUT -d ${range} -j RETURN`);
        expect(rules).toContain('-A ISTIO_REDIRECT -p tcp -j REDIRECT --to-ports 15001');
        expect(rules).toContain('-A ISTIO_IN_REDIRECT -p tcp -j REDIRECT --to-ports 15000');
      });
  });

function allArguments() {
  return sidecarCases.flatMap(({ name, labels, objects, pod }) => {
    const injection = injected(pod, { name: 'shop', labels }, objects);
    const containers = injection.outcome === 'injected' ? (injection.pod.spec?.initContainers ?? []) : [];
    const args = containers.find((container) => container.name === 'proxyinit')?.args as
      | readonly string[]
      | undefined;
    return args === undefined ? [] : [{ name, args }];
  });
}

function flagIn(args: readonly string[], flag: string): string {
  return args[args.indexOf(flag) + 1] ?? '';
}

function dryRun(command: string, [, ...args]: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(command, [...args, '--dry-run'], { encoding: 'utf8' });
  return { status, rules: stdout + stderr };
}
