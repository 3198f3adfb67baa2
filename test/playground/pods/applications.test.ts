import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { describe, expect, it } from 'vitest';
import { type Application, applicationsOf } from '../../../playground/pods/plan/applications.ts';
import { proxiedUrl, ruleFor } from '../../../playground/pods/plan/rules.ts';

function applications(
  containers: readonly object[],
  files: Record<string, string> = {},
): readonly Application[] {
  const volumes = [{ name: 'conf', configMap: { name: 'conf' } }];
  const pod = { metadata: { name: 'pod' }, spec: { containers, volumes } };
  return applicationsOf(pod as unknown as KubernetesObject, (name) => (name === 'conf' ? files : undefined));
}

const mounted = { volumeMounts: [{ name: 'conf', mountPath: '/etc/nginx/conf.d' }] };
const nginx = (configuration: string) =>
  applications([{ name: 'web', image: 'public.ecr.aws/nginx/nginx:stable', ...mounted }], {
    'a.conf': configuration,
  });
const echo = (changes: object) => applications([{ name: 'app', image: 'some/app', ...changes }]);

describe('what the containers of a pod answer', () => {
  it('nginx answers by the locations of its configuration', () => {
    const [web, ...others] = nginx(`
      # one server
      http { server {
        listen 0.0.0.0:8080 default_server;
        default_type application/json;
        location = /id { return 200 '{"id":"blue"}\\n'; }
        location /old { default_type text/html; return 301; }
        location /call/ { proxy_http_version 1.1; proxy_pass "http://shop:80/"; }
        location ~ \\.php$ { return 403; }
        location /files { root /srv; }
      } }`);
    expect(others).toEqual([]);
    expect(web).toEqual({
      container: 'web',
      port: 8080,
      rules: [
        { path: '/id', isExact: true, status: 200, body: '{"id":"blue"}\n', type: 'application/json' },
        { path: '/old', isExact: false, status: 301, body: '', type: 'text/html' },
        { path: '/call/', isExact: false, proxy: 'http://shop:80/' },
      ],
    });
  });

  it('two servers of nginx are two ports, one without listen is port 80', () => {
    const ports = nginx('server { listen [::]:9000; } server { location / { return 204; } }');
    expect(ports.map(({ port }) => port)).toEqual([9000, 80]);
  });

  it('http-echo answers its text at its port', () => {
    const args = [
      ['-text=hello -there', '-listen=:8088'],
      ['--text', 'hello -there', '--listen', ':8088'],
    ];
    for (const each of args)
      expect(applications([{ name: 'app', image: 'hashicorp/http-echo:1.0', args: each }])).toEqual([
        {
          container: 'app',
          port: 8088,
          rules: [{ path: '/', isExact: false, status: 200, body: 'hello -there\n', type: 'text/plain' }],
        },
      ]);
  });

  it('the variables of the App Mesh examples give a color, or the address to call', () => {
    const ports = [{ containerPort: 8080 }];
    expect(echo({ ports, env: [{ name: 'COLOR', value: 'blue' }] })[0]?.rules).toMatchObject([
      { body: 'blue' },
    ]);
    expect(
      echo({
        env: [
          { name: 'COLOR_HOST', value: 'color.shop:8080' },
          { name: 'PORT', value: '9090' },
        ],
      }),
    ).toEqual([
      {
        container: 'app',
        port: 9090,
        rules: [
          { path: '/ping', isExact: false, status: 200, body: '', type: 'text/plain' },
          { path: '/', isExact: false, proxy: 'http://color.shop:8080/' },
        ],
      },
    ]);
  });

  it('any other container answers each of its ports with what it received', () => {
    expect(echo({ ports: [{ containerPort: 1 }, { containerPort: 2 }] })).toEqual([
      { container: 'app', port: 1, rules: undefined },
      { container: 'app', port: 2, rules: undefined },
    ]);
  });

  it('a container that sleeps, one without ports and the proxy answer nothing', () => {
    const ports = [{ containerPort: 22 }];
    expect(echo({ ports, command: ['sleep', '36000'] })).toEqual([]);
    expect(echo({ ports, command: ['sh', '-c', 'while true; do sleep 1; done'] })).toEqual([]);
    expect(echo({})).toEqual([]);
    expect(applications([{ name: 'envoy', image: 'envoy', ports }])).toEqual([]);
  });
});

describe('the rule for a path', () => {
  const rule = (path: string, isExact: boolean) => ({ path, isExact, proxy: 'http://shop:80/x' });

  it('the exact path comes before prefixes, a longer prefix before a shorter', () => {
    const rules = [rule('/', false), rule('/a', false), rule('/ab', false), rule('/ab', true)];
    expect(ruleFor(rules, '/ab')).toBe(rules[3]);
    expect(ruleFor(rules, '/abc')).toBe(rules[2]);
    expect(ruleFor(rules, '/x')).toBe(rules[0]);
    expect(ruleFor([rule('/a', true)], '/ab')).toBeUndefined();
  });

  it('a path in proxy_pass replaces what the location matched', () => {
    expect(proxiedUrl('http://shop:80/x', rule('/a', false), '/a/b?c=1').href).toBe('http://shop/x/b?c=1');
    expect(proxiedUrl('http://shop:8080', rule('/a', false), '/a/b?c=1').href).toBe(
      'http://shop:8080/a/b?c=1',
    );
  });
});
