import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clusterObjects } from '../../translate/cluster-objects.ts';
import { parseOptions, targetNames } from '../../translate/options.ts';
import { readDocuments } from '../../translate/read-manifests.ts';
import { targetOf } from '../../translate/targets.ts';
import { translate } from '../../translate/translation.ts';
import { filesOfManifests, missingManifests, textOf } from '../mesh/harness/vectors.ts';
import { fileOf } from './files.ts';

const examples = ['blue-green.yaml', 'howto-k8s-cloudmap.yaml'];
/** A route of the first is in a file of its own. */
const whole = (file: string) => !file.includes('/');
const vectors = missingManifests === undefined ? filesOfManifests().filter(whole) : [];
if (missingManifests !== undefined) console.log(missingManifests);

const cases = targetNames.flatMap((to) => [
  ...examples.map((file) => [to, file, readFileSync(join('examples', file), 'utf8')] as const),
  ...vectors.map((file) => [to, file, textOf(file)] as const),
]);

/** A DNS subdomain, as the API server wants the name of an object. */
const objectName = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

function translated(to: string, text: string) {
  const options = parseOptions(['--to', to, fileOf(text)]);
  if (options === undefined) throw new Error('expected options');
  return translate(clusterObjects(readDocuments(options.paths), options.paths), targetOf(options), undefined);
}

describe('manifests that people run', () => {
  it.each(cases)('a translation to %s has each object of %s in its output or in its table', (to, _, text) => {
    const { objects, rows, isRefused } = translated(to, text);
    const names = objects.map(
      ({ manifest: { kind, metadata } }) => `${kind} ${metadata.namespace}/${metadata.name}`,
    );
    expect(names).toEqual([...new Set(names)]);
    for (const { manifest } of objects) expect(manifest.metadata.name).toMatch(objectName);
    const refused = rows.filter(({ effect }) => effect !== 'differs');
    expect(isRefused).toBe(refused.length > 0);
    const refusedObjects = new Set(refused.map(({ object }) => object));
    expect(objects.filter(({ source }) => refusedObjects.has(source))).toEqual([]);
    for (const { field, effect, message, instead } of rows) {
      expect(message).not.toBe('');
      if (effect === 'differs' || effect === 'refused') expect([field, instead]).not.toContain('');
    }
  });

  it.each(cases.filter(([to]) => to === 'istio'))(
    'a translation to %s keeps the weights of all routes of %s, or its table says why not',
    (to, _, text) => {
      const { objects, rows } = translated(to, text);
      const weights = [...text.matchAll(/weight: (\d+)/g)].map(([, weight]) => Number(weight));
      const kept = JSON.stringify(objects.map(({ manifest }) => manifest.spec));
      const lost = weights.filter((weight) => weight > 1 && !kept.includes(`"weight":${weight}`));
      if (!rows.some(({ effect }) => effect !== 'differs') && !isAlone(text)) expect(lost).toEqual([]);
    },
  );
});

/** Whether every route has one target, which then gets all requests, whatever its weight. */
function isAlone(text: string): boolean {
  const targets = text.match(/weight: /g)?.length ?? 0;
  return targets <= (text.match(/weightedTargets:/g)?.length ?? 0);
}
