import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { kubectlYaml } from '../../../playground/manifests/kubectl-yaml.ts';

const isMissing = spawnSync('kubectl', ['version', '--client']).status !== 0;

const scalars = [
  'on yes y Y n No off Off ON Yes YES N NO true True TRUE tRUE false False FALSE ~ null Null NULL nUll',
  '0 -0 00 +1 012 -012 0777_7 08 09 0_1 0o12 0O12 0o8 0o 0o_7 -0o7 0x1F -0x1f +0x1F 0X1f 0x 0x_1 0b11 0B1 -0b11 0b_',
  '1_000 1__0 _1 1_ 1,000 123456789012345678901 9223372036854775808 18446744073709551616',
  '1.5 .5 5. +.5 -.5e3 1.e3 0.1_0 1_0.5 09.5 1.0 100.0 1e3 1E3 1e+3 1e2 12e03 685.230_15e+03 1e1000 0x1p4 1e .e3 1e_3',
  '22:22 190:20:30.15 2001-01-01 2001-01-01T00:00:00Z 0.0.1 = . .. -. + 1. ._5 5_._5',
].flatMap((line) => line.split(' '));

describe.skipIf(isMissing)(
  `YAML as kubectl reads it${isMissing ? ' (skipped: kubectl not installed)' : ''}`,
  () => {
    it('reads every kind of plain scalar as kubectl does', () => {
      const data = Object.fromEntries(scalars.map((text, index) => [`k${index}`, text]));
      const lines = Object.entries(data).map(([key, text]) => `  ${key}: ${text}\n`);
      const yaml = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\ndata:\n${lines.join('')}`;
      expect(byText(parse(yaml, kubectlYaml).data)).toEqual(byText(byKubectl(yaml).data));

      function byText(values: Readonly<Record<string, unknown>>) {
        return Object.entries(data).map(([key, text]) => `${text} is ${JSON.stringify(values[key])}`);
      }
    });

    it.each([
      ['keys that are no texts', 'on: a\n  1: b\n  1.5: c\n  012: d'],
      ['merge keys', '<<: { q: r }\n  a: c'],
      ['tags', 'a: !!str 012\n  b: !!int "7"\n  c: !!binary aGVsbG8=\n  e: !!float 3\n  f: !!bool "yes"'],
    ])('reads %s as kubectl does', (_, data) => {
      const yaml = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\ndata:\n  ${data}\n`;
      expect(parse(yaml, kubectlYaml).data).toEqual(byKubectl(yaml).data);
    });
  },
);

function byKubectl(yaml: string): { readonly data: Readonly<Record<string, unknown>> } {
  const args = ['label', '--local', '--filename', '-', '--output', 'json', 'a=b'];
  const { stdout, stderr } = spawnSync('kubectl', args, { input: yaml, encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}
