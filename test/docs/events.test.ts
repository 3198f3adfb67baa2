import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ZodMiniType } from 'zod/mini';
import { parseEvent } from '../../shared/lambda/parse-event.ts';
import { type DetailType, detailTypes } from '../../shared/model/events/event.ts';
import {
  cloudMapServiceChanged,
  clusterListed,
  clusterObjectChanged,
  meshReconcileRequested,
  meshStatusRequested,
  podChanged,
  podResyncRequested,
  serviceEntriesPollRequested,
  serviceRemovalRequested,
} from '../../shared/model/events/schema.ts';
import { pageOf } from './pages.ts';

const page = pageOf('docs/events.md', readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8'));
const examples = page.blocks.flatMap(({ language, text }) => (language === 'json' ? [text] : []));
const schemas: Readonly<Record<DetailType, ZodMiniType>> = {
  [detailTypes.podChanged]: podChanged,
  [detailTypes.podResyncRequested]: podResyncRequested,
  [detailTypes.serviceRemovalRequested]: serviceRemovalRequested,
  [detailTypes.clusterObjectChanged]: clusterObjectChanged,
  [detailTypes.clusterListed]: clusterListed,
  [detailTypes.meshReconcileRequested]: meshReconcileRequested,
  [detailTypes.meshStatusRequested]: meshStatusRequested,
  [detailTypes.serviceEntriesPollRequested]: serviceEntriesPollRequested,
  [detailTypes.cloudMapServiceChanged]: cloudMapServiceChanged,
};

describe('the examples of docs/events.md', () => {
  it.each(Object.keys(schemas) as DetailType[])(
    'the examples of docs/events.md have one of %s, which the schema accepts as a whole',
    (type) => {
      const ofType = examples.filter((text) => JSON.parse(text).type === type);
      expect(ofType).not.toEqual([]);
      for (const example of ofType) expect(parseEvent(schemas[type], example)).toEqual(JSON.parse(example));
    },
  );
});
