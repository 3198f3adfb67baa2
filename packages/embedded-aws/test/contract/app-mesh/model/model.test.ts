import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppMesh } from '../../../../src/app-mesh/app-mesh.ts';
import { bindings } from '../../../../src/app-mesh/bindings.ts';
import type { OperationName } from '../../../../src/app-mesh/resources/kinds.ts';
import { handleRestJson } from '../../../../src/app-mesh/rest-json.ts';
import { inputs } from '../../../../src/app-mesh/shapes/inputs.ts';
import { faultsOf, missingIn } from '../../model/answer-faults.ts';
import { loadModel, type Model, shapeOf } from '../../model/botocore.ts';
import { formOfRules, formOfShape, type JsonSchema } from '../../model/form.ts';
import { callEverything } from './story.ts';

/** The embedded App Mesh against AWS's own description of the service. */
const loaded = loadModel('appmesh');
const isMissing = typeof loaded === 'string';
const model: Model = isMissing ? { operations: {}, shapes: {} } : loaded;
const names = Object.keys(inputs) as OperationName[];

describe.skipIf(isMissing)(isMissing ? `the service model (${loaded})` : 'the service model', () => {
  it('all 38 operations are there, and no others', () => {
    expect(names).toHaveLength(38);
    expect([...names].sort()).toEqual(Object.keys(model.operations).sort());
  });

  it.each(names)('%s takes what the model says', (operation) => {
    const rules = z.toJSONSchema(inputs[operation]) as unknown as JsonSchema;
    expect(formOfRules(rules)).toEqual(formOfShape(model, inputShapeOf(operation)));
  });

  it.each(names)('%s stands in HTTP where the model says', (operation) => {
    const { method, path } = bindings.find((binding) => binding.operation === operation) ?? {};
    expect({ method, requestUri: path }).toEqual({
      method: model.operations[operation]?.http.method,
      requestUri: model.operations[operation]?.http.requestUri,
    });
  });

  it('every answer and every error is of a shape that the model names for its operation', async () => {
    const settings = { rates: {}, releasedAfterMs: 0 };
    const engine = new AppMesh({ settings });
    const answered = new Set<string>();
    const refused = new Set<string>();
    await callEverything(async (operation, input) => {
      const { status, code, body } = await send(engine, operation, input);
      const { output, errors = [] } = model.operations[operation] ?? {};
      if (status === 200) answered.add(operation);
      else expect(errors.map(({ shape }) => shape)).toContain(code);
      if (status !== 200) refused.add(code);
      const shape = status === 200 ? bodyShapeOf(output?.shape ?? '') : code;
      const { Message, ...members } = body;
      expect(faultsOf(model, members, shape, operation)).toEqual([]);
      expect(missingIn(model, members, shape, operation)).toEqual([]);
      return body;
    });
    expect([...answered].sort()).toEqual([...names].sort());
    expect([...refused].sort()).toEqual([
      'BadRequestException',
      'ConflictException',
      'ForbiddenException',
      'NotFoundException',
      'ResourceInUseException',
    ]);
  });
});

function inputShapeOf(operation: string): string {
  return model.operations[operation]?.input.shape ?? 'none';
}

/** The shape of the whole body: of an output with a payload, that. */
function bodyShapeOf(outputShape: string): string {
  const { payload = '', members = {} } = shapeOf(model, outputShape);
  return members[payload]?.shape ?? outputShape;
}

/** Sends the input as the model says: each member in the path, the query or the body. */
async function send(engine: AppMesh, operation: string, input: object) {
  const { http } = model.operations[operation] ?? { http: { method: '', requestUri: '' } };
  const { members = {} } = shapeOf(model, inputShapeOf(operation));
  const at = (location: string | undefined) =>
    Object.entries(input).filter(([name]) => members[name]?.location === location);
  const pathname = at('uri').reduce(
    (path, [name, value]) => path.replace(`{${name}}`, encodeURIComponent(value)),
    http.requestUri,
  );
  const query = new URLSearchParams(Object.fromEntries(at('querystring')));
  const body = JSON.stringify(Object.fromEntries(at(undefined)));
  const reply = await handleRestJson(engine, { method: http.method, pathname, query, body });
  const parsed = JSON.parse(String(reply?.body)) as Record<string, unknown>;
  return { status: reply?.status, code: reply?.headers['x-amzn-errortype'] ?? '', body: parsed };
}
