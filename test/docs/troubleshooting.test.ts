import { describe, expect, it } from 'vitest';
import { reproductions } from '../envoy/troubleshooting/rows.ts';
import { documentedRows } from '../envoy/troubleshooting/table.ts';

describe('docs/mesh/troubleshooting.md', () => {
  it('each text of Envoy in docs/mesh/troubleshooting.md is reproduced with a real Envoy, and each reproduction is in it', () => {
    expect(
      documentedRows()
        .map(({ text }) => text)
        .sort(),
    ).toEqual(Object.keys(reproductions).sort());
  });
});
