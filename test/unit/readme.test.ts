import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ZodMiniType } from 'zod/mini';
import { parseEvent } from '../../shared/lambda/parse-event.ts';
import { type DetailType, detailTypes } from '../../shared/model/event.ts';
import {
  clusterListed,
  clusterObjectChanged,
  meshReconcileRequested,
  meshStatusRequested,
  podChanged,
  podResyncRequested,
} from '../../shared/model/event-schema.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const examples = [...readme.matchAll(/```json\n([\s\S]*?)```/g)].flatMap(([, text = '']) =>
  text.includes('"version": 1') ? [text] : [],
);
const schemas: Readonly<Record<DetailType, ZodMiniType>> = {
  [detailTypes.podChanged]: podChanged,
  [detailTypes.podResyncRequested]: podResyncRequested,
  [detailTypes.clusterObjectChanged]: clusterObjectChanged,
  [detailTypes.clusterListed]: clusterListed,
  [detailTypes.meshReconcileRequested]: meshReconcileRequested,
  [detailTypes.meshStatusRequested]: meshStatusRequested,
};

describe("the README's examples of events", () => {
  it.each(Object.keys(schemas) as DetailType[])('has one of %s, which the schema takes whole', (type) => {
    const example = examples.find((text) => JSON.parse(text).type === type) ?? '';
    expect(parseEvent(schemas[type], example)).toEqual(JSON.parse(example));
  });
});
