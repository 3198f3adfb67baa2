import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ExplainSubject, explainCommand } from '../../../shared/model/commands/explain-command.ts';
import { shellWords } from '../../../shared/model/commands/shell-words.ts';

const deployment = { kind: 'deployment', stage: 'production', region: 'us-west-2' } as const;
const local = { kind: 'playground', url: 'http://127.0.0.1:4566', kubectl: 'kubectl' } as const;

describe('shell words', () => {
  it('a shell reads back every word', () => {
    const word = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
        const script = `printf '%s\\0' ${shellWords(words)}`;
        expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(`${words.join('\0')}\0`);
      }),
      { numRuns: 20, examples: [[["it's", '$HOME', '`id`', '~', '=x', '*', '', '!a', 'a b', '#', 'x=~']]] },
    );
  });
});

describe('the command that explains a subject', () => {
  it.each<[ExplainSubject, string]>([
    [{ pod: { namespace: 'shop', name: 'front-1' } }, 'pod shop/front-1'],
    [{ pod: { cluster: 'west', namespace: 'shop', name: 'front-1' } }, 'pod shop/front-1 --cluster west'],
    [{ service: 'shop.local/front' }, 'service shop.local/front'],
    [{ instance: '10.0.0.1', service: 'shop.local/front' }, 'instance 10.0.0.1 --service shop.local/front'],
    [{ object: { kind: 'Mesh', name: 'global' }, cluster: 'west' }, 'object Mesh global --cluster west'],
    [{ object: { kind: 'VirtualNode', namespace: 'shop', name: 'front' } }, 'object VirtualNode shop/front'],
    [{ service: 'shop.local/front', cluster: 'west' }, 'service shop.local/front --cluster west'],
    [
      {
        cluster: 'west',
        request: {
          ...{ from: 'VirtualGateway shop/in', host: 'a', scheme: 'https', method: 'POST', protocol: 'grpc' },
          headers: { a: ['1', '2'] },
        },
      },
      "request --from 'VirtualGateway shop/in' --host a --scheme https --method POST --protocol grpc --header 'a: 1' --header 'a: 2' --cluster west",
    ],
    [
      {
        request: {
          from: 'VirtualNode shop/front',
          host: 'orders.shop',
          port: 8080,
          path: "/a?b='c'",
          headers: { 'x-color': 'blue' },
        },
      },
      `request --from 'VirtualNode shop/front' --host orders.shop --port 8080 --path '/a?b='\\''c'\\''' --header 'x-color: blue'`,
    ],
  ])('of %j has its words', (subject, words) => {
    expect(explainCommand({ subject, place: deployment })).toBe(
      `npm run explain -- ${words} --stage production --region us-west-2`,
    );
  });

  it('names the playground, and its URL if that is another one', () => {
    const subject = { instance: '10.0.0.1' };
    expect(explainCommand({ subject, place: local })).toBe(
      'npm run explain -- instance 10.0.0.1 --playground',
    );
    expect(explainCommand({ subject, place: { ...local, url: 'http://127.0.0.1:4000' } })).toBe(
      'npm run explain -- instance 10.0.0.1 --playground http://127.0.0.1:4000',
    );
  });
});
