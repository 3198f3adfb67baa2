import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { missingEnvoy } from '../find.ts';
import { reproductions } from './rows.ts';
import { documentedRows } from './table.ts';

/** Tests of docs/mesh/troubleshooting.md hold that each has a reproduction. */
const rows = documentedRows();

function hasUserNamespaces(): boolean {
  return spawnSync('unshare', ['--user', '--map-root-user', 'true']).status === 0;
}

/** `…` stands for anything in a line. */
function patternOf(text: string): RegExp {
  return new RegExp(text.split('…').map(RegExp.escape).join('.*'));
}

describe.skipIf(missingEnvoy)(`docs/mesh/troubleshooting.md ${missingEnvoy ?? ''}`, () => {
  it.for(rows)(
    'a real Envoy says $text, and the client gets what the row says',
    { timeout: 60_000 },
    async (row, { skip }) => {
      const { text, received } = row;
      if (text.includes('inotify') && !hasUserNamespaces()) skip('user namespaces are not allowed here');
      const said = await reproductions[text]?.();
      for (const each of [text, ...received]) expect(said).toMatch(patternOf(each));
    },
  );

  it('an Envoy that works says nothing of what is said about faults', { timeout: 60_000 }, async () => {
    const said = (await reproductions["cluster 'ingress_8081' match for URL '/id'"]?.()) ?? '';
    const texts = rows.map(({ text }) => text);
    const faults = texts.filter((text) =>
      /^\d+ [A-Z]|update_|rejected|failure|no matching|health_flags/.test(text),
    );
    expect(faults.length).toBeGreaterThan(15);
    expect(faults.filter((text) => patternOf(text).test(said))).toEqual([]);
  });
});
